import type { Living } from '../domain/connections/connectionLife.ts'
import { sendWords } from '../domain/engineWords.ts'
import type { DueMessage } from '../domain/messageFacts.ts'
import type { Progress } from '../domain/progress.ts'

/** Everything that code outside may use of the workflows: names, ids, inputs, the signal and the queues. */
export const ONBOARDING_WORKFLOW = 'onboarding'
export const SITUATION_CHANGED = 'situationChanged'

export const QUEUE = 'embark'
export const MAIL_QUEUE = 'embark-mail'
export const SMS_QUEUE = 'embark-sms'

const QUEUE_OF = { email: MAIL_QUEUE, sms: SMS_QUEUE } as const

/**
 * Returns the queue of a channel's sends, their summary in the engine, and their priority (lower goes first): messages
 * that somebody waits for go before others. Within a priority, practices take turns by the workflow's fairness key.
 */
export const carriedBy = (channel: DueMessage['channel'], due: DueMessage[]) => ({
  taskQueue: QUEUE_OF[channel],
  priority: { priorityKey: due.every(({ patient }) => patient) ? 4 : 2 },
  summary: sendWords(due),
})

/** A run: one workflow execution of one onboarding. */
export type RunId = { onboardingId: string; run: number }

/** The input of a run. Older runs lack `practiceId`; their activities look it up. */
export type OnboardingInput = RunId & { practiceId?: string }

/** Returns the workflow id of a run. */
export const workflowIdOf = (onboardingId: string, run: number): string => `onboarding-${onboardingId}-${run}`

/** Returns the run that a workflow id names, or null for an id of another kind. */
export function runOfWorkflowId(workflowId: string): RunId | null {
  const [, onboardingId, run] = /^onboarding-([0-9a-f-]{36})-(\d+)$/.exec(workflowId) ?? []
  return onboardingId ? { onboardingId, run: Number(run) } : null
}

export type SituationChangedArgs = [Progress]

export const CONNECTION_WORKFLOW = 'connection'
export const CONNECTION_CHANGED = 'connectionChanged'

/** Returns the workflow id of a bank connection or a sign-in. */
export const workflowIdOfLiving = ({ of, id }: Pick<Living, 'of' | 'id'>): string =>
  `${of === 'consent' ? 'consent' : 'sign-in'}-${id}`
