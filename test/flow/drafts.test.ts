import { expect, test } from 'vitest'
import { forFile } from '../forFile.ts'
import { startHarness } from '../harness.ts'

const harness = forFile(startHarness)

test('the worker ends drafts that nobody touched for seven days, and no others', async () => {
  const { owner, practice, worker } = harness
  const draft = async (untouched: string) => {
    const [row] = await owner<{ id: string }[]>`
      INSERT INTO client_draft (practice_id, kind, step, created_by_type, updated_at)
      VALUES (${practice.id}, 'business', 'details', 'api_key', now() - ${untouched}::interval) RETURNING id`
    return row!.id
  }
  await draft('8 days')
  const young = await draft('6 days')
  // The worker sweeps at its start, and may have done so already.
  await worker.sweepDraftsNow()
  const open = await owner<{ id: string }[]>`SELECT id FROM client_draft WHERE ended_at IS NULL`
  expect(open.map((row) => row.id)).toEqual([young])
  expect(await worker.sweepDraftsNow()).toBe(0)
})
