import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { writeWhole } from './home.ts'
import { findProcess, findProcessesWith, isSameProcess, stopProcess } from './processes.ts'

const recordedSchema = z.object({ pid: z.number(), startedAt: z.string() })
const rosterSchema = z.record(z.string(), recordedSchema)

type Recorded = z.infer<typeof recordedSchema>

/** The processes of one stack, recorded in `pids.json` so that the next start can stop those that this one leaves. */
export class Roster {
  readonly #file: string
  readonly #present: Record<string, Recorded> = {}

  constructor(file: string) {
    this.#file = file
  }

  /** Returns the file's present contents, by any process; empty when there is none. */
  static read(file: string): Record<string, Recorded> {
    if (!existsSync(file)) return {}
    try {
      return rosterSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      return {}
    }
  }

  /** Records that `name` runs as `pid`; null records that it no longer runs. */
  note(name: string, pid: number | null): void {
    const found = pid === null ? null : findProcess(pid)
    if (found) this.#present[name] = { pid: found.pid, startedAt: found.startedAt }
    else delete this.#present[name]
    writeWhole(this.#file, `${JSON.stringify(this.#present, null, 2)}\n`)
  }
}

/** Returns the argument that every service of a stack carries, to be found even without a recorded pid. */
export function homeArgument(folder: string): string {
  return `--embark-home=${folder}`
}

/** Stops services that a killed start left behind; returns their number. Servers stop their own at their start. */
export async function stopLeftovers(rosterFile: string, folder: string, services: readonly string[]): Promise<number> {
  const recorded = Object.entries(Roster.read(rosterFile))
    .filter(([name, process]) => services.includes(name) && isSameProcess(process))
    .map(([, { pid }]) => pid)
  const carrying = findProcessesWith([homeArgument(folder)]).map(({ pid }) => pid)
  const pids = new Set([...recorded, ...carrying])
  await Promise.all([...pids].map((pid) => stopProcess(pid, 'SIGTERM', 10_000)))
  return pids.size
}
