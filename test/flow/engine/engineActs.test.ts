import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readFacts } from '../../../db/onboardings/facts.ts'
import { keptWorkflowBundle } from '../../../dev/built/workflowBundle.ts'
import { progressOf } from '../../../domain/nextMove.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { forFile } from '../../forFile.ts'
import { startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { record } from '../history.ts'
import { type Client, journeyOf } from '../journey.ts'

// Acts of an operator at the engine itself: none of them loses or blocks an onboarding.

const harness = forFile(startHarness)
const journey = forFile(() => journeyOf(harness))

async function invited(): Promise<Client> {
  const client = await harness.create()
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  return client
}

/** Runs an invited client through to completion. */
async function comeThrough(client: Client): Promise<void> {
  await journey.accept(client)
  await journey.connectBank(client)
  await journey.connectBooks(client)
  await journey.map(client)
  await harness.until(client.id, 'completed')
}

const subjectsTo = async ({ email }: Client) => (await harness.control.messagesTo(email)).map(({ subject }) => subject)

/** Presses "Request cancellation" of the engine's UI; waits until the workflow has handled it. */
async function requestCancellation({ id }: Client): Promise<void> {
  const handle = await harness.workflow(id)
  await handle.cancel()
  await waitFor('the cancellation to be taken', async () => {
    const { events } = await handle.fetchHistory()
    const requested = events?.findIndex((event) => event.workflowExecutionCancelRequestedEventAttributes) ?? -1
    return requested >= 0 && events?.slice(requested).some((event) => event.workflowTaskCompletedEventAttributes)
  })
}

test('an onboarding goes on after a cancellation requested at the engine: reminded, then completed', async () => {
  const client = await invited()
  await requestCancellation(client)
  await journey.advanceTo(client, (await journey.now(client)) + 2 * DAY_MS + 60_000)
  await waitFor('the reminder', async () => (await subjectsTo(client)).length === 2)
  await comeThrough(client)
  expect(await journey.ended(client)).toBe('COMPLETED')
  expect(await subjectsTo(client)).toEqual([
    'Harbour Bakery Ltd is all set',
    'Reminder: join Harbour Bakery Ltd',
    expect.stringMatching(/^Join/),
  ])
  await record(harness, 'cancelRequested', client.id)
})

test('a cancellation requested at the engine in the middle of a send leaves the send alone', async () => {
  const email = 'jo.cancelled@harbour.example'
  await harness.control.fault({ provider: 'resend', kind: 'slow', match: email, delayMs: 1_500 })
  const client = await harness.create({ email })
  await harness.untilMessage(client.id, 'invitation', ['sending'])
  await requestCancellation(client)
  expect(await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])).toMatchObject({ attempts: 1 })
  await comeThrough(client)
  expect(await journey.ended(client)).toBe('COMPLETED')
})

/** temporal.api.enums.v1.ResetReapplyExcludeType: leaves out the signals since the reset point. */
const SIGNALS = 1

const isRunning = async ({ id }: Client) => {
  const handle = await harness.workflow(id)
  return handle.describe().then(
    ({ status }) => status.name === 'RUNNING',
    () => false,
  )
}

/** Expects every mail to the client once, whatever was done to the engine. */
async function expectOnce(client: Client): Promise<void> {
  await comeThrough(client)
  expect(await journey.ended(client)).toBe('COMPLETED')
  expect(await harness.row(client.id)).toMatchObject({ run: 1 })
  expect(await subjectsTo(client)).toEqual(['Harbour Bakery Ltd is all set', expect.stringMatching(/^Join/)])
}

test('a terminated run is started again by the next pass, with nothing due for days', async () => {
  const client = await invited()
  await (await harness.workflow(client.id)).terminate('a test')
  await waitFor('a pass to start it', async () => (await harness.worker.reconcileNow()) > 0)
  expect(await isRunning(client)).toBe(true)
  await expectOnce(client)
})

test('a run whose history is deleted is started again by the next comparison, with nothing due for days', async () => {
  const client = await invited()
  const { workflowId } = await harness.workflow(client.id)
  await harness.temporal.workflowService.deleteWorkflowExecution({
    namespace: harness.namespace,
    workflowExecution: { workflowId },
  })
  await waitFor('the history to be gone', async () => !(await isRunning(client)))
  await waitFor('a comparison to start it', async () => (await harness.worker.compareRunsNow()) > 0)
  expect(await isRunning(client)).toBe(true)
  await expectOnce(client)
  expect(await harness.worker.compareRunsNow()).toBe(0)
})

