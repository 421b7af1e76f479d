import { randomUUID } from 'node:crypto'
import { WorkflowNotFoundError } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { expect, test } from 'vitest'
import { execute } from '../../../commands/execute.ts'
import { moveClock } from '../../../dev/demo/advance.ts'
import { MINUTE_MS } from '../../../domain/situation.ts'
import { SITUATION_CHANGED } from '../../../workflows/contract.ts'
import { ask } from '../../domain/onboardings.ts'
import { forFile } from '../../forFile.ts'
import { startHarness, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { type Client, journeyOf } from '../journey.ts'

// The remaining buttons of the engine's UI (`engineActs.test.ts` covers cancel, terminate, delete and reset): signals
// by hand, starting a copy, and all acts on an activity. None of them loses a client.

const harness = forFile(startHarness)
const journey = forFile(() => journeyOf(harness))

const newEmail = () => `jo.${randomUUID().slice(0, 8)}@harbour.example`

async function invited(): Promise<Client> {
  const client = await harness.create()
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  return client
}

/** Runs an invited client through to completion in its first run, with each mail sent once. */
async function comeThrough(client: Client): Promise<void> {
  await journey.accept(client)
  await journey.connectBank(client)
  await journey.connectBooks(client)
  await journey.map(client)
  await harness.until(client.id, 'completed')
  expect(await journey.ended(client)).toBe('COMPLETED')
  await harness.untilMessage(client.id, 'client_done', ['sent', 'delivered'])
  const subjects = (await harness.control.messagesTo(client.email)).map(({ subject }) => subject)
  expect(subjects).toEqual(['Harbour Bakery Ltd is all set', expect.stringMatching(/^Join/)])
  expect(await harness.row(client.id)).toMatchObject({ run: 1 })
}

const service = () => harness.temporal.workflowService
const named = async (client: Client) => {
  const { workflowId } = await harness.workflow(client.id)
  return { namespace: harness.namespace, workflowExecution: { workflowId } }
}

/** Returns the number of failures of the present workflow task. */
const failuresOf = async ({ id }: Client) => {
  const { raw } = await (await harness.workflow(id)).describe()
  return Math.max((raw.pendingWorkflowTask?.attempt ?? 1) - 1, 0)
}

const nothingToDo = { seq: 1_000_000, run: 1, stage: 'invited', open: [], next: null, due: [] }

test.each([
  ['nothing', []],
  ['null', [null]],
  ['text', ['go on']],
  ['an empty object', [{}]],
  ['a number of facts alone', [{ seq: 1_000_000, run: 1 }]],
  ['a move that there is not', [{ ...nothingToDo, next: { what: 'anything else', at: 0 } }]],
  ['a stage that there is not', [{ ...nothingToDo, stage: 'anything else' }]],
  ['a message without a channel', [{ ...nothingToDo, due: [{ id: 'anything' }] }]],
  [
    'half a situation, as before it was a progress',
    [{ seq: 1_000_000, run: 1, instants: null, deadlines: {}, steps: [], due: [] }],
  ],
])('a signal sent by hand with %s is ignored', async (_what, args) => {
  const client = await invited()
  const handle = await harness.workflow(client.id)
  await handle.signal(SITUATION_CHANGED, ...args)
  await handle.signal('anything else', ...args)
  await comeThrough(client)
  expect(await failuresOf(client)).toBe(0)
})

test('a signal whose bytes cannot be read costs a new start at most', async () => {
  const client = await invited()
  const bytes = (text: string) => new TextEncoder().encode(text)
  await service().signalWorkflowExecution({
    ...(await named(client)),
    signalName: SITUATION_CHANGED,
    input: { payloads: [{ metadata: { encoding: bytes('json/plain') }, data: bytes('{"seq": ') }] },
    requestId: randomUUID(),
  })
  await journey.accept(client)
  await journey.connectBank(client)
  await waitFor(
    'the mail about the bank',
    async () => {
      await harness.worker.reconcileNow()
      const [message] = await harness.messages(client.id, 'staff_bank_connected')
      return message && ['sent', 'delivered'].includes(message.state)
    },
    60_000,
  )
  await journey.connectBooks(client)
  await journey.map(client)
  await harness.until(client.id, 'completed')
  expect(await journey.ended(client)).toBe('COMPLETED')
}, 90_000)

test('an update or a query that no workflow of ours knows is refused and changes nothing', async () => {
  const client = await invited()
  const handle = await harness.workflow(client.id)
  await expect(handle.executeUpdate('anything')).rejects.toThrow()
  await expect(handle.query('anything')).rejects.toThrow()
  await comeThrough(client)
})

test('a workflow started "like this one", beside it and after it, sends nothing twice', async () => {
  const client = await invited()
  const { workflowId } = await harness.workflow(client.id)
  const copy = (id: string) =>
    harness.temporal.workflow.start('onboarding', {
      workflowId: id,
      taskQueue: 'embark',
      args: [{ onboardingId: client.id, run: 1 }],
    })
  const beside = await copy(`copy-of-${workflowId}`)
  await comeThrough(client)
  const after = await copy(workflowId)
  await after.result()
  // It may have woken meanwhile, seen that all is done, and ended.
  await beside.terminate('a test').catch((error) => expect(error).toBeInstanceOf(WorkflowNotFoundError))
  expect((await harness.control.messagesTo(client.email)).length).toBe(2)
  expect(await harness.row(client.id)).toMatchObject({ status: 'completed', run: 1 })
})

/** Creates a client whose invitation is held up, between attempts or during one; returns its release. */
async function heldUp(where: 'between' | 'in' = 'between'): Promise<{ client: Client; letGo: () => Promise<unknown> }> {
  const email = newEmail()
  const slow = { kind: 'slow', delayMs: 1_500 } as const
  const refusing = { kind: 'rate_limited', times: -1, retryAfterSeconds: 1 } as const
  const fault = { provider: 'resend', operation: 'send', match: email } as const
  const letGo = await harness.control.fault({ ...fault, ...(where === 'in' ? slow : refusing) })
  const client = await harness.create({ email })
  await waitFor('an attempt', async () => ((await harness.messages(client.id))[0]?.attempts ?? 0) > 0)
  return { client, letGo }
}

const activityOf = async (client: Client) => {
  const { raw } = await (await harness.workflow(client.id)).describe()
  return raw.pendingActivities?.[0] ?? null
}

test('a send that is paused stays so, and goes on once it is unpaused', async () => {
  const { client, letGo } = await heldUp()
  const execution = (await named(client)).workflowExecution
  const about = { namespace: harness.namespace, execution, type: 'deliver', identity: 'a test' }
  await service().pauseActivity(about)
  await waitFor('it to be paused', async () => (await activityOf(client))?.paused)
  await letGo()
  await harness.worker.reconcileNow()
  expect(await harness.control.messagesTo(client.email)).toEqual([])
  await service().unpauseActivity(about)
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await comeThrough(client)
})

test('a send that is reset, or given other times, is sent once', async () => {
  const { client, letGo } = await heldUp()
  const execution = (await named(client)).workflowExecution
  const about = { namespace: harness.namespace, execution, type: 'deliver', identity: 'a test' }
  await service().updateActivityOptions({
    ...about,
    activityOptions: { startToCloseTimeout: msToTs('20s') },
    updateMask: { paths: ['start_to_close_timeout'] },
  })
  await service().resetActivity(about)
  await letGo()
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await comeThrough(client)
})

test.each(['completed with nonsense', 'failed'] as const)(
  'a send that is %s by hand loses no client',
  async (how) => {
    // Only an attempt under way can be failed.
    const { client, letGo } = await heldUp(how === 'failed' ? 'in' : 'between')
    const { workflowId } = await harness.workflow(client.id)
    const activityId = (await activityOf(client))?.activityId ?? ''
    const about = { namespace: harness.namespace, workflowId, runId: '', activityId, identity: 'a test' }
    if (how === 'failed') await service().respondActivityTaskFailedById({ ...about, failure: { message: 'by hand' } })
    else await service().respondActivityTaskCompletedById({ ...about, result: { payloads: [] } })
    await letGo()
    // The send is either repeated, or left to staff, who can send it again.
    await waitFor(
      'the invitation to leave, or to be left to staff',
      async () => {
        await harness.worker.reconcileNow()
        const [message] = await harness.messages(client.id, 'invitation')
        return message && !['queued', 'sending'].includes(message.state)
      },
      40_000,
    )
    const hasLeft = async () => (await harness.control.messagesTo(client.email)).length > 0
    if (!(await hasLeft())) {
      await moveClock(harness.owner, client.id, 2 * MINUTE_MS)
      const recipient = { name: 'Jo', email: client.email, phone: null, message: null, inviterName: null }
      const asked = { actor: testActor, command: ask.invite(), recipient }
      expect(await execute(harness.commands, client.target, asked)).toMatchObject({ result: 'changed' })
      await waitFor('an invitation to arrive', hasLeft)
    }
    await journey.accept(client)
    await journey.connectBank(client)
    await journey.connectBooks(client)
    await journey.map(client)
    await harness.until(client.id, 'completed')
  },
  90_000,
)

test('a workflow that is paused misses nothing: unpaused, it goes on from the row', async () => {
  const client = await invited()
  const { workflowId } = await harness.workflow(client.id)
  const about = { namespace: harness.namespace, workflowId, identity: 'a test', reason: 'a test' }
  await service().pauseWorkflowExecution({ ...about, requestId: randomUUID() })
  await journey.accept(client)
  await journey.connectBank(client)
  await harness.worker.reconcileNow()
  await harness.worker.compareRunsNow()
  expect(await harness.messages(client.id, 'staff_bank_connected')).toMatchObject([{ state: 'queued' }])
  await service().unpauseWorkflowExecution({ ...about, requestId: randomUUID() })
  await harness.untilMessage(client.id, 'staff_bank_connected', ['sent', 'delivered'])
  await journey.connectBooks(client)
  await journey.map(client)
  await harness.until(client.id, 'completed')
  expect(await journey.ended(client)).toBe('COMPLETED')
})
