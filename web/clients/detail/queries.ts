import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../../api/client.ts'

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
