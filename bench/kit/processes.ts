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

/** Returns the processor time of a process in ms, with its present children if asked; 0 when not available. */
export function cpuMsOf(pid: number, withChildren = false): number {
  if (!existsSync('/proc/self/stat')) return 0
  if (!withChildren) return usageOf(pid)?.cpuMs ?? 0
  const children = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (usageOf(Number(name)) ?? []) : []))
  const ofChildren = children.filter(({ parent }) => parent === pid).reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  return (usageOf(pid)?.cpuMs ?? 0) + ofChildren
}

/** Returns the resident memory of one process in MB. Throws when it has ended. */
export function residentMbOf(pid: number): number {
  const kilobytes = existsSync(`/proc/${pid}/status`)
    ? /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  if (kilobytes === undefined) throw new Error(`process ${pid} tells nothing of its memory`)
  return Number(kilobytes) / 1024
}
