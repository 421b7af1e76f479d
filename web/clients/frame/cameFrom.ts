import { useInfiniteQuery } from '@tanstack/react-query'
import { VIEW_NAMES } from '../head/viewWords.ts'
import { listQuery } from '../listQuery.ts'
import type { ListSearch } from '../listSearch.ts'

const LIST_KEY = 'embark.list'

/** Stores the list that was shown last in this window, so that its clients can be stepped through. */
export const rememberList = (search: ListSearch): void => sessionStorage.setItem(LIST_KEY, JSON.stringify(search))

function rememberedList(): ListSearch | null {
  try {
    return JSON.parse(sessionStorage.getItem(LIST_KEY) ?? 'null') as ListSearch | null
  } catch {
    return null
  }
}

/**
 * Returns the client's place in that list, `2 of 12 in Waiting for us`, with the ids before and after it. `place` is
 * null if the client is not in the list or no list was shown. `search` is the list's own address.
 */
export function useCameFrom(id: string) {
  const search = rememberedList()
  // The list is not read again: a new order would put other clients next.
  const { data, hasNextPage } = useInfiniteQuery({
    ...listQuery(search ?? {}),
    enabled: search !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const ids = data?.pages.flatMap(({ items }) => items.map((row) => row.id)) ?? []
  const at = ids.indexOf(id)
  if (search === null || at < 0) return { search, place: null, before: null, after: null }
  const name = search.q ? `“${search.q}”` : VIEW_NAMES[search.view ?? 'attention']
  const place = `${at + 1} of ${ids.length}${hasNextPage ? '+' : ''} in ${name}`
  return { search, place, before: ids[at - 1] ?? null, after: ids[at + 1] ?? null }
}
