import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectEngine } from '../../commands/engine.ts'
import { openDatabase } from '../../db/client.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import { createComparison } from '../../worker/compareRuns.ts'
import { forFile } from '../forFile.ts'
import { startHarness } from '../harness.ts'
import { waitFor } from '../waitFor.ts'
import { type Client, journeyOf } from './journey.ts'
import { type Line, openLine } from './line.ts'

const harness = forFile(startHarness)
let line: Line
beforeAll(async () => {
  line = await openLine(harness.environment.TEMPORAL_ADDRESS ?? '')
})
afterAll(async () => {
  line?.close()
})

async function invited(): Promise<Client> {
  const client = await harness.create()
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  // Starts are stamped together, a moment after they happened; a row without one is not compared.
  await waitFor('the start to be stamped', async () => (await harness.row(client.id)).workflow_started_at !== null)
  return client
}

/** Deletes the run and its history, and waits until it is not listed any more. */
async function vanish({ id }: Client): Promise<void> {
  const { workflowId } = await harness.workflow(id)
  await harness.temporal.workflowService.deleteWorkflowExecution({
    namespace: harness.namespace,
    workflowExecution: { workflowId },
  })
  await waitFor('the run to vanish', async () => {
    const { count } = await harness.temporal.workflow.count(
      `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Running'`,
    )
    return count === 0
  })
  // It leaves the list once it is closed, and is deleted later.
  await waitFor('the run to be deleted', () =>
    harness.temporal.workflow
      .getHandle(workflowId)
      .describe()
      .then(
        () => false,
        () => true,
      ),
  )
}

test('open rows are compared each minute after an outage and every ten minutes otherwise', async () => {
  const db = openDatabase(harness.database.workerUrl, 2)
  const engine = connectEngine({ address: line.address, namespace: harness.namespace })
  const config = { ...harness.config.reconcile, compareEveryMs: 10 * MINUTE_MS }
  const repairs = { onRepaired: () => {}, onError: () => {} }
  let now = Date.now()
  const compare = createComparison({ db, engine, config, repairs }, () => now)
  const after = (minutes: number) => {
    now += minutes * MINUTE_MS
    return compare()
  }
  try {
    const client = await invited()
    await vanish(client)
    // The start counts as an outage.
    expect(await after(0)).toBe(1)
    await vanish(client)
    expect(await after(1)).toBe(1)
    expect(await after(10)).toBe(0)
    await vanish(client)
    for (let minute = 1; minute < 10; minute++) expect(await after(1)).toBe(0)
    expect(await after(1)).toBe(1)

    await vanish(client)
    line.cut()
    await expect(after(1)).rejects.toThrow()
    line.mend()
    expect(await after(1)).toBe(1)
  } finally {
    await engine.close()
    await db.close()
  }
}, 90_000)

test('a comparison leaves alone what ended by itself and what has just been started', async () => {
  const journey = journeyOf(harness)
  const done = await harness.create({ channels: null, steps: { bank: 'skip', books: 'skip' } })
  await harness.until(done.id, 'completed')
  expect(await journey.ended(done)).toBe('COMPLETED')
  const client = await invited()
  // The message is recorded as sent before the engine has heard of it.
  await waitFor('the run to rest', async () => {
    const { raw } = await (await harness.workflow(client.id)).describe()
    return !raw.pendingWorkflowTask && !raw.pendingActivities?.length
  })
  expect(await harness.worker.compareRunsNow()).toBe(0)
  expect(await harness.row(done.id)).toMatchObject({ run: 1 })
  const { historyLength } = await (await harness.workflow(client.id)).describe()
  expect(await harness.worker.compareRunsNow()).toBe(0)
  expect((await (await harness.workflow(client.id)).describe()).historyLength).toBe(historyLength)
})
