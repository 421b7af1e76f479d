import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../../api/client.ts'

export type User = Schema['User']

/** Who of a client has access, and who is invited. */
export const usersQuery = (organisationId: string) =>
  queryOptions({
    queryKey: ['users', organisationId],
    queryFn: () => bodyOf(api.GET('/api/v1/organisations/{id}/users', { params: { path: { id: organisationId } } })),
  })

/** Returns what the page shows of each user, for `useFresh`. */
export const freshPartsOf = (users: User[]): Record<string, unknown> =>
  Object.fromEntries(users.map(({ id, name, email, role, state }) => [id, [name, email, role, state]]))
