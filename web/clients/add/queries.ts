import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../../api/client.ts'

export type Draft = Schema['Draft']
export type Step = Draft['step']
export type DraftCheck = Schema['DraftCheck']

/** The member's own unfinished drafts. */
export const draftsQuery = queryOptions({
  queryKey: ['drafts'],
  queryFn: async () => (await bodyOf(api.GET('/api/v1/drafts'))).items,
  staleTime: 0,
})

/** One draft, with its ledger connection. */
export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ['drafts', id],
    queryFn: () => bodyOf(api.GET('/api/v1/drafts/{id}', { params: { path: { id } } })),
    staleTime: 0,
  })

/** The errors and notices of a draft at a version. The previous version's result stays while loading. */
export const checkQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['drafts', id, 'check', version],
    queryFn: () => bodyOf(api.GET('/api/v1/drafts/{id}/check', { params: { path: { id } } })),
    placeholderData: keepPreviousData,
  })

/** The companies that Companies House finds for a name or number, best match first. */
export const companiesQuery = (q: string) =>
  queryOptions({
    queryKey: ['companies', q],
    queryFn: async () => (await bodyOf(api.GET('/api/v1/registry/companies', { params: { query: { q } } }))).items,
    // No retry: typing must not wait for a register that is down.
    retry: false,
    staleTime: 5 * 60_000,
  })
