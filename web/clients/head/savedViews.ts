import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { writeSearch } from '../../api/search.ts'
import { type ListSearch, readListSearch } from '../listSearch.ts'

export type SavedView = Schema['SavedView']

/** The saved views: those of everyone first, then one's own. */
export const savedViewsQuery = queryOptions({
  queryKey: ['saved-views'],
  queryFn: async () => (await bodyOf(api.GET('/api/v1/views'))).items,
  staleTime: 5 * 60_000,
})

/** The path of each layout. */
export const PLACE_OF = { list: '/clients', board: '/clients/board' } as const
export type ListPlace = (typeof PLACE_OF)[SavedView['place']]

/** Returns a search in canonical form for comparison. */
const said = (search: ListSearch): string => writeSearch(readListSearch(search))

/** Returns the saved view that equals the address, if there is one. */
export const shownView = (views: SavedView[], place: ListPlace, search: ListSearch): SavedView | undefined =>
  views.find((view) => PLACE_OF[view.place] === place && said(view.search) === said(search))
