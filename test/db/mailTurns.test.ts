import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../db/client.ts'
import { createMailTurns, type MailKind, type MailTurns } from '../../db/mailTurns.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { waitFor } from '../waitFor.ts'

/** A turn in some 1.4 seconds, so that a busy machine changes no order. */
const SLOW = 0.8

/** A rate at which a turn of a message comes 6.5 s, and one of bulk 14 s after one of a sign-in mail. */
const RARE = 0.01

const databases: TestDatabase[] = []
const pools: Database[] = []
let ask: (kind: MailKind, perSecond: number) => MailTurns & { db: Database }
beforeEach(async () => {
  const database = await createTestDatabase()
  databases.push(database)
  // Each process has a pool and a queue of its own; the api sends what somebody waits for.
  ask = (kind, perSecond) => {
    const pool = openDatabase(kind === 'sign_in' ? database.apiUrl : database.workerUrl, 2)
    pools.push(pool)
    const turns = createMailTurns(pool, perSecond, kind, (error) => {
      throw error
    })
    return { ...turns, db: pool }
  }
})
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()))
  await Promise.all(databases.map((database) => database.drop()))
})

describe('turns to ask the mail provider', () => {
  test('go to mails that somebody waits for, then to clients’ messages, then to the rest', async () => {
    // A turn in some two minutes: between those of one kind and the next lie seconds.
    const [bulk, message, signIn] = [ask('bulk', RARE), ask('message', RARE), ask('sign_in', RARE)]
    const takes = ({ db, take }: MailTurns & { db: Database }) => db.sql.begin(take)
    const takenAfter = async (seconds: number, kinds: (MailTurns & { db: Database })[]) => {
      await bulk.db.sql`UPDATE rate_limit SET resets_at = clock_timestamp() - ${seconds} * interval '1 second'`
      const taken: boolean[] = []
      for (const kind of kinds) taken.push(await takes(kind))
      return taken
    }
    expect(await takes(bulk)).toBe(true)
    expect(await takenAfter(2, [bulk, message, signIn])).toEqual([false, false, true])
    expect(await takenAfter(10, [bulk, message])).toEqual([false, true])
    expect(await takenAfter(20, [bulk])).toEqual([true])
  })

  test('keep the rate together, however many ask in however many processes', async () => {
    const at: number[] = []
    const kinds: MailKind[] = ['sign_in', 'message', 'message', 'bulk']
    const takeMany = async ({ wait }: MailTurns) => {
      for (let n = 0; n < 10; n += 1) if (await wait()) at.push(performance.now())
    }
    const begun = performance.now()
    await Promise.all(kinds.map((kind) => takeMany(ask(kind, 20))))
    expect(at).toHaveLength(40)
    // Windows of a ninth of a second with two turns each.
    expect(performance.now() - begun).toBeGreaterThan(19 * (1_000 / 9) - 1)
  }, 30_000)

  test('are refused after a bounded wait', async () => {
    const { wait } = ask('message', SLOW)
    const got = await Promise.all([wait(), wait(), wait(), wait(), wait()])
    expect(got.filter(Boolean).length).toBeLessThanOrEqual(3)
    expect(await wait()).toBe(true)
  }, 30_000)

  test('are taken with other work only if one is free, and count only if that work is committed', async () => {
    const { db, take, wait } = ask('message', SLOW)
    const rolledBack = db.sql.begin(async (tx) => {
      expect(await take(tx)).toBe(true)
      throw new Error('rolled back')
    })
    await expect(rolledBack).rejects.toThrow('rolled back')
    expect(await db.sql.begin(take)).toBe(true)
    expect(await db.sql.begin(take)).toBe(false)

    const waited = wait()
    expect(await db.sql.begin(take)).toBe(false)
    expect(await waited).toBe(true)
  }, 30_000)

  test('go one at a time to those that waited for another transaction, however long it took', async () => {
    const first = ask('message', SLOW)
    const others = Array.from({ length: 4 }, () => ask('message', SLOW))
    const isWaiting = async () => {
      const [row] = await first.db.sql<{ n: number }[]>`
        SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      return row?.n === others.length
    }
    let asked: Promise<boolean>[] = []
    await first.db.sql.begin(async (tx) => {
      expect(await first.take(tx)).toBe(true)
      asked = others.map(({ db, take }) => db.sql.begin(take))
      await waitFor('the others to wait', isWaiting)
      // The windows that these began by their own clock, when they asked, are over by now.
      await sleep(2 * (1_000 / SLOW))
    })
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1)
  }, 30_000)

  test('are refused, and the failure is told, while the database is away', async () => {
    const told: unknown[] = []
    const away = openDatabase('postgres://embark_api@127.0.0.1:9/none', 2)
    pools.push(away)
    expect(await createMailTurns(away, 5, 'sign_in', (error) => told.push(error)).wait()).toBe(false)
    expect(told).toHaveLength(1)
  })
})
