import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { type Client, journeyOf } from '../journey.ts'

const harness = forFile(startHarness)
const journey = forFile(() => journeyOf(harness))

/** Reads completed onboardings with an open required step; there must never be one. */
const impossible = () => harness.owner<{ id: string }[]>`
  SELECT o.id FROM onboarding o JOIN onboarding_step s ON s.onboarding_id = o.id
  WHERE o.completed_at IS NOT NULL AND s.required AND s.done_at IS NULL AND s.skipped_at IS NULL`

/** Reads from the log alone whether the books were open at a completion. */
async function completedWhileOpen(id: string): Promise<boolean> {
  let isOpen = true
  for (const { kind, data } of await harness.events(id)) {
    if (data.step === 'books') isOpen = kind === 'step_reopened'
    if (kind === 'completed' && isOpen) return true
  }
  return false
}

/** Keeps the row of an onboarding locked; waiting statements get it in order. */
async function keepLocked(id: string) {
  const connection = await harness.owner.reserve()
  await connection`BEGIN`
  await connection`SELECT FROM onboarding WHERE id = ${id} FOR UPDATE`
  return {
    /** Waits until so many of the database's connections wait for a lock. */
    untilWaiting: (n: number) =>
      waitFor(`${n} waiting for the row`, async () => {
        const [found] = await harness.owner<{ waiting: number }[]>`
          SELECT count(*)::int AS waiting FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`
        return found?.waiting === n
      }),
    release: async () => {
      await connection`COMMIT`
      connection.release()
    },
  }
}

test('completing against reopening a step: never completed with an open required step', async () => {
  let isDone = false
  let looks = 0
  const watch = async () => {
    for (; !isDone; looks += 1) {
      expect(await impossible()).toEqual([])
      await sleep(5)
    }
  }
  const start = async () => {
    const { id, target } = await harness.create({ channels: null, steps: { bank: 'skip' } })
    await harness.until(id, 'not_invited')
    return {
      id,
      skip: () => journey.order(target, { do: 'skip_step', step: 'books', reason: 'not_needed' }),
      reopen: () => journey.order(target, { do: 'reopen_step', step: 'books' }),
      complete: () => journey.order(target, { do: 'complete' }),
    }
  }
  /** Skips the reopened step again, and checks the end state. Returns the reopened run. */
  const finish = async ({ id, skip }: Awaited<ReturnType<typeof start>>): Promise<number> => {
    const { status, run } = await harness.row(id)
    expect(status).toBe('not_invited')
    expect(await skip()).toMatchObject({ result: 'changed' })
    await harness.until(id, 'completed')
    expect(await completedWhileOpen(id)).toBe(false)
    return run
  }
  const watching = watch()

  const before = await start()
  const lock = await keepLocked(before.id)
  const skipping = before.skip()
  await lock.untilWaiting(1)
  const reopening = before.reopen()
  await lock.untilWaiting(2)
  await lock.release()
  expect(await skipping).toMatchObject({ result: 'changed' })
  expect(await reopening).toMatchObject({ result: 'changed' })
  expect(await finish(before), 'reopened before the completion: the same run goes on').toBe(1)

  const after = await start()
  expect(await after.skip()).toMatchObject({ result: 'changed' })
  await harness.until(after.id, 'completed')
  expect(await after.reopen()).toMatchObject({ result: 'changed' })
  expect(await finish(after), 'reopened after the completion: a new run').toBe(2)

  // Races: the workflow is about to complete, while two colleagues reopen a little later each time.
  const race = async (i: number) => {
    const one = await start()
    expect(await one.skip()).toMatchObject({ result: 'changed' })
    const reopen = async (afterMs: number) => {
      await sleep(afterMs)
      return one.reopen()
    }
    const answers = await Promise.all([reopen(i % 25), reopen((i * 7) % 25), one.complete()])
    expect(answers.filter((answer) => answer.result === 'refused')).toEqual([])
    await finish(one)
  }
  for (let i = 0; i < 50; i += 5) await Promise.all([0, 1, 2, 3, 4].map((j) => race(i + j)))
  isDone = true
  await watching
  expect(looks).toBeGreaterThan(50)
}, 120_000)

const acts = {
  accept: (client: Client) => journey.accept(client),
  bank: (client: Client) => journey.connectBank(client),
  books: (client: Client) => journey.connectBooks(client),
  map: (client: Client) => journey.map(client),
}

const orders: (keyof typeof acts)[][] = [
  ['accept', 'bank', 'books', 'map'],
  ['accept', 'books', 'bank', 'map'],
  ['bank', 'accept', 'books', 'map'],
  ['books', 'accept', 'bank', 'map'],
  ['bank', 'books', 'accept', 'map'],
  ['books', 'bank', 'map', 'accept'],
]

test('any order of accept, bank, books and mapping gives the same end', async () => {
  const ends = await Promise.all(
    orders.map(async (order) => {
      const client = await harness.create({}, await harness.createPractice())
      await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
      for (const act of order) {
        expect((await harness.row(client.id)).status, order.join()).not.toBe('completed')
        expect(await acts[act](client), `${act} of ${order}`).toSatisfy(
          (answer: Record<string, unknown>) => answer.result === 'changed' || answer.is === 'connected',
        )
      }
      await harness.until(client.id, 'completed')
      expect(await journey.ended(client), order.join()).toBe('COMPLETED')
      const row = await harness.row(client.id)
      const steps = await harness.owner`
        SELECT kind, owner, done_at IS NOT NULL AS done, skipped_at, phase, reason FROM onboarding_step
        WHERE onboarding_id = ${client.id} ORDER BY kind`
      const mails = await waitFor('both mails to the practice', async () => {
        const sent = await harness.control.messagesTo(client.practice.notificationEmail)
        return sent.length >= 2 && sent
      })
      return {
        status: row.status,
        run: row.run,
        move: row.move,
        blockedBy: row.blocked_by,
        steps: [...steps],
        kinds: (await harness.events(client.id)).map((event) => event.kind).sort(),
        mails: mails.map((mail) => mail.subject).sort(),
        toClient: (await harness.control.messagesTo(client.email)).map((mail) => mail.subject).sort(),
      }
    }),
  )
  for (const end of ends) expect(end).toEqual(ends[0])
  expect(ends[0]).toMatchObject({
    status: 'completed',
    run: 1,
    move: null,
    toClient: [expect.stringMatching(/all set$/), expect.stringMatching(/^Join/)],
  })
})
