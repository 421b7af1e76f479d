import { CancellationScope } from '@temporalio/workflow'
import { hasEnded, isRunOver, type Progress } from '../domain/progress.ts'
import type { OnboardingInput } from './contract.ts'
import { Run } from './run.ts'

/**
 * Carries one run of one onboarding through. Each line waits until the row says that its stage is reached; meanwhile
 * `Run` makes the moves that fall due (reminders, expiry, a look at the bank, a clean-up) and sends the messages that are
 * due. A stage that is reached already returns at once, so a run can be started at any point of any onboarding.
 *
 * The row decides everything, so a cancellation requested at the engine changes nothing.
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

/** The invitation has left on every channel, or the client accepted by a copied link before. */
const isInvitationSent = (progress: Progress): boolean => progress.due.length === 0 || isAccepted(progress)

/** The client accepted, or nobody is invited. Expired and declined are no ends: the invitation may be sent again. */
const isAccepted = ({ stage }: Progress): boolean => !['creating', 'invited', 'expired', 'declined'].includes(stage)

/** Bank, accounting software and matching are done or skipped. */
const isConnected = (progress: Progress): boolean => progress.open.length === 0 || hasEnded(progress)
