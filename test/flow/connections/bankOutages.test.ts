import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBankChoices } from '../../../db/connections/bankChoices.ts'
import { advanceRow, clockedConnection } from '../../../dev/demo/advance.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../domain/situation.ts'
import { clocksOf } from '../../advance.ts'
import { type Harness, startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { type Client, type Journey, journeyOf } from '../journey.ts'

// A bank goes down for the clients of several practices, and works again, on the real engine and in skipped time.

let harness: Harness
let journey: Journey
/** The worker that runs: a test may replace it. */
let worker: Pick<Harness['worker'], 'noteOutagesNow' | 'askBackNow' | 'wakeConnectionsNow' | 'stop'>
beforeAll(async () => {
  harness = await startHarness()
  journey = journeyOf(harness)
  worker = harness.worker
})
afterAll(() => harness?.stop())

const DOWN = { family: 'bank_down', reason: 'The bank had a problem of its own.' } as const
const LEFT = { family: 'stopped', reason: 'Left at the bank.' } as const

/** A client of a practice of their own, who has accepted; the bank alone is left. */
async function accepted(): Promise<Client> {
  const client = await harness.create({ steps: { books: 'skip' } }, await harness.createPractice())
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await journey.accept(client)
  return client
}

/** Goes to the bank in vain: its fault is switched on at the twin's page, or the client leaves it again. */
async function fails(client: Client, bank: string, action: 'bank_down' | 'cancel' = 'bank_down'): Promise<void> {
  const { sessionId, redirectUrl } = await journey.setOut(client, 'bank', undefined, bank)
  await journey.actAtBank(redirectUrl, action, bank)
  await journey.report(sessionId, action === 'cancel' ? LEFT : DOWN)
  const reason = action === 'cancel' ? 'cancelled' : action
  expect(await journey.settle(client, sessionId)).toMatchObject({ is: 'failed', reason })
}

const isDown = async (bank: string): Promise<boolean> =>
  (await harness.owner`SELECT FROM bank_outage WHERE institution = ${bank} AND ended_at IS NULL`).count === 1
const blockedBy = async ({ id }: Client) => (await harness.row(id)).blocked_by
const sent = async ({ id }: Client, purpose: 'client_touch' | 'bank_back') =>
  (await harness.messages(id, purpose)).filter(({ state }) => state !== 'withdrawn').length
const kindsOf = async ({ id }: Client) => (await harness.events(id)).map(({ kind }) => kind)

/** Lets clients whose clocks stand still connect the bank, until it is known to work again. */
async function works(bank: string): Promise<void> {
  for (const client of [await accepted(), await accepted()]) {
    expect(await isDown(bank)).toBe(true)
    expect(await journey.connectBank(client, 'approve', bank)).toMatchObject({ is: 'connected' })
    await worker.noteOutagesNow()
  }
  expect(await isDown(bank)).toBe(false)
}

test('clients of a bank that is down are not chased, and asked back once by several workers after it works again', async () => {
  const bank = 'ob-northgate'
  const [first, second, third, unlucky, chose, elsewhere, unknown] = await Promise.all(
    Array.from({ length: 7 }, accepted),
  )
  if (!first || !second || !third || !unlucky || !chose || !elsewhere || !unknown) throw new Error('too few clients')
  await fails(chose, bank, 'cancel')
  await fails(elsewhere, 'ob-juniper', 'cancel')
  for (const one of [first, second]) await fails(one, bank)
  await worker.noteOutagesNow()
  expect(await isDown(bank)).toBe(false)
  for (const one of [third, unlucky]) await fails(one, bank)
  await worker.noteOutagesNow()
  expect(await isDown(bank)).toBe(true)

  // Everybody's tile warns, also in a practice without any client at this bank.
  const { id: another } = await harness.createPractice()
  expect((await harness.commands.db.inPractice(another, readBankChoices)).outages).toEqual([bank])

  const tried = [first, second, third, unlucky]
  for (const one of [...tried, chose]) {
    expect(await harness.row(one.id)).toMatchObject({ blocked_by: 'bank_down', move: 'bank' })
  }
  expect(await kindsOf(chose)).toContain('bank_paused')
  expect(await blockedBy(elsewhere)).toBe('bank_failed')
  expect(await blockedBy(unknown)).toBe('bank')

  // The day of the first reminder passes.
  for (const one of [...tried, chose, elsewhere, unknown]) {
    await journey.advanceTo(one, (await journey.now(one)) + 2 * DAY_MS + 10 * MINUTE_MS)
  }
  for (const one of [elsewhere, unknown]) expect(await sent(one, 'client_touch')).toBe(1)
  for (const one of [...tried, chose]) expect(await sent(one, 'client_touch')).toBe(0)
  await worker.askBackNow()
  for (const one of tried) expect(await sent(one, 'bank_back')).toBe(0)

  // It works again while the worker that noticed it dies; two new ones ask back at once.
  await works(bank)
  await worker.stop()
  const workers = await Promise.all([harness.startInside(), harness.startInside()])
  await Promise.all(workers.map((one) => one.askBackNow()))
  for (const one of tried) await harness.untilMessage(one.id, 'bank_back', ['sent', 'delivered'])
  await waitFor('the reminder that was missed', async () => (await sent(chose, 'client_touch')) === 1)
  for (const one of [...tried, chose]) {
    expect((await kindsOf(one)).filter((kind) => kind === 'bank_back')).toHaveLength(1)
    expect(await blockedBy(one)).toBe('bank')
  }
  await Promise.all(workers.map((one) => one.askBackNow()))
  for (const one of tried) {
    expect(await sent(one, 'bank_back')).toBe(1)
    expect(await sent(one, 'client_touch')).toBe(0)
  }
  expect(await sent(chose, 'bank_back')).toBe(0)
  worker = workers[0] ?? worker
  await workers[1]?.stop()
})

test('what a bank that is down holds back of a renewal is asked for once it works', async () => {
  const bank = 'ob-juniper'
  const client = await accepted()
  expect(await journey.connectBank(client, 'approve', bank)).toMatchObject({ is: 'connected' })
  await harness.until(client.id, 'completed')
  const [connection] = await harness.owner<{ id: string; until: Date }[]>`
    SELECT id, access_until AS until FROM connection WHERE onboarding_id = ${client.id}`
  if (!connection) throw new Error('nothing is connected')
  const clocked = clockedConnection(harness.owner, { of: 'consent', id: connection.id })
  await worker.wakeConnectionsNow()
  await waitFor('its workflow', async () => (await clocked.read()).wakeAt)
  const end = connection.until.getTime()
  const liveTo = (at: number) => advanceRow(clocksOf(harness), clocked, at)
  const asks = async () => (await kindsOf(client)).filter((kind) => kind === 'renewal_asked').length

  for (const one of await Promise.all(Array.from({ length: 5 }, accepted))) await fails(one, bank)
  await worker.noteOutagesNow()
  expect(await isDown(bank)).toBe(true)
  await liveTo(end - 13 * DAY_MS)
  expect(await asks()).toBe(0)
  await works(bank)
  await liveTo(end - 13 * DAY_MS + 7 * HOUR_MS)
  expect(await asks()).toBe(1)
  await liveTo(end - 12 * DAY_MS)
  expect(await asks()).toBe(1)
})

test('a client of whom a further bank is awaited is not reminded while it is down, and once as soon as it works', async () => {
  const bank = 'ob-kestrel'
  const client = await accepted()
  await journey.connectBank(client)
  await harness.until(client.id, 'completed')
  await journey.ended(client)
  await journey.askForBank(client, { institution: bank, institutionName: 'Kestrel' }, true)
  for (const one of await Promise.all(Array.from({ length: 5 }, accepted))) await fails(one, bank)
  await worker.noteOutagesNow()
  expect([await isDown(bank), await blockedBy(client)]).toEqual([true, 'bank_down'])
  await journey.advanceTo(client, (await journey.now(client)) + 2 * DAY_MS + 2 * HOUR_MS)
  expect(await sent(client, 'client_touch')).toBe(0)
  await works(bank)
  expect(await blockedBy(client)).toBe('another_bank')
  await waitFor('the missed reminder', async () => (await sent(client, 'client_touch')) === 1)
  // The outage's end is no fact of the client: events stay numbered without a gap.
  const [numbered] = await harness.owner`
    SELECT fact_seq = (SELECT count(*) FROM event e WHERE e.onboarding_id = o.id) AS without_gap
    FROM onboarding o WHERE id = ${client.id}`
  expect(numbered).toEqual({ without_gap: true })
  await journey.advanceTo(client, (await journey.now(client)) + 8 * HOUR_MS)
  expect(await sent(client, 'client_touch')).toBe(1)
})
