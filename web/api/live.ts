import { useEffect, useRef, useState } from 'react'
import { chosenPractice } from './client.ts'

const GATHERED_MS = 250
const AGAIN_MS = 3_000
const LOST_AFTER_MS = 5_000
const REMEMBERED_MS = 120_000

type Listener = {
  /** These onboardings changed. */
  changed: (ids: string[]) => void
  /** So much changed that everything is to be read anew. */
  reload: () => void
  /** Nothing has come since then, or (null) it comes again. */
  lost: (since: number | null) => void
}

const listeners = new Set<Listener>()
let stop: (() => void) | null = null

/** What was told lately, whoever listened; null: so much that everything is to be read anew. */
let told: { at: number; ids: string[] | null }[] = []

function remember(ids: string[] | null): void {
  const at = Date.now()
  told = [...told.filter((one) => one.at > at - REMEMBERED_MS), { at, ids }]
}

/**
 * The onboardings that have changed since an instant of the last two minutes, as far as anything of the page listened;
 * null where so much did that everything is to be read anew.
 */
export function changedSince(instant: number): string[] | null {
  const since = told.filter(({ at }) => at > instant)
  return since.some(({ ids }) => ids === null) ? null : [...new Set(since.flatMap(({ ids }) => ids ?? []))]
}

/** Follows what changes in the practice, for all listeners of the page by one connection. */
function follow(): () => void {
  let source: EventSource | null = null
  let gathered = new Set<string>()
  let telling: ReturnType<typeof setTimeout> | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  let losing: ReturnType<typeof setTimeout> | undefined
  let away: number | null = null
  const tell = () => {
    const ids = [...gathered]
    gathered = new Set()
    telling = undefined
    remember(ids)
    for (const listener of listeners) listener.changed(ids)
  }
  const reload = () => {
    remember(null)
    for (const listener of listeners) listener.reload()
  }
  const open = () => {
    const practice = chosenPractice()
    source = new EventSource(`/api/v1/live${practice ? `?practice=${encodeURIComponent(practice)}` : ''}`)
    source.onopen = () => {
      clearTimeout(losing)
      if (away !== null) reload()
      away = null
      for (const listener of listeners) listener.lost(null)
    }
    source.onerror = () => {
      if (away === null) {
        away = Date.now()
        losing = setTimeout(() => {
          for (const listener of listeners) listener.lost(away)
        }, LOST_AFTER_MS)
      }
      // The browser comes back by itself unless it was refused.
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS)
    }
    source.addEventListener('changed', (event) => {
      const { id } = JSON.parse(event.data) as { id: string }
      gathered.add(id)
      telling ??= setTimeout(tell, GATHERED_MS)
    })
    source.addEventListener('reload', reload)
  }
  open()
  return () => {
    source?.close()
    for (const timer of [telling, again, losing]) clearTimeout(timer)
  }
}

/** Hears of what changes, while the component stands. Answers since when nothing has come, or null while all is well. */
export function useLive(handlers: Pick<Listener, 'changed' | 'reload'>): number | null {
  const [lostSince, setLostSince] = useState<number | null>(null)
  const present = useRef(handlers)
  present.current = handlers
  useEffect(() => {
    const listener: Listener = {
      changed: (ids) => present.current.changed(ids),
      reload: () => present.current.reload(),
      lost: setLostSince,
    }
    listeners.add(listener)
    stop ??= follow()
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      stop?.()
      stop = null
    }
  }, [])
  return lostSince
}
