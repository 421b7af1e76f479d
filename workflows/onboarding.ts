import { CancellationScope } from '@temporalio/workflow'
import { hasEnded, isRunOver, type Progress } from '../domain/progress.ts'
import { isUnanswered } from '../domain/situation.ts'
import type { OnboardingInput } from './contract.ts'
import { Run } from './run.ts'

/**
 * Carries one run of one onboarding through. Each line waits until the row reaches its stage; meanwhile `Run` makes due
 * moves (reminders, expiry, polls of the bank, clean-up) and sends due messages. A stage that is already reached
 * returns at once, so that a run can start at any point of an onboarding. The row decides everything, so a cancellation
 * at the engine changes nothing.
 */
export const onboarding = (input: OnboardingInput): Promise<void> =>
  CancellationScope.nonCancellable(async () => {
    const run = new Run(input)
    await run.createOrganisation()
    await run.until(isInvitationSent)
    await run.until(isAccepted)
    await run.until(isConnected)
    await run.until(hasEnded)
    await run.until(isRunOver)
    await run.drain()
  })

/** True if the invitation has left on every channel, or the client accepted before through a copied link. */
const isInvitationSent = (progress: Progress): boolean => progress.due.length === 0 || isAccepted(progress)

/** True if the client accepted or nobody is invited. After expired and declined a new invitation may follow. */
const isAccepted = ({ stage }: Progress): boolean => !isUnanswered(stage)

/** True if bank, books and mapping are done or skipped, or the onboarding has ended. */
const isConnected = (progress: Progress): boolean => progress.open.length === 0 || hasEnded(progress)
