import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../../api/client.ts'

export type Organisation = Schema['Organisation']
/** The access rules of a client, with the ETag that an edit sends back. */
export type Access = { everyone: boolean; people: string[]; teams: string[]; etag: string }

/** An organisation, with the version that an edit is based on. */
export const organisationQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisation', id],
    queryFn: () => bodyOf(api.GET('/api/v1/organisations/{id}', { params: { path: { id } } })),
  })

/** The access rules of an organisation. */
export const accessQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisation', id, 'access'],
    queryFn: async (): Promise<Access> => {
      const { data, response } = await api.GET('/api/v1/organisations/{id}/access', { params: { path: { id } } })
      if (!data) throw new Error('an answer without its rules')
      const { everyone = false, people = [], teams = [] } = data
      return { everyone, people, teams, etag: response.headers.get('ETag') ?? '*' }
    },
  })
