import { type Instant, staffMoment } from './dates.ts'

/** Returns the sentence about a conflicting edit: who made it, and when in the zone. */
export const changedWords = ({ by, at }: { by: string | null; at: Instant | null }, zone: string): string =>
  `${by ?? 'Somebody'} changed this${at === null ? '' : ` at ${staffMoment(at, zone)}`}.`
