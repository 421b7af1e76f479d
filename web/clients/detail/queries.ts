import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../../api/client.ts'

/** One client's onboarding, whole. */
export type Onboarding = Schema['Onboarding']

/** One onboarding whole. */
export const onboardingQuery = (id: string) =>
  queryOptions({
    queryKey: ['onboarding', id],
    queryFn: () => bodyOf(api.GET('/api/v1/onboardings/{id}', { params: { path: { id } } })),
  })

/** What happened to it, newest first. */
export const timelineQuery = (id: string) =>
  queryOptions({
    queryKey: ['onboarding', id, 'timeline'],
    queryFn: () => bodyOf(api.GET('/api/v1/onboardings/{id}/timeline', { params: { path: { id } } })),
  })
