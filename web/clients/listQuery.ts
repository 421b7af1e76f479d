import { type InfiniteData, infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Column } from '../../domain/rows/conditions.ts'
import { api, bodyOf } from '../api/client.ts'
import { fileAddress } from '../api/fileAddress.ts'
import type { ListSearch } from './listSearch.ts'
import type { Row } from './row/rowWords.ts'

const ROWS_PER_PAGE = 50

/** The cached pages of a list. */
export type Pages = InfiniteData<{ items: Row[]; nextCursor: string | null }, string>

/** Returns the pages with changed rows; the same object if no row changed. */
export function withRows(data: Pages, change: (row: Row) => Row): Pages {
  const pages = data.pages.map((page) => {
    const items = page.items.map(change)
    return items.some((row, n) => row !== page.items[n]) ? { ...page, items } : page
  })
  return pages.some((page, n) => page !== data.pages[n]) ? { ...data, pages } : data
}

/** The query key prefix of every list, including the board's columns and heads. */
export const LISTS = ['onboardings', 'list'] as const

/** Returns the API's filter parameters for a search. */
export function filterOf({ view = 'attention', q, stage = [], move = [], manager = [], ...rest }: ListSearch) {
  const { solution = [], software = [], bank = [], team = [], by, week, lastWeek, within, outcome } = rest
  const weeks = { ...(by && { by }), ...(week && { week }), ...(lastWeek && { lastWeek }) }
  const cohort = { ...weeks, ...(within && { within }), ...(outcome && { outcome }) }
  const more = { solution, software, bank, team }
  return { view, status: stage, move, manager, ...more, ...(q ? { q } : {}), ...cohort }
}

/** The heads of the board's columns: the number of clients and the longest waiting time. */
export const headsQuery = (search: ListSearch) =>
  queryOptions({
    queryKey: [...LISTS, 'heads', search],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/onboardings/board', { params: { query: filterOf(search) }, signal })),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })

/** Returns the order: longest waiting first, or last changed first if the list includes completed clients. */
export const sortOf = ({ view, q, sort }: ListSearch) =>
  sort ?? (q || view === 'all' || view === 'completed' ? 'updated' : 'waiting')

/** Returns the address of the list as a file: the same filters and order. */
export const listFile = (search: ListSearch): string =>
  fileAddress('/api/v1/onboardings/export', { ...filterOf(search), sort: sortOf(search) })

/** The rows of a list, or of one board column, in pages. Old rows stay visible while new ones load. */
export const listQuery = (search: ListSearch, column?: Column) =>
  infiniteQueryOptions({
    queryKey: [...LISTS, search, column],
    // The signal aborts a request whose result nobody waits for any more, for example while typing.
    queryFn: ({ pageParam, signal }) => {
      const asked = sortOf(search)
      // Completed clients wait for nobody, so the latest change sorts them.
      const sort = column === 'completed' && asked === 'waiting' ? 'updated' : asked
      const query = { ...filterOf(search), ...(column && { column }), sort, limit: ROWS_PER_PAGE }
      const cursor = pageParam ? { cursor: pageParam } : {}
      return bodyOf(api.GET('/api/v1/onboardings', { params: { query: { ...query, ...cursor } }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    // Focus and reconnect do not reorder rows: live changes bring news, and wait until asked for.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })

/** The names of the banks that clients are connected to. */
export const banksQuery = queryOptions({
  queryKey: ['banks'],
  queryFn: async () => (await bodyOf(api.GET('/api/v1/banks'))).items,
})
