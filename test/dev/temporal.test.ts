import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { freePort } from '../../dev/stack/ports.ts'
import { startTemporal, type Temporal } from '../../dev/stack/temporal.ts'

const folder = mkdtempSync(join(tmpdir(), 'embark-dev-'))
const options = {
  dbFile: join(folder, 'engine.db'),
  port: await freePort(),
  uiPort: await freePort(),
  log: (line: string) => said.push(line),
}
const said: string[] = []
let running: Temporal | undefined

async function start(): Promise<Temporal> {
  running = await startTemporal(options)
  return running
}

async function ask<T>({ address }: Temporal, run: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address })
  try {
    return await run(new Client({ connection }))
  } finally {
    await connection.close()
  }
}

const status = (server: Temporal) =>
  ask(server, async (client) => (await client.workflow.getHandle('parked').describe()).status.name)

afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await running?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a workflow parked in a server of our own is there again after the server was killed', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '')
  const server = await start()
  await ask(server, (client) => client.workflow.start('parked', { workflowId: 'parked', taskQueue: 'nobody' }))
  process.kill(server.pid as number, 'SIGKILL')
  expect(await status(await start())).toBe('RUNNING')
})

test('one left running by a killed start is stopped first', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '')
  const left = running as Temporal
  expect(await status(await start())).toBe('RUNNING')
  expect(left.isRunning()).toBe(false)
  expect(said.some((line) => line.includes('an earlier start left behind'))).toBe(true)
})

test('one that finds its port in use for a moment is started again', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '')
  const own = running as Temporal
  await own.stop()
  const holder = createServer((socket) => socket.destroy()).listen(options.port, '127.0.0.1')
  await once(holder, 'listening')
  const release = (line: string) => {
    said.push(line)
    if (line.includes('started again')) holder.close()
  }
  running = await startTemporal({ ...options, log: release })
  expect(said.filter((line) => line.includes('started again'))).not.toEqual([])
  expect(await status(running)).toBe('RUNNING')
})

test('one whose port stays in use says so', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '')
  const holder = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  await expect(startTemporal({ ...options, dbFile: join(folder, 'other.db'), port })).rejects.toThrow(
    /did not start on port \d+:[\s\S]*address already in use/,
  )
  holder.close()
})

test('time can be skipped', async () => {
  const taken = await ask(running as Temporal, async (client) => {
    await client.connection.workflowService.updateWorkflowExecutionOptions({
      namespace: 'default',
      workflowExecution: { workflowId: 'parked' },
      workflowExecutionOptions: { timeSkippingConfig: { enabled: true } },
      updateMask: { paths: ['time_skipping_config'] },
    })
    return true
  })
  expect(taken).toBe(true)
})

test('a given server is used as it is, and one that does not answer is named', async () => {
  const own = running as Temporal
  vi.stubEnv('TEMPORAL_ADDRESS', own.address)
  const given = await startTemporal(options)
  expect(given).toMatchObject({ address: own.address, pid: null, uiUrl: null })
  await given.stop()
  expect(own.isRunning()).toBe(true)
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1')
  await expect(startTemporal(options)).rejects.toThrow(/127\.0\.0\.1:1/)
})

test('a program that cannot be run is named', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '')
  vi.stubEnv('TEMPORAL_CLI_PATH', join(folder, 'none'))
  await expect(startTemporal(options)).rejects.toThrow(/TEMPORAL_CLI_PATH/)
})
