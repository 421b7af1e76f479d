import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { LISTS } from '../listQuery.ts'

/** What is typed while a list is read waits for that, but no longer than this. */
const PATIENCE_MS = 60

/**
 * Asks for what is typed as soon as it is, while no list is under way; else the newest when that has come, or after
 * 60 ms: whoever types fast asks little, and whoever stops waits for nothing.
 */
export function useAskSoon(ask: (text: string) => void): (text: string) => void {
  const queries = useQueryClient()
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
    const timer = setTimeout(go, PATIENCE_MS)
    const unsubscribe = queries.getQueryCache().subscribe(() => !isBusy() && go())
    const end = () => {
      clearTimeout(timer)
      unsubscribe()
      waiting.current = null
    }
    waiting.current = { text, end }
  }
}
