import { endOf, sinceOf } from '../words/times.ts'
import type { SupportPractice } from './queries.ts'

const DAY_MS = 24 * 3_600_000

/** Returns the end of the access: `16:40` if within a day, else with its date. */
export function untilOf(until: string, now: number, zone: string): string {
  const at = Date.parse(until)
  return at - now < DAY_MS ? sinceOf(at, now, zone) : endOf(at, zone)
}

/** Returns the state of a practice's access in a word or two. */
export function accessOf({ access, until, askedAt }: SupportPractice, now: number, zone: string): string {
  if (access === 'given') return until ? `until ${untilOf(until, now, zone)}` : 'always'
  if (access === 'never') return 'never'
  return askedAt ? 'asked' : 'on request'
}
