import { hashKey } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { queries } from '../../api/queries.ts'
import type { Onboarding } from '../detail/queries.ts'
import { LISTS, listQuery, type Pages, withRows } from '../listQuery.ts'
import type { ListSearch } from '../listSearch.ts'
import type { Row } from '../row/rowWords.ts'

/** The time for which a list stays as it was left, with all pages read so far. */
const LIST_KEPT_MS = 60_000

const leftAt = new Map<string, number>()

/** Drops all pages but the first if the list has more than `most`; its age stays the same. */
function cut(queryKey: readonly unknown[], most = 1): void {
  const query = queries.getQueryCache().find<Pages>({ queryKey })
  const data = query?.state.data
  if (!query || !data?.pages || data.pages.length <= most) return
  query.setState({ data: { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } })
}

/** Replaces rows with newer data from the clients' own pages. */
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
 * Avoids reading a long list again page by page on return. Within a minute the list stays as it was left, updated from
 * the client pages opened meanwhile. Later, or once invalidated, only its first page is kept and read again. Call it
 * before the list's query, which needs `refetchOnMount: readsAnew`.
 */
export function useKeptList(search: ListSearch): void {
  const { queryKey } = listQuery(search)
  const hash = hashKey(queryKey)
  // Runs during render, before the list is drawn.
  useMemo(() => {
    const query = queries.getQueryCache().get(hash)
    const since = Date.now() - (leftAt.get(hash) ?? 0)
    if (query?.state.isInvalidated || since > LIST_KEPT_MS) cut(queryKey)
    else bringUpToDate(queryKey)
  }, [hash])
  useEffect(() => () => void leftAt.set(hash, Date.now()), [hash])
}

/** Returns true if the list is read again on mount: only if it is a single page. */
export const readsAnew = ({ state }: { state: { data?: { pages: unknown[] } } }): boolean =>
  (state.data?.pages.length ?? 0) < 2

/** Reads the mounted lists again; a list of more than `most` pages restarts at its first. */
export async function readListsAnew(most: number): Promise<void> {
  for (const { queryKey } of queries.getQueryCache().findAll({ queryKey: LISTS })) cut(queryKey, most)
  await queries.invalidateQueries({ queryKey: LISTS })
}
