import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../api/client.ts'

export type SupportPractice = Schema['SupportPractice']

/** The interval in ms for reading whether a practice has granted or ended access. */
const ANSWER_MS = 5_000

/** The clients of all practices that match a text. Polled while a practice has an open request. */
export const foundQuery = (q: string) =>
  queryOptions({
    queryKey: ['support', 'found', q],
    queryFn: () => bodyOf(api.GET('/api/v1/support/onboardings', { params: { query: { q } } })),
    staleTime: 0,
    refetchInterval: ({ state }) => state.data?.items.some(({ practice }) => practice.askedAt !== null) && ANSWER_MS,
  })

type Search = NonNullable<Awaited<ReturnType<NonNullable<ReturnType<typeof foundQuery>['queryFn']>>>>
export type Found = Search['items'][number]
export type SignInMail = Search['mails'][number]

/** A practice's access for support. Polled, because the practice may end it at any time. */
export const practiceQuery = (id: string) =>
  queryOptions({
    queryKey: ['support', 'practice', id],
    queryFn: () => bodyOf(api.GET('/api/v1/support/practices/{id}', { params: { path: { id } } })),
    staleTime: 0,
    refetchInterval: ANSWER_MS,
  })

/** The signed-in support person as seen in the helped practice. */
export const meThereQuery = (practice: string) =>
  queryOptions({
    queryKey: ['support', 'me', practice],
    queryFn: () => bodyOf(api.GET('/api/v1/me', { headers: { 'Embark-Practice': practice } })),
  })

/** The failures of the last day that the operator must fix at a provider. */
export const troublesQuery = queryOptions({
  queryKey: ['support', 'troubles'],
  queryFn: () => bodyOf(api.GET('/api/v1/support/troubles')),
  staleTime: 60_000,
  refetchInterval: 60_000,
})
