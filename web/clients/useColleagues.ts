import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, bodyOf } from '../api/client.ts'

/** The names of everybody in the practice, by id. */
export function useColleagues(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['colleagues'],
    queryFn: () => bodyOf(api.GET('/api/v1/colleagues')),
    staleTime: 5 * 60_000,
  })
  return useMemo(() => new Map(data?.items.map(({ id, name }) => [id, name])), [data])
}
