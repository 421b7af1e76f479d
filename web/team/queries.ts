import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../api/client.ts'
import { toast, toastFailure } from '../components/toast.ts'

export type Member = Schema['Member']
export type Team = Schema['Team']

/** The members sorted by name, then the invited people. */
export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: async () => (await bodyOf(api.GET('/api/v1/members'))).items,
})

/** The teams of the practice, sorted by name. */
export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: async () => (await bodyOf(api.GET('/api/v1/teams'))).items,
})

/** Returns a function that reads all lists again that depend on members, roles or their clients. */
export function useReadAnew(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    const stale = [['members'], ['teams'], ['colleagues'], ['me'], ['onboardings']]
    await Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })))
  }
}

/** Returns a function that carries an act out, reads the lists again and shows the message, or why it was refused. */
export function useAct() {
  const readAnew = useReadAnew()
  return async (act: () => Promise<unknown>, message: string) => {
    try {
      await act()
      await readAnew()
      toast(message)
    } catch (error) {
      toastFailure(error)
    }
  }
}
