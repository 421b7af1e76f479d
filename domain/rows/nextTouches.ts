import type { Facts, Instant } from '../situation.ts'
import { nextTouch } from '../touches.ts'

export type ComingTouch = { at: Instant; kind: 'client' | 'staff'; n: number; isLast: boolean }

/** Returns the touches to come if nothing else happens, soonest first, at most `atMost`. */
export function nextTouches(facts: Facts, now: Instant, atMost: number): ComingTouch[] {
  const coming: ComingTouch[] = []
  let as = facts
  let at = now
  while (coming.length < atMost) {
    const touch = nextTouch(as, at)
    if (!touch) break
    const { kind, n, series, isLast } = touch
    coming.push({ at: touch.at, kind, n, isLast })
    at = Math.max(at, touch.at)
    as = { ...as, touched: { ...as.touched, [kind]: { series, n } } }
  }
  return coming
}
