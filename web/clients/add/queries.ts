import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../../api/client.ts'

export type Draft = Schema['Draft']
export type Step = Draft['step']
export type DraftCheck = Schema['DraftCheck']

/** My clients begun and not finished. */
export const draftsQuery = queryOptions({
  queryKey: ['drafts'],
  queryFn: async () => (await bodyOf(api.GET('/api/v1/drafts'))).items,
  staleTime: 0,
})

/** One of them, with what was connected for it. */
export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ['drafts', id],
    queryFn: () => bodyOf(api.GET('/api/v1/drafts/{id}', { params: { path: { id } } })),
    staleTime: 0,
  })

/** What is wrong with it as of a version. What was said of the one before is shown until then. */
export const checkQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['drafts', id, 'check', version],
    queryFn: () => bodyOf(api.GET('/api/v1/drafts/{id}/check', { params: { path: { id } } })),
    placeholderData: keepPreviousData,
  })

/** What Companies House knows of a name or number, likeliest first. */
export const companiesQuery = (q: string) =>
  queryOptions({
    queryKey: ['companies', q],
    queryFn: async () => (await bodyOf(api.GET('/api/v1/registry/companies', { params: { query: { q } } }))).items,
    // Whoever types does not wait for a register that is away.
    retry: false,
    staleTime: 5 * 60_000,
  })
