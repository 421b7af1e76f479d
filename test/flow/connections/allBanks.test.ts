import { afterAll, beforeAll, expect, test } from 'vitest'
import { finishBanks } from '../../../commands/connections/banks/finishBanks.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { type Harness, startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { record } from '../history.ts'
import { type Journey, journeyOf } from '../journey.ts'

// A client who has to say that their banks are all, on the real engine.

let harness: Harness
let journey: Journey
beforeAll(async () => {
  harness = await startHarness()
  journey = journeyOf(harness)
})
afterAll(() => harness?.stop())

test('a client is asked by a reminder whether the first bank is all, adds a second one, says so, and is completed', async () => {
  const practice = await harness.createPractice({ bank_done_when: 'client_says' })
  const client = await harness.create({}, practice)
  const subjects = async () => (await harness.control.messagesTo(client.email)).map(({ subject }) => subject)
  const step = async (kind: string) => {
    const [row] = await harness.owner<{ phase: string | null; done_at: Date | null }[]>`
      SELECT phase, done_at FROM onboarding_step WHERE onboarding_id = ${client.id} AND kind = ${kind}`
    return row?.phase ?? (row?.done_at ? 'done' : 'open')
  }
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await journey.accept(client)
  await journey.connectBank(client)
  expect(await journey.connectBooks(client)).toMatchObject({ is: 'connected' })
  await journey.map(client)
  expect([await step('bank'), await step('mapping')]).toEqual(['more_banks', 'done'])
  expect(await harness.row(client.id)).toMatchObject({ status: 'accepted', blocked_by: 'more_banks', move: 'client' })

  const from = await journey.now(client)
  await journey.advanceTo(client, from + 2 * DAY_MS + 60_000)
  const asked = await journey.mail(client, 'Are these all the banks of Harbour Bakery Ltd?')
  expect(asked.text).toContain('Harbour Bakery Ltd shares Northgate Bank with')
  expect(asked.text).not.toMatch(/connect (the|your) bank|isn’t connected/i)

  // The accounts of the second bank are to be matched as well.
  await journey.connectBank(client, 'approve', 'ob-juniper')
  expect([await step('bank'), await step('mapping')]).toEqual(['more_banks', 'open'])
  await journey.map(client)
  await finishBanks(journey.commands, client.target, { type: 'client', id: null })
  await harness.until(client.id, 'completed')
  await journey.ended(client)
  await record(harness, 'allBanks', client.id)
  expect(await step('bank')).toBe('done')
  const kinds = (await harness.events(client.id)).map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'client_touched')).toHaveLength(1)
  expect(kinds.indexOf('banks_finished')).toBeGreaterThan(kinds.lastIndexOf('bank_connected'))
  await waitFor('the mail about completion', async () =>
    (await subjects()).some((subject) => /all set/i.test(subject ?? '')),
  )
  expect((await subjects()).filter((subject) => /all the banks/.test(subject ?? ''))).toHaveLength(1)
})

test('a client who never says so gets three reminders, and a colleague can mark the bank done', async () => {
  const practice = await harness.createPractice({ bank_done_when: 'client_says' })
  const client = await harness.create({ steps: { books: 'skip' } }, practice)
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await journey.accept(client)
  await journey.connectBank(client)
  await journey.advanceTo(client, (await journey.now(client)) + 20 * DAY_MS)
  const asked = (await harness.events(client.id)).filter(({ kind }) => kind === 'client_touched')
  expect(asked.map(({ data }) => data.n)).toEqual([1, 2, 3])
  expect((await harness.row(client.id)).status).toBe('accepted')
  await journey.order(client.target, { do: 'complete_step', step: 'bank' })
  await harness.until(client.id, 'completed')
})
