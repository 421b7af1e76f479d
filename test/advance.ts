import { randomUUID } from 'node:crypto'
import { workflowIdOf } from '../workflows/contract.ts'
import type { Harness } from './harness.ts'
import { waitFor } from './waitFor.ts'

/**
 * Lets time pass for one onboarding, for its row and its workflow alike, as if it were the real time: stops at every
 * instant at which something is due on the way and waits until that is done. `byMs` is in ms.
 */
export async function advance(harness: Harness, onboardingId: string, byMs: number): Promise<void> {
  const { owner } = harness
  for (let left = Math.round(byMs); left > 0; ) {
    const [row] = await owner<{ until_wake: number | null; wake_at: Date | null; fact_seq: number }[]>`
      SELECT epoch_ms(wake_at) - epoch_ms(clock_timestamp()) - clock_offset_ms AS until_wake, wake_at, fact_seq
      FROM onboarding WHERE id = ${onboardingId}`
    if (!row) throw new Error('no such onboarding')
    // A little past the instant, so that it has come on the row's clock when the timer fires.
    const untilWake = row.until_wake === null ? null : Math.max(Math.ceil(row.until_wake) + 20, 0)
    const step = untilWake === null || untilWake > left ? left : untilWake
    if (step > 0) await skip(harness, onboardingId, step)
    left -= step
    if (step !== untilWake) continue
    await waitFor(`what was due at ${row.wake_at?.toISOString()}`, async () => {
      const now = await harness.row(onboardingId)
      return now.fact_seq > row.fact_seq
    })
  }
}

/** Moves the row's clock and the workflow's by the same duration, in one jump. Without a workflow only the row's. */
export async function skip(harness: Harness, onboardingId: string, byMs: number): Promise<void> {
  const { owner, temporal, namespace } = harness
  await owner`UPDATE onboarding SET clock_offset_ms = clock_offset_ms + ${byMs} WHERE id = ${onboardingId}`
  const { run } = await harness.row(onboardingId)
  const workflowExecution = { workflowId: workflowIdOf(onboardingId, run) }
  const id = randomUUID()
  const duration = { seconds: Math.floor(byMs / 1000) as never, nanos: (byMs % 1000) * 1_000_000 }
  await temporal.workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution,
    workflowExecutionOptions: { timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration } } },
    updateMask: { paths: ['time_skipping_config'] },
  })
  await waitFor('the time of the workflow to pass', async () => {
    const described = await temporal.workflowService.describeWorkflowExecution({
      namespace,
      execution: workflowExecution,
    })
    const info = described.workflowExtendedInfo?.timeSkippingInfo?.fastForwardInfo
    const running = described.workflowExecutionInfo?.closeTime == null
    return (info?.fastForwardId === id && info.hasCompleted) || !running
  })
}
