import { spawn } from 'node:child_process'
import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { prettyFactory } from 'pino-pretty'
import { demandFree } from './ports.ts'
import { findProcess, stopProcess } from './processes.ts'
import type { Running } from './supervisor.ts'

/** One of our own processes: the program to run and the check that it is ready. */
export type Service = {
  name: string
  /** Arguments for `node`. */
  program: string[]
  environment: Record<string, string>
  arguments: string[]
  /** An address that answers 2xx once the service can work. */
  readyUrl: string
  /** The file for the service's output. */
  logFile: string
  /** Receives log lines of level warn and above, made readable, and lines that are not log records. */
  say: (line: string) => void
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const startTimeoutMs = 120_000
const largestLogBytes = 20_000_000

const pretty = prettyFactory({
  colorize: process.stdout.isTTY === true,
  singleLine: true,
  ignore: 'pid,hostname,time,name',
})

/** Returns a log record as one readable line, or null when its level is too low for the terminal. */
function readable(line: string): string | null {
  if (!line.startsWith('{')) return line.trim() === '' ? null : line
  try {
    const record = JSON.parse(line) as { level?: number }
    return typeof record.level === 'number' && record.level >= 40 ? pretty(record).trim() : null
  } catch {
    return line
  }
}

function inherited(): Record<string, string> {
  // The shell's environment is not inherited: a real provider key in it would send real mail.
  const names = ['PATH', 'HOME', 'USER', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'LOG_LEVEL']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/**
 * Starts the service and waits until it is ready. Throws, with its last output, when it ends before that or takes over
 * two minutes; throws when another program, which would answer in its place, has its port. `onSpawn` gets the pid at
 * once; `signal` aborts the start.
 */
export async function startService(
  service: Service,
  onSpawn: (pid: number) => void,
  signal: AbortSignal,
): Promise<Running> {
  await demandFree(service.name, Number(new URL(service.readyUrl).port))
  if (existsSync(service.logFile) && statSync(service.logFile).size > largestLogBytes) {
    renameSync(service.logFile, `${service.logFile}.1`)
  }
  const log = createWriteStream(service.logFile, { flags: 'a' })
  const child = spawn(process.execPath, [...service.program, ...service.arguments], {
    cwd: root,
    env: { ...inherited(), ...service.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // A group of its own: we handle Ctrl-C and stop services in order.
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${service.name} could not be started`)
  onSpawn(pid)

  const last: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`)
      last.push(line)
      if (last.length > 15) last.shift()
      const shown = readable(line)
      if (shown !== null) service.say(shown)
    })
  }
  let ended: string | null = null
  child.on('exit', (code, signal) => {
    ended = signal ?? `exit code ${code}`
  })
  child.on('close', () => log.end())

  const end = Date.now() + startTimeoutMs
  while (!(await isReady(service.readyUrl))) {
    if (ended !== null || signal.aborted || Date.now() > end) {
      const why = signal.aborted
        ? 'was stopped while it started'
        : ended === null
          ? `was not ready after ${startTimeoutMs / 1_000} s`
          : `ended (${ended})`
      await stopProcess(pid, 'SIGTERM', 10_000)
      throw new Error(`${service.name} ${why}:\n${last.join('\n')}`)
    }
    await sleep(100)
  }
  return {
    pid,
    isRunning: () => ended === null && findProcess(pid) !== null,
    stop: () => stopProcess(pid, 'SIGTERM', 20_000),
  }
}
