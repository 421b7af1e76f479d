import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test, vi } from 'vitest'
import { freePort, isListening } from '../../dev/stack/ports.ts'
import { findProcess, findProcessesWith } from '../../dev/stack/processes.ts'
import { ROLES } from '../../domain/rights.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'embark-start-'))
chmodSync(folder, 0o755)
const home = join(folder, 'home')
const names = ['api', 'sandbox', 'temporalUi', 'temporal', 'postgres', 'worker']
const ports: Record<string, number> = {}

type Run = { child: ChildProcess; output: () => string; ended: Promise<number | null> }
const runs: Run[] = []

function npmStart(): Run {
  const child = spawn('npm', ['--silent', 'start'], {
    cwd: root,
    env: { ...process.env, EMBARK_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const run = { child, output: () => output, ended }
  runs.push(run)
  return run
}

async function ready(run: Run): Promise<void> {
  await vi.waitFor(() => expect(run.output()).toMatch(/ embark +ready$/m), { timeout: 180_000, interval: 100 })
}

const read = (name: string) => JSON.parse(readFileSync(join(home, name), 'utf8'))

async function listening(): Promise<string[]> {
  const all = await Promise.all(names.map(async (name) => ((await isListening(ports[name] ?? 0)) ? name : null)))
  return all.filter((name) => name !== null)
}

async function answersToDemoKey(): Promise<void> {
  const { url, apiKey } = read('demo.json')
  const response = await fetch(`${url}/api/v1/onboardings`, { headers: { authorization: `Bearer ${apiKey}` } })
  expect(response.status).toBe(200)
}

/** Signs in each of the demo staff with demo.json, and checks their role. */
async function everyRoleSignsIn(): Promise<void> {
  const { url, staff } = read('demo.json') as {
    url: string
    staff: { role: string; email: string; password: string }[]
  }
  expect(staff.map(({ role }) => role)).toEqual([...ROLES])
  for (const { role, email, password } of staff) {
    const signedIn = await fetch(`${url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ email, password }),
    })
    const cookie = await afterCode(url, signedIn)
    const me = (await (await fetch(`${url}/api/v1/me`, { headers: { cookie } })).json()) as { role: string }
    expect(me.role).toBe(role)
  }
}

/** Returns the session's cookie; when a code is asked for, uses the one that `npm run code` prints. */
async function afterCode(url: string, signedIn: Response): Promise<string> {
  const body = (await signedIn.json()) as { twoFactorRedirect?: boolean }
  const cookies = ({ headers }: Response) =>
    headers
      .getSetCookie()
      .filter((one) => !/max-age=0/i.test(one))
      .map((one) => one.split(';')[0])
      .join('; ')
  if (!body.twoFactorRedirect) return cookies(signedIn)
  const proven = await fetch(`${url}/api/auth/two-factor/verify-totp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, cookie: cookies(signedIn) },
    body: JSON.stringify({ code: (await command('code')).trim() }),
  })
  return cookies(proven)
}

/** Runs a command of the README against the running stack; returns its output. Throws when it fails. */
async function command(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('npm', ['--silent', 'run', ...args], {
    cwd: root,
    env: { ...process.env, EMBARK_HOME: home },
    timeout: 60_000,
  })
  return stdout
}

/** Checks that the tour completes an onboarding, and that a created read key reads it and changes nothing. */
async function theCommandsWork(): Promise<void> {
  const tour = await command('tour')
  expect(tour).toMatch(/Ready to go[\s\S]+→ completed · nothing blocks[\s\S]+ready to go/)
  const key = (await command('key', '--', '--practice', 'marsh-lowe', '--name', 'Till', '--read')).split('\n')[0]
  const call = (method: string) =>
    fetch(`${read('demo.json').url}/api/v1/onboardings`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: '{"organisation":{"name":"X"}}' }),
    })
  expect([(await call('GET')).status, (await call('POST')).status]).toEqual([200, 403])
}

afterAll(async () => {
  for (const { child, ended } of runs) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
})

test('npm start: ready, with its tour and keys, refused a second time, back after any kill, the same ports, and nothing left behind', async () => {
  for (const name of names) ports[name] = await freePort()
  mkdirSync(home)
  writeFileSync(join(home, 'ports.json'), JSON.stringify(ports))

  const first = npmStart()
  await ready(first)
  expect(await listening()).toEqual(names)
  await answersToDemoKey()
  const demo = read('demo.json')
  expect(demo).toMatchObject({ url: `http://127.0.0.1:${ports.api}`, sandboxUrl: `http://127.0.0.1:${ports.sandbox}` })
  await everyRoleSignsIn()
  await theCommandsWork()

  const second = npmStart()
  expect(await second.ended).toBe(1)
  expect(second.output()).toContain('already runs')

  const killed = read('pids.json') as Record<string, { pid: number }>
  for (const { pid } of Object.values(killed)) process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(first.output().match(/is back/g)).toHaveLength(5), { timeout: 60_000, interval: 200 })
  await vi.waitFor(answersToDemoKey, { timeout: 30_000, interval: 500 })

  // Kills it together with its npm, as an out-of-memory kill does.
  process.kill(read('starter.json').pid, 'SIGKILL')
  first.child.kill('SIGKILL')
  await first.ended
  const third = npmStart()
  await ready(third)
  expect(await listening()).toEqual(names)
  expect(read('demo.json')).toEqual(demo)
  await answersToDemoKey()

  // Kills only npm: the stack notices, and the next start waits for it.
  const orphan = read('starter.json').pid as number
  third.child.kill('SIGKILL')
  const fourth = npmStart()
  await ready(fourth)
  expect(findProcess(orphan)).toBeNull()
  await answersToDemoKey()

  fourth.child.kill('SIGTERM')
  await fourth.ended
  await vi.waitFor(async () => expect(await listening()).toEqual([]), { timeout: 20_000 })
  expect(findProcessesWith([`--embark-home=${home}`])).toEqual([])
}, 360_000)
