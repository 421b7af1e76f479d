import type { Command } from '../commands.ts'
import type { Verb } from '../refusals.ts'
import { type Facts, type Instant, type StepKind, stepOf } from '../situation.ts'
import { allowedAt } from './allowed.ts'
import { decide } from './decide.ts'
import { isPossible } from './refusal.ts'

/** Returns the verbs that staff may use now. The app draws a client's buttons from them. */
export function verbsOf(facts: Facts, now: Instant): Verb[] {
  return allowedAt(facts, now).filter((verb) => verb !== 'accept' && isPossible(facts, verb, now))
}

export const STEP_VERBS = ['connect', 'skip', 'complete', 'reopen', 'hand_over', 'match'] as const
export type StepVerb = (typeof STEP_VERBS)[number]

/** Returns the verbs that staff may use on one step. Each is tried on `decide`, so that buttons and decisions agree. */
export function stepVerbsOf(facts: Facts, step: StepKind, now: Instant): StepVerb[] {
  return STEP_VERBS.filter((verb) => {
    const command = probe(facts, step, verb)
    return command !== null && 'change' in decide(facts, command, now)
  })
}

function probe(facts: Facts, step: StepKind, verb: StepVerb): Command | null {
  const requestId = ''
  switch (verb) {
    case 'connect':
      // Only the account holder connects a bank, through a link.
      return step === 'books' ? { do: 'start_session', sessionId: '', step, provider: '', institution: null } : null
    case 'skip':
      return { do: 'skip_step', requestId, step, reason: 'not_needed' }
    case 'complete':
      return { do: 'complete_step', requestId, step }
    case 'reopen':
      return { do: 'reopen_step', requestId, step }
    case 'hand_over':
      return {
        do: 'hand_over',
        requestId,
        step,
        owner: stepOf(facts, step).owner === 'client' ? 'practice' : 'client',
      }
    case 'match':
      return step === 'mapping' ? { do: 'map', requestId, matched: 0, none: 0 } : null
  }
}
