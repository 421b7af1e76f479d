import type { Mover } from './describe.ts'
import { DAY_MS, type Instant } from './situation.ts'

/** The states of a bank's consent. `stopped`: by the client, on our pages. `lost`: before its end, at the bank. */
export const CONSENT_STATES = ['standing', 'expired', 'stopped', 'lost'] as const
export type ConsentState = (typeof CONSENT_STATES)[number]

/** The facts that decide whose turn it is. `endsAt`: the end to come or that came; null if the provider sets none. */
export type Consent = { state: ConsentState; endsAt: Instant | null }

/** A part of time, relative to now: later than `after`, and not later than `upTo`. */
export type Span = { after: number; upTo: number }

const EVER = Number.POSITIVE_INFINITY
const ALWAYS: Span = { after: -EVER, upTo: EVER }

/** The time before its end from which a consent can be confirmed. */
export const CONFIRM_MS = 14 * DAY_MS
/** The time before the end in which somebody has to call. */
const CALL_MS = 2 * DAY_MS
/** The days after the end from which somebody has to call. */
const SILENT_MS = 7 * DAY_MS

/**
 * The situations of a consent: its states, when it ends, and whose turn it is. Every consent is in exactly one at every
 * instant. The database finds rows by this table, too.
 */
const SITUATION = {
  working: { states: ['standing'], ends: { after: CONFIRM_MS, upTo: EVER }, move: null },
  to_confirm: { states: ['standing'], ends: { after: CALL_MS, upTo: CONFIRM_MS }, move: 'client' },
  unanswered: { states: ['standing'], ends: { after: 0, upTo: CALL_MS }, move: 'practice' },
  expired: { states: ['standing', 'expired'], ends: { after: -SILENT_MS, upTo: 0 }, move: 'client' },
  expired_long: { states: ['standing', 'expired'], ends: { after: -EVER, upTo: -SILENT_MS }, move: 'practice' },
  stopped: { states: ['stopped'], ends: ALWAYS, move: 'practice' },
  lost: { states: ['lost'], ends: ALWAYS, move: 'practice' },
} satisfies Record<string, { states: ConsentState[]; ends: Span; move: Mover | null }>
export type ConsentSituation = keyof typeof SITUATION
export const CONSENT_SITUATIONS = Object.keys(SITUATION) as [ConsentSituation, ...ConsentSituation[]]

/** The turns that a consent can wait for. */
export const CONSENT_MOVES = ['client', 'practice'] as const
export type ConsentMove = (typeof CONSENT_MOVES)[number]

/** Returns the situation of a consent at `now`. */
export function consentSituation({ state, endsAt }: Consent, now: Instant): ConsentSituation {
  const left = (endsAt ?? EVER) - now
  // An ended one has ended, whatever another clock says.
  const ends = state === 'standing' ? left : Math.min(left, 0)
  const found = CONSENT_SITUATIONS.find((name) => {
    const { states, ends: span } = SITUATION[name]
    return (states as ConsentState[]).includes(state) && ends > span.after && ends <= span.upTo
  })
  if (!found) throw new Error('a consent without a situation')
  return found
}

/** Returns whose turn it is; null if nobody has to act. */
export const moveOfConsent = (situation: ConsentSituation): ConsentMove | null => SITUATION[situation].move

/** Returns true if the client can be asked to confirm: the end is near or has come. What they stopped is talked about first. */
export const canBeAsked = (situation: ConsentSituation): boolean => situation !== 'working' && situation !== 'stopped'

/** Returns the states and spans in which it is somebody's turn. */
export const consentsWaitingFor = (move: ConsentMove): { states: ConsentState[]; ends: Span }[] =>
  CONSENT_SITUATIONS.map((name) => SITUATION[name]).filter((one) => one.move === move)

/**
 * The views of the page by name, in their order, by the end. An access that ended a month ago is no work any more: its
 * connection is not looked at any more either.
 */
const OF_VIEW = {
  act_now: { after: -30 * DAY_MS, upTo: 7 * DAY_MS },
  next_30_days: { after: 0, upTo: 30 * DAY_MS },
  ended: { after: -EVER, upTo: 0 },
  all: ALWAYS,
} satisfies Record<string, Span>
export type ConsentView = keyof typeof OF_VIEW
export const CONSENT_VIEWS = Object.keys(OF_VIEW) as [ConsentView, ...ConsentView[]]
export const spanOfView = (view: ConsentView): Span => OF_VIEW[view]
