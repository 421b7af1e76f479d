import { useEffect, useRef, useState } from 'react'
import { chosenPractice } from './client.ts'

const GATHERED_MS = 250
const AGAIN_MS = 3_000
const LOST_AFTER_MS = 5_000
const REMEMBERED_MS = 120_000

type Listener = {
  /** Receives the ids of onboardings that changed. */
  changed: (ids: string[]) => void
  /** Asks the listener to read everything again, because too much changed to list. */
  reload: () => void
  /** Receives the instant (ms) since when the stream is down; null once it is open again. */
  lost: (since: number | null) => void
  /** Called when the page's stream opens for the first time: what was read before may have changed since. */
  opened: () => void
}

const listeners = new Set<Listener>()
let stop: (() => void) | null = null

/** The batches of the last two minutes, also for pages that mount later. `ids: null`: read everything again. */
let batches: { at: number; ids: string[] | null }[] = []

function remember(ids: string[] | null): void {
  const at = Date.now()
  batches = [...batches.filter((one) => one.at > at - REMEMBERED_MS), { at, ids }]
}

/**
 * Returns the ids of the onboardings that changed since an instant (ms) of the last two minutes, while anything on the
 * page listened; null if everything must be read again.
 */
export function changedSince(instant: number): string[] | null {
  const since = batches.filter(({ at }) => at > instant)
  return since.some(({ ids }) => ids === null) ? null : [...new Set(since.flatMap(({ ids }) => ids ?? []))]
}

/** Opens the practice's live stream, one for all listeners of the page. Returns a function that closes it. */
function follow(): () => void {
  let source: EventSource | null = null
  let gathered = new Set<string>()
  let publishing: ReturnType<typeof setTimeout> | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  let losing: ReturnType<typeof setTimeout> | undefined
  let away: number | null = null
  const publish = () => {
    const ids = [...gathered]
    gathered = new Set()
    publishing = undefined
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
      // Every later opening follows a loss.
      else for (const listener of listeners) listener.opened()
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
      // The browser reconnects by itself unless the server refused the connection.
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS)
    }
    source.addEventListener('changed', (event) => {
      const { id } = JSON.parse(event.data) as { id: string }
      gathered.add(id)
      publishing ??= setTimeout(publish, GATHERED_MS)
    })
    source.addEventListener('reload', reload)
  }
  open()
  return () => {
    source?.close()
    for (const timer of [publishing, again, losing]) clearTimeout(timer)
  }
}

/** Subscribes the mounted component to live changes. Returns since when (ms) the stream is down, else null. */
export function useLive(
  handlers: Pick<Listener, 'changed' | 'reload'> & Partial<Pick<Listener, 'opened'>>,
): number | null {
  const [lostSince, setLostSince] = useState<number | null>(null)
  const present = useRef(handlers)
  present.current = handlers
  useEffect(() => {
    const listener: Listener = {
      changed: (ids) => present.current.changed(ids),
      reload: () => present.current.reload(),
      opened: () => present.current.opened?.(),
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
