import { DAY_MS, type Facts, type Instant, type Step, type StepKind, type StepOwner } from '../../domain/situation.ts'
import type { Beginning } from './recorded.ts'

/** Returns the facts of an onboarding that was just created: nothing has happened, and some steps are skipped. */
export function factsOf(id: string, beginning: Beginning): Facts {
  const { createdAt, steps, contact } = beginning
  const skipsMapping = steps.bank === 'skip' || steps.books === 'skip'
  return {
    id,
    seq: 1,
    run: 1,
    instants: {
      created: createdAt,
      provisioned: null,
      invited: null,
      accepted: null,
      declined: null,
      expired: null,
      completed: null,
      cancelled: null,
      gaveUp: null,
      cleaned: null,
    },
    expiresAt: null,
    snoozedUntil: null,
    lastActAt: createdAt,
    settleAt: null,
    sentAt: null,
    invitation: null,
    steps: [
      step('bank', 'client', steps.bank === 'skip' ? 'not_needed' : null, createdAt),
      step(
        'books',
        steps.books === 'client' ? 'client' : 'practice',
        steps.books === 'skip' ? 'not_needed' : null,
        createdAt,
      ),
      step('mapping', 'practice', skipsMapping ? 'nothing_to_do' : null, createdAt),
    ],
    messages: [],
    reminded: { client: null, staff: null },
    hasContact: contact !== null,
    // A life is copied to other times of the year, where its days must not change by an hour.
    zone: 'UTC',
    policy: { windowMs: beginning.windowDays * DAY_MS, giveUpAfterMs: beginning.giveUpDays * DAY_MS },
  }
}

function step(kind: StepKind, owner: StepOwner, skippedBecause: Step['skippedBecause'], createdAt: Instant): Step {
  return {
    kind,
    owner,
    required: true,
    openedAt: null,
    startedAt: null,
    doneAt: null,
    skippedAt: skippedBecause ? createdAt : null,
    skippedBecause,
    failedAt: null,
    phase: null,
    reason: null,
  }
}
