import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

// Linux counts processor time in ticks of 10 ms.
const TICK_MS = 10

type Usage = { parent: number; cpuMs: number }

function usageOf(pid: number): Usage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = [11, 12].reduce((sum, index) => sum + Number(fields[index]), 0)
    return { parent: Number(fields[1]), cpuMs: ticks * TICK_MS }
  } catch {
    return null
  }
}

/** Runs `work`. Returns by name the processor time in ms that each process spent meanwhile, `database` with its backends. */
export async function cpuDuring<Name extends string>(
  pids: Record<Name, number>,
  work: () => Promise<unknown>,
): Promise<Record<Name, number>> {
  const names = Object.keys(pids) as Name[]
  const read = () => names.map((name) => cpuMsOf(pids[name], name === 'database'))
  const before = read()
  await work()
  const spent = read().map((ms, place) => [names[place], ms - (before[place] ?? 0)])
  return Object.fromEntries(spent)
}

/** Returns the processor time of a process in ms, with its present children if asked; 0 when not available. */
function cpuMsOf(pid: number, withChildren: boolean): number {
  if (!existsSync('/proc/self/stat')) return 0
  const own = usageOf(pid)?.cpuMs ?? 0
  if (!withChildren) return own
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (usageOf(Number(name)) ?? []) : []))
  return all.filter(({ parent }) => parent === pid).reduce((sum, { cpuMs }) => sum + cpuMs, own)
}

/** Returns the resident memory of one process in MB. Throws when it has ended. */
export function residentMbOf(pid: number): number {
  const kilobytes = existsSync(`/proc/${pid}/status`)
    ? /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  if (kilobytes === undefined) throw new Error(`process ${pid} tells nothing of its memory`)
  return Number(kilobytes) / 1024
}
