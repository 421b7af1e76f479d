import { useZone } from '../shell/useMe.ts'
import { ageOf, clockOf, dateOf, endOf, fullOf, futureOf, pastOf, sinceOf } from '../words/times.ts'
import { useNow } from './useNow.ts'

/** The short formats of an instant (ms). */
const STYLES = {
  past: pastOf,
  since: sinceOf,
  future: futureOf,
  date: dateOf,
  age: ageOf,
  end: (at: number, _now: number, zone: string) => endOf(at, zone),
  full: (at: number, _now: number, zone: string) => fullOf(at, zone),
  clock: (at: number, _now: number, zone: string) => clockOf(at, zone),
}

export type TimeStyle = keyof typeof STYLES

/** Returns an instant (ISO) in words, in the practice's zone. */
export const timeIn = (style: TimeStyle, at: string, now: number, zone: string): string =>
  STYLES[style](Date.parse(at), now, zone)

/** Shows an ISO instant in the practice's zone: short on screen, in full on hover and focus (`Tips`). */
export function Time({ at, as = 'past' }: { at: string; as?: TimeStyle }) {
  const [now, zone] = [useNow(), useZone()]
  return <TimeAt at={at} as={as} now={now} zone={zone} isInTabOrder />
}

/** The same for long lists, which pass `now` and `zone`. `isInTabOrder` is false in rows outside the tab order. */
export function TimeAt(props: { at: string; as: TimeStyle; now: number; zone: string; isInTabOrder: boolean }) {
  const { at, as, now, zone, isInTabOrder } = props
  return (
    <time dateTime={at} data-zone={zone} tabIndex={isInTabOrder ? 0 : -1}>
      {timeIn(as, at, now, zone)}
    </time>
  )
}
