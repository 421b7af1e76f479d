import { isObject } from '../progress.ts'
import { DAY_MS, HOUR_MS, type Instant, SECOND_MS } from '../situation.ts'

/** The two things that live on after an onboarding: what a client allowed at a bank, and a sign-in at a ledger. */
export const LIVING = ['consent', 'sign_in'] as const
export type LivingKind = (typeof LIVING)[number]

/** One of them, which has a workflow as long as it lives. */
export type Living = { practiceId: string; of: LivingKind; id: string }

/** The reasons for which a connection cannot be read any more. */
const LOSS_REASONS = ['permission', 'expired', 'ended', 'sign_in_ended'] as const
export type LossReason = (typeof LOSS_REASONS)[number]

/** The results of the last look at a connection. A loss is told to staff; one that does not answer is looked at again. */
export const CONNECTION_HEALTHS = ['working', 'unanswered', ...LOSS_REASONS] as const
export type Health = (typeof CONNECTION_HEALTHS)[number]

/** The facts of a bank connection that decide its next move. */
export type ConsentFacts = {
  of: 'consent'
  id: string
  /** True while the connection is not lost, replaced or disconnected. */
  stands: boolean
  /** True if it is lost because its computed end has come. */
  isExpired: boolean
  /** The computed end of the access; null if the provider sets none. */
  accessUntil: Instant | null
  /** The next instant at which its client is asked to confirm it (`domain/connections/renewal.ts`); null after the last. */
  askAt: Instant | null
}

/** The life of a sign-in at one ledger. */
export type SignInLife = {
  /** The days after which it is over if nobody uses it; null if it does not die. */
  unusedDays: number | null
  /** The days between refreshes, where the ledger asks for more of them. */
  refreshDays?: number
}

/** The facts of a ledger sign-in that decide its next move. */
export type SignInFacts = {
  of: 'sign_in'
  id: string
  /** The last time that the ledger gave tokens. */
  usedAt: Instant
  /** The end if it stays unused, as the ledger said; null if it said none. */
  endsIfUnusedAt: Instant | null
  /** The instant at which the ledger said that it is over; null while it lives. */
  endedAt: Instant | null
  /** Refreshes in a row without an answer, and the last of them. */
  failures: number
  triedAt: Instant | null
  /** The connections that rest on it and are not recorded as lost. */
  standing: number
  life: SignInLife
}

/**
 * The next move of a connection's workflow. `askRenewal`: the client is asked to confirm a consent. `endAccess`: the
 * consent has reached its computed end. `reportEnd`: the connections of an ended sign-in are recorded as lost.
 */
export type ConnectionMove = { what: (typeof CONNECTION_MOVES)[number]; at: Instant }
export const CONNECTION_MOVES = ['refresh', 'reportEnd', 'askRenewal', 'endAccess'] as const

/** The difference between the clocks of engine and database that makes no move wait for another waking. */
const CLOCKS_APART_MS = 10 * SECOND_MS

/** Returns true if a move is to be made at `now`. */
export const isDueMove = (move: ConnectionMove | null, now: Instant): boolean =>
  move !== null && move.at <= now + CLOCKS_APART_MS

/** Returns true if a value has the shape of a move: a person at the engine can complete a step by hand. */
export const isConnectionMove = (value: unknown): value is ConnectionMove =>
  isObject(value) && CONNECTION_MOVES.some((name) => name === value.what) && Number.isFinite(value.at)

/** The share of its unused life after which a sign-in is refreshed. The rest is for ledgers that do not answer. */
const SHARE = 0.75
/** The longest time between two refreshes, also of a sign-in that lives for years. */
const MOST_MS = 90 * DAY_MS
/** The shortest, for a sign-in whose end no refresh moves any more. */
const LEAST_MS = HOUR_MS
/** The part of the time until a refresh over which those of one second are spread. */
const SPREAD = 0.05
/** The longest pause after a refresh without an answer. */
const MOST_PAUSE_MS = 4 * DAY_MS

/** Returns the next move, or null if the workflow has nothing more to do. No other code decides this. */
export function nextConnectionMove(facts: ConsentFacts | SignInFacts): ConnectionMove | null {
  if (facts.of === 'consent') return nextConsentMove(facts)
  const { endedAt, standing, failures, triedAt } = facts
  if (endedAt !== null) return standing > 0 ? { what: 'reportEnd', at: endedAt } : null
  const at = refreshAt(facts)
  if (triedAt === null || failures === 0) return { what: 'refresh', at }
  return { what: 'refresh', at: Math.max(at, triedAt + Math.min(HOUR_MS * 2 ** (failures - 1), MOST_PAUSE_MS)) }
}

function nextConsentMove({ stands, isExpired, accessUntil, askAt }: ConsentFacts): ConnectionMove | null {
  if (accessUntil === null || !(stands || isExpired)) return null
  const endsFirst = stands && (askAt === null || accessUntil <= askAt)
  if (endsFirst) return { what: 'endAccess', at: accessUntil }
  return askAt === null ? null : { what: 'askRenewal', at: askAt }
}

/** Returns the instant at which a sign-in ends of disuse, by its ledger's word and its documents; null for never. */
export function endsIfUnused({
  usedAt,
  endsIfUnusedAt,
  life: { unusedDays },
}: Pick<SignInFacts, 'usedAt' | 'endsIfUnusedAt' | 'life'>): Instant | null {
  const documented = unusedDays === null ? Number.POSITIVE_INFINITY : usedAt + unusedDays * DAY_MS
  const end = Math.min(endsIfUnusedAt ?? Number.POSITIVE_INFINITY, documented)
  return end === Number.POSITIVE_INFINITY ? null : end
}

/** The share of its unused life within which a fresh sign-in has to end for its end to be one that no use moves. */
const FIXED_SHARE = 0.9

/** Returns true if a sign-in ends although it is used, as QuickBooks' do after five years: somebody has to sign in again. */
export function hasFixedEnd(facts: Parameters<typeof endsIfUnused>[0]): boolean {
  const { usedAt, endsIfUnusedAt, life } = facts
  return (
    life.unusedDays !== null &&
    endsIfUnusedAt !== null &&
    endsIfUnusedAt < usedAt + life.unusedDays * DAY_MS * FIXED_SHARE
  )
}

function refreshAt(facts: SignInFacts): Instant {
  const { id, usedAt } = facts
  const { refreshDays } = facts.life
  const end = endsIfUnused(facts) ?? Number.POSITIVE_INFINITY
  const most = refreshDays === undefined ? MOST_MS : refreshDays * DAY_MS
  const after = Math.max(Math.min((end - usedAt) * SHARE, most), LEAST_MS)
  return usedAt + Math.floor(after * (1 - SPREAD * placeOf(id)))
}

/** Returns a number from 0 to 1 that is a row's own: its place among rows of the same instant. */
const placeOf = (id: string): number => Number.parseInt(id.slice(-8), 16) / 2 ** 32
