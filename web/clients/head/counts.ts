import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../../api/client.ts'

/** How many clients each view holds. */
export const countsQuery = queryOptions({
  queryKey: ['counts'],
  queryFn: () => bodyOf(api.GET('/api/v1/onboardings/counts')),
})

/** Counted no further than the API counts: `99+`. */
export const shownCount = (count: number, upTo: number): string => (count >= upTo ? `${upTo - 1}+` : String(count))
