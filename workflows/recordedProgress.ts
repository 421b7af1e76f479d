import { earliestMove, type Waits } from '../domain/earliestMove.ts'
import type { DueMessage } from '../domain/messageFacts.ts'
import { isDueList, isObject, isProgress, type Progress } from '../domain/progress.ts'
import { type Instant, type Instants, type StepKind, statusOf } from '../domain/situation.ts'

/** The former content of signals and activity results, which older histories contain. */
type RecordedSituation = {
  seq: number
  run: number
  instants: Instants
  deadlines: Pick<Waits, 'expiresAt' | 'giveUpAt' | 'settleAt'>
  nextTouch: Waits['nextReminder']
  steps: { kind: StepKind; required: boolean; state: 'open' | 'done' | 'skipped' }[]
  due: DueMessage[]
}

/** Returns the progress in a signal or an activity's result; null for any other shape. */
export function readProgress(value: unknown, now: Instant): Progress | null {
  if (isProgress(value)) return value
  if (!isRecordedSituation(value)) return null
  const { seq, run, instants, deadlines, nextTouch, steps, due } = value
  const open = steps.filter((step) => step.required && step.state === 'open').map(({ kind }) => kind)
  const next = earliestMove({ instants, open, nextReminder: nextTouch, ...deadlines }, now)
  return { seq, run, stage: statusOf(instants), open, next, due }
}

function isRecordedSituation(value: unknown): value is RecordedSituation {
  if (!isObject(value)) return false
  const { seq, run, instants, deadlines, steps, due } = value
  const areObjects = isObject(instants) && isObject(deadlines)
  return Number.isInteger(seq) && Number.isInteger(run) && areObjects && Array.isArray(steps) && isDueList(due)
}
