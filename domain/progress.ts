import { type DueMessage, type Instant, STATUSES, type Status, type StepKind } from './situation.ts'

export const MOVE_NAMES = [
  'createOrganisation',
  'touch',
  'expire',
  'giveUp',
  'settleBank',
  'complete',
  'cleanUp',
] as const

/** What the workflow does by itself next. `at` in the past means now. `to` and `n` say which reminder a touch is. */
export type Move = { what: (typeof MOVE_NAMES)[number]; at: Instant; to?: 'client' | 'staff'; n?: number }

/**
 * The part of an onboarding's facts that its workflow needs, as signals carry it and activities return it: some 100 bytes
 * of ids, choices and instants, nothing personal.
 */
export type Progress = {
  seq: number
  run: number
  stage: Status
  /** Required steps that are neither done nor skipped. */
  open: StepKind[]
  next: Move | null
  /** Messages that have not left yet. */
  due: DueMessage[]
}

const ENDS: ReadonlySet<Status> = new Set(['completed', 'cancelled', 'gave_up'])

/** Returns true if the onboarding has ended, though links and sessions may still have to be cleaned up. */
export const hasEnded = ({ stage }: Pick<Progress, 'stage'>): boolean => ENDS.has(stage)

/** Returns true if the run does nothing more by itself until someone reopens the onboarding. */
export const isRunOver = (progress: Pick<Progress, 'stage' | 'next'>): boolean =>
  hasEnded(progress) && progress.next === null

/**
 * Returns true if a value has the shape of a progress. Anybody at the engine can send a signal or end an activity by hand
 * with whatever they type, and a workflow that reads nonsense fails at it again and again.
 */
export function isProgress(value: unknown): value is Progress {
  if (!isObject(value)) return false
  const { seq, run, stage, open, next, due } = value
  return (
    Number.isInteger(seq) &&
    Number.isInteger(run) &&
    STATUSES.some((status) => status === stage) &&
    Array.isArray(open) &&
    (next === null || isMove(next)) &&
    isDueList(due)
  )
}

const isMove = (value: unknown): boolean =>
  isObject(value) && MOVE_NAMES.some((name) => name === value.what) && Number.isFinite(value.at)

/** Returns true for a list of messages that have not left yet. */
export const isDueList = (value: unknown): value is DueMessage[] =>
  Array.isArray(value) &&
  value.every(
    (one) => isObject(one) && typeof one.id === 'string' && (one.channel === 'email' || one.channel === 'sms'),
  )

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
