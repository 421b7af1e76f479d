import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { findTemporalProgram } from '../../../dev/stack/temporalProgram.ts'
import { forFile } from '../../forFile.ts'
import { startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { type Client, journeyOf } from '../journey.ts'

// Runs every command of docs/runbook.md, unchanged.
const run = promisify(execFile)
const text = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8')
const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
  block
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean),
)
const [aboutVersions, aboutSends] = [/worker deployment/, /"\$A"/]

const harness = forFile(startHarness)
const journey = forFile(() => journeyOf(harness))
let folder: string
beforeAll(async () => {
  folder = dirname((await findTemporalProgram(() => {})).path)
})

/** Runs a command of the runbook in a shell; throws with its output when it fails. */
const tryOut = (command: string, W: string, A = '') =>
  run('sh', ['-c', command], {
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      HOME: process.env.HOME,
      TEMPORAL_ADDRESS: harness.environment.TEMPORAL_ADDRESS,
      TEMPORAL_NAMESPACE: harness.namespace,
      W,
      A,
    },
    timeout: 30_000,
  })

async function invited(): Promise<Client> {
  const client = await harness.create()
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  return client
}

async function comeThrough(client: Client): Promise<void> {
  await harness.worker.reconcileNow()
  await journey.accept(client)
  await journey.connectBank(client)
  await journey.connectBooks(client)
  await journey.map(client)
  await harness.until(client.id, 'completed')
  expect(await journey.ended(client)).toBe('COMPLETED')
  expect((await harness.control.messagesTo(client.email)).length).toBe(2)
}

const isGone = async (client: Client) =>
  (await harness.workflow(client.id)).describe().then(
    ({ status }) => status.name !== 'RUNNING',
    () => true,
  )

test.each(commands.filter((one) => !aboutVersions.test(one) && !aboutSends.test(one)))('%s', async (command) => {
  const client = await invited()
  const { workflowId } = await harness.workflow(client.id)
  const { stdout } = await tryOut(command, workflowId)
  if (command.includes('metadata')) expect(stdout).toMatch(/EM-[0-9A-Z]{6}/)
  if (/terminate|delete/.test(command)) {
    await waitFor('the run to be gone', () => isGone(client))
    await waitFor('the reconciler to start it anew', async () => {
      await harness.worker.reconcileNow()
      await harness.worker.compareRunsNow()
      return !(await isGone(client))
    })
  }
  await comeThrough(client)
})

test('a send is paused, unpaused and reset by the runbook’s commands, and leaves once', async () => {
  const email = `jo.${randomUUID().slice(0, 8)}@harbour.example`
  const fault = { provider: 'resend', operation: 'send', kind: 'rate_limited', match: email } as const
  const letGo = await harness.control.fault({ ...fault, times: -1, retryAfterSeconds: 1 })
  const client = await harness.create({ email })
  await waitFor('an attempt', async () => ((await harness.messages(client.id))[0]?.attempts ?? 0) > 0)
  const handle = await harness.workflow(client.id)
  const [activity] = (await handle.describe()).raw.pendingActivities ?? []
  const ofSends = commands.filter((one) => aboutSends.test(one))
  expect(ofSends.length).toBe(3)
  for (const command of ofSends) await tryOut(command, handle.workflowId, activity?.activityId ?? '')
  await letGo()
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await comeThrough(client)
})

test('the commands about versions', async () => {
  await harness.worker.stop()
  const worker = await harness.startInside({ deployment: { deploymentName: 'embark', buildId: '1' } })
  const ofVersions = commands.filter((one) => aboutVersions.test(one))
  expect(ofVersions.length).toBe(2)
  for (const command of ofVersions) {
    await waitFor(command, () =>
      tryOut(command, '').then(
        () => true,
        () => false,
      ),
    )
  }
  await worker.stop()
}, 60_000)
