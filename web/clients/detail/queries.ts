import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../../api/client.ts'

/** One client's onboarding, whole. */
export type Onboarding = Schema['Onboarding']

/** One onboarding whole. */
export const onboardingQuery = (id: string) =>
  queryOptions({
    queryKey: ['onboarding', id],
    queryFn: () => bodyOf(api.GET('/api/v1/onboardings/{id}', { params: { path: { id } } })),
  })

/** Which organisations in the ledger there are to choose from, and what is asked about them. */
export const ledgerChoiceQuery = (id: string) =>
  queryOptions({
    queryKey: ['onboarding', id, 'ledger-choice'],
    queryFn: () => bodyOf(api.GET('/api/v1/onboardings/{id}/ledger-choice', { params: { path: { id } } })),
    staleTime: 0,
  })

/** What a timeline can be narrowed to, by name. */
export const TIMELINE_FILTERS = {
  all: 'All',
  client: 'Client',
  us: 'Us',
  messages: 'Messages',
  connections: 'Connections',
  support: 'Support',
} as const
export type TimelineFilter = keyof typeof TIMELINE_FILTERS

/** What happened to it, newest first, page by page. What was read stays while another filter loads. */
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
