import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Harness, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness({ worker: 'none' })
})
afterAll(() => harness?.stop())

test('what every fact changes of an onboarding is in no index, so that the row stays on its page', async () => {
  const { id } = await harness.create()
  await harness.owner`UPDATE onboarding SET notified_seq = fact_seq WHERE id = ${id}`
  await harness.owner.begin(async (tx) => {
    const countInPlace = async (): Promise<number> => {
      const [row] = await tx`SELECT n_tup_hot_upd::int AS n FROM pg_stat_xact_user_tables WHERE relname = 'onboarding'`
      return row?.n
    }
    const before = await countInPlace()
    await tx`UPDATE onboarding SET updated_at = updated_at + interval '1 millisecond', last_fact_at = clock_timestamp(),
      fact_seq = fact_seq + 1, notified_seq = fact_seq + 1 WHERE id = ${id}`
    expect(await countInPlace()).toBe(before + 1)
  })
})
