import { isAwaited, isDue } from './messages.ts'
import {
  type DueMessage,
  EXPIRY_GRACE_MS,
  type Facts,
  type Instant,
  isReadyToComplete,
  type MessageFact,
  type Situation,
  stateOf,
  statusOf,
  UNDO_MS,
} from './situation.ts'
import { nextTouch } from './touches.ts'

/** What the workflow does next by itself. `at` in the past means now. */
export type Move = {
  what: 'createOrganisation' | 'touch' | 'expire' | 'giveUp' | 'settleBank' | 'complete' | 'cleanUp'
  at: Instant
}

/** The situation as it is told to the workflow. Its `nextTouch` is worked out as of `now`. */
export function situationOf(facts: Facts, now: Instant): Situation {
  const { instants } = facts
  const status = statusOf(instants)
  const touch = nextTouch(facts, now)
  return {
    seq: facts.seq,
    run: facts.run,
    instants,
    deadlines: {
      expiresAt: facts.expiresAt,
      snoozedUntil: facts.snoozedUntil,
      undoUntil: instants.cancelled === null ? null : instants.cancelled + UNDO_MS,
      giveUpAt: status === 'expired' || status === 'declined' ? facts.lastActAt + facts.policy.giveUpAfterMs : null,
      settleAt: facts.settleAt,
    },
    nextTouch: touch && { at: touch.at, kind: touch.kind, n: touch.n },
    steps: facts.steps.map((step) => ({
      kind: step.kind,
      owner: step.owner,
      required: step.required,
      state: stateOf(step),
    })),
    due: facts.messages.filter((m) => isDue(facts, m)).map(dueOf),
  }
}

const dueOf = (message: MessageFact): DueMessage => ({
  id: message.id,
  channel: message.channel,
  ...(!isAwaited(message) && { patient: true as const }),
})

/** The earliest thing that is due, or null when nothing is until a fact comes in. The only place that says so. */
export function nextMove(s: Situation, now: Instant): Move | null {
  const { instants, deadlines } = s
  if (instants.cancelled !== null) {
    return instants.cleaned === null ? { what: 'cleanUp', at: (deadlines.undoUntil ?? instants.cancelled) + 1 } : null
  }
  if (instants.completed !== null) return null
  if (instants.gaveUp !== null) return instants.cleaned === null ? { what: 'cleanUp', at: instants.gaveUp } : null
  if (instants.provisioned === null) return { what: 'createOrganisation', at: instants.created }

  // Before anything that is overdue: a reminder or a look at the bank would only say what is over.
  if (isReadyToComplete(s)) return { what: 'complete', at: now }
  const moves: Move[] = []
  if (deadlines.settleAt !== null) moves.push({ what: 'settleBank', at: deadlines.settleAt })
  if (statusOf(instants) === 'invited' && deadlines.expiresAt !== null) {
    moves.push({ what: 'expire', at: deadlines.expiresAt + EXPIRY_GRACE_MS })
  }
  if (s.nextTouch) moves.push({ what: 'touch', at: s.nextTouch.at })
  if (deadlines.giveUpAt !== null) moves.push({ what: 'giveUp', at: deadlines.giveUpAt })
  return moves.sort((a, b) => a.at - b.at)[0] ?? null
}

/** Whether the run is over: nothing more will be done by itself until someone reopens it. */
export function isOver(s: Pick<Situation, 'instants'>): boolean {
  const { completed, cancelled, gaveUp, cleaned } = s.instants
  return cancelled !== null || gaveUp !== null ? cleaned !== null : completed !== null
}
