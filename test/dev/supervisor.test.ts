import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test, vi } from 'vitest'
import { takeLock } from '../../dev/stack/lock.ts'
import { findProcess, findProcessesWith, isSameProcess, stopProcess } from '../../dev/stack/processes.ts'
import { startService } from '../../dev/stack/service.ts'
import { Supervisor } from '../../dev/stack/supervisor.ts'

const folder = mkdtempSync(join(tmpdir(), 'embark-dev-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function part(name: string, order: string[], failures = 0) {
  let starts = 0
  const life = { alive: false }
  return {
    life,
    name,
    start: async () => {
      starts += 1
      if (starts > 1 && starts <= 1 + failures) throw new Error('not yet')
      life.alive = true
      order.push(`start ${name}`)
      return {
        pid: null,
        isRunning: () => life.alive,
        stop: async () => {
          life.alive = false
          order.push(`stop ${name}`)
        },
      }
    },
  }
}

test('a part that dies is started again, with patience, and all stop in the opposite order', async () => {
  const order: string[] = []
  const said: string[] = []
  const supervisor = new Supervisor(
    (name, line) => said.push(`${name} ${line}`),
    () => undefined,
  )
  const [database, service] = [part('database', order), part('service', order, 1)]
  await supervisor.run(database)
  await supervisor.run(service)
  service.life.alive = false
  await vi.waitFor(() => expect(said).toContain('service is back'), 5_000)
  expect(said).toEqual([
    'service died; starting it again',
    'service could not be started again: not yet',
    'service is back',
  ])
  await Promise.all([supervisor.stop(), supervisor.stop()])
  expect(order).toEqual(['start database', 'start service', 'start service', 'stop service', 'stop database'])
  await expect(supervisor.run(part('late', order))).rejects.toThrow()
})

test('stopping during a start waits for it and stops what came of it', async () => {
  const order: string[] = []
  const supervisor = new Supervisor(
    () => undefined,
    () => undefined,
  )
  const slow = part('slow', order)
  const starting = supervisor.run({ ...slow, start: () => sleep(100).then(slow.start) })
  await supervisor.stop()
  await starting
  expect(order).toEqual(['start slow', 'stop slow'])
})

test('the lock is held by one process at a time and falls with the process that held it', async () => {
  const file = join(folder, 'lock')
  const script = `
    import { takeLock } from ${JSON.stringify(new URL('../../dev/stack/lock.ts', import.meta.url).href)}
    console.log(takeLock(${JSON.stringify(file)}) ? 'taken' : 'refused')
    setInterval(() => undefined, 1000)`
  const holder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [word] = (await holder.stdout.take(1).toArray()) as Buffer[]
  expect(String(word).trim()).toBe('taken')
  expect(takeLock(file)).toBeNull()
  holder.kill('SIGKILL')
  await vi.waitFor(() => {
    const lock = takeLock(file)
    expect(lock).not.toBeNull()
    lock?.release()
  }, 5_000)
})

test('a process is known by its pid and start, found by its arguments, and stopped with its group', async () => {
  const mark = `--embark-test=${folder} with space`
  const script = `process.on('SIGTERM', () => undefined); require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' }); setInterval(() => undefined, 1000); console.log(1)`
  const child = spawn(process.execPath, ['-e', script, '--', mark], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await child.stdout.take(1).toArray()
  const pid = child.pid as number
  const found = findProcess(pid)
  expect(found).toMatchObject({ pid, parent: process.pid, group: pid })
  expect(findProcessesWith([mark]).map((one) => one.pid)).toEqual([pid])
  expect(findProcessesWith(['--embark-test'])).toEqual([])
  expect(isSameProcess({ pid, startedAt: found?.startedAt as string })).toBe(true)
  expect(isSameProcess({ pid, startedAt: 'another time' })).toBe(false)
  await stopProcess(pid, 'SIGTERM', 200)
  expect(findProcess(pid)).toBeNull()
  await vi.waitFor(() => expect(findProcessesWith(['sleep', '60']).filter((one) => one.group === pid)).toEqual([]))
})

test('a service whose port another program has is not taken for ready', async () => {
  const other = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const service = {
    name: 'api',
    program: ['dev/serve.ts', 'api'],
    environment: {},
    arguments: [],
    readyUrl: `http://127.0.0.1:${(other.address() as AddressInfo).port}/readyz`,
    logFile: join(folder, 'api.log'),
    say: () => undefined,
  }
  const started = startService(service, () => undefined, new AbortController().signal)
  await expect(started).rejects.toThrow(/^Port \d+ \(api\) is taken by another program/)
  other.close()
})
