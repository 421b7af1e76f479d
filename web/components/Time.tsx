import { useZone } from '../shell/useMe.ts'
import { ageOf, clockOf, dateOf, endOf, fullOf, futureOf, pastOf, sinceOf } from '../words/times.ts'
import { useNow } from './useNow.ts'

/** The short formats of a time. */
export type TimeStyle = 'past' | 'since' | 'future' | 'date' | 'end' | 'full' | 'age' | 'clock'

/** Returns an instant (ISO) in words, in the practice's zone. */
export function timeIn(style: TimeStyle, at: string, now: number, zone: string): string {
  const instant = Date.parse(at)
  switch (style) {
    case 'past':
      return pastOf(instant, now, zone)
    case 'since':
      return sinceOf(instant, now, zone)
    case 'future':
      return futureOf(instant, now, zone)
    case 'date':
      return dateOf(instant, now, zone)
    case 'end':
      return endOf(instant, zone)
    case 'full':
      return fullOf(instant, zone)
    case 'age':
      return ageOf(instant, now)
    case 'clock':
      return clockOf(instant, zone)
  }
}

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