test.each(['first', 'last'] as const)('a run that is reset to its %s task goes on from the row', async (which) => {
  const client = await invited()
  await journey.accept(client)
  await journey.connectBank(client)
  await harness.untilMessage(client.id, 'staff_bank_connected', ['sent', 'delivered'])
  const handle = await harness.workflow(client.id)
  const { events } = await handle.fetchHistory()
  const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes)
  const { runId } = await handle.describe()
  await harness.temporal.workflowService.resetWorkflowExecution({
    namespace: harness.namespace,
    workflowExecution: { workflowId: handle.workflowId, runId },
    workflowTaskFinishEventId: tasks.at(which === 'first' ? 0 : -1)?.eventId ?? null,
    requestId: randomUUID(),
    reason: 'a test',
  })
  await harness.worker.reconcileNow()
  await journey.connectBooks(client)
  await journey.map(client)
  await harness.until(client.id, 'completed')
  expect(await journey.ended(client)).toBe('COMPLETED')
  expect(await subjectsTo(client)).toEqual(['Harbour Bakery Ltd is all set', expect.stringMatching(/^Join/)])
  expect(await harness.messages(client.id, 'staff_bank_connected')).toMatchObject([{ attempts: 1 }])
})

test('a run that is reset to before a cancellation, without its signal, cleans up all the same', async () => {
  const client = await invited()
  await waitFor('the workflow to wait', async () => {
    const { raw } = await (await harness.workflow(client.id)).describe()
    return !raw.pendingWorkflowTask && !raw.pendingActivities?.length
  })
  const handle = await harness.workflow(client.id)
  const { events } = await handle.fetchHistory()
  const task = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes).at(-1)
  const { runId } = await handle.describe()
  await journey.order(client.target, { do: 'cancel' })
  await harness.temporal.workflowService.resetWorkflowExecution({
    namespace: harness.namespace,
    workflowExecution: { workflowId: handle.workflowId, runId },
    workflowTaskFinishEventId: task?.eventId ?? null,
    resetReapplyExcludeTypes: [SIGNALS],
    requestId: randomUUID(),
    reason: 'a test',
  })
  await harness.worker.reconcileNow()
  await journey.advanceTo(client, (await journey.now(client)) + 20_000)
  expect(await journey.ended(client)).toBe('COMPLETED')
  expect((await harness.events(client.id)).at(-1)?.kind).toBe('cleaned')
})

test('runs that a worker of another version cannot carry on are ended and started anew, due or not', async () => {
  const [due, idle] = [await invited(), await invited()]
  await harness.worker.stop()
  const folder = mkdtempSync(join(tmpdir(), 'embark-version-'))
  const bundlePath = join(folder, 'bundle.js')
  // A version that waits before its first step: no present history replays with it.
  const code = readFileSync(await keptWorkflowBundle(), 'utf8')
  const other = code.replace(/const created = await database/, 'await new Promise((done) => setTimeout(done, 1)); $&')
  expect(other).not.toBe(code)
  writeFileSync(bundlePath, other)
  const worker = await harness.startInside({ bundlePath })
  try {
    await journey.accept(due)
    await journey.connectBank(due)
    const read = await harness.commands.db.inPractice(idle.target.practiceId, (tx) => readFacts(tx, idle.id))
    if (!read) throw new Error('no facts')
    await harness.commands.engine.signal(idle.id, progressOf(read.facts, read.now))
    const executionOf = async ({ id }: Client) => (await (await harness.workflow(id)).describe()).runId
    const before = await Promise.all([due, idle].map(executionOf))
    await waitFor(
      'both to be started anew',
      async () => {
        await worker.reconcileNow()
        const now = await Promise.all([due, idle].map(executionOf))
        return now.every((execution, i) => execution !== before[i])
      },
      50_000,
    )
    await harness.untilMessage(due.id, 'staff_bank_connected', ['sent', 'delivered'])
    await expectOnce(idle)
  } finally {
    await worker.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}, 90_000)
