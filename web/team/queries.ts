import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../api/client.ts'

export type Member = Schema['Member']
export type Team = Schema['Team']

/** The team, by name, then who is invited to it. */
export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: async () => (await bodyOf(api.GET('/api/v1/members'))).items,
})

/** The teams of the practice, by name. */
export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: async () => (await bodyOf(api.GET('/api/v1/teams'))).items,
})

/** Reads anew whatever says who works in the practice, as what, and with which clients. */
export function useReadAnew(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    const stale = [['members'], ['teams'], ['colleagues'], ['me'], ['onboardings']]
    await Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })))
  }
}
