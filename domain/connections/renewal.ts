import { hourOfDay, startOfDay } from '../calendar.ts'
import { DAY_MS, type Instant } from '../situation.ts'
import { CONFIRM_MS, type Consent, canBeAsked, consentSituation } from './consents.ts'

/** The days, counted from the one on which the access ends, on which the client is asked to confirm it. */
const ASK_DAYS = [-14, -7, -2, 0, 7]
/** The hour of asking, in the practice's zone. */
const ASK_HOUR = 10
/** A message that is sent in this time before the end begins with the end. */
export const LAST_ASK_MS = 3 * DAY_MS

/**
 * A consent with a computed end. `asksMade`: how many of its instants for asking are over. `downUntil`: the instant, on its
 * clock, before which nobody is asked because its bank is down; none for a bank that works.
 */
export type Asking = {
  accessUntil: Instant
  givenAt: Instant
  asksMade: number
  zone: string
  downUntil?: Instant | null
}

const instantsOf = ({ accessUntil, zone }: Asking): Instant[] =>
  ASK_DAYS.map((days) => hourOfDay(accessUntil, zone, days, ASK_HOUR))

/**
 * Returns the instant at which the client is asked next; null after the last. Those before the consent are left out, and one
 * while its bank is down waits.
 */
export function nextAsk(asking: Asking): Instant | null {
  const next = instantsOf(asking).find((at, n) => n >= asking.asksMade && at > asking.givenAt)
  return next === undefined ? null : Math.max(next, asking.downUntil ?? next)
}

/** Returns the value of `asksMade` after asking at `now`. What was missed, or falls within a day, is not asked for again. */
export const asksMadeAt = (asking: Asking, now: Instant): number =>
  Math.max(asking.asksMade, instantsOf(asking).filter((at) => at <= now + DAY_MS).length)

/** Returns the consents that one message asks for together: those whose next instant is over or comes within a day. */
export const askedTogether = <A extends Asking>(consents: readonly A[], now: Instant): A[] =>
  consents.filter((one) => !one.downUntil && (nextAsk(one) ?? Number.POSITIVE_INFINITY) <= now + DAY_MS)

/** The reasons for which many clients asked at once leave a consent out. `not_due`: its end is far. */
export const NOT_ASKED = ['not_due', 'stopped', 'asked_today', 'bank_down'] as const
export type NotAsked = (typeof NOT_ASKED)[number]

/** Returns the reason for which a consent is left out when many are asked about; null if its client is asked. */
export function whyNotAsked(
  consent: Consent & { askedAt: Instant | null; downUntil?: Instant | null; zone: string },
  now: Instant,
): NotAsked | null {
  if (!canBeAsked(consentSituation(consent, now))) return consent.state === 'stopped' ? 'stopped' : 'not_due'
  const { askedAt, downUntil, zone } = consent
  if (downUntil) return 'bank_down'
  return askedAt !== null && askedAt >= startOfDay(now, zone) ? 'asked_today' : null
}

/** The ways in which providers renew a consent: a new end by a visit to their page, or only a new connection. */
export type Renewable = 'update' | 'new_connection'

/**
 * The ways to renew a consent. `confirm`: a yes on our page. `visit`: a yes, and an approval at the provider, which
 * keeps the connection. `reconnect`: a yes, and a new connection, which replaces this one.
 */
export type RenewalWay = 'confirm' | 'visit' | 'reconnect'

/** `endsThere`: the end that the provider sets; null if none. `isCut`: it was ended before its computed end. */
export function renewalWay(
  can: Renewable,
  { accessUntil, endsThere, isCut }: { accessUntil: Instant | null; endsThere: Instant | null; isCut: boolean },
): RenewalWay {
  if (can === 'new_connection') return 'reconnect'
  const goesOn = endsThere === null || (accessUntil !== null && endsThere >= accessUntil + DAY_MS)
  return goesOn && !isCut ? 'confirm' : 'visit'
}

/** Returns true if the client can answer now: they were asked, the end is near, or it has come. */
export const isToConfirm = (
  { accessUntil, askedAt }: { accessUntil: Instant | null; askedAt: Instant | null },
  now: Instant,
): boolean => askedAt !== null || (accessUntil !== null && accessUntil - now <= CONFIRM_MS)

/** Returns the end of a consent that is confirmed at `now` for so many days; the provider may set an earlier one. */
export const renewedUntil = (now: Instant, days: number, endsThere: Instant | null): Instant =>
  Math.min(now + days * DAY_MS, endsThere ?? Number.POSITIVE_INFINITY)

/** The ways in which clients agree when a colleague confirms for them, as the end of a sentence. */
export const AGREED_BY = { phone: 'by phone', meeting: 'in a meeting', email: 'by email', letter: 'by letter' } as const
export type AgreedBy = keyof typeof AGREED_BY

/** A colleague's confirmation for a client: how and on which day (`2026-03-03`) the client agreed, and what allows it. */
export type ForClient = { how: AgreedBy; agreedOn: string; allowing: Allowing }

/** `isOn`: the practice's choice. `isDue`: the client could answer now. */
export type Allowing = { isOn: boolean; isDue: boolean; way: RenewalWay }

/** The reason for which a colleague cannot confirm for a client. */
export type NotForClient = 'confirming_off' | 'bank_needs_client' | 'nothing_to_confirm'

/** Returns why a colleague cannot confirm for a client; null if they can. A bank that must be visited needs the client. */
export function refusalForClient({ isOn, isDue, way }: Allowing): NotForClient | null {
  if (!isOn) return 'confirming_off'
  if (!isDue) return 'nothing_to_confirm'
  return way === 'confirm' ? null : 'bank_needs_client'
}
