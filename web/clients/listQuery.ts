import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import type { ListSearch } from './listSearch.ts'

const PAGE = 50

/** What the API is asked for a list. */
export function filterOf({ view = 'attention', q, stage = [], move = [], manager = [] }: ListSearch) {
  return { view, status: stage, move, manager, ...(q ? { q } : {}) }
}

/** What waits longest stands first; where finished clients belong to the list, the latest change does. */
const sortOf = ({ view, q, sort }: ListSearch) =>
  sort ?? (q || view === 'all' || view === 'completed' ? 'updated' : 'waiting')

/** The rows of a list, page by page. Old rows stay while new ones load. */
export const listQuery = (search: ListSearch) =>
  infiniteQueryOptions({
    queryKey: ['onboardings', 'list', search],
    queryFn: ({ pageParam }) => {
      const query = { ...filterOf(search), sort: sortOf(search), limit: PAGE }
      const cursor = pageParam ? { cursor: pageParam } : {}
      return bodyOf(api.GET('/api/v1/onboardings', { params: { query: { ...query, ...cursor } } }))
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    // Nothing moves under the hand: what is new comes live, and waits until it is asked for.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
