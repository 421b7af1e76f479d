import { setImmediate } from 'node:timers/promises'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../db/pool.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
let sql: postgres.Sql
beforeAll(async () => {
  database = await createTestDatabase()
  sql = openPool(database.ownerUrl, 1, 'test')
})
afterAll(async () => {
  await sql?.end()
  await database?.drop()
})

type Part = postgres.PendingQuery<postgres.Row[]>

/** Returns a condition of so many parts, one within the other. */
const nested = (parts: number): Part => (parts === 0 ? sql`TRUE` : sql`(${nested(parts - 1)} AND ${parts}::int > 0)`)

test('parts of statements stand within others, and values of each part go with it', async () => {
  const [row] =
    await sql`SELECT ${7}::int AS seven, ${nested(30)} AS holds, ${sql('name')} FROM (SELECT 'Jo' AS name) t`
  expect(row).toEqual({ seven: 7, holds: true, name: 'Jo' })
})

test('a statement is sent once, however often its result is asked for, and again by nobody', async () => {
  const counting = sql`SELECT nextval('counted')::int AS n`
  await sql`CREATE SEQUENCE counted`
  expect(await Promise.all([counting, counting.then(([row]) => row), counting.execute()])).toEqual([
    [{ n: 1 }],
    { n: 1 },
    [{ n: 1 }],
  ])
  await expect(sql`SELECT 1 / 0`).rejects.toThrow('division by zero')
  // One that nobody waits for neither ends the process nor the connection.
  sql`SELECT 1 / 0`.execute()
  expect(await sql`SELECT last_value::int AS n FROM counted`).toEqual([{ n: 1 }])
})

test('the parts and rows of a statement do not outlive a quick collection', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: { type: 'minor' | 'major' }) => void
  const read = async (times: number) => {
    for (let n = 1; n <= times; n += 1) {
      await sql`SELECT repeat('x', 1000) AS text FROM generate_series(1, 20) WHERE ${nested(100)}`
      if (n % 10 === 0) {
        await setImmediate()
        collect({ type: 'minor' })
      }
    }
  }
  const oldMegabytes = () =>
    getHeapSpaceStatistics()
      .filter(({ space_name }) => space_name === 'old_space')
      .reduce((sum, { space_used_size }) => sum + space_used_size / 1e6, 0)
  const grown: number[] = []
  // Twice, since another file of the process may leave something behind meanwhile.
  for (let n = 0; n < 2; n += 1) {
    await read(20)
    collect({ type: 'major' })
    const before = oldMegabytes()
    await read(200)
    grown.push(oldMegabytes() - before)
  }
  // Some 30 MB each time, if all of it stays.
  expect(Math.min(...grown)).toBeLessThan(5)
})
