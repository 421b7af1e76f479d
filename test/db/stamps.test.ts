import { expect, test } from 'vitest'
import { gatherStamps, type Stamp } from '../../db/onboardings/stamps.ts'
import { awayEngine } from '../awayEngine.ts'
import { forFile } from '../forFile.ts'
import { startHarness } from '../harness.ts'

const harness = forFile(() => startHarness({ worker: 'none' }))

/** A client whose facts the engine was not told. */
const untold = () => harness.create({}, undefined, { ...harness.commands, engine: awayEngine })

const stampOf = async ({ id, practice }: { id: string; practice: { id: string } }): Promise<Stamp> => {
  const { run, fact_seq: seq } = await harness.row(id)
  return { practiceId: practice.id, onboardingId: id, run, seq }
}

test('stamps are written together and wait for no locked row, whose stamp is written the next time', async () => {
  const [locked, free, other] = [await untold(), await untold(), await untold()]
  const stamps = gatherStamps(harness.commands.db.sql)
  for (const client of [locked, free, other]) stamps.add(await stampOf(client))
  const connection = await harness.owner.reserve()
  await connection`BEGIN`
  await connection`SELECT FROM onboarding WHERE id = ${locked.id} FOR UPDATE`
  await stamps.flush()
  for (const { id } of [free, other]) {
    const row = await harness.row(id)
    expect(row).toMatchObject({ notified_seq: row.fact_seq, workflow_started_at: expect.any(Date) })
  }
  expect(await harness.row(locked.id)).toMatchObject({ notified_seq: 0, workflow_started_at: null })
  await connection`COMMIT`
  connection.release()
  await stamps.flush()
  const row = await harness.row(locked.id)
  expect(row).toMatchObject({ notified_seq: row.fact_seq, workflow_started_at: expect.any(Date) })
})

test('a stamp never runs ahead of the facts, never goes back, and marks no other run or practice', async () => {
  const client = await untold()
  const stamps = gatherStamps(harness.commands.db.sql)
  const stamp = await stampOf(client)
  const write = async (changes: Partial<Stamp>) => {
    stamps.add({ ...stamp, ...changes })
    await stamps.flush()
    return (await harness.row(client.id)).notified_seq
  }
  expect(await write({ run: 2 })).toBe(0)
  expect(await write({ practiceId: (await harness.createPractice()).id })).toBe(0)
  expect(await write({ seq: 99 })).toBe(stamp.seq)
  expect(await write({ seq: 1 })).toBe(stamp.seq)
})
