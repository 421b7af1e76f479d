import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../api/client.ts'

export type SupportPractice = Schema['SupportPractice']

/** How often is looked whether a practice has answered, or ended what it gave. */
const ANSWER_MS = 5_000

/** Clients of all practices that match a text; while a practice is asked, its answer shows by itself. */
export const foundQuery = (q: string) =>
  queryOptions({
    queryKey: ['support', 'found', q],
    queryFn: () => bodyOf(api.GET('/api/v1/support/onboardings', { params: { query: { q } } })),
    staleTime: 0,
    refetchInterval: ({ state }) => state.data?.items.some(({ practice }) => practice.askedAt !== null) && ANSWER_MS,
  })

export type Found = NonNullable<
  Awaited<ReturnType<NonNullable<ReturnType<typeof foundQuery>['queryFn']>>>
>['items'][number]

/** Whether a practice lets support in; asked again and again, since the practice may end it at any time. */
export const practiceQuery = (id: string) =>
  queryOptions({
    queryKey: ['support', 'practice', id],
    queryFn: () => bodyOf(api.GET('/api/v1/support/practices/{id}', { params: { path: { id } } })),
    staleTime: 0,
    refetchInterval: ANSWER_MS,
  })

/** Who one is in a practice that one helps. */
export const meThereQuery = (practice: string) =>
  queryOptions({
    queryKey: ['support', 'me', practice],
    queryFn: () => bodyOf(api.GET('/api/v1/me', { headers: { 'Embark-Practice': practice } })),
  })

/** What whoever runs Embark must mend at a provider, of the last day. */
export const troublesQuery = queryOptions({
  queryKey: ['support', 'troubles'],
  queryFn: () => bodyOf(api.GET('/api/v1/support/troubles')),
  staleTime: 60_000,
  refetchInterval: 60_000,
})
