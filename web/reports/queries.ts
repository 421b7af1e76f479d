import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'

/** The conversion report, week by week, as of the end of a day; as of now without one. */
export const reportQuery = (asOf: string | undefined) =>
  queryOptions({
    queryKey: ['reports', 'conversion', asOf],
    queryFn: () => bodyOf(api.GET('/api/v1/reports/conversion', { params: { query: asOf ? { asOf } : {} } })),
  })
