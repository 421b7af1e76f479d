import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, bodyOf } from '../api/client.ts'

/** All members of the practice, sorted by name. */
export const colleaguesQuery = queryOptions({
  queryKey: ['colleagues'],
  queryFn: async () => (await bodyOf(api.GET('/api/v1/colleagues'))).items,
  staleTime: 5 * 60_000,
})

/** Returns the names of all members by id. */
export function useColleagues(): ReadonlyMap<string, string> {
  const { data } = useQuery(colleaguesQuery)
  return useMemo(() => new Map(data?.map(({ id, name }) => [id, name])), [data])
}
