import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api, bodyOf } from '../api/client.ts'
import { changedSince, useLive } from '../api/live.ts'
import { queries } from '../api/queries.ts'
import { FADE_MS } from '../components/useFresh.ts'
import { countsQuery } from './head/counts.ts'
import { readListsAnew } from './list/keptList.ts'
import { type Pages, withRows } from './listQuery.ts'
import type { Row } from './row/rowWords.ts'

/** The most changed clients that are read one by one. If there are more, the list offers to reload. */
const MOST_READ = 20
const ANNOUNCED_EVERY_MS = 10_000
/** Lists of up to this many pages are read again whole when the stream reconnects; longer ones restart at page one. */
const MOST_PAGES = 5

const readRow = (id: string): Promise<Row | null> =>
  bodyOf(api.GET('/api/v1/onboardings/{id}', { params: { path: { id } } })).catch(() => null)

/** Returns an empty set; the same object if it is already empty, so that React does not render again. */
const emptied = (before: ReadonlySet<string>): ReadonlySet<string> => (before.size > 0 ? new Set() : before)

/** A list on the page: its query key, and the rule for its rows. */
type Shown = { queryKey: readonly unknown[]; belongs: (row: Row) => boolean }

/**
 * Updates the rows of the lists in place when clients change. Rows that are new or no longer belong wait until the user
 * asks for them, so that nothing moves under the pointer. `isSearch`: the list has search words, so new rows cannot be
 * judged here.
 */
export function useLiveRows(lists: Shown[], isSearch: boolean) {
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set())
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set())
  const [announcement, announce] = useAnnouncement()
  const key = JSON.stringify(lists.map(({ queryKey }) => queryKey))
  // Another list starts without the state of this one.
  useEffect(() => {
    setLeft(emptied)
    setWaiting(emptied)
  }, [key])

  const changed = async (ids: string[]) => {
    void queries.invalidateQueries({ queryKey: countsQuery.queryKey })
    const held = lists.map(({ queryKey, belongs }) => {
      const pages = queries.getQueryData<Pages>(queryKey)?.pages ?? []
      return { queryKey, belongs, ids: new Set(pages.flatMap(({ items }) => items.map(({ id }) => id))) }
    })
    const loaded = new Set(held.flatMap(({ ids }) => [...ids]))
    const mine = ids.filter((id) => loaded.has(id))
    const others = ids.filter((id) => !loaded.has(id))
    if (ids.length > MOST_READ) {
      setWaiting((before) => new Set([...before, ...ids]))
      return
    }
    const found = (await Promise.all([...mine, ...others].map(readRow))).filter((row) => row !== null)
    const byId = new Map(found.map((row) => [row.id, row]))
    for (const { queryKey } of lists) {
      queries.setQueryData<Pages>(queryKey, (data) => data && withRows(data, (row) => byId.get(row.id) ?? row))
    }
    const shown = mine.filter((id) => byId.has(id))
    const gone = shown.filter((id) => held.some((list) => list.ids.has(id) && !list.belongs(byId.get(id)!)))
    setLeft((before) => new Set([...[...before].filter((id) => !shown.includes(id)), ...gone]))
    setFresh(new Set(shown))
    const news = others.filter((id) => !isSearch && byId.has(id) && lists.some((list) => list.belongs(byId.get(id)!)))
    setWaiting((before) => new Set([...before, ...news, ...gone]))
    announce(shown.length)
  }
  useEffect(() => {
    if (fresh.size === 0) return
    const timer = setTimeout(() => setFresh(new Set()), FADE_MS)
    return () => clearTimeout(timer)
  }, [fresh])

  const readAnew = useCallback(async (most = 1) => {
    await readListsAnew(most)
    setWaiting(emptied)
    setLeft(emptied)
  }, [])
  // A reload that the user did not ask for keeps their place, in lists of up to five pages.
  const lostSince = useLive({ changed, reload: () => void readAnew(MOST_PAGES) })
  // On mount, catches up with the changes since the cached list was read.
  useEffect(() => {
    const read = lists.flatMap(({ queryKey }) => queries.getQueryState(queryKey)?.dataUpdatedAt || [])
    if (read.length === 0) return
    const missed = changedSince(Math.min(...read))
    if (missed === null) void readAnew(MOST_PAGES)
    else if (missed.length > 0) void changed(missed)
  }, [key])
  return useMemo(
    () => ({ fresh, left, waiting: waiting.size, readAnew, lostSince, announcement }),
    [fresh, left, waiting.size, readAnew, lostSince, announcement],
  )
}

/** Returns the text for screen readers about changes, summed up every 10 s, and the function that adds to the sum. */
function useAnnouncement(): [string, (changed: number) => void] {
  const [announcement, setAnnouncement] = useState('')
  const sum = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const announce = useCallback((changed: number) => {
    sum.current += changed
    if (sum.current === 0) return
    timer.current ??= setTimeout(() => {
      setAnnouncement(`${sum.current} ${sum.current === 1 ? 'client' : 'clients'} changed`)
      sum.current = 0
      timer.current = null
    }, ANNOUNCED_EVERY_MS)
  }, [])
  useEffect(() => () => void (timer.current && clearTimeout(timer.current)), [])
  return [announcement, announce]
}
