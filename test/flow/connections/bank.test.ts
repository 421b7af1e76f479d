import { afterAll, beforeAll, expect, test } from 'vitest'
import { moveClock } from '../../../dev/demo/advance.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../domain/situation.ts'
import { type Harness, startHarness } from '../../harness.ts'
import { type Client, type Journey, journeyOf } from '../journey.ts'

let harness: Harness
let journey: Journey
beforeAll(async () => {
  harness = await startHarness()
  journey = journeyOf(harness)
})
afterAll(() => harness?.stop())

async function accepted(steps: { books?: 'skip' } = {}): Promise<Client> {
  const client = await harness.create({ steps })
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await journey.accept(client)
  return client
}

/** Returns the session, with the instants of its start and its next poll in minutes since `from`. */
async function sessionOf({ id }: Client, from: number) {
  const [session] = await harness.owner<
    { status: string; polls: number; next: number | null; failure: string | null }[]
  >`
    SELECT status, polls, epoch_ms(next_poll_at) AS next, failure FROM auth_session WHERE onboarding_id = ${id}`
  if (!session) throw new Error('no session')
  return { ...session, next: session.next === null ? null : Math.round((session.next - from) / MINUTE_MS) }
}

const stepOf = async ({ id }: Client) => {
  const [step] = await harness.owner`
    SELECT done_at IS NOT NULL AS done, phase, reason, last_error FROM onboarding_step
    WHERE onboarding_id = ${id} AND kind = 'bank'`
  return { ...step }
}

test('what a client approves and nobody comes back from waits for a yes, and is forgotten after a day', async () => {
  const client = await accepted({ books: 'skip' })
  const { redirectUrl } = await journey.setOut(client, 'bank')
  const from = await journey.now(client)
  await journey.actAtBank(redirectUrl, 'never_return')
  await journey.advanceTo(client, from + 14 * MINUTE_MS)
  expect(await stepOf(client)).toMatchObject({ done: false, phase: 'at_provider' })
  await journey.advanceTo(client, from + 16 * MINUTE_MS)
  expect(await stepOf(client)).toMatchObject({ done: false, phase: 'unconfirmed' })
  expect(await harness.row(client.id)).toMatchObject({ blocked_by: 'bank_unconfirmed', move: 'client' })
  expect(await sessionOf(client, from)).toMatchObject({ status: 'pending', polls: 1, next: DAY_MS / MINUTE_MS })
  await journey.advanceTo(client, from + DAY_MS + MINUTE_MS)
  expect(await sessionOf(client, from)).toMatchObject({ status: 'failed', failure: 'unconfirmed', next: null })
  expect(await stepOf(client)).toEqual({
    done: false,
    phase: null,
    reason: 'unconfirmed',
    last_error: 'Approved at the bank, but nobody said yes on our page in time. It was forgotten.',
  })
  expect(await harness.owner`SELECT FROM connection WHERE onboarding_id = ${client.id}`).toHaveLength(0)
  const kinds = (await harness.events(client.id)).map((event) => event.kind)
  expect(kinds.filter((kind) => kind.startsWith('bank_'))).toEqual(['bank_started', 'bank_waiting', 'bank_failed'])
})

test('the yes on our page connects what a poll found approved', async () => {
  const client = await accepted()
  const { sessionId, redirectUrl } = await journey.setOut(client, 'bank')
  await journey.actAtBank(redirectUrl, 'never_return')
  await journey.advanceTo(client, (await journey.now(client)) + 16 * MINUTE_MS)
  expect(await stepOf(client)).toMatchObject({ done: false, phase: 'unconfirmed' })
  expect(await journey.settle(client, sessionId)).toEqual({ is: 'connected', repeated: false })
  expect(await stepOf(client)).toEqual({ done: true, phase: null, reason: null, last_error: null })
  await harness.untilMessage(client.id, 'staff_bank_connected', ['sent', 'delivered'])
})

test('a session nobody came back from is polled after 15 minutes, 2 and 12 hours, and ends after a day', async () => {
  const client = await accepted()
  await journey.setOut(client, 'bank')
  const from = await journey.now(client)
  const next: (number | null)[] = [(await sessionOf(client, from)).next]
  for (const minutes of [15, 120]) {
    await journey.advanceTo(client, from + minutes * MINUTE_MS + 5 * SECOND_MS)
    next.push((await sessionOf(client, from)).next)
  }
  expect(next).toEqual([15, 120, 720])
  // An outage of the provider during a poll does not end the session.
  await harness.control
    .fault({ provider: 'truelayer', operation: 'accounts', kind: 'server_error', times: -1 })
    .then(async (mend) => {
      await journey.advanceTo(client, from + 12 * HOUR_MS + 5 * SECOND_MS)
      await mend()
    })
  expect(await sessionOf(client, from)).toMatchObject({ status: 'pending', polls: 3, next: DAY_MS / MINUTE_MS })
  await journey.advanceTo(client, from + DAY_MS + 10 * MINUTE_MS)
  expect(await sessionOf(client, from)).toMatchObject({ status: 'failed', failure: 'cancelled', polls: 4, next: null })
  expect(await stepOf(client)).toMatchObject({ done: false, phase: null, reason: 'cancelled' })
  expect((await harness.row(client.id)).status).toBe('accepted')
  // Another session works.
  expect(await journey.connectBank(client)).toMatchObject({ is: 'connected' })
})

