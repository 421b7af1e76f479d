import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import type postgres from 'postgres'
import { workflowIdOf } from '../../workflows/contract.ts'

/** The access to an onboarding's two clocks: the row's (through the owner's connection) and the workflow's. */
export type Clocks = { sql: postgres.Sql; connection: Connection; namespace: string }

/** Moves an onboarding's own clock forward, and nearer the instant at which its row in lists turns. */
export async function moveClock(sql: postgres.Sql, onboardingId: string, byMs: number): Promise<void> {
  const ms = Math.ceil(byMs)
  await sql`UPDATE onboarding SET clock_offset_ms = clock_offset_ms + ${ms},
    turns_at = turns_at - ${ms} * interval '1 millisecond' WHERE id = ${onboardingId}`
}

type Row = { now: number; run: number; wakeAt: number | null; seq: number; started: boolean }

/** The time a due move may take before the advance is given up. */
const MOVE_PATIENCE_MS = 20_000
/** The longest time that pending work may hold the clocks, so that a provider that is down does not block them. */
const WORK_PATIENCE_MS = 5_000

/**
 * Advances an onboarding to `until` (ms since the epoch, on its own clock) at once: moves row and workflow together
 * from one due instant to the next, so that everything happens in order and at its instant. Throws when a due move does
 * not happen.
 */
export async function advance(clocks: Clocks, onboardingId: string, until: number): Promise<void> {
  for (;;) {
    const row = await readRow(clocks.sql, onboardingId)
    if (row.wakeAt !== null && row.wakeAt <= row.now) {
      await moveWorkflow(clocks, onboardingId, row)
      await waitForMove(clocks.sql, onboardingId, row)
      continue
    }
    await waitForWork(clocks, onboardingId, row)
    if (row.now >= until) return
    const next = row.wakeAt === null ? until : Math.min(row.wakeAt, until)
    await moveClock(clocks.sql, onboardingId, next - row.now)
    await moveWorkflow(clocks, onboardingId, await readRow(clocks.sql, onboardingId))
  }
}

async function readRow(sql: postgres.Sql, onboardingId: string): Promise<Row> {
  const [row] = await sql<Row[]>`
    SELECT epoch_ms(clock_timestamp()) + clock_offset_ms AS now, run, epoch_ms(wake_at) AS "wakeAt", fact_seq AS seq,
      workflow_started_at IS NOT NULL AS started
    FROM onboarding WHERE id = ${onboardingId}`
  if (!row) throw new Error(`there is no onboarding ${onboardingId}`)
  return row
}

function describeRun({ connection, namespace }: Clocks, onboardingId: string, run: number) {
  const execution = { workflowId: workflowIdOf(onboardingId, run) }
  return connection.workflowService.describeWorkflowExecution({ namespace, execution })
}

/** Waits until the workflow has no pending work, so that a mail of one day is not sent on the next. */
async function waitForWork(clocks: Clocks, onboardingId: string, { run }: Row): Promise<void> {
  for (const end = Date.now() + WORK_PATIENCE_MS; Date.now() < end; await sleep(20)) {
    const { pendingWorkflowTask, pendingActivities } = await describeRun(clocks, onboardingId, run)
    if (!pendingWorkflowTask && !pendingActivities?.length) return
  }
}

/** Sets the workflow's clock to the row's. A run that has ended keeps its clock. */
async function moveWorkflow(clocks: Clocks, onboardingId: string, row: Row): Promise<void> {
  const { connection, namespace } = clocks
  const workflowExecution = { workflowId: workflowIdOf(onboardingId, row.run) }
  const described = await describeRun(clocks, onboardingId, row.run)
  if (described.workflowExecutionInfo?.status !== 1) return
  const virtual = described.workflowExtendedInfo?.timeSkippingInfo?.currentTime
  const workflowNow = virtual ? Number(virtual.seconds) * 1000 + (virtual.nanos ?? 0) / 1e6 : Date.now()
  // The clock gets there by itself within 10 ms; and a duration that rounds to zero would skip without end.
  if (row.now - workflowNow < 10) return
  await connection.workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution,
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        fastForwardConfig: { id: randomUUID(), duration: msToTs(Math.ceil(row.now - workflowNow)) },
      },
    },
    updateMask: { paths: ['time_skipping_config'] },
  })
}

async function waitForMove(sql: postgres.Sql, onboardingId: string, before: Row): Promise<void> {
  for (const end = Date.now() + MOVE_PATIENCE_MS; Date.now() < end; await sleep(20)) {
    const row = await readRow(sql, onboardingId)
    if (row.wakeAt === null || row.wakeAt > row.now || row.seq !== before.seq || row.run !== before.run) return
  }
  throw new Error(`onboarding ${onboardingId} did not do what was due`)
}
