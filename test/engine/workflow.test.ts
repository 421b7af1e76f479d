import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApplicationFailure } from '@temporalio/activity'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Activities } from '../../activities/createActivities.ts'
import { connectEngine, type Engine } from '../../commands/engine.ts'
import { keptWorkflowBundle } from '../../dev/built/workflowBundle.ts'
import type { Progress } from '../../domain/progress.ts'
import { DAY_MS } from '../../domain/situation.ts'
import { createLogger, installRuntime } from '../../worker/log.ts'
import { createWorkers } from '../../worker/worker.ts'
import { SITUATION_CHANGED, workflowIdOf } from '../../workflows/contract.ts'
import { createTestNamespace } from '../namespace.ts'
import { waitFor } from '../waitFor.ts'

// Runs the workflow alone on the run's own server, with stub activities for rows and providers.
let environment: TestWorkflowEnvironment
let engine: Engine
let stop: () => Promise<void>

type Call = { activity: string; ids?: string[]; practiceId: string | undefined }
type Row = {
  progress: Progress
  calls: Call[]
  /** Answers of activities that replace the row's progress. */
  answers: Record<string, () => Promise<Progress>>
}
const rows = new Map<string, Row>()

beforeAll(async () => {
  await installRuntime(createLogger('error'))
  const server = { address: inject('TEMPORAL_ADDRESS'), namespace: await createTestNamespace() }
  environment = await TestWorkflowEnvironment.createFromExistingServer(server)
  engine = connectEngine(server)
  const called = async (onboardingId: string, call: Call): Promise<Progress> => {
    const row = rows.get(onboardingId)
    if (!row) throw ApplicationFailure.nonRetryable('no such row', 'NotFound')
    row.calls.push(call)
    return (await row.answers[call.activity]?.()) ?? row.progress
  }
  const move = (activity: string) => (id: string, _run: number, practiceId?: string) =>
    called(id, { activity, practiceId })
  const send = (activity: string) => (id: string, _run: number, ids: string | string[], practiceId?: string) =>
    called(id, { activity, ids: [ids].flat(), practiceId })
  const activities: Activities = {
    createOrganisation: move('createOrganisation'),
    deliver: send('deliver'),
    abandonSend: send('abandonSend'),
    touch: move('touch'),
    expire: move('expire'),
    giveUp: move('giveUp'),
    complete: move('complete'),
    settleBank: move('settleBank'),
    cleanUp: move('cleanUp'),
    keepConnection: async () => null,
  }
  const rates = { mailPerSecond: 1_000, smsPerSecond: 1_000, databaseConnections: 5, maxCachedWorkflows: 100 }
  const workers = await createWorkers(
    { temporal: server, deployment: null, ...rates },
    environment.nativeConnection,
    { codePath: await keptWorkflowBundle() },
    activities,
  )
  const running = workers.map((worker) => worker.run())
  stop = async () => {
    for (const worker of workers) worker.shutdown()
    await Promise.all(running)
  }
})
afterAll(async () => {
  await stop?.()
  await engine?.close()
  await environment?.teardown()
})

const at = (seq: number, changes: Partial<Progress> = {}): Progress => ({
  seq,
  run: 1,
  stage: 'accepted',
  open: ['bank', 'books', 'mapping'],
  next: null,
  due: [],
  ...changes,
})
const mail = (id: string) => ({ id, channel: 'email' as const })
const completed = (seq: number, due: Progress['due'] = []) => at(seq, { stage: 'completed', open: [], due })

/** Starts a run of a row with this progress. */
async function start(progress: Progress, answers: Row['answers'] = {}) {
  const [practiceId, onboardingId] = [randomUUID(), randomUUID()]
  const row: Row = { progress, calls: [], answers }
  rows.set(onboardingId, row)
  await engine.start(practiceId, onboardingId, 1, null, null)
  const handle = environment.client.workflow.getHandle(workflowIdOf(onboardingId, 1))
  return {
    row,
    handle,
    practiceId,
    /** The activities in their order. An SQL step whose task timed out on a busy machine is repeated, and counts once. */
    names: () => row.calls.map(({ activity }) => activity).filter((name, i, all) => name !== all[i - 1]),
    sent: () => row.calls.flatMap(({ activity, ids }) => (activity === 'deliver' ? (ids ?? []) : [])),
    timers: async () => {
      const { events } = await handle.fetchHistory()
      return (events ?? []).filter((event) => event.timerStartedEventAttributes).length
    },
    /** Records a new fact: sets the row's progress and signals the run. */
    signal: async (next: Progress) => {
      row.progress = next
      await engine.signal(onboardingId, next)
    },
    /** Waits until the workflow has handled all signals. */
    settled: () =>
      waitFor('the workflow to have nothing in hand', async () => {
        const { raw } = await handle.describe()
        return !raw.pendingWorkflowTask
      }),
    ended: async () => {
      await handle.result()
      return (await handle.describe()).status.name
    },
  }
}

