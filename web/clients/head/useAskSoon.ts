import { useEffect, useRef } from 'react'
import { queries } from '../../api/queries.ts'
import { LISTS } from '../listQuery.ts'

/** The longest time that typed text waits for a running list request, in ms. */
const WAITS_MOST_MS = 60

/**
 * Returns a function that asks for the typed text at once if no list request runs. Otherwise it asks for the newest
 * text when that request ends, at the latest after 60 ms. Fast typing then sends few requests, and the last one is
 * never late.
 */
export function useAskSoon(ask: (text: string) => void): (text: string) => void {
  const present = useRef(ask)
  present.current = ask
  const waiting = useRef<{ text: string; end: () => void } | null>(null)
  useEffect(() => () => waiting.current?.end(), [])
  return (text) => {
    if (waiting.current) {
      waiting.current.text = text
      return
    }
    const isBusy = () => queries.isFetching({ queryKey: LISTS }) > 0
    if (!isBusy()) return present.current(text)
    const go = () => {
      const newest = waiting.current?.text
      waiting.current?.end()
      if (newest !== undefined) present.current(newest)
    }
    const timer = setTimeout(go, WAITS_MOST_MS)
    const unsubscribe = queries.getQueryCache().subscribe(() => !isBusy() && go())
    const end = () => {
      clearTimeout(timer)
      unsubscribe()
      waiting.current = null
    }
    waiting.current = { text, end }
  }
}
