import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../../api/client.ts'

const RECENT = 5
const FOUND = 8

/** The five clients that changed last. */
export const recentQuery = queryOptions({
  queryKey: ['onboardings', 'recent'],
  queryFn: async () => {
    const query = { sort: 'updated', limit: RECENT } as const
    return (await bodyOf(api.GET('/api/v1/onboardings', { params: { query } }))).items
  },
})

/** The clients that match the words, exact matches of reference and code first. */
export const foundQuery = (q: string) =>
  queryOptions({
    queryKey: ['onboardings', 'found', q],
    queryFn: async () => {
      const query = { q, sort: 'updated', limit: FOUND } as const
      return (await bodyOf(api.GET('/api/v1/onboardings', { params: { query } }))).items
    },
    placeholderData: keepPreviousData,
  })
