import type { DueMessage } from './messageFacts.ts'
import { type Instant, isEnd, STATUSES, type Status, type StepKind } from './situation.ts'

/** The names of moves. Recorded histories hold them, so a reminder is still called `touch` here. */
export const MOVE_NAMES = [
  'createOrganisation',
  'touch',
  'expire',
  'giveUp',
  'settleBank',
  'complete',
  'cleanUp',
] as const

/** The workflow's next move. An `at` in the past means now. `to` and `n` identify the reminder. */
export type Move = { what: (typeof MOVE_NAMES)[number]; at: Instant; to?: 'client' | 'staff'; n?: number }

/**
 * The part of the facts that the workflow needs. Signals carry it and activities return it: about 100 bytes of ids,
 * choices and instants, nothing personal.
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

/** Returns true if the onboarding has ended. Links and sessions may still need cleaning up. */
export const hasEnded = ({ stage }: Pick<Progress, 'stage'>): boolean => isEnd(stage)

/** Returns true if the run does nothing more until someone reopens the onboarding. */
export const isRunOver = (progress: Pick<Progress, 'stage' | 'next'>): boolean =>
  hasEnded(progress) && progress.next === null

/**
 * Returns true if a value has the shape of a progress. A person at the engine can send any signal or complete an
 * activity by hand, and a workflow that reads a wrong shape would fail again and again.
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

/** Returns true for a list of due messages. */
export const isDueList = (value: unknown): value is DueMessage[] =>
  Array.isArray(value) &&
  value.every(
    (one) => isObject(one) && typeof one.id === 'string' && (one.channel === 'email' || one.channel === 'sms'),
  )

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
