import type { LostAccess } from './connections/lostAccess.ts'
import { banksAskedFor, banksWaitedFor } from './connections/severalBanks.ts'
import type { Blocker, Mover } from './describe.ts'
import { stepActionableSince, UNTOUCHED_FAILURE_MS } from './reminders.ts'
import { type Facts, type Instant, isActionable, type Step, type StepKind, type StepReason } from './situation.ts'

/** One thing that is waited for. `step` and `reason` are null if it is not a step. */
export type Waiting = {
  blockedBy: Blocker
  move: Mover
  since: Instant
  step: StepKind | null
  reason: StepReason | null
  /** The state of a completed client's lost connection; absent for anything else. */
  access?: LostAccess
}

/** The blockers that only staff can resolve or should check, whoever has the move. */
export const NEEDS_STAFF: readonly Blocker[] = [
  'bounced',
  'blocked',
  'sms_failed',
  'send_unknown',
  'expired',
  'declined',
  'signatory',
  'bank_down',
  'bank_failed_old',
  'wrong_org',
  'already_linked',
  'permission',
  'lost',
  'mapping',
  'access_ending',
  'sign_in_lost',
]

/** The reasons for which a failed bank needs staff at once. A client who stopped needs them only after 48 hours. */
const FAILED_AT_THE_BANK = new Set<StepReason | null>(['refused', 'no_accounts', 'unavailable', 'unconfirmed'])

/** The blockers that need staff once they are the practice's move. */
const TURNING: readonly (Blocker | null)[] = ['access_ended', 'another_bank', 'more_banks']

type Needing = { blockedBy: Blocker | null; move: Mover | null; reason: StepReason | null }

/** Returns true if staff have to act on or should check the blocker. */
export function needsStaff({ blockedBy, move, reason }: Needing): boolean {
  if (TURNING.includes(blockedBy)) return move === 'practice'
  if (blockedBy === 'bank_failed') return FAILED_AT_THE_BANK.has(reason)
  return blockedBy !== null && NEEDS_STAFF.includes(blockedBy)
}

/**
 * Returns the open steps as things to wait for, the most pressing first: those that need staff, then failed ones, then
 * by move: practice, client, others.
 */
export function openSteps(facts: Facts, now: Instant): Waiting[] {
  const steps = facts.steps
    .filter((step) => step.required && isActionable(facts, step.kind))
    .map((step) => ({ ...stepBlocker(facts, step, now), step: step.kind, reason: step.reason }))
  return [...steps, ...anotherBank(facts)].sort((a, b) => rankOf(a) - rankOf(b))
}

/** Returns the banks that are awaited beside those shared, as one thing to wait for; empty for none. */
function anotherBank(facts: Facts): Waiting[] {
  const what = { blockedBy: 'another_bank', step: null, reason: null } as const
  const asks = banksAskedFor(facts)
  const [asked] = asks
  // A client who is asked for nothing but banks that are down is not reminded.
  const downSince = asks.map((one) => one.downSince && Math.max(one.downSince, one.askedAt))
  if (asked && areAll(downSince))
    return [{ ...what, blockedBy: 'bank_down', move: 'bank', since: Math.max(...downSince) }]
  if (asked) return [{ ...what, move: 'client', since: asked.askedAt }]
  // A client who said no to the practice is not asked: the practice decides.
  const [stopped] = banksWaitedFor(facts)
  return stopped ? [{ ...what, move: 'practice', since: stopped.stoppedAt ?? stopped.askedAt }] : []
}

const areAll = (instants: (Instant | null | undefined)[]): instants is Instant[] => instants.every((at) => at != null)

function rankOf(one: Waiting): number {
  const trouble = needsStaff(one) ? 0 : one.blockedBy === 'bank_failed' ? 1 : 2
  const turn = one.move === 'practice' ? 0 : one.move === 'client' ? 1 : 2
  return trouble * 3 + turn
}

type Blocked = Pick<Waiting, 'blockedBy' | 'move' | 'since'>

function stepBlocker(facts: Facts, step: Step, now: Instant): Blocked {
  const since = stepActionableSince(facts, step.kind)
  const { owner } = step
  if (step.kind === 'mapping') return { blockedBy: 'mapping', move: 'practice', since }
  if (step.phase === 'lost' && step.reason !== 'bank_down') return lost(step, since)
  if (step.kind === 'bank') return bankBlocker(step, since, now)
  const at = step.failedAt ?? step.startedAt ?? since
  if (step.phase === 'choose_organisation') return { blockedBy: 'choose_org', move: owner, since: at }
  if (step.phase === 'check_organisation') return { blockedBy: 'wrong_org', move: 'practice', since: at }
  if (step.reason === 'permission') return { blockedBy: 'permission', move: owner, since: at }
  if (step.reason === 'already_linked') return { blockedBy: 'already_linked', move: 'practice', since: at }
  if (step.way === 'by_hand') return { blockedBy: 'manual_books', move: 'practice', since }
  // A client who connects the books says at the same time which software that is.
  if (step.way === 'find_out' && owner === 'practice') return { blockedBy: 'software_unknown', move: owner, since }
  return { blockedBy: 'books', move: owner, since }
}

/** Returns the blocker of a lost step. A client who stopped sharing the bank is not asked: the practice decides. */
function lost(step: Step, since: Instant): Blocked {
  const move = step.kind === 'bank' && step.reason === 'stopped' ? 'practice' : step.owner
  return { blockedBy: 'lost', move, since: step.failedAt ?? since }
}

function bankBlocker(step: Step, since: Instant, now: Instant): Blocked {
  const started = step.startedAt ?? since
  if (step.phase === 'more_banks') {
    // A client who said no to the practice is not asked: the practice decides.
    const isAsked = step.reason !== 'stopped'
    return {
      blockedBy: 'more_banks',
      move: isAsked ? 'client' : 'practice',
      since: (isAsked ? null : step.failedAt) ?? since,
    }
  }
  if (step.phase === 'at_provider') return { blockedBy: 'at_bank', move: 'client', since: started }
  if (step.phase === 'unconfirmed') return { blockedBy: 'bank_unconfirmed', move: 'client', since: started }
  if (step.phase === 'signatory') return { blockedBy: 'signatory', move: 'client', since: started }
  if (step.phase === 'processing') return { blockedBy: 'processing', move: 'bank', since: started }
  if (step.failedAt === null) return { blockedBy: 'bank', move: 'client', since }
  if (now >= step.failedAt + UNTOUCHED_FAILURE_MS) {
    return { blockedBy: 'bank_failed_old', move: 'practice', since: step.failedAt + UNTOUCHED_FAILURE_MS }
  }
  if (step.reason === 'bank_down') return { blockedBy: 'bank_down', move: 'bank', since: step.failedAt }
  return { blockedBy: 'bank_failed', move: 'client', since: step.failedAt }
}
