import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { execute, transact } from '../../../commands/execute.ts'
import { invite } from '../../../commands/invitations/invite.ts'
import { moveClock } from '../../../dev/demo/advance.ts'
import { HOUR_MS } from '../../../domain/situation.ts'
import { claimMessage } from '../../../messages/outbox/claimMessage.ts'
import { recordDelivery } from '../../../messages/outbox/recordDelivery.ts'
import { recordSend } from '../../../messages/outbox/recordSend.ts'
import { openProviders } from '../../../providers/configured.ts'
import type { SendOutcome } from '../../../providers/email/email.ts'
import { type Harness, startHarness, testActor } from '../../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness({ worker: 'none' })
})
afterAll(() => harness?.stop())

const SLOW_DOWN: SendOutcome = { outcome: 'later', reason: 'slow down', retryAfterMs: 1_000 }

/** Creates an invitation by mail; returns functions for its attempts. */
async function invited() {
  const { id, target } = await harness.create()
  const { id: messageId } = await harness.message(id, 'invitation')
  const { banks } = openProviders(harness.config)
  const { linkKeys } = harness.config
  const sending = { linkKeys, publicUrl: harness.publicUrl, takeTurn: async () => true, banks }
  return {
    target,
    messageId,
    begin: async () => {
      const claim = await transact(harness.commands, target.practiceId, (unit) =>
        claimMessage(sending, unit, target, messageId),
      )
      if (claim.do !== 'send') throw new Error(`the attempt was told to ${claim.do}`)
      return (sent: SendOutcome) =>
        transact(harness.commands, target.practiceId, (unit) => recordSend(unit, target, claim.message, 'resend', sent))
    },
    state: async () => (await harness.messages(id)).find((one) => one.id === messageId)!.state,
  }
}

const report = (messageId: string, state: 'delivered' | 'bounced') =>
  recordDelivery(harness.commands, 'resend', {
    providerEventId: randomUUID(),
    messageId,
    providerId: randomUUID(),
    state,
    reason: null,
    at: new Date(),
  })

test('an attempt that was told to slow down and met no other leaves the message as if it had not been made', async () => {
  const { begin, state } = await invited()
  for (let n = 0; n < 2; n++) {
    const end = await begin()
    await end(SLOW_DOWN)
    expect(await state()).toBe('queued')
  }
})

test('an attempt that was told to slow down says nothing of one before it whose answer never came', async () => {
  const { begin, state } = await invited()
  await begin()
  for (let n = 0; n < 2; n++) {
    const end = await begin()
    await end(SLOW_DOWN)
    expect(await state()).toBe('sending')
  }
})

test('an attempt that was told to slow down says nothing of one that has begun since', async () => {
  const { begin, state } = await invited()
  const endFirst = await begin()
  const endSecond = await begin()
  await endFirst(SLOW_DOWN)
  expect(await state()).toBe('sending')
  await endSecond({ outcome: 'accepted', providerId: randomUUID() })
  expect(await state()).toBe('sent')
})

test('a report corrects a withdrawn message, also of an invitation that was replaced', async () => {
  const cancelled = await invited()
  await execute(harness.commands, cancelled.target, {
    actor: testActor,
    command: { do: 'cancel', requestId: randomUUID() },
  })
  expect(await cancelled.state()).toBe('withdrawn')
  await report(cancelled.messageId, 'delivered')
  expect(await cancelled.state()).toBe('delivered')

  const replaced = await invited()
  await moveClock(harness.owner, replaced.target.onboardingId, HOUR_MS)
  await invite(harness.commands, replaced.target, testActor, randomUUID(), {})
  expect(await replaced.state()).toBe('withdrawn')
  await report(replaced.messageId, 'bounced')
  expect(await replaced.state()).toBe('bounced')
  expect((await harness.row(replaced.target.onboardingId)).status).not.toBe('cancelled')
  expect(await harness.messages(replaced.target.onboardingId, 'staff_bounced')).toEqual([])
})

test('a mail is written once when it is taken and once when it is sent', async () => {
  const { begin, messageId } = await invited()
  await harness.owner.unsafe(`
    CREATE TABLE written_message (id uuid, state text);
    CREATE FUNCTION note_message() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      $$ BEGIN INSERT INTO written_message VALUES (NEW.id, NEW.state); RETURN NULL; END $$;
    CREATE TRIGGER note_message AFTER UPDATE ON message FOR EACH ROW EXECUTE FUNCTION note_message();`)
  const end = await begin()
  await end({ outcome: 'accepted', providerId: randomUUID() })
  const written = await harness.owner`SELECT state FROM written_message WHERE id = ${messageId}`
  expect(written.map(({ state }) => state)).toEqual(['sending', 'sent'])
})
