import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../../api/client.ts'

/** The API's full representation of an onboarding. */
export type Onboarding = Schema['Onboarding']

export const onboardingQuery = (id: string) =>
  queryOptions({
    queryKey: ['onboarding', id],
    queryFn: () => bodyOf(api.GET('/api/v1/onboardings/{id}', { params: { path: { id } } })),
  })

/** The organisations at the ledger to choose from, and the question about them. */
export const ledgerChoiceQuery = (id: string) =>
  queryOptions({
    queryKey: ['onboarding', id, 'ledger-choice'],
    queryFn: () => bodyOf(api.GET('/api/v1/onboardings/{id}/ledger-choice', { params: { path: { id } } })),
    staleTime: 0,
  })

/** The filters of the timeline and their labels. */
export const TIMELINE_FILTERS = {
  all: 'All',
  client: 'Client',
  us: 'Us',
  messages: 'Messages',
  connections: 'Connections',
  support: 'Support',
} as const
export type TimelineFilter = keyof typeof TIMELINE_FILTERS

/** The timeline, newest first, in pages. Another filter keeps the previous entries until its own arrive. */
export const timelineQuery = (id: string, only: TimelineFilter) =>
  infiniteQueryOptions({
    queryKey: ['onboarding', id, 'timeline', only],
    queryFn: ({ pageParam }) => {
      const query = { only, ...(pageParam && { cursor: pageParam }) }
      return bodyOf(api.GET('/api/v1/onboardings/{id}/timeline', { params: { path: { id }, query } }))
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  })
