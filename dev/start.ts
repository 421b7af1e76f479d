import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROLE_WORDS } from '../domain/practice/rightWords.ts'
import { homeFolder, writeWhole } from './stack/home.ts'
import { findLauncher, watchLauncher } from './stack/launcher.ts'
import { type Lock, takeLock } from './stack/lock.ts'
import { isSameProcess, stopProcess } from './stack/processes.ts'
import { type Stack, startStack } from './stack/stack.ts'

// `npm start`: the embedded stack in a terminal. `--reload` (npm run dev) restarts services as their source changes.

type Starter = { pid: number; launcher: { pid: number; startedAt: string } | null }

const colours: Record<string, number> = {
  embark: 1,
  postgres: 34,
  temporal: 35,
  database: 34,
  sandbox: 33,
  worker: 32,
  api: 36,
  web: 36,
}
const begun = performance.now()

function say(part: string, text: string): void {
  const elapsed = `${((performance.now() - begun) / 1_000).toFixed(1)} s`.padStart(9)
  const name = part.padEnd(9)
  const shown = process.stdout.isTTY ? `\u001b[${colours[part] ?? 1}m${name}\u001b[0m` : name
  for (const line of text.split('\n')) process.stdout.write(`${elapsed}  ${shown} ${line}\n`)
}

function readStarter(file: string): Starter | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Starter
  } catch {
    return null
  }
}

/** Takes the folder for this start; prints the reason and returns null when another start has it. */
async function takeFolder(folder: string): Promise<Lock | null> {
  const lockFile = join(folder, 'lock')
  const other = readStarter(join(folder, 'starter.json'))
  const lock = takeLock(lockFile)
  if (lock) return lock
  if (other?.launcher && !isSameProcess(other.launcher)) {
    say('embark', `waiting for a start whose npm was killed to end (pid ${other.pid})`)
    for (let tries = 0; tries < 300; tries += 1) {
      const freed = takeLock(lockFile)
      if (freed) return freed
      await sleep(100)
    }
    await stopProcess(other.pid, 'SIGKILL', 5_000)
    return takeLock(lockFile)
  }
  const where = existsSync(join(folder, 'demo.json'))
    ? ` at ${(JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')) as { url: string }).url}`
    : ''
  say('embark', `already runs from ${folder}${where}${other ? `, started by process ${other.pid}` : ''}.`)
  say('embark', 'Stop it first (Ctrl-C there), or set EMBARK_HOME to another folder for a second one.')
  return null
}

function printAddresses({ addresses, webUrl, apiKey, staff }: Stack): void {
  const rows = [
    ['Embark', `${webUrl}/clients`],
    ['API reference', `${addresses.url}/docs`],
    ['Sandbox inbox', addresses.sandboxUrl],
    ...(addresses.temporalUiUrl ? [['Temporal UI', addresses.temporalUiUrl]] : []),
    ['Demo practice', 'Marsh & Lowe Accountants'],
    ['Demo API key', apiKey],
    ...staff.map(({ role, email, password }) => [
      ROLE_WORDS[role],
      `${email}  ${password}${role === 'support' ? '  code: npm run code' : ''}`,
    ]),
  ]
  process.stdout.write(`\n${rows.map(([label, value]) => `  ${label?.padEnd(14)} ${value}`).join('\n')}\n\n`)
  process.stdout.write('  See a whole onboarding: npm run tour (in another terminal). Stop with Ctrl-C.\n\n')
}

async function main(): Promise<number> {
  const folder = homeFolder()
  const lock = await takeFolder(folder)
  if (!lock) return 1
  const launcher = findLauncher()
  const starter: Starter = {
    pid: process.pid,
    launcher: launcher && { pid: launcher.pid, startedAt: launcher.startedAt },
  }
  writeWhole(join(folder, 'starter.json'), `${JSON.stringify(starter)}\n`)

  const interrupted = Promise.withResolvers<string>()
  let firstAt = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A terminal and npm both pass Ctrl-C on, so one press may arrive twice.
      if (firstAt && Date.now() - firstAt > 1_500) process.exit(1)
      firstAt ||= Date.now()
      interrupted.resolve(signal)
    })
  }
  if (launcher) watchLauncher(launcher, () => interrupted.resolve('npm ended'))
  process.stdout.on('error', () => undefined) // The reader of our output is gone; the stack continues.

  const stopping = new AbortController()
  const starting = startStack({
    folder,
    say,
    clients: true,
    reload: process.argv.includes('--reload'),
    signal: stopping.signal,
  })
  const reason = interrupted.promise.then((why) => {
    say('embark', `stopping (${why})`)
    stopping.abort()
    return why
  })
  const stack = await starting.catch(async (problem: Error) => {
    if (!stopping.signal.aborted) say('embark', `could not start: ${problem.message}`)
    return null
  })
  if (!stack) {
    lock.release()
    return stopping.signal.aborted ? 0 : 1
  }
  if (!stopping.signal.aborted) {
    const { url, sandboxUrl, temporalUiUrl } = stack.addresses
    const staff = stack.staff.map(({ role, email, password }) => ({ role, email, password }))
    const demo = { url, sandboxUrl, temporalUiUrl, apiKey: stack.apiKey, staff }
    writeWhole(join(folder, 'demo.json'), `${JSON.stringify(demo, null, 2)}\n`, 0o600)
    say('embark', 'ready')
    printAddresses(stack)
  }
  await reason
  await stack.stop()
  say('embark', 'stopped')
  lock.release()
  return 0
}

process.exit(
  await main().catch((problem: Error) => {
    say('embark', problem.message)
    return 1
  }),
)
