import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../../api/client.ts'

export type User = Schema['User']

/** The users of an organisation, and the people invited to it. */
export const usersQuery = (organisationId: string) =>
  queryOptions({
    queryKey: ['users', organisationId],
    queryFn: () => bodyOf(api.GET('/api/v1/organisations/{id}/users', { params: { path: { id: organisationId } } })),
  })

/** Returns the shown values of each user by id, for `useFresh`. */
export const freshPartsOf = (users: User[]): Record<string, unknown> =>
  Object.fromEntries(users.map(({ id, name, email, role, state }) => [id, [name, email, role, state]]))
