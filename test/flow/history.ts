import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { WorkflowHandle } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { Living } from '../../domain/connections/connectionLife.ts'
import { isObject } from '../../domain/progress.ts'
import { workflowIdOfLiving } from '../../workflows/contract.ts'
import type { Harness } from '../harness.ts'
import { waitFor } from '../waitFor.ts'

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

/** Returns the histories of all executions of the workflow of a connection or sign-in, the first one first. */
export async function historiesOfLiving(
  { temporal }: Harness,
  living: Pick<Living, 'of' | 'id'>,
  atLeast: number,
): Promise<Recorded[]> {
  const workflowId = workflowIdOfLiving(living)
  const runs = await waitFor(`${atLeast} executions`, async () => {
    const listed: { runId: string; startTime: Date }[] = []
    for await (const one of temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` })) listed.push(one)
    return listed.length >= atLeast && listed
  })
  const inOrder = runs.toSorted((one, other) => one.startTime.getTime() - other.startTime.getTime())
  return Promise.all(inOrder.map(({ runId }) => historyOfWorkflow(temporal.workflow.getHandle(workflowId, runId))))
}

const OVERTAKEN = 'WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND'

/**
 * Returns the number of events, without those by which a test moves the clock. A move that meets a workflow task at work
 * asks for one more, which then does nothing; one that meets the end of a run makes its task fail as overtaken by an event.
 */
export function eventsOf(history: Recorded | undefined): number {
  const kinds = (history?.events ?? [])
    .map(({ eventType }) => String(eventType).replace('EVENT_TYPE_', ''))
    .filter((kind) => !/OPTIONS_UPDATED|TIME_SKIPPING/.test(kind))
  const idle = kinds.filter(
    (kind, i) =>
      kind === 'WORKFLOW_TASK_COMPLETED' &&
      !/MARKER|TIMER_STARTED|CONTINUED|EXECUTION_COMPLETED/.test(kinds[i + 1] ?? ''),
  )
  const overtaken = (history?.events ?? []).filter(
    ({ workflowTaskFailedEventAttributes: failed }) => isObject(failed) && failed.cause === OVERTAKEN,
  )
  return kinds.length - 3 * (idle.length + overtaken.length)
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
