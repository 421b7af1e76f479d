import { hashKey } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { queries } from '../../api/queries.ts'
import type { Onboarding } from '../detail/queries.ts'
import { LISTS, listQuery, type Pages, withRows } from '../listQuery.ts'
import type { ListSearch } from '../listSearch.ts'
import type { Row } from '../row/rowWords.ts'

/** Whoever comes back within this finds the list as it was left, however far they had read. */
const KEPT_MS = 60_000

const leftAt = new Map<string, number>()

/** Keeps only the first page of a list that has more than so many. It stays as old as it is. */
function cut(queryKey: readonly unknown[], most = 1): void {
  const query = queries.getQueryCache().find<Pages>({ queryKey })
  const data = query?.state.data
  if (!query || !data?.pages || data.pages.length <= most) return
  query.setState({ data: { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } })
}

/** The rows of clients whose own pages were read after the list was, as those say. */
function bringUpToDate(queryKey: readonly unknown[]): void {
  const query = queries.getQueryCache().find<Pages>({ queryKey })
  const data = query?.state.data
  if (!query || !data) return
  const newer = queries
    .getQueryCache()
    .findAll({ queryKey: ['onboarding'] })
    .filter(({ queryKey, state }) => queryKey.length === 2 && state.dataUpdatedAt > query.state.dataUpdatedAt)
    .flatMap(({ state }) => (state.data as Onboarding | undefined) ?? [])
  if (newer.length === 0) return
  const byId = new Map<string, Row>(newer.map((client) => [client.id, client]))
  query.setState({ data: withRows(data, (row) => byId.get(row.id) ?? row) })
}

/**
 * A list that one comes back to is never read anew page by page: within a minute it is as it was left, up to date with
 * the clients that were looked at; later, or when it is known to have changed, its first page alone is kept and read
 * anew. Call it before the list is asked for, and ask with `refetchOnMount: readsAnew`.
 */
export function useKeptList(search: ListSearch): void {
  const { queryKey } = listQuery(search)
  const hash = hashKey(queryKey)
  // Before the list is drawn, not after.
  useMemo(() => {
    const query = queries.getQueryCache().get(hash)
    const since = Date.now() - (leftAt.get(hash) ?? 0)
    if (query?.state.isInvalidated || since > KEPT_MS) cut(queryKey)
    else bringUpToDate(queryKey)
  }, [hash])
  useEffect(() => () => void leftAt.set(hash, Date.now()), [hash])
}

/** Whether a list is read anew when it is come back to: only what is one page. */
export const readsAnew = ({ state }: { state: { data?: { pages: unknown[] } } }): boolean =>
  (state.data?.pages.length ?? 0) < 2

/** Reads the lists on the page anew: those of more than so many pages from their first page on. */
export async function readListsAnew(most: number): Promise<void> {
  for (const { queryKey } of queries.getQueryCache().findAll({ queryKey: LISTS })) cut(queryKey, most)
  await queries.invalidateQueries({ queryKey: LISTS })
}
