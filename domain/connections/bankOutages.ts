import { wilson } from '../metrics/wilson.ts'
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

/** Returns the least rate that is certain after `part` of `all` tries. */
const leastRate = (part: number, all: number): number => wilson(part, all)?.low ?? 0

/**
 * Returns true if the bank is down. An outage begins once it is certain that a third of the tries that usually succeed
 * fail. It ends once it is as certain that a third of the tries since then succeed, which two clients in a row are enough
 * for, or after a quiet time, because clients who are not asked do not try.
 */
export function isBankDown({ isDown, recent, usual, retryAt }: BankTries, now: Instant): boolean {
  const { failed, connected } = recent
  const all = failed + connected
  if (isDown) return leastRate(connected, all) <= SHARE && now < (retryAt ?? now)
  const usualRate =
    (usual.failed + ASSUMED.failed) / (usual.failed + usual.connected + ASSUMED.failed + ASSUMED.connected)
  return failed >= FEWEST_CLIENTS && leastRate(failed, all) > usualRate + (1 - usualRate) * SHARE
}

/** Returns the instant at which a bank that is down is tried again if nobody fails before. */
export const retryAfter = (lastFailedAt: Instant): Instant => lastFailedAt + QUIET_MS
