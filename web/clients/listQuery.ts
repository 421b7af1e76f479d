import { type InfiniteData, infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import { fileAddress } from '../api/fileAddress.ts'
import type { Column, ListSearch } from './listSearch.ts'
import type { Row } from './row/rowWords.ts'

const PAGE = 50

/** The pages of a list, as they are kept. */
export type Pages = InfiniteData<{ items: Row[]; nextCursor: string | null }, string>

/** The same pages with rows changed; themselves where none of them is. */
export function withRows(data: Pages, change: (row: Row) => Row): Pages {
  const pages = data.pages.map((page) => {
    const items = page.items.map(change)
    return items.some((row, n) => row !== page.items[n]) ? { ...page, items } : page
  })
  return pages.some((page, n) => page !== data.pages[n]) ? { ...data, pages } : data
}

/** What the answers of all lists are kept under, the board's columns and heads among them. */
export const LISTS = ['onboardings', 'list'] as const

/** What the API is asked for a list. */
export function filterOf({ view = 'attention', q, stage = [], move = [], manager = [], ...rest }: ListSearch) {
  const { week, lastWeek, within } = rest
  const cohort = { ...(week && { week }), ...(lastWeek && { lastWeek }), ...(within && { within }) }
  return { view, status: stage, move, manager, ...(q ? { q } : {}), ...cohort }
}

/** What the board is asked for: how many stand in each column, and since when the longest has. */
export const headsQuery = (search: ListSearch) =>
  queryOptions({
    queryKey: [...LISTS, 'heads', search],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/onboardings/board', { params: { query: filterOf(search) }, signal })),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })

/** What waits longest stands first; where finished clients belong to the list, the latest change does. */
const sortOf = ({ view, q, sort }: ListSearch) =>
  sort ?? (q || view === 'all' || view === 'completed' ? 'updated' : 'waiting')

/** Where the list is saved from as a file: what the filters match, in the same order. */
export const listFile = (search: ListSearch): string =>
  fileAddress('/api/v1/onboardings/export', { ...filterOf(search), sort: sortOf(search) })

/** The rows of a list, or of one column of it on the board, page by page. Old rows stay while new ones load. */
export const listQuery = (search: ListSearch, column?: Column) =>
  infiniteQueryOptions({
    queryKey: [...LISTS, search, column],
    // What nobody waits for any more, as while somebody types on, is given up.
    queryFn: ({ pageParam, signal }) => {
      const asked = sortOf(search)
      // Who is done waits for nobody.
      const sort = column === 'completed' && asked === 'waiting' ? 'updated' : asked
      const query = { ...filterOf(search), ...(column && { column }), sort, limit: PAGE }
      const cursor = pageParam ? { cursor: pageParam } : {}
      return bodyOf(api.GET('/api/v1/onboardings', { params: { query: { ...query, ...cursor } }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    // Nothing moves under the hand: what is new comes live, and waits until it is asked for.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
