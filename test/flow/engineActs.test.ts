import { afterAll, beforeAll, expect, test } from 'vitest'
import { DAY_MS } from '../../domain/situation.ts'
import { type Harness, startHarness } from '../harness.ts'
import { waitFor } from '../waitFor.ts'
import { record } from './history.ts'
import { type Client, type Journey, journeyOf } from './journey.ts'

// Acts of an operator at the engine itself: none of them loses or wedges an onboarding.
let harness: Harness
let journey: Journey
beforeAll(async () => {
  harness = await startHarness()
  journey = journeyOf(harness)
})
afterAll(() => harness?.stop())

async function invited(): Promise<Client> {
  const client = await harness.create()
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  return client
}

/** Brings an invited client through to the end. */
async function comeThrough(client: Client): Promise<void> {
  await journey.accept(client)
  await journey.connectBank(client)
  await journey.connectBooks(client)
  await journey.map(client)
  await harness.until(client.id, 'completed')
}

const subjectsTo = async ({ email }: Client) => (await harness.control.messagesTo(email)).map(({ subject }) => subject)

/** "Request cancellation", as in the engine's own UI; waits until the workflow has taken it. */
async function requestCancellation({ id }: Client): Promise<void> {
  const handle = await harness.workflow(id)
  await handle.cancel()
  await waitFor('the cancellation to be taken', async () => {
    const { events } = await handle.fetchHistory()
    const requested = events?.findIndex((event) => event.workflowExecutionCancelRequestedEventAttributes) ?? -1
    return requested >= 0 && events?.slice(requested).some((event) => event.workflowTaskCompletedEventAttributes)
  })
}

test('an onboarding goes on after a cancellation requested at the engine: reminded, then completed', async () => {
  const client = await invited()
  await requestCancellation(client)
  await journey.advanceTo(client, (await journey.now(client)) + 2 * DAY_MS + 60_000)
  await waitFor('the reminder', async () => (await subjectsTo(client)).length === 2)
  await comeThrough(client)
  expect(await journey.ended(client)).toBe('COMPLETED')
  expect(await subjectsTo(client)).toEqual([
    'Harbour Bakery Ltd is all set',
    'Reminder: join Harbour Bakery Ltd',
    expect.stringMatching(/^Join/),
  ])
  await record(harness, 'cancelRequested', client.id)
})

test('a cancellation requested at the engine in the middle of a send leaves the send alone', async () => {
  const email = 'jo.cancelled@harbour.example'
  await harness.control.fault({ provider: 'resend', kind: 'slow', match: email, delayMs: 1_500 })
  const client = await harness.create({ email })
  await harness.untilMessage(client.id, 'invitation', ['sending'])
  await requestCancellation(client)
  expect(await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])).toMatchObject({ attempts: 1 })
  await comeThrough(client)
  expect(await journey.ended(client)).toBe('COMPLETED')
})
