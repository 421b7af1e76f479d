import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { problemOf } from '../api/problem.ts'

/** The names of everybody in the practice, by id. */
export function useColleagues(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['colleagues'],
    queryFn: async (): Promise<{ items: { id: string; name: string }[] }> => {
      const response = await fetch('/api/v1/colleagues')
      if (!response.ok) throw await problemOf(response)
      return response.json()
    },
    staleTime: 5 * 60_000,
  })
  return useMemo(() => new Map(data?.items.map(({ id, name }) => [id, name])), [data])
}
