import { spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { afterAll, expect, test } from 'vitest'
import { execute } from '../../../commands/execute.ts'
import { MINUTE_MS } from '../../../domain/situation.ts'
import { buildBundle } from '../../../worker/bundle.ts'
import { readConfig } from '../../../worker/config.ts'
import { age } from '../../age.ts'
import { awayEngine } from '../../awayEngine.ts'
import { forFile } from '../../forFile.ts'
import { startHarness, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'

const folder = mkdtempSync(join(tmpdir(), 'embark-worker-'))

const harness = forFile(() => startHarness({ worker: 'none' }))
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
})

test('a worker killed in the middle of a send: another finishes, and the mail was sent once', async () => {
  const email = 'jo.killed@harbour.example'
  await harness.control.fault({ provider: 'resend', kind: 'timeout_after_accept', match: email })
  const first = await harness.startProcess()
  const { id } = await harness.create({ email })
  await waitFor('the provider to have it', async () => (await harness.control.messagesTo(email)).length > 0)
  await first.kill()
  const second = await harness.startProcess()
  // The send that died with its worker is repeated after its timeout.
  const message = await waitFor(
    'the invitation',
    async () => {
      const found = await harness.message(id, 'invitation')
      return ['sent', 'delivered'].includes(found.state) && found
    },
    50_000,
  )
  expect(message.attempts).toBe(2)
  const sent = await harness.control.messagesTo(email)
  expect(sent).toHaveLength(1)
  expect(sent[0]!.requests).toBe(2)
  await second.stop()
}, 90_000)

test('a worker that is stopped finishes its send first; it serves its health, readiness and metrics', async () => {
  const email = 'jo.stopped@harbour.example'
  await harness.control.fault({ provider: 'resend', kind: 'slow', match: email, delayMs: 1_000 })
  const worker = await harness.startProcess({ LOG_LEVEL: 'info' })
  const get = async (path: string) => {
    const response = await fetch(`${worker.metricsUrl}${path}`)
    return { status: response.status, text: await response.text() }
  }
  expect(await get('/healthz')).toMatchObject({ status: 200 })
  expect(await get('/nothing')).toMatchObject({ status: 404 })
  const { id } = await harness.create({ email })
  await harness.untilMessage(id, 'invitation', ['sending'])
  await worker.stop()
  expect(await harness.message(id, 'invitation')).toMatchObject({ state: 'sent', attempts: 1 })
  expect(worker.exitCode()).toBe(0)
  // The log contains no names.
  expect(worker.words()).toContain('the worker stops')
  expect(worker.words()).not.toMatch(/harbour\.example|Jo Carter|Harbour Bakery/)
}, 60_000)

test("the metrics tell the age of what the engine lost sight of, how sends ended, chores, and the SDK's own", async () => {
  const worker = await harness.startProcess()
  const { id, target } = await harness.create()
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  const cancelling = { actor: testActor, command: { do: 'cancel', requestId: randomUUID() } } as const
  await execute({ ...harness.commands, engine: awayEngine }, target, cancelling)
  await age(harness.owner, id, 2 * MINUTE_MS)
  const late = await harness.create()
  await harness.untilMessage(late.id, 'invitation', ['sent', 'delivered'])
  await harness.owner`UPDATE message SET state = 'queued', state_at = now() - interval '10 minutes'
    WHERE onboarding_id = ${late.id}`
  const metrics = await (await fetch(`${worker.metricsUrl}/metrics`)).text()
  const value = (name: string) => Number(metrics.match(new RegExp(`^${name} (.+)$`, 'm'))?.[1])
  expect(value('embark_reconcile_oldest_age_seconds\\{why="not_told"\\}')).toBeGreaterThanOrEqual(120)
  expect(value('embark_reconcile_oldest_age_seconds\\{why="not_started"\\}')).toBe(0)
  expect(value('embark_reconcile_oldest_age_seconds\\{why="due"\\}')).toBeGreaterThanOrEqual(600)
  for (const chore of ['reconcile', 'compare_runs', 'staff_mails', 'digests']) {
    const succeededAt = value(`embark_chore_last_success_timestamp_seconds\\{chore="${chore}"\\}`)
    expect(Date.now() / 1000 - succeededAt, chore).toBeLessThan(60)
  }
  expect(value('temporal_worker_start\\{.*task_queue="embark".*\\}')).toBeGreaterThanOrEqual(1)
  expect(value('embark_send_attempts_total\\{channel="email",outcome="accepted"\\}')).toBeGreaterThanOrEqual(1)
  await worker.stop()
}, 60_000)

test('a wrong configuration stops the start with every problem named at once', () => {
  const { DATABASE_URL: _, ...environment } = harness.environment
  const wrong = {
    ...environment,
    PUBLIC_URL: 'https://onboarding.marsh-and-lowe.example.com/',
    LINK_KEYS: 'k1:c2hvcnQ=',
    EMAIL_FROM: 'nobody',
    TEMPORAL_ADDRESS: '',
    MAIL_PER_SECOND: 'fast',
  }
  const read = () => readConfig(wrong)
  expect(read).toThrow(/DATABASE_URL is missing/)
  expect(read).toThrow(/PUBLIC_URL must have at most 27 characters, so that links fit into texts/)
  expect(read).toThrow(/LINK_KEYS must read id:base64/)
  expect(read).toThrow(/EMAIL_FROM must be an address/)
  expect(read).toThrow(/MAIL_PER_SECOND/)
  expect(read).toThrow(/TEMPORAL_ADDRESS is missing/)
  const ended = spawnSync(process.execPath, ['--import', 'tsx', 'worker/main.ts'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { PATH: process.env.PATH, ...wrong },
    encoding: 'utf8',
  })
  expect(ended.status).toBe(1)
  expect(ended.stderr).toContain('LINK_KEYS must read')
  expect(ended.stderr).not.toContain('c2hvcnQ')
})

test('the configuration takes a ring of keys, a deployment version and TLS to Temporal', () => {
  const config = readConfig({
    ...harness.environment,
    LINK_KEYS: `new:${randomBytes(32).toString('base64')},old:${randomBytes(32).toString('base64')}`,
    WORKER_DEPLOYMENT_VERSION: 'embark.1.4.0',
    PUBLIC_URL: 'https://embark.example.com/',
    TEMPORAL_API_KEY: 'secret',
    TEMPORAL_TLS: 'true',
  })
  expect(config.linkKeys.map(({ id }) => id)).toEqual(['new', 'old'])
  expect(config.deployment).toEqual({ deploymentName: 'embark', buildId: '1.4.0' })
  expect(config.publicUrl).toBe('https://embark.example.com')
  expect(config.temporal.connection).toMatchObject({ apiKey: 'secret', tls: expect.anything() })
})

test('the workflow bundle is one script, small and pure', async () => {
  const bytes = await buildBundle(join(folder, 'bundle.js'))
  expect(bytes).toBeLessThan(3_000_000)
  const impure = join(folder, 'impure.ts')
  writeFileSync(
    impure,
    `import { readFileSync } from 'node:fs'\nexport async function one() { return readFileSync('x') }\n`,
  )
  const logger = new DefaultLogger('ERROR', () => {})
  await expect(bundleWorkflowCode({ workflowsPath: impure, logger })).rejects.toThrow()
})
