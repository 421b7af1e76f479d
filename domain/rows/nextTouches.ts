import type { Facts, Instant } from '../situation.ts'
import { nextTouch } from '../touches.ts'

export type ComingTouch = { at: Instant; kind: 'client' | 'staff'; n: number }

/** Returns the touches to come if nothing else happens, soonest first, at most `atMost`. */
export function nextTouches(facts: Facts, now: Instant, atMost: number): ComingTouch[] {
  const coming: ComingTouch[] = []
  let as = facts
  let at = now
  while (coming.length < atMost) {
    const touch = nextTouch(as, at)
    if (!touch) break
    coming.push({ at: touch.at, kind: touch.kind, n: touch.n })
    at = Math.max(at, touch.at)
    as = { ...as, touched: { ...as.touched, [touch.kind]: { series: touch.series, n: touch.n } } }
  }
  return coming
}
