import { useInfiniteQuery } from '@tanstack/react-query'
import { VIEW_NAMES } from '../head/viewWords.ts'
import { listQuery } from '../listQuery.ts'
import type { ListSearch } from '../listSearch.ts'

const KEPT = 'embark.list'

/** Keeps which list was looked at last in this window, so that its clients can be gone through one by one. */
export const rememberList = (search: ListSearch): void => sessionStorage.setItem(KEPT, JSON.stringify(search))

function rememberedList(): ListSearch | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as ListSearch | null
  } catch {
    return null
  }
}

/**
 * Where a client stands in the list that it was opened from: `2 of 12 in Waiting for us`, with the ones before and after
 * it; null for a client that is not in it, or where no list was looked at. `search` leads back to the list.
 */
export function useCameFrom(id: string) {
  const search = rememberedList()
  // The list stays as it was looked at: one that is read anew would put another client next.
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
