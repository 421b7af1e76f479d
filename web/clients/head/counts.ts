import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../../api/client.ts'

/** The number of clients in each view. */
export const countsQuery = queryOptions({
  queryKey: ['counts'],
  queryFn: () => bodyOf(api.GET('/api/v1/onboardings/counts')),
})

/** Returns a count as text, limited to what the API counts: `99+`. */
export const shownCount = (count: number, upTo: number): string => (count >= upTo ? `${upTo - 1}+` : String(count))