test('a run of an onboarding that is over reads the row and ends; one with a message left sends it first', async () => {
  const over = await start(completed(9))
  expect(await over.ended()).toBe('COMPLETED')
  expect(over.names()).toEqual(['createOrganisation'])
  expect(over.row.calls[0]).toEqual({ activity: 'createOrganisation', practiceId: over.practiceId })

  const left = await start(completed(9, [mail('last')]), { deliver: async () => completed(10) })
  expect(await left.ended()).toBe('COMPLETED')
  expect(left.names()).toEqual(['createOrganisation', 'deliver'])
  expect(left.row.calls.at(-1)).toEqual({ activity: 'deliver', ids: ['last'], practiceId: left.practiceId })
})

test('a stale or repeated signal changes nothing', async () => {
  const run = await start(at(3), { deliver: async () => at(5) })
  await run.signal(at(5, { due: [mail('newer')] }))
  await waitFor('the send', () => run.sent().length === 1)
  await run.signal(at(4, { due: [mail('stale')] }))
  await run.signal(at(5, { due: [mail('repeated')] }))
  await run.signal(completed(6))
  expect(await run.ended()).toBe('COMPLETED')
  expect(run.sent()).toEqual(['newer'])
})

test('an earlier move under the same number is taken, without what was told beside it; a later one is not', async () => {
  const touch = (days: number) => ({
    what: 'touch' as const,
    at: Date.now() + days * DAY_MS,
    to: 'client' as const,
    n: 1,
  })
  const run = await start(at(3, { next: touch(2) }))
  await waitFor('the first timer', async () => (await run.timers()) === 1)
  await run.signal(at(3, { next: touch(3) }))
  await run.settled()
  expect(await run.timers()).toBe(1)
  await run.signal(at(3, { next: touch(1), due: [mail('beside')] }))
  await run.settled()
  expect(await run.timers()).toBe(2)
  await run.signal(completed(4))
  expect(await run.ended()).toBe('COMPLETED')
  expect(run.sent()).toEqual([])
})

test('a timer that rings before the next move stays armed; an earlier move arms another', async () => {
  const next = (days: number) => ({
    what: 'touch' as const,
    at: Date.now() + days * DAY_MS,
    to: 'client' as const,
    n: 1,
  })
  const run = await start(at(1, { next: next(2) }))
  await waitFor('the first timer', async () => (await run.timers()) === 1)
  for (const seq of [2, 3]) await run.signal(at(seq, { next: next(seq + 1) }))
  await run.settled()
  expect(await run.timers()).toBe(1)
  await run.signal(at(4, { next: next(1) }))
  await run.settled()
  expect(await run.timers()).toBe(2)
  await run.signal(completed(5))
  expect(await run.ended()).toBe('COMPLETED')
  expect(await run.timers()).toBe(2)
})

test('moves that are due when the progress is read are made at once, in the order of their instants', async () => {
  const past = Date.now() - DAY_MS
  const run = await start(at(1, { next: { what: 'settleBank', at: past } }), {
    settleBank: async () => at(2, { next: { what: 'touch', at: past, to: 'client', n: 1 } }),
    touch: async () => at(3, { open: [], next: { what: 'complete', at: Date.now() + DAY_MS } }),
    complete: async () => completed(4),
  })
  expect(await run.ended()).toBe('COMPLETED')
  // Completing does not wait for a timer.
  expect(run.names()).toEqual(['createOrganisation', 'settleBank', 'touch', 'complete'])
})

test('an ended onboarding waits for its send under way, and sends what became due meanwhile', async () => {
  const answer = Promise.withResolvers<Progress>()
  const run = await start(at(1, { due: [mail('slow')] }), { deliver: () => answer.promise })
  await waitFor('the send', () => run.sent().length === 1)
  await run.signal(completed(2, [mail('slow')]))
  await run.settled()
  expect((await run.handle.describe()).status.name).toBe('RUNNING')
  run.row.answers.deliver = async () => completed(4)
  answer.resolve(completed(3, [mail('later')]))
  expect(await run.ended()).toBe('COMPLETED')
  expect(run.sent()).toEqual(['slow', 'later'])
})

