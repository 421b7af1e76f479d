import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { WorkflowHandle } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { Harness } from '../harness.ts'

type Recorded = { events: Record<string, unknown>[] }

const folder = fileURLToPath(new URL('../histories/', import.meta.url))

/** Returns the engine's history of one run, without names of machines, processes and builds. */
export const historyOf = async (harness: Harness, onboardingId: string, run?: number): Promise<Recorded> =>
  historyOfWorkflow(await harness.workflow(onboardingId, run))

/** Returns the history of any workflow, in the same way. */
export async function historyOfWorkflow(workflow: Pick<WorkflowHandle, 'fetchHistory'>): Promise<Recorded> {
  const history = await workflow.fetchHistory()
  return JSON.parse(historyToJSON(history), (key, value) =>
    key === 'identity' || key === 'buildId' || (typeof value === 'string' && /^\d+@/.test(value)) ? 'test' : value,
  ) as Recorded
}

/** Returns the history as text, with every payload decoded. */
export function textOf(history: Recorded): string {
  return JSON.stringify(history, (key, value) =>
    (key === 'data' || key === 'encoding') && typeof value === 'string'
      ? Buffer.from(value, 'base64').toString()
      : value,
  )
}

/** Returns those of `values` that occur in the engine's history, in any letter case. */
export function found(history: Recorded, values: string[]): string[] {
  const text = textOf(history).toLowerCase()
  return values.filter((value) => text.includes(value.toLowerCase()))
}

/** Returns the count of each event type, most frequent first. */
export function countsOf(history: Recorded): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { eventType } of history.events) {
    const name = String(eventType).replace('EVENT_TYPE_', '').toLowerCase()
    counts[name] = (counts[name] ?? 0) + 1
  }
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a))
}

/** With RECORD set, writes a history for the replay tests (`test/replay`) as `happy.<RECORD>.json`. */
export async function record(harness: Harness, name: string, onboardingId: string, run?: number): Promise<void> {
  if (process.env.RECORD) write(name, await historyOf(harness, onboardingId, run))
}

/** With RECORD set, writes a history under its name. */
export function write(name: string, history: Recorded): void {
  if (!process.env.RECORD) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}${name}.${process.env.RECORD}.json`, `${JSON.stringify(history, null, 1)}\n`)
}
