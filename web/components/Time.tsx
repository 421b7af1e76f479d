import { useZone } from '../shell/useMe.ts'
import { ageOf, clockOf, dateOf, endOf, fullOf, futureOf, pastOf, sinceOf } from '../words/times.ts'
import { useNow } from './useNow.ts'

/** How short a time is written. */
export type TimeStyle = 'past' | 'since' | 'future' | 'date' | 'end' | 'full' | 'age' | 'clock'

/** An instant as words in the practice's zone. */
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

/** A time in the practice's zone: short on screen, whole on hover and with the focus (`Tips`). `at` is an instant of the API. */
export function Time({ at, as = 'past' }: { at: string; as?: TimeStyle }) {
  const [now, zone] = [useNow(), useZone()]
  return <TimeAt at={at} as={as} now={now} zone={zone} isInTabOrder />
}

/** The same where there are hundreds of it, told what all of them ask. Tab comes to none of a row that it passes over. */
export function TimeAt(props: { at: string; as: TimeStyle; now: number; zone: string; isInTabOrder: boolean }) {
  const { at, as, now, zone, isInTabOrder } = props
  return (
    <time dateTime={at} data-zone={zone} tabIndex={isInTabOrder ? 0 : -1}>
      {timeIn(as, at, now, zone)}
    </time>
  )
}
