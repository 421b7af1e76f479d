import { type Facts, isActionable, type Step, type StepReason, stateOf } from '../situation.ts'

/** The progress of a step, as lists show it. */
export const PROGRESSES = [
  'not_started',
  'at_provider',
  'processing',
  'signatory',
  'unconfirmed',
  'more_banks',
  'choose_organisation',
  'check_organisation',
  'matching',
  'stopped',
  'failed',
  'lost',
  'expiring',
  'connected',
  'done',
  'skipped',
  'not_needed',
] as const
export type Progress = (typeof PROGRESSES)[number]

/** Reasons by which the client or time ended the step, not the provider. */
const STOPPED = new Set<StepReason>(['stopped', 'cancelled', 'nothing_chosen', 'unconfirmed'])

/** The progress of a done step by its connection. `none`: it was marked done by hand, or is the mapping. */
const OF_CONNECTION = {
  none: 'done',
  stands: 'connected',
  ends_soon: 'expiring',
  lost: 'lost',
  stopped: 'stopped',
} as const satisfies Record<string, Progress>
export type StepConnection = keyof typeof OF_CONNECTION

/** Returns the progress of a step. `connection`: the best of those that it has. */
export function progressOf(facts: Pick<Facts, 'steps'>, step: Step, connection: StepConnection): Progress {
  if (step.skippedAt !== null)
    return step.skippedBecause === 'nothing_to_do' || step.way === 'none' ? 'not_needed' : 'skipped'
  if (stateOf(step) === 'done') return OF_CONNECTION[connection]
  if (step.phase !== null) return step.phase
  if (step.failedAt !== null) return step.reason !== null && STOPPED.has(step.reason) ? 'stopped' : 'failed'
  return step.kind === 'mapping' && isActionable(facts, 'mapping') ? 'matching' : 'not_started'
}
