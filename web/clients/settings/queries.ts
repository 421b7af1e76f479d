import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../../api/client.ts'

export type Organisation = Schema['Organisation']
export type Access = { everyone: boolean; people: string[]; teams: string[] }

/** The details of a client's business, with the version that an edit is based on. */
export const organisationQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisation', id],
    queryFn: () => bodyOf(api.GET('/api/v1/organisations/{id}', { params: { path: { id } } })),
  })

/** Who may see it. */
export const accessQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisation', id, 'access'],
    queryFn: () => bodyOf(api.GET('/api/v1/organisations/{id}/access', { params: { path: { id } } })),
  })
