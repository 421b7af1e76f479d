import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import type postgres from 'postgres'
import type { Living } from '../../domain/connections/connectionLife.ts'
import { workflowIdOf, workflowIdOfLiving } from '../../workflows/contract.ts'

/** The access to a row's two clocks: its own (through the owner's connection) and its workflow's. */
export type Clocks = { sql: postgres.Sql; connection: Connection; namespace: string }

/** Moves an onboarding's own clock forward, and nearer the instant at which its row in lists turns. */
export async function moveClock(sql: postgres.Sql, onboardingId: string, byMs: number): Promise<void> {
  const ms = Math.ceil(byMs)
  await sql`UPDATE onboarding SET clock_offset_ms = clock_offset_ms + ${ms},
    turns_at = turns_at - ${ms} * interval '1 millisecond' WHERE id = ${onboardingId}`
}

/** A row with a clock of its own, and its workflow. */
export type Clocked = { name: string; read(): Promise<Row>; move(byMs: number): Promise<void> }
/** `version`: changes with every move that is made. */
type Row = { now: number; workflowId: string; wakeAt: number | null; version: string }

/** The time a due move may take before the advance is given up. */
const MOVE_PATIENCE_MS = 20_000
/** The longest time that pending work may hold the clocks, so that a provider that is down does not block them. */
const WORK_PATIENCE_MS = 5_000

/** The time before a due timer at which a workflow's clock runs by itself again. */
const BEFORE_TIMER_MS = 100

/** Returns an onboarding as a row with a clock. */
const clockedOnboarding = (sql: postgres.Sql, id: string): Clocked => ({
  name: `onboarding ${id}`,
  read: async () => {
    const [row] = await sql<{ now: number; wakeAt: number | null; run: number; seq: number }[]>`
      SELECT epoch_ms(clock_timestamp()) + clock_offset_ms AS now, run, epoch_ms(wake_at) AS "wakeAt", fact_seq AS seq
      FROM onboarding WHERE id = ${id}`
    if (!row) throw new Error(`there is no onboarding ${id}`)
    const { run, seq, ...times } = row
    return { ...times, workflowId: workflowIdOf(id, run), version: `${run}:${seq}` }
  },
  move: (byMs) => moveClock(sql, id, byMs),
})

/** Returns a bank connection or a sign-in as a row with a clock. */
export const clockedConnection = (sql: postgres.Sql, { of, id }: Pick<Living, 'of' | 'id'>): Clocked => {
  const table = sql(of === 'consent' ? 'connection' : 'sign_in')
  return {
    name: `${of} ${id}`,
    read: async () => {
      const [row] = await sql<Omit<Row, 'workflowId'>[]>`
        SELECT epoch_ms(clock_timestamp()) + clock_offset_ms AS now, epoch_ms(wake_at) AS "wakeAt", wake_at::text AS version
        FROM ${table} WHERE id = ${id}`
      if (!row) throw new Error(`there is no ${of} ${id}`)
      return { ...row, workflowId: workflowIdOfLiving({ of, id }) }
    },
    move: async (byMs) => {
      await sql`UPDATE ${table} SET clock_offset_ms = clock_offset_ms + ${Math.ceil(byMs)} WHERE id = ${id}`
    },
  }
}

/**
 * Advances an onboarding to `until` (ms since the epoch, on its own clock) at once: moves row and workflow together
 * from one due instant to the next, so that everything happens in order and at its instant. Throws when a due move does
 * not happen.
 */
export const advance = (clocks: Clocks, onboardingId: string, until: number): Promise<void> =>
  advanceRow(clocks, clockedOnboarding(clocks.sql, onboardingId), until)

/** Advances any row with a clock to `until`, in the same way. */
export async function advanceRow(clocks: Clocks, clocked: Clocked, until: number): Promise<void> {
  for (;;) {
    const row = await clocked.read()
    if (row.wakeAt !== null && row.wakeAt <= row.now) {
      await moveWorkflow(clocks, row)
      await waitForMove(clocked, row)
      continue
    }
    await waitForWork(clocks, row)
    if (row.now >= until) return
    const next = row.wakeAt === null ? until : Math.min(row.wakeAt, until)
    await clocked.move(next - row.now)
    await moveWorkflow(clocks, await clocked.read())
  }
}

const describeRun = ({ connection, namespace }: Clocks, workflowId: string) =>
  connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } })

/** Waits until the workflow has no pending work, so that a mail of one day is not sent on the next. */
async function waitForWork(clocks: Clocks, { workflowId }: Row): Promise<void> {
  for (const end = Date.now() + WORK_PATIENCE_MS; Date.now() < end; await sleep(20)) {
    const { pendingWorkflowTask, pendingActivities } = await describeRun(clocks, workflowId)
    if (!pendingWorkflowTask && !pendingActivities?.length) return
  }
}

/** Sets the workflow's clock to the row's. A run that has ended keeps its clock. */
async function moveWorkflow(clocks: Clocks, row: Row): Promise<void> {
  const { connection, namespace } = clocks
  const workflowExecution = { workflowId: row.workflowId }
  const described = await describeRun(clocks, row.workflowId)
  if (described.workflowExecutionInfo?.status !== 1) return
  const virtual = described.workflowExtendedInfo?.timeSkippingInfo?.currentTime
  const workflowNow = virtual ? Number(virtual.seconds) * 1000 + (virtual.nanos ?? 0) / 1e6 : Date.now()
  // It stops before the timer that is due, which then rings by itself: an end that passes while the engine is at work
  // would let it skip to the next timer.
  const until = row.wakeAt !== null && row.wakeAt <= row.now ? row.wakeAt - BEFORE_TIMER_MS : row.now
  if (until - workflowNow < BEFORE_TIMER_MS) return
  await connection.workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution,
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        fastForwardConfig: { id: randomUUID(), duration: msToTs(Math.ceil(until - workflowNow)) },
      },
    },
    updateMask: { paths: ['time_skipping_config'] },
  })
}

async function waitForMove(clocked: Clocked, before: Row): Promise<void> {
  for (const end = Date.now() + MOVE_PATIENCE_MS; Date.now() < end; await sleep(20)) {
    const row = await clocked.read()
    if (row.wakeAt === null || row.wakeAt > row.now || row.version !== before.version) return
  }
  throw new Error(`${clocked.name} did not do what was due`)
}
