import { expect, test } from 'vitest'
import type { MessagePurpose } from '../../../domain/messages.ts'
import { forFile } from '../../forFile.ts'
import { startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { type Client, journeyOf } from '../journey.ts'

const harness = forFile(startHarness)
const journey = forFile(() => journeyOf(harness))

/** Makes the mail provider defer mails to this address; returns a function that ends it. */
const putOff = (address: string, retryAfterSeconds = 3600) =>
  harness.control.fault({
    provider: 'resend',
    operation: 'send',
    kind: 'rate_limited',
    times: -1,
    match: address,
    retryAfterSeconds,
  })

/** Waits until the message was tried and deferred. */
const untilPutOff = ({ id }: Client, purpose: MessagePurpose) =>
  waitFor(`${purpose} to be put off`, async () =>
    (await harness.messages(id, purpose)).some(({ attempts, state }) => attempts > 0 && state === 'queued'),
  )

const terminate = async ({ id }: Client) => (await harness.workflow(id)).terminate('a test')

test('an invitation whose run is gone is sent', async () => {
  const end = await putOff('jo.gone@harbour.example')
  const client = await harness.create({ email: 'jo.gone@harbour.example' })
  await untilPutOff(client, 'invitation')
  await terminate(client)
  await end()
  await harness.worker.reconcileNow()
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  expect(await harness.control.messagesTo(client.email)).toHaveLength(1)
  expect(await harness.row(client.id)).toMatchObject({ status: 'invited', run: 1 })
})

test('the mails of a completed onboarding whose run is gone are sent', async () => {
  const practice = await harness.createPractice()
  const end = await putOff(practice.notificationEmail)
  const client = await harness.create({ channels: null, steps: { bank: 'skip', books: 'skip' } }, practice)
  await harness.until(client.id, 'completed')
  await untilPutOff(client, 'staff_completed')
  await terminate(client)
  await end()
  await harness.worker.reconcileNow()
  await harness.untilMessage(client.id, 'staff_completed', ['sent', 'delivered'])
  expect(await harness.control.messagesTo(practice.notificationEmail)).toHaveLength(1)
  expect(await journey.ended(client)).toBe('COMPLETED')
})

test('a message that its run still tries to send costs the engine nothing, however long it waits', async () => {
  const end = await putOff('jo.waits@harbour.example')
  const client = await harness.create({ email: 'jo.waits@harbour.example' })
  await untilPutOff(client, 'invitation')
  const lengthOf = async () => (await (await harness.workflow(client.id)).describe()).historyLength
  const before = await lengthOf()
  for (let pass = 0; pass < 3; pass++) await harness.worker.reconcileNow()
  expect(await lengthOf()).toBe(before)
  await end()
})
