import { randomUUID } from 'node:crypto'
import type { temporal } from '@temporalio/proto'
import { workflowIdOf } from '../workflows/contract.ts'
import type { Harness } from './harness.ts'
import { waitFor } from './waitFor.ts'

/**
 * Lets time pass for one onboarding, for its row and its workflow alike, as if it were the real time: stops at every
 * instant at which something is due on the way and waits until that is done. `byMs` is in ms. Needs a running worker.
 */
export async function advance(harness: Harness, onboardingId: string, byMs: number): Promise<void> {
  const { owner } = harness
  await catchUp(harness, onboardingId)
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
    await waitFor(
      `what was due at ${row.wake_at?.toISOString()}`,
      async () => (await harness.row(onboardingId)).fact_seq > row.fact_seq,
    )
  }
}

/** Moves the row's clock and the workflow's by the same duration, in one jump: what fell due comes afterwards. */
export async function skip(harness: Harness, onboardingId: string, byMs: number): Promise<void> {
  await harness.owner`UPDATE onboarding SET clock_offset_ms = clock_offset_ms + ${byMs} WHERE id = ${onboardingId}`
  await catchUp(harness, onboardingId)
}

/**
 * Brings the workflow of the present run to the row's time, and waits until it is there. A run that was started on a
 * shifted row begins at the real time and is late until then. Nothing happens where no workflow runs.
 */
export async function catchUp(harness: Harness, onboardingId: string): Promise<void> {
  const { namespace } = harness
  const service = harness.temporal.workflowService
  const { run, clock_offset_ms } = await harness.row(onboardingId)
  const execution = { workflowId: workflowIdOf(onboardingId, run) }
  const described = await service.describeWorkflowExecution({ namespace, execution }).catch(() => null)
  if (!described || hasEnded(described)) return
  const shifted = described.workflowExtendedInfo?.timeSkippingInfo?.currentTime
  const byMs = Number(clock_offset_ms) + Date.now() - (msOf(shifted) ?? Date.now())
  // Two describes differ by the time between them.
  if (byMs < 10) return

  const id = randomUUID()
  const duration = { seconds: Math.floor(byMs / 1000) as never, nanos: Math.floor((byMs % 1000) * 1_000_000) }
  try {
    await service.updateWorkflowExecutionOptions({
      namespace,
      workflowExecution: execution,
      workflowExecutionOptions: { timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration } } },
      updateMask: { paths: ['time_skipping_config'] },
    })
  } catch (error) {
    if (error instanceof Error && error.message.includes('already completed')) return
    throw error
  }
  await waitFor('the time of the workflow to pass', async () => {
    const now = await service.describeWorkflowExecution({ namespace, execution })
    // Skipping is switched off by the server itself when it has arrived.
    const config = now.workflowExtendedInfo?.timeSkippingInfo?.effectiveConfig
    return (config?.fastForwardConfig?.id === id && !config.enabled) || hasEnded(now)
  })
}

type Described = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse

const hasEnded = (described: Described) => described.workflowExecutionInfo?.closeTime != null

function msOf(timestamp: { seconds?: unknown; nanos?: number | null } | null | undefined): number | null {
  return timestamp ? Number(timestamp.seconds) * 1000 + (timestamp.nanos ?? 0) / 1_000_000 : null
}
