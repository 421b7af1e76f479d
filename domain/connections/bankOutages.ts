import { DAY_MS, HOUR_MS, type Instant } from '../situation.ts'

/** Clients by their last try at a bank: the bank failed them, or they connected it. What they chose themselves is neither. */
export type Tries = { failed: number; connected: number }

/** A bank's tries at all practices. `recent`: since its state last changed, as far as that is in the window. */
export type BankTries = {
  isDown: boolean
  recent: Tries
  /** Tries of the days before the window, without those in outages. */
  usual: Tries
  /** The instant at which a bank that is down is tried again; null for one that works. */
  retryAt: Instant | null
}

/** The window in which tries count as recent. */
export const OUTAGE_WINDOW_MS = 3 * HOUR_MS
/** The time over which the usual rate of failures is counted. */
export const USUAL_MS = 30 * DAY_MS
/** The time without a failure after which a bank that is down is tried again. */
const QUIET_MS = 6 * HOUR_MS
/** The fewest clients who make an outage, so that it says nothing about one of them. */
const FEWEST_CLIENTS = 3
/** The share of the tries that usually succeed which has to fail for an outage, and to succeed for its end. */
const SHARE = 1 / 3
/** The tries that a bank without a history counts as having had. */
const ASSUMED: Tries = { failed: 1, connected: 9 }
/** The standard normal quantile of 95% confidence, two-sided. */
const Z = 1.96

/**
 * Returns the Wilson score interval of a rate of which `part` of `all` tries are seen; all of 0 to 1 without a try. It is
 * exact enough for a handful of tries, where the usual interval is not: E. B. Wilson, "Probable inference, the law of
 * succession, and statistical inference", Journal of the American Statistical Association 22 (1927), 209–212.
 */
export function wilsonInterval(part: number, all: number): { low: number; high: number } {
  if (all === 0) return { low: 0, high: 1 }
  const rate = part / all
  const centre = rate + Z ** 2 / (2 * all)
  const spread = Z * Math.sqrt((rate * (1 - rate)) / all + Z ** 2 / (4 * all ** 2))
  const scale = 1 + Z ** 2 / all
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) }
}

/**
 * Returns true if the bank is down. An outage begins once it is certain that a third of the tries that usually succeed
 * fail. It ends once it is as certain that a third of the tries since then succeed, which two clients in a row are enough
 * for, or after a quiet time, because clients who are not asked do not try.
 */
export function isBankDown({ isDown, recent, usual, retryAt }: BankTries, now: Instant): boolean {
  const { failed, connected } = recent
  const all = failed + connected
  if (isDown) return wilsonInterval(connected, all).low <= SHARE && now < (retryAt ?? now)
  const usualRate =
    (usual.failed + ASSUMED.failed) / (usual.failed + usual.connected + ASSUMED.failed + ASSUMED.connected)
  return failed >= FEWEST_CLIENTS && wilsonInterval(failed, all).low > usualRate + (1 - usualRate) * SHARE
}

/** Returns the instant at which a bank that is down is tried again if nobody fails before. */
export const retryAfter = (lastFailedAt: Instant): Instant => lastFailedAt + QUIET_MS
