import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../db/client.ts'
import { createMailTurns, type MailKind, type MailTurns } from '../../db/mailTurns.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

/** A turn in some 1.4 seconds, so that a busy machine changes no order. */
const SLOW = 0.8

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
    const order: MailKind[] = []
    const [bulk, message, signIn] = [ask('bulk', SLOW), ask('message', SLOW), ask('sign_in', SLOW)]
    const take = async (kind: MailKind, { wait }: MailTurns) => {
      if (await wait()) order.push(kind)
    }
    await take('bulk', bulk)
    await Promise.all([take('bulk', bulk), take('message', message), take('sign_in', signIn)])
    expect(order).toEqual(['bulk', 'sign_in', 'message', 'bulk'])
  }, 30_000)

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

  test('are refused, and the failure is told, while the database is away', async () => {
    const told: unknown[] = []
    const away = openDatabase('postgres://embark_api@127.0.0.1:9/none', 2)
    pools.push(away)
    expect(await createMailTurns(away, 5, 'sign_in', (error) => told.push(error)).wait()).toBe(false)
    expect(told).toHaveLength(1)
  })
})
