import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import type { ConversionSearch } from './conversionSearch.ts'

/** The conversion report by week or month, as of the end of a day; as of now without one. */
export const reportQuery = ({ by, asOf }: Pick<ConversionSearch, 'by' | 'asOf'>) =>
  queryOptions({
    queryKey: ['reports', 'conversion', by, asOf],
    queryFn: () =>
      bodyOf(
        api.GET('/api/v1/reports/conversion', { params: { query: { ...(by && { by }), ...(asOf && { asOf }) } } }),
      ),
  })
