import { createContext, useContext } from 'react'
import { useZone } from '../shell/useMe.ts'
import { ageOf, clockOf, endOf, fullOf, futureOf, pastOf, sinceOf } from '../words/times.ts'
import { useNow } from './useNow.ts'

/** How short a time is written. */
export type TimeStyle = 'past' | 'since' | 'future' | 'end' | 'full' | 'age' | 'clock'

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

/** Whether Tab comes to times: not to those of a row or card that it does not come to either. */
export const TimesInTabOrder = createContext(true)

/** A time in the practice's zone: short on screen, whole on hover and with the focus (`Tips`). `at` is an instant of the API. */
export function Time({ at, as = 'past' }: { at: string; as?: TimeStyle }) {
  const zone = useZone()
  const now = useNow()
  const isInTabOrder = useContext(TimesInTabOrder)
  return (
    <time dateTime={at} data-zone={zone} tabIndex={isInTabOrder ? 0 : -1}>
      {timeIn(as, at, now, zone)}
    </time>
  )
}
