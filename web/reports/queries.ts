import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'

/** The conversion report, week by week. */
export const reportQuery = queryOptions({
  queryKey: ['reports', 'conversion'],
  queryFn: () => bodyOf(api.GET('/api/v1/reports/conversion')),
})
