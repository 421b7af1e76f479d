import { type Instant, staffMoment } from './dates.ts'

/** Returns who changed what somebody else was changing too, and when on the clock of a zone. */
export const changedWords = ({ by, at }: { by: string | null; at: Instant | null }, zone: string): string =>
  `${by ?? 'Somebody'} changed this${at === null ? '' : ` at ${staffMoment(at, zone)}`}.`
