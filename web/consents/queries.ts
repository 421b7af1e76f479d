import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../api/client.ts'
import { fileAddress } from '../api/fileAddress.ts'
import type { ConsentSearch } from './consentSearch.ts'

export type Consent = Schema['Consent']

const CONSENTS_PER_PAGE = 50

const narrowOf = ({ q, bank = [], move = [], manager = [], team = [] }: ConsentSearch) => ({
  ...(q && { q }),
  bank,
  move,
  manager,
  team,
})

/** Returns the filter of what a search shows. */
export const filterOf = (search: ConsentSearch) => ({ ...narrowOf(search), view: search.view ?? ('act_now' as const) })

const askedOf = (search: ConsentSearch) => ({
  ...filterOf(search),
  // Ended consents are sorted by the latest end first: the last one is mostly looked for.
  sort: search.sort ?? (search.view === 'ended' ? ('latest' as const) : ('earliest' as const)),
})

/** The consents of a search, in pages. Old rows stay visible while new ones load. */
export const consentsQuery = ({ open: _open, ...search }: ConsentSearch) =>
  infiniteQueryOptions({
    queryKey: ['consents', 'list', search],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...askedOf(search), limit: CONSENTS_PER_PAGE, ...(pageParam && { cursor: pageParam }) }
      return bodyOf(api.GET('/api/v1/consents', { params: { query }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  })

/** The number of consents in each view, with the filters of a search. */
export const consentCountsQuery = (search: ConsentSearch = {}) =>
  queryOptions({
    queryKey: ['consents', 'counts', narrowOf(search)],
    queryFn: () => bodyOf(api.GET('/api/v1/consents/counts', { params: { query: narrowOf(search) } })),
    placeholderData: keepPreviousData,
  })

/** One consent, with its accounts and its history. */
export const consentQuery = (id: string) =>
  queryOptions({
    queryKey: ['consents', 'one', id],
    queryFn: () => bodyOf(api.GET('/api/v1/consents/{id}', { params: { path: { id } } })),
  })

/** Returns the address of the list as a file: the same filters and order. */
export const consentsFile = (search: ConsentSearch): string => fileAddress('/api/v1/consents/export', askedOf(search))

/** The sign-ins at accounting software, with the clients that each holds. */
export const signInsQuery = queryOptions({
  queryKey: ['signIns'],
  queryFn: () => bodyOf(api.GET('/api/v1/sign-ins')),
})
