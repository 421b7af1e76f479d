import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freePort } from '../../../dev/stack/ports.ts'
import { forFile } from '../../forFile.ts'
import { startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { journeyOf } from '../journey.ts'

// Worker versions on the real engine: which get work, and that the others report it.

const harness = forFile(() => startHarness({ worker: 'none' }))
const journey = forFile(() => journeyOf(harness))

const deployment = (buildId: string) => ({ deploymentName: 'embark', buildId })

/** Starts a worker of a version, or of none, in this process; returns a reader of its /readyz. */
async function start(buildId: string | null) {
  const metricsPort = await freePort()
  const worker = await harness.startInside({ metricsPort, deployment: buildId === null ? null : deployment(buildId) })
  const readiness = async () => {
    const response = await fetch(`http://127.0.0.1:${metricsPort}/readyz`)
    return { status: response.status, text: (await response.text()).trim() }
  }
  const until = (status: number) =>
    waitFor(`readiness ${status}`, async () => {
      const found = await readiness()
      return found.status === status && found
    })
  return { worker, readiness, until }
}

/** Runs `npm run worker:current` as a person does; returns its output and exit code. */
async function makeCurrent(args: string[] = [], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'worker/makeCurrent.ts', ...args], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: {
      PATH: process.env.PATH,
      TEMPORAL_ADDRESS: harness.environment.TEMPORAL_ADDRESS,
      TEMPORAL_NAMESPACE: harness.namespace,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let words = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (words += chunk))
  await once(child, 'close')
  return { code: child.exitCode, words: words.trim() }
}

test('a worker whose version is not current is not ready and says why; made current it carries onboardings on', async () => {
  const first = await start('1')
  expect(await first.until(503)).toEqual({
    status: 503,
    text: "this worker's version embark.1 is not the current one: workers without a version get all work. Make it current with npm run worker:current",
  })
  const client = await harness.create()
  expect(await makeCurrent([], { WORKER_DEPLOYMENT_VERSION: 'embark.1' })).toEqual({
    code: 0,
    words: 'Version embark.1 is current now.',
  })
  expect(await first.until(200)).toMatchObject({ text: 'ok' })
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])

  // The next version gets no work, while the first continues.
  const second = await start('2')
  expect(await second.until(503)).toMatchObject({
    text: expect.stringContaining('version embark.2 is not the current one: version embark.1 gets all work'),
  })
  const without = await start(null)
  expect(await without.until(503)).toMatchObject({
    text: 'this worker has no version (WORKER_DEPLOYMENT_VERSION), and version embark.1 gets all work',
  })
  await without.worker.stop()
  expect(await makeCurrent(['--version', 'embark.2'])).toEqual({
    code: 0,
    words: 'Version embark.2 is current now, in place of embark.1.',
  })
  expect(await second.until(200)).toMatchObject({ text: 'ok' })
  expect(await first.until(503)).toMatchObject({ text: expect.stringContaining('version embark.2 gets all work') })
  await first.worker.stop()
  await journey.accept(client)
  await journey.connectBank(client)
  await journey.connectBooks(client)
  await journey.map(client)
  await harness.until(client.id, 'completed')
  expect(await journey.ended(client)).toBe('COMPLETED')
}, 120_000)

test('a version that no worker has is not made current, and the command says so', async () => {
  expect(await makeCurrent(['--version', 'embark.99', '--wait', '2'])).toEqual({
    code: 1,
    words: expect.stringContaining('Not made current: no worker of version embark.99 has come'),
  })
  expect(await makeCurrent(['--version', 'embark'])).toEqual({
    code: 1,
    words: '"embark" must read deployment.build',
  })
  expect(await makeCurrent()).toEqual({ code: 0, words: expect.stringContaining('none is made current') })
})
