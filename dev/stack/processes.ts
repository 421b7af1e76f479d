import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process of this machine. `startedAt` is an opaque mark: the same pid with another mark is another process. */
export type Process = { pid: number; parent: number; group: number; startedAt: string; argv: string }

const separator = '\u0000'

function readProc(pid: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces and brackets; the fields start after the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return null
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return { pid, parent: Number(fields[1]), group: Number(fields[2]), startedAt: fields[19] ?? '', argv }
  } catch {
    return null
  }
}

function readPs(args: string[]): Process[] {
  let text: string
  try {
    text = execFileSync('ps', [...args, '-o', 'pid=,ppid=,pgid=,stat=,lstart=,command='], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return []
  }
  return text.split('\n').flatMap((line) => {
    const found = line.match(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/)
    if (!found || found[4]?.startsWith('Z')) return []
    return [
      {
        pid: Number(found[1]),
        parent: Number(found[2]),
        group: Number(found[3]),
        startedAt: found[5] ?? '',
        argv: (found[6] ?? '').replaceAll(' ', separator),
      },
    ]
  })
}

const hasProc = existsSync('/proc/self/stat')

/** Returns the running process with this pid, or null when there is none (a zombie counts as none). */
export function findProcess(pid: number): Process | null {
  return hasProc ? readProc(pid) : (readPs(['-p', String(pid)])[0] ?? null)
}

/** Returns running processes that have all of `words` as whole arguments of their command line. */
export function findProcessesWith(words: string[]): Process[] {
  const all = hasProc
    ? readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProc(Number(name)) ?? []) : []))
    : readPs(['-A'])
  return all.filter(
    ({ pid, argv }) =>
      pid !== process.pid &&
      words.every((word) =>
        `${separator}${argv}${separator}`.includes(
          `${separator}${word.replaceAll(' ', hasProc ? ' ' : separator)}${separator}`,
        ),
      ),
  )
}

/** Returns running processes with this working folder; works on Linux only, elsewhere returns none. */
export function findProcessesIn(folder: string): Process[] {
  if (!hasProc) return []
  return readdirSync('/proc').flatMap((name) => {
    try {
      if (!/^\d+$/.test(name) || readlinkSync(`/proc/${name}/cwd`) !== folder) return []
    } catch {
      return [] // It has ended meanwhile, or belongs to another user.
    }
    return readProc(Number(name)) ?? []
  })
}

/** Returns true if the process recorded with this pid and start mark is still running. */
export function isSameProcess(recorded: { pid: number; startedAt: string }): boolean {
  return findProcess(recorded.pid)?.startedAt === recorded.startedAt
}

/** Waits until the pid is gone; returns false when it is still there after `timeoutMs`. */
async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs
  while (findProcess(pid) !== null) {
    if (Date.now() > end) return false
    await sleep(20)
  }
  return true
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended already, which is the goal.
  }
}

/**
 * Stops a process that this stack started: `signal` first, SIGKILL after `timeoutMs`. A process that leads its own
 * group (everything started here does) takes its group with it.
 */
export async function stopProcess(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  const found = findProcess(pid)
  if (found === null) return
  const target = found.group === pid ? -pid : pid
  send(target, signal)
  if (await waitUntilGone(pid, timeoutMs)) return
  send(target, 'SIGKILL')
  await waitUntilGone(pid, 5_000)
}