test('a cancellation requested at the engine stops neither timers nor sends: the row decides', async () => {
  const run = await start(at(1, { next: { what: 'touch', at: Date.now() + 2_000, to: 'client', n: 1 } }), {
    touch: async () => at(2, { due: [mail('reminder')] }),
    deliver: async () => at(3),
  })
  await waitFor('the row to be read', () => run.names().length === 1)
  await run.handle.cancel()
  await waitFor('the reminder to be sent', () => run.sent().length === 1)
  await run.signal(completed(4))
  expect(await run.ended()).toBe('COMPLETED')
  expect(run.names()).toEqual(['createOrganisation', 'touch', 'deliver'])
})

test('an undone cancellation goes on to completion in the same run', async () => {
  const run = await start(at(1))
  await run.signal(at(2, { stage: 'cancelled', next: { what: 'cleanUp', at: Date.now() + DAY_MS } }))
  await run.settled()
  await run.signal(at(3))
  await run.settled()
  run.row.answers.complete = async () => completed(5)
  await run.signal(at(4, { open: [], next: { what: 'complete', at: Date.now() } }))
  expect(await run.ended()).toBe('COMPLETED')
  expect(run.names()).toEqual(['createOrganisation', 'complete'])
})

test('a send that is given up goes to staff, and a look at the bank that fails for good is left to the row', async () => {
  const gone = () => Promise.reject(ApplicationFailure.nonRetryable('gone', 'NotFound'))
  const run = await start(at(1, { next: { what: 'settleBank', at: 0 }, due: [mail('lost')] }), {
    deliver: gone,
    settleBank: async () => {
      run.row.progress = at(2, { due: [mail('lost')] })
      return gone()
    },
    abandonSend: async () => at(3),
  })
  await waitFor('the send to be given up', () => run.names().includes('abandonSend'))
  await run.signal(completed(4))
  expect(await run.ended()).toBe('COMPLETED')
  expect(run.names().lastIndexOf('createOrganisation')).toBeGreaterThan(run.names().indexOf('settleBank'))
})

test('an activity beats and hides what its errors say, without asking for either', async () => {
  const personal = 'jo@harbour.example at Harbour Bakery Ltd'
  const run = await start(at(1, { due: [mail('slow')] }), {
    deliver: async () => {
      if (run.row.calls.length === 2) throw new TypeError(personal)
      // Without heartbeats the engine gives the attempt up after 5 s and makes another.
      await sleep(7_000)
      return completed(2)
    },
  })
  const failure = await waitFor('the failed attempt', async () => {
    const { raw } = await run.handle.describe()
    return raw.pendingActivities?.[0]?.lastFailure
  })
  expect(failure).toMatchObject({ message: 'failed', applicationFailureInfo: { type: 'TypeError' } })
  expect(JSON.stringify(failure)).not.toContain('Harbour')
  expect(await run.ended()).toBe('COMPLETED')
  expect(run.sent()).toEqual(['slow', 'slow'])
})

test('a run whose history is too long sends what is under way, then continues as new with its input', async () => {
  const answer = Promise.withResolvers<Progress>()
  const run = await start(at(1, { due: [mail('slow')] }), { deliver: () => answer.promise })
  await waitFor('the send', () => run.sent().length === 1)
  // Signals of an ignored shape; the server suggests to continue as new from 4 MB of history on.
  for (let n = 0; n < 3; n += 1) await run.handle.signal(SITUATION_CHANGED, { nonsense: 'x'.repeat(1_450_000) })
  await run.signal(at(2, { due: [mail('slow')] }))
  await run.settled()
  const chain = async () => (await run.handle.describe()).runId
  const first = await chain()
  expect(run.names()).toEqual(['createOrganisation', 'deliver'])
  run.row.progress = at(3)
  answer.resolve(at(3))
  await waitFor('the next execution', async () => (await chain()) !== first && run.names().length === 3)
  expect(run.row.calls.at(-1)).toEqual({ activity: 'createOrganisation', practiceId: run.practiceId })
  await run.signal(completed(4))
  const latest = environment.client.workflow.getHandle(run.handle.workflowId)
  await latest.result()
  expect(run.sent()).toEqual(['slow'])
})
