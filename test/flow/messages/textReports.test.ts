import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../domain/situation.ts'
import { forFile } from '../../forFile.ts'
import { startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'

// The public address of these tests is not served: every callback is lost.

const harness = forFile(startHarness)

/** Creates a client whose text was sent, and is in `state` at its provider. */
async function texted(state: 'delivered' | 'undelivered' | 'sent') {
  const phone = `+44791${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`
  const match = encodeURIComponent(phone)
  const kind = state === 'sent' ? 'no_receipt' : state
  if (kind !== 'delivered') await harness.control.fault({ provider: 'twilio', operation: 'send', kind, match })
  const practice = await harness.createPractice()
  const { id } = await harness.create({ channels: ['sms'], email: null, phone }, practice)
  const message = await harness.untilMessage(id, 'invitation', ['sent'], 'sms')
  const { providerId } = await waitFor(`the provider to have it ${state}`, async () => {
    const [kept] = await harness.control.messagesTo(phone)
    return kept?.state === state && kept
  })
  return { id, messageId: message.id, providerId, practice }
}

const stateOf = async (id: string) => (await harness.message(id, 'invitation', 'sms')).state

/** Returns the time until the text's next query, in ms from now; null for never. */
async function askedIn(messageId: string): Promise<number | null> {
  const [row] = await harness.owner<{ ask_at: Date | null }[]>`SELECT ask_at FROM message WHERE id = ${messageId}`
  return row!.ask_at && row!.ask_at.getTime() - Date.now()
}

/** Moves the text's age and makes its query due now. */
async function askNow(messageId: string, ageMs: number): Promise<number> {
  await harness.owner`UPDATE message SET ask_at = clock_timestamp(),
    claimed_at = clock_timestamp() - ${ageMs} * interval '1 millisecond' WHERE id = ${messageId}`
  return harness.worker.askTextsNow()
}

test('a report that was lost is asked for at the provider, two minutes after the text was sent', async () => {
  const { id, messageId } = await texted('delivered')
  const firstIn = await askedIn(messageId)
  expect(firstIn).toBeGreaterThan(MINUTE_MS)
  expect(firstIn).toBeLessThan(2 * MINUTE_MS + 1)
  expect(await stateOf(id)).toBe('sent')
  expect(await askNow(messageId, 2 * MINUTE_MS)).toBe(1)
  expect(await stateOf(id)).toBe('delivered')
  // No further query once the outcome is known.
  expect(await askNow(messageId, HOUR_MS)).toBe(0)
  expect(await askedIn(messageId)).toBeNull()
})

test('staff are told of a text that never came, though its report was lost', async () => {
  const { id, messageId, practice } = await texted('undelivered')
  expect(await askNow(messageId, 2 * MINUTE_MS)).toBe(1)
  expect(await stateOf(id)).toBe('failed')
  expect(await harness.row(id)).toMatchObject({ blocked_by: 'sms_failed', move: 'practice' })
  await harness.untilMessage(id, 'staff_bounced', ['sent', 'delivered'])
  const [told] = await harness.control.messagesTo(practice.notificationEmail)
  expect(told!.subject).toBe('Harbour Bakery Ltd: text failed')
  expect(told!.text).toContain('the phone is off or out of reach')
})

test('a number that answered STOP is known though the report was lost', async () => {
  const { id, messageId, providerId } = await texted('sent')
  const report = { event: 'failed', errorCode: 21610 }
  await harness.control.call('POST', `/messages/${providerId}/report`, report)
  expect(await askNow(messageId, 2 * MINUTE_MS)).toBe(1)
  expect(await harness.message(id, 'invitation', 'sms')).toMatchObject({ state: 'suppressed', cause: 'opted_out' })
  expect((await harness.events(id)).filter(({ kind }) => kind === 'texts_stopped')).toHaveLength(1)
})

test('a text whose network sends no receipt is asked about for a day and then no more', async () => {
  const { id, messageId } = await texted('sent')
  for (const [ageMs, next] of [
    [2 * MINUTE_MS, 8 * MINUTE_MS],
    [HOUR_MS, 3 * HOUR_MS],
    [11 * HOUR_MS, 13 * HOUR_MS],
  ] as const) {
    await askNow(messageId, ageMs)
    expect(Math.round((await askedIn(messageId))! / MINUTE_MS)).toBe(next / MINUTE_MS)
  }
  await askNow(messageId, 24 * HOUR_MS)
  expect(await askedIn(messageId)).toBeNull()
  expect(await stateOf(id)).toBe('sent')
})

test('while the provider is away a text is asked about again every ten minutes', async () => {
  const { id, messageId, providerId } = await texted('delivered')
  await harness.control.fault({ provider: 'twilio', operation: 'get', kind: 'server_error', match: providerId })
  expect(await askNow(messageId, 24 * HOUR_MS)).toBe(0)
  expect(Math.round((await askedIn(messageId))! / MINUTE_MS)).toBe(10)
  expect(await askNow(messageId, 24 * HOUR_MS)).toBe(1)
  expect(await stateOf(id)).toBe('delivered')
})
