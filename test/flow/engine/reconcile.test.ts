import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { connectEngine } from '../../../commands/engine.ts'
import { execute } from '../../../commands/execute.ts'
import { openDatabase } from '../../../db/client.ts'
import { moveClock } from '../../../dev/demo/advance.ts'
import { DAY_MS, SECOND_MS } from '../../../domain/situation.ts'
import { readConfig } from '../../../worker/config.ts'
import { createReconciler } from '../../../worker/reconcile.ts'
import type { RunningWorker } from '../../../worker/worker.ts'
import { advance } from '../../advance.ts'
import { forFile } from '../../forFile.ts'
import { startHarness, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { journeyOf } from '../journey.ts'

const harness = forFile(startHarness)
let worker: RunningWorker
beforeAll(async () => {
  worker = harness.worker
})

/** Returns commands whose engine address does not answer. */
const withoutEngine = () => {
  const engine = connectEngine({ address: '127.0.0.1:1', namespace: harness.namespace })
  return { ...harness.commands, engine }
}

const isOver = async (id: string, run?: number) =>
  (await (await harness.workflow(id, run)).describe()).status.name !== 'RUNNING'

test('an onboarding created while the engine was away is started by the reconciler', async () => {
  const started = Date.now()
  const { id } = await harness.create({}, undefined, withoutEngine())
  expect(Date.now() - started).toBeLessThan(4_500)
  expect(await harness.row(id)).toMatchObject({ status: 'invited', workflow_started_at: null })
  expect(await worker.reconcileNow()).toBeGreaterThanOrEqual(1)
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  const row = await waitFor('the start to be noted', async () => {
    const found = await harness.row(id)
    return found.notified_seq === found.fact_seq && found
  })
  expect(row.workflow_started_at).not.toBeNull()
  expect(await worker.reconcileNow()).toBe(0)
})

test('a fact the engine was not told of reaches the workflow by the reconciler', async () => {
  const { id, target } = await harness.create()
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  const command = { do: 'cancel', requestId: randomUUID() } as const
  await execute(withoutEngine(), target, { actor: testActor, command })
  const before = await harness.row(id)
  expect(before.fact_seq).toBeGreaterThan(before.notified_seq)
  await worker.reconcileNow()
  await waitFor('the fact to be told', async () => {
    const { notified_seq, fact_seq } = await harness.row(id)
    return notified_seq === fact_seq
  })
  await advance(harness, id, 20 * SECOND_MS)
  await waitFor('the run to end', () => isOver(id))
})

test('a terminated workflow is restarted from the row, under the same run', async () => {
  const { id, target } = await harness.create()
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  await (await harness.workflow(id)).terminate('a test')
  const command = { do: 'cancel', requestId: randomUUID() } as const
  await execute(harness.commands, target, { actor: testActor, command })
  await waitFor('a workflow to run again', async () => !(await isOver(id)))
  expect(await harness.row(id)).toMatchObject({ status: 'cancelled', run: 1 })
})

/** Deletes the present run at the engine, with its history. */
async function deleteRun(id: string): Promise<void> {
  const workflow = await harness.workflow(id)
  await harness.temporal.workflowService.deleteWorkflowExecution({
    namespace: harness.namespace,
    workflowExecution: { workflowId: workflow.workflowId },
  })
  await waitFor('the workflow to be gone', () =>
    workflow.describe().then(
      () => false,
      () => true,
    ),
  )
}

test('a cancelled onboarding whose run vanished is cleaned up', async () => {
  const { id, target } = await harness.create()
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  await execute(harness.commands, target, { actor: testActor, command: { do: 'cancel', requestId: randomUUID() } })
  await deleteRun(id)
  await moveClock(harness.owner, id, 16 * SECOND_MS)
  await worker.reconcileNow()
  await advance(harness, id, 0)
  await waitFor('the run to end', () => isOver(id))
  expect((await harness.events(id)).at(-1)?.kind).toBe('cleaned')
})

test('a bank trip that nobody came back from is looked at although its run vanished', async () => {
  const journey = journeyOf(harness)
  const client = await harness.create()
  await journey.accept(client)
  const { redirectUrl } = await journey.setOut(client, 'bank')
  await journey.actAtBank(redirectUrl, 'never_return')
  await deleteRun(client.id)
  await moveClock(harness.owner, client.id, 901 * SECOND_MS)
  await worker.reconcileNow()
  await advance(harness, client.id, 0)
  await waitFor('a look at the bank', async () => {
    const [session] = await harness.owner`SELECT polls FROM auth_session WHERE onboarding_id = ${client.id}`
    return session?.polls === 1
  })
})

test('a lost run is noticed within two minutes if something is due, else within ten', () => {
  const { reconcile } = readConfig(harness.environment)
  const slowest = Math.max(reconcile.oversleptAfterMs, reconcile.notStartedAfterMs, reconcile.notSignalledAfterMs)
  expect(slowest + reconcile.everyMs).toBeLessThanOrEqual(90 * SECOND_MS)
  expect(reconcile.dueAfterMs).toBe(120 * SECOND_MS)
  expect(reconcile.compareEveryMs).toBe(600 * SECOND_MS)
})

test('a lost workflow that slept through its time is restarted from the row and does what was due', async () => {
  const { id, email } = await harness.create()
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  await deleteRun(id)
  await moveClock(harness.owner, id, 2 * DAY_MS + 1000)
  await worker.reconcileNow()
  await advance(harness, id, 0)
  await waitFor('the reminder', async () => {
    const [newest] = await harness.control.messagesTo(email)
    return newest?.subject === 'Reminder: join Harbour Bakery Ltd'
  })
  expect(await harness.control.messagesTo(email)).toHaveLength(2)
})

test('a workflow that ended while its row went on is followed by the next run', async () => {
  const { id } = await harness.create({ channels: null, steps: { bank: 'skip', books: 'skip' } })
  await harness.until(id, 'completed')
  await waitFor('the run to end', () => isOver(id))
  // Simulates a wrongly recorded end: the row is open, on a run that the engine has finished.
  await harness.owner`UPDATE onboarding SET completed_at = NULL, fact_seq = fact_seq + 1 WHERE id = ${id}`
  await worker.reconcileNow()
  expect(await harness.until(id, 'completed')).toMatchObject({ run: 2 })
})

test('a row that somebody holds does not stop the others; the next pass finds it again', async () => {
  const { id } = await harness.create({}, undefined, withoutEngine())
  const { id: other } = await harness.create({}, undefined, withoutEngine())
  await harness.owner.begin(async (sql) => {
    await sql`SELECT FROM onboarding WHERE id = ${id} FOR UPDATE`
    await worker.reconcileNow()
  })
  await harness.untilMessage(other, 'invitation', ['sent', 'delivered'])
  expect((await harness.row(id)).workflow_started_at).toBeNull()
  await worker.reconcileNow()
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
})

test('with the engine away a pass fails as a whole and changes nothing', async () => {
  const { id } = await harness.create({}, undefined, withoutEngine())
  const db = openDatabase(harness.database.workerUrl, 2)
  const errors: unknown[] = []
  const repairs = { onRepaired: () => {}, onError: (_: unknown, error: unknown) => errors.push(error) }
  const { engine } = withoutEngine()
  const pass = createReconciler({ db, engine, config: harness.config.reconcile, repairs })
  await expect(pass()).rejects.toThrow()
  expect(errors).toEqual([])
  expect((await harness.row(id)).workflow_started_at).toBeNull()
  await db.close()
  await worker.reconcileNow()
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
})
