import { DAY_MS, type Instant } from '../situation.ts'

/** The states of a bank's consent. `stopped`: by the client, on our pages. `lost`: before its end, at the bank. */
export const CONSENT_STATES = ['standing', 'expired', 'stopped', 'lost'] as const
export type ConsentState = (typeof CONSENT_STATES)[number]

/**
 * The states of a request to confirm. `opened`: they pressed something on the page, and did not finish. `bounced`:
 * no message reached them. `unreached`: no address was left to ask.
 */
export const ASKED_STATES = ['not_asked', 'asked', 'opened', 'bounced', 'unreached'] as const
export type AskedState = (typeof ASKED_STATES)[number]

/** The facts that decide whose turn it is. `endsAt`: the end to come or that came; null if the provider sets none. */
export type Consent = { state: ConsentState; endsAt: Instant | null; asked: AskedState }

/** A part of time, relative to now: later than `after`, and not later than `upTo`. */
export type Span = { after: number; upTo: number }

export const CONSENT_SITUATIONS = [
  'working',
  'to_confirm',
  'opened',
  'bounced',
  'unanswered',
  'expired',
  'expired_long',
  'stopped',
  'lost',
] as const
export type ConsentSituation = (typeof CONSENT_SITUATIONS)[number]

/** The turns that a consent can wait for. */
export const CONSENT_MOVES = ['client', 'practice'] as const
export type ConsentMove = (typeof CONSENT_MOVES)[number]

const EVER = Number.POSITIVE_INFINITY
const ALWAYS: Span = { after: -EVER, upTo: EVER }
const UNREACHED: AskedState[] = ['bounced', 'unreached']
const REACHED: AskedState[] = ['not_asked', 'asked', 'opened']

/** The time before its end from which a consent can be confirmed. */
export const CONFIRM_MS = 14 * DAY_MS
/** The time before the end in which somebody has to call. */
export const CALL_MS = 2 * DAY_MS
/** The days after the end from which somebody has to call. */
export const SILENT_MS = 7 * DAY_MS

/** The conditions of a situation. `asked`: what became of asking; absent if it does not matter. */
export type ConsentPart = { states: ConsentState[]; ends: Span; asked?: AskedState[] }

/**
 * The situations of a consent: its states, when it ends, what became of asking, and whose turn it is. Every consent is in
 * exactly one at every instant. The database finds rows by this table, too.
 */
const SITUATION: Record<ConsentSituation, ConsentPart & { move: ConsentMove | null }> = {
  working: { states: ['standing'], ends: { after: CONFIRM_MS, upTo: EVER }, move: null },
  to_confirm: {
    states: ['standing'],
    ends: { after: CALL_MS, upTo: CONFIRM_MS },
    asked: ['not_asked', 'asked'],
    move: 'client',
  },
  opened: { states: ['standing'], ends: { after: CALL_MS, upTo: CONFIRM_MS }, asked: ['opened'], move: 'client' },
  bounced: {
    states: ['standing', 'expired'],
    ends: { after: -SILENT_MS, upTo: CONFIRM_MS },
    asked: UNREACHED,
    move: 'practice',
  },
  unanswered: { states: ['standing'], ends: { after: 0, upTo: CALL_MS }, asked: REACHED, move: 'practice' },
  expired: {
    states: ['standing', 'expired'],
    ends: { after: -SILENT_MS, upTo: 0 },
    asked: REACHED,
    move: 'client',
  },
  expired_long: { states: ['standing', 'expired'], ends: { after: -EVER, upTo: -SILENT_MS }, move: 'practice' },
  stopped: { states: ['stopped'], ends: ALWAYS, move: 'practice' },
  lost: { states: ['lost'], ends: ALWAYS, move: 'practice' },
}

/** Returns the situation of a consent at `now`. */
export function consentSituation({ state, endsAt, asked }: Consent, now: Instant): ConsentSituation {
  const left = (endsAt ?? EVER) - now
  // An ended one has ended, whatever another clock says.
  const ends = state === 'standing' ? left : Math.min(left, 0)
  const found = CONSENT_SITUATIONS.find((name) => {
    const { states, ends: span, asked: so = ASKED_STATES } = SITUATION[name]
    return states.includes(state) && ends > span.after && ends <= span.upTo && so.includes(asked)
  })
  if (!found) throw new Error('a consent without a situation')
  return found
}

/** Returns whose turn it is; null if nobody has to act. */
export const moveOfConsent = (situation: ConsentSituation): ConsentMove | null => SITUATION[situation].move

/** Returns true if it would be the client's turn, who is not asked while the bank is down. */
export const isHeldBack = (situation: ConsentSituation, isDown: boolean): boolean =>
  isDown && moveOfConsent(situation) === 'client'

/** Returns true if the client can be asked to confirm: the end is near or has come. What they stopped is talked about first. */
export const canBeAsked = (situation: ConsentSituation): boolean => situation !== 'working' && situation !== 'stopped'

/** Returns what makes it somebody's turn. */
export const consentsWaitingFor = (move: ConsentMove): ConsentPart[] =>
  CONSENT_SITUATIONS.map((name) => SITUATION[name]).filter((one) => one.move === move)

export const CONSENT_VIEWS = ['act_now', 'next_30_days', 'ended', 'all'] as const
export type ConsentView = (typeof CONSENT_VIEWS)[number]

/** The end of the time span whose consents someone has to act on now. */
const SOON_MS = 7 * DAY_MS

/**
 * The parts of the views. What is the practice's turn is to be acted on now. An access that ended a month ago is no work
 * any more: its connection is not looked at any more either.
 */
export const PARTS_OF_VIEW: Record<ConsentView, Omit<ConsentPart, 'states'>[]> = {
  act_now: [
    { ends: { after: -30 * DAY_MS, upTo: SOON_MS } },
    { ends: { after: SOON_MS, upTo: CONFIRM_MS }, asked: UNREACHED },
  ],
  next_30_days: [{ ends: { after: 0, upTo: 30 * DAY_MS } }],
  ended: [{ ends: { after: -EVER, upTo: 0 } }],
  all: [{ ends: ALWAYS }],
}

/** Returns true for a view that leaves out what a colleague has snoozed, until the snooze ends. */
export const hidesSnoozed = (view: ConsentView): boolean => view === 'act_now'
