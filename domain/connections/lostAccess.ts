import { type Facts, type Instant, stepOf } from '../situation.ts'
import type { Waiting } from '../waiting.ts'
import type { LossReason } from './connectionLife.ts'
import {
  type Consent,
  type ConsentSituation,
  consentSituation,
  isHeldBack,
  moveOfConsent,
  SILENT_MS,
} from './consents.ts'

/**
 * A bank's consent, or a ledger that cannot be read any more (`state` is `lost`, `endsAt` since when), as a completed
 * client's row knows it. All instants are on the onboarding's clock.
 */
export type ConnectionFact = Consent & {
  kind: 'bank' | 'books'
  loss: LossReason | null
  /** Until when a colleague leaves the access alone; null if nobody does. */
  snoozedUntil: Instant | null
  /** The name of its bank while that is down; null for one that works, and for a ledger. */
  downBank: string | null
}

/** The part of a lost connection that its sentence says. */
export type LostAccess = Pick<ConnectionFact, 'asked' | 'loss' | 'downBank'> & { is: ConsentSituation }

/** A lost connection as a thing that is waited for. */
type Lost = Waiting & { access: LostAccess }

/**
 * Returns the lost connections of a completed client, at most one bank and one ledger, what is the practice's turn
 * first. A bank is waited for as its consent is (`domain/connections/consents.ts`), but by nobody while it is down;
 * a ledger by the practice, which reconnects it. Of several banks the practice's turn leads, then the earliest. Left
 * out is what a colleague snoozed, and a step that was skipped afterwards.
 */
export function lostAccess(facts: Pick<Facts, 'connections' | 'steps' | 'erased'>, now: Instant): Lost[] {
  if (facts.erased) return []
  const lost = (facts.connections ?? [])
    .filter((one) => hasEnded(one, now) && !isLeftAlone(one, now) && !wasSkippedAfter(facts, one))
    .map((one) => (one.kind === 'bank' ? lostBank(one, now) : lostLedger(one, now)))
    .sort((a, b) => Number(b.move === 'practice') - Number(a.move === 'practice') || a.since - b.since)
  return lost.filter((one, n) => lost.findIndex(({ step }) => step === one.step) === n)
}

/** Returns the instants after `now` at which time alone may change what is lost, soonest first. */
export function lossInstants({ connections = [] }: Pick<Facts, 'connections'>, now: Instant): Instant[] {
  return connections
    .flatMap(({ endsAt, snoozedUntil }) => [
      ...(endsAt === null ? [] : [endsAt, endsAt + SILENT_MS]),
      ...(snoozedUntil === null ? [] : [snoozedUntil]),
    ])
    .filter((at) => at > now)
    .sort((a, b) => a - b)
}

const hasEnded = ({ state, endsAt }: ConnectionFact, now: Instant): boolean =>
  state !== 'standing' || (endsAt !== null && endsAt <= now)

const isLeftAlone = ({ snoozedUntil }: ConnectionFact, now: Instant): boolean =>
  snoozedUntil !== null && snoozedUntil > now

/** Returns true if the step was skipped after the connection ended: the practice goes on without it. */
function wasSkippedAfter(facts: Pick<Facts, 'steps'>, { kind, endsAt }: ConnectionFact): boolean {
  const { skippedAt } = stepOf(facts, kind)
  return skippedAt !== null && skippedAt >= (endsAt ?? 0)
}

function lostBank(one: ConnectionFact, now: Instant): Lost {
  const is = consentSituation(one, now)
  const { asked, loss, downBank } = one
  const endedAt = one.endsAt ?? now
  return {
    blockedBy: 'access_ended',
    move: isHeldBack(is, downBank !== null) ? 'bank' : (moveOfConsent(is) ?? 'practice'),
    // The turn is the practice's only since the client was silent for so long.
    since: is === 'expired_long' ? endedAt + SILENT_MS : endedAt,
    step: 'bank',
    reason: null,
    access: { is, asked, loss, downBank },
  }
}

const lostLedger = ({ asked, loss, endsAt, downBank }: ConnectionFact, now: Instant): Lost => ({
  blockedBy: 'sign_in_lost',
  move: 'practice',
  since: endsAt ?? now,
  step: 'books',
  reason: null,
  access: { is: 'lost', asked, loss, downBank },
})
