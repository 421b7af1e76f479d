import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../api/client.ts'

export type Practice = Schema['Practice']

/** The practice with its settings. */
export const practiceQuery = queryOptions({
  queryKey: ['practice'],
  queryFn: () => bodyOf(api.GET('/api/v1/practice')),
})
