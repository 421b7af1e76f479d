import { readdirSync, readFileSync } from 'node:fs'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { beforeAll, expect, test } from 'vitest'
import { bundleWorkflows } from '../../worker/bundle.ts'

type History = { events: Record<string, unknown>[] }

/**
 * Recorded by the flow tests under RECORD (`test/flow/history.ts`). Of an onboarding, those without a second name are from the time
 * when signals carried a whole situation; `small` ones carry a progress.
 */
const folder = new URL('../histories/', import.meta.url)
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''))

const read = (name: string): History => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))

let code: string
beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
    shutdownSignals: [],
  })
  code = await bundleWorkflows()
})

async function replay(histories: Record<string, History>): Promise<Record<string, Error | undefined>> {
  const given = Object.entries(histories).map(([workflowId, history]) => ({ workflowId, history }))
  const results: Record<string, Error | undefined> = {}
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: { code } }, given)) {
    results[workflowId] = error
  }
  return results
}

test('recorded histories replay', async () => {
  const shapes = [
    'happy',
    'expired',
    'resent',
    'cancelled',
    'cancelRequested',
    'declined',
    'touched',
    'snoozed',
    'reopened',
    'happy.small',
    'cancelled.small',
    'touched.small',
    'signIn.year',
    'consent.year',
  ]
  expect(names).toEqual(expect.arrayContaining(shapes))
  const results = await replay(Object.fromEntries(names.map((name) => [name, read(name)])))
  expect(results).toEqual(Object.fromEntries(names.map((name) => [name, undefined])))
})

test('the deliberately wrong history fails', async () => {
  const wrong = JSON.parse(JSON.stringify(read('happy')).replaceAll('"deliver"', '"dispatch"')) as History
  const results = await replay({ happy: read('happy'), wrong })
  expect(results.happy).toBeUndefined()
  expect(results.wrong?.name).toBe('DeterminismViolationError')
  expect(results.wrong?.message).toContain("'dispatch' does not match activity type of activity command 'deliver'")
})

test('histories name no person, no address and no machine', () => {
  for (const name of names) {
    const text = JSON.stringify(read(name), (key, value) =>
      key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value,
    )
    expect(text, name).not.toMatch(/@|https?:|\+44|Harbour|Bakery|Quillfeather|Jo Carter|Marsh|Priya|\/j\//i)
  }
})

test('the workflow code is pure: nothing of Node, no validation library', () => {
  // A successful build proves that the code uses nothing of Node.
  expect(code.length).toBeGreaterThan(10_000)
  expect(code).not.toMatch(/node_modules\/(zod|postgres|pino|ky|@temporalio\/client)\//)
  expect(code).not.toMatch(/require\(["']node:/)
})

test('the workflow code computes no calendar: a bundle that holds one is refused', async () => {
  expect(code).not.toMatch(/temporal-polyfill/)
  await expect(bundleWorkflows(new URL('../../domain/reminders.ts', import.meta.url))).rejects.toThrow(
    'the workflow code reaches for temporal-polyfill',
  )
})