test('where the provider answers no more today, the next poll is a day later, and a return is answered at once', async () => {
  const client = await accepted()
  const { sessionId, redirectUrl } = await journey.setOut(client, 'bank')
  const from = await journey.now(client)
  await harness.control.fault({ provider: 'truelayer', operation: 'accounts', kind: 'rate_limited' })
  await journey.advanceTo(client, from + 16 * MINUTE_MS)
  expect(await sessionOf(client, from)).toMatchObject({ status: 'pending', polls: 1, next: DAY_MS / MINUTE_MS })
  expect(await stepOf(client)).toMatchObject({ done: false, phase: 'at_provider' })
  await journey.actAtBank(redirectUrl, 'approve')
  expect(await journey.settle(client, sessionId)).toEqual({ is: 'connected', repeated: false })
})

test('a failure that the provider reports ends the trip at once, and nothing is polled any more', async () => {
  const client = await accepted({ books: 'skip' })
  const { sessionId } = await journey.setOut(client, 'bank')
  const from = await journey.now(client)
  expect(await journey.report(sessionId, { family: 'refused', reason: 'The bank refused.' })).toBe('recorded')
  expect(await stepOf(client)).toMatchObject({ phase: null, reason: 'refused', last_error: 'The bank refused.' })
  expect(await harness.row(client.id)).toMatchObject({ blocked_by: 'bank_failed', move: 'client' })
  await journey.advanceTo(client, from + 3 * HOUR_MS)
  expect(await sessionOf(client, from)).toMatchObject({ status: 'failed', polls: 0, next: null })
})

test('an authorisation that the provider reports is confirmed within minutes, long before the next poll', async () => {
  const client = await accepted({ books: 'skip' })
  const { sessionId, redirectUrl } = await journey.setOut(client, 'bank')
  const from = await journey.now(client)
  await journey.actAtBank(redirectUrl, 'approve_later')
  expect(await journey.settle(client, sessionId)).toMatchObject({ is: 'processing' })
  await harness.control.call('POST', `/truelayer/connections/${redirectUrl.split('/').at(-1)}`, { action: 'approve' })
  expect(await journey.report(sessionId, null)).toBe('recorded')
  await journey.advanceTo(client, from + 2 * MINUTE_MS)
  expect(await stepOf(client)).toMatchObject({ done: true, phase: null })
})

test('who was told that the bank is down is written to once it works again', async () => {
  const client = await accepted({ books: 'skip' })
  const { sessionId, redirectUrl } = await journey.setOut(client, 'bank')
  await journey.actAtBank(redirectUrl, 'bank_down')
  await journey.report(sessionId, { family: 'bank_down', reason: 'The bank had a problem of its own.' })
  expect(await journey.settle(client, sessionId)).toMatchObject({ is: 'failed', reason: 'bank_down' })
  expect(await harness.row(client.id)).toMatchObject({ blocked_by: 'bank_down', move: 'bank' })
  expect(await harness.worker.askBackNow()).toBe(0)

  const other = await harness.create({}, await harness.createPractice())
  await journey.accept(other)
  await journey.connectBank(other)
  expect(await harness.worker.askBackNow()).toBe(1)
  expect(await harness.row(client.id)).toMatchObject({ blocked_by: 'bank', move: 'client' })
  const mail = await journey.mail(client, /^Northgate Bank is working again$/)
  expect(mail.text).toMatch(/You tried on \w+ \d+ \w+ \d{4}\. It works now\./)
  expect(await journey.acceptWith(client, harness.tokenIn(mail))).toMatchObject({ result: 'unchanged' })
  expect(await harness.worker.askBackNow()).toBe(0)
  await harness.untilMessage(client.id, 'bank_back', ['sent', 'delivered'])
})

test('a bank that takes its time: processing, then connected', async () => {
  const client = await accepted({ books: 'skip' })
  const from = await journey.now(client)
  const { sessionId, redirectUrl } = await journey.setOut(client, 'bank')
  await journey.actAtBank(redirectUrl, 'approve_later')
  expect(await journey.settle(client, sessionId)).toMatchObject({ is: 'processing' })
  expect(await stepOf(client)).toMatchObject({ done: false, phase: 'processing' })
  expect((await harness.row(client.id)).blocked_by).toBe('processing')
  await harness.control.call('POST', `/truelayer/connections/${redirectUrl.split('/').at(-1)}`, { action: 'approve' })
  await journey.advanceTo(client, from + 60 * MINUTE_MS)
  expect(await stepOf(client)).toMatchObject({ done: true, phase: null })
  const kinds = (await harness.events(client.id)).map((event) => event.kind)
  expect(kinds.filter((kind) => kind.startsWith('bank_'))).toEqual(['bank_started', 'bank_waiting', 'bank_connected'])
})

test('a worker away while the client is at the bank: the poll comes when it is back', async () => {
  const client = await accepted()
  const { sessionId, redirectUrl } = await journey.setOut(client, 'bank')
  await harness.worker.stop()
  await journey.actAtBank(redirectUrl, 'never_return')
  await moveClock(harness.owner, client.id, 16 * MINUTE_MS)
  const worker = await harness.startInside()
  await journey.advanceTo(client, await journey.now(client))
  expect(await stepOf(client)).toMatchObject({ done: false, phase: 'unconfirmed' })
  expect(await journey.settle(client, sessionId)).toEqual({ is: 'connected', repeated: false })
  await worker.stop()
})
