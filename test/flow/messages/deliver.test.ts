import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { connectEngine } from '../../../commands/engine.ts'
import { execute } from '../../../commands/execute.ts'
import { accept } from '../../../commands/invitations/accept.ts'
import { stopTexts } from '../../../commands/invitations/stopTexts.ts'
import { DAY_MS, HOUR_MS } from '../../../domain/situation.ts'
import { recordDelivery } from '../../../messages/outbox/recordDelivery.ts'
import { advance } from '../../advance.ts'
import { forFile } from '../../forFile.ts'
import { startHarness, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { found, historyOf } from '../history.ts'

const harness = forFile(() => startHarness({ sendTimeoutMs: 1_000 }))

const newPhone = () => `+44791${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`
const newEmail = () => `jo.${randomUUID().slice(0, 8)}@harbour.example`
const cancel = (target: { practiceId: string; onboardingId: string }) =>
  execute(harness.commands, target, { actor: testActor, command: { do: 'cancel', requestId: randomUUID() } })
const undoCancel = (target: { practiceId: string; onboardingId: string }) =>
  execute(harness.commands, target, { actor: testActor, command: { do: 'undo_cancel', requestId: randomUUID() } })
/** Returns the attempt of its send that the engine waits for; infinity when the send is over. */
const pendingAttempt = async (id: string): Promise<number> => {
  const { raw } = await (await harness.workflow(id)).describe()
  return raw.pendingActivities?.[0]?.attempt ?? Number.POSITIVE_INFINITY
}

test('an invitation is sent once, by mail and text, each with a link of its own', async () => {
  const { id, email, phone, practice } = await harness.create({ channels: ['email', 'sms'], phone: newPhone() })
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'], 'sms')

  const [mail, ...moreMails] = await harness.control.messagesTo(email)
  const [text, ...moreTexts] = await harness.control.messagesTo(phone)
  expect([moreMails, moreTexts]).toEqual([[], []])
  expect(mail).toMatchObject({
    subject: 'Join Harbour Bakery Ltd: invitation from Marsh & Lowe',
    from: '"Marsh & Lowe" <hello@mail.embark.example>',
    requests: 1,
  })
  expect(mail!.text).toContain('Priya Shah at Marsh & Lowe invites you to join Harbour Bakery Ltd')
  expect(mail!.text).toContain(`number ending ${phone.slice(-3)}`)
  expect(text!.text).toMatch(/^Marsh & Lowe: join Harbour Bakery Ltd, connect its bank: http\S+ by /)
  const tokens = [harness.tokenIn(mail!), harness.tokenIn(text!)]
  expect(tokens[0]).not.toBe(tokens[1])
  for (const token of tokens) await harness.linkId(token)

  const row = await harness.row(id)
  const message = await harness.message(id, 'invitation')
  expect(JSON.stringify(message.inputs)).not.toContain(tokens[0])
  expect(message).toMatchObject({ attempts: 1, recipient: email })
  expect(row.expires_at!.getTime()).toBe((message.inputs as { expiresAt: number }).expiresAt)
  expect(await harness.control.messagesTo(practice.notificationEmail)).toEqual([])
})

test('the mail provider times out after accepting: one mail', async () => {
  const email = newEmail()
  await harness.control.fault({ provider: 'resend', operation: 'send', kind: 'timeout_after_accept', match: email })
  const { id } = await harness.create({ email })
  const message = await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  expect(message.attempts).toBe(2)
  const sent = await harness.control.messagesTo(email)
  expect(sent).toHaveLength(1)
  expect(sent[0]!.requests).toBe(2)
})

test('the mail provider answers 429 and 500 for a while: one mail, later', async () => {
  const email = newEmail()
  const fault = { provider: 'resend', operation: 'send', match: email } as const
  await harness.control.fault({ ...fault, kind: 'rate_limited', retryAfterSeconds: 2 })
  await harness.control.fault({ ...fault, kind: 'server_error' })
  const started = Date.now()
  const { id } = await harness.create({ email })
  const message = await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  expect(Date.now() - started).toBeGreaterThan(2_000)
  expect(message.attempts).toBe(3)
  expect(await harness.control.messagesTo(email)).toHaveLength(1)
})

test('a text that nobody could be asked about for 20 hours is shown to staff, and corrected once it is found', async () => {
  const phone = newPhone()
  const digits = encodeURIComponent(phone)
  await harness.control.fault({ provider: 'twilio', operation: 'send', kind: 'timeout_after_accept', match: digits })
  const { id, practice } = await harness.create(
    { channels: ['sms'], email: null, phone },
    await harness.createPractice(),
  )
  await waitFor('the text to be given away', async () => (await harness.control.messagesTo(phone)).length === 1)
  await harness.owner`UPDATE message SET claimed_at = claimed_at - interval '21 hours',
    attempted_at = attempted_at - interval '21 hours' WHERE onboarding_id = ${id}`
  const { id: messageId } = await harness.untilMessage(id, 'invitation', ['unknown'], 'sms')
  expect(await harness.row(id)).toMatchObject({ status: 'invited', blocked_by: 'send_unknown', move: 'practice' })
  const [told] = await waitFor('staff to be told', async () => {
    const mails = await harness.control.messagesTo(practice.notificationEmail)
    return mails.length > 0 && mails
  })
  expect(told!.subject).toBe('Harbour Bakery Ltd: can’t tell if the text was sent')
  expect(told!.text).toContain(phone)
  await harness.untilMessage(id, 'staff_bounced', ['sent', 'delivered'])
  await harness.owner`UPDATE message SET ask_at = clock_timestamp() WHERE id = ${messageId}`
  expect(await harness.worker.askTextsNow()).toBe(1)
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'], 'sms')
  expect(await harness.row(id)).toMatchObject({ blocked_by: 'acceptance', move: 'client' })
  expect(await harness.control.messagesTo(phone)).toHaveLength(1)
})

test('a number that cannot get texts stops the texts and tells the practice why', async () => {
  const phone = newPhone()
  const match = encodeURIComponent(phone)
  await harness.control.fault({ provider: 'twilio', operation: 'send', kind: 'landline', match })
  const { id, practice } = await harness.create(
    { channels: ['sms'], email: null, phone },
    await harness.createPractice(),
  )
  await harness.untilMessage(id, 'invitation', ['failed'], 'sms')
  await harness.untilMessage(id, 'staff_bounced', ['sent', 'delivered'])
  const [told] = await harness.control.messagesTo(practice.notificationEmail)
  expect(told!.subject).toBe('Harbour Bakery Ltd: text failed')
  expect(told!.text).toContain('this is not a mobile number')
})

test('a number that said stop gets no text of any client of the practice, and staff are told', async () => {
  const phone = newPhone()
  const practice = await harness.createPractice()
  const sms = { channels: ['sms' as const], email: null, phone }
  const [one, other] = [await harness.create(sms, practice), await harness.create(sms, practice)]
  for (const { id } of [one, other]) await harness.untilMessage(id, 'invitation', ['sent', 'delivered'], 'sms')
  const invitation = await harness.message(one.id, 'invitation', 'sms')
  const stopped = await stopTexts(harness.commands, one.target, testActor, randomUUID(), { messageId: invitation.id })
  expect(stopped).toMatchObject({ result: 'changed' })

  await advance(harness, other.id, 2 * DAY_MS + HOUR_MS)
  const reminder = await harness.untilMessage(other.id, 'client_touch', ['suppressed'], 'sms')
  expect(reminder).toMatchObject({ cause: 'opted_out', attempts: 0 })
  await harness.untilMessage(other.id, 'staff_bounced', ['sent', 'delivered'])
  expect(await harness.control.messagesTo(phone)).toHaveLength(2)
  const [told] = await harness.control.messagesTo(practice.notificationEmail)
  expect(told!.text).toContain('they asked for no more texts')
  expect(await harness.row(other.id)).toMatchObject({ blocked_by: 'blocked', move: 'practice' })
})

test('a cancel before the claim: the mail is not sent, though the workflow starts afterwards', async () => {
  const engine = connectEngine({ address: '127.0.0.1:1', namespace: harness.namespace })
  const { id, target, email } = await harness.create({}, undefined, { ...harness.commands, engine })
  await cancel(target)
  await harness.worker.reconcileNow()
  await waitFor('the workflow to start', async () => (await harness.row(id)).workflow_started_at !== null)
  await advance(harness, id, 16_000)
  await waitFor(
    'the run to end',
    async () => (await (await harness.workflow(id)).describe()).status.name === 'COMPLETED',
  )
  expect(await harness.control.messagesTo(email)).toEqual([])
  expect(await harness.message(id, 'invitation')).toMatchObject({ state: 'withdrawn', attempts: 0 })
})

test('a cancel between two attempts: the mail is not sent', async () => {
  const email = newEmail()
  const fault = { provider: 'resend', operation: 'send', kind: 'rate_limited', match: email } as const
  const switchOff = await harness.control.fault({ ...fault, times: -1, retryAfterSeconds: 2 })
  const { id, target } = await harness.create({ email })
  await waitFor('an attempt', async () => {
    const [message] = await harness.messages(id)
    return message!.attempts > 0 && message!.state === 'queued'
  })
  expect(await cancel(target)).toMatchObject({ result: 'changed' })
  expect(await harness.message(id, 'invitation')).toMatchObject({ state: 'withdrawn' })
  await switchOff()
  const handle = await harness.workflow(id)
  await waitFor('the send to end', async () => !(await handle.describe()).raw.pendingActivities?.length)
  expect(await harness.control.messagesTo(email)).toEqual([])
  expect(await harness.message(id, 'invitation')).toMatchObject({ state: 'withdrawn', attempts: 1 })
})

/**
 * Cancels an invitation that the provider accepted without answering and then rate-limited. Resolves once an attempt
 * has met the cancelled onboarding, which can still be undone.
 */
const cancelPerhapsTaken = async () => {
  const email = newEmail()
  const fault = { provider: 'resend', operation: 'send', match: email } as const
  await harness.control.fault({ ...fault, kind: 'timeout_after_accept' })
  const slowDown = await harness.control.fault({ ...fault, kind: 'rate_limited', times: -1, retryAfterSeconds: 1 })
  const { id, target } = await harness.create({ email })
  await waitFor('the provider to ask us to slow down', async () => {
    const message = await harness.message(id, 'invitation')
    return message.attempts > 1 && message.reason?.includes('slow down')
  })
  expect(await cancel(target)).toMatchObject({ result: 'changed' })
  const { attempts } = await harness.message(id, 'invitation')
  await waitFor('an attempt after the cancellation', async () => (await pendingAttempt(id)) > attempts + 1)
  await slowDown()
  return { id, target, email }
}

test('a mail that may have been taken is mailed once, though its onboarding is cancelled and the cancellation undone', async () => {
  const { id, target, email } = await cancelPerhapsTaken()
  expect(await undoCancel(target)).toMatchObject({ result: 'changed' })
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  expect(await harness.control.messagesTo(email)).toHaveLength(1)
  expect(await harness.messages(id, 'invitation')).toHaveLength(1)
})

test('a mail that may have been taken is shown so once the cancellation holds, and a report corrects it', async () => {
  const { id, email } = await cancelPerhapsTaken()
  await advance(harness, id, 16_000)
  const message = await harness.untilMessage(id, 'invitation', ['unknown'])
  const [mail] = await harness.control.messagesTo(email)
  await recordDelivery(harness.commands, 'resend', {
    providerEventId: randomUUID(),
    messageId: message.id,
    providerId: mail!.providerId,
    state: 'delivered',
    reason: null,
    at: new Date(),
  })
  expect(await harness.message(id, 'invitation')).toMatchObject({ state: 'delivered' })
})

test('an invitation that became pointless while it was being sent raises no alarm, and its address stays good', async () => {
  const email = newEmail()
  const fault = { provider: 'resend', operation: 'send', kind: 'server_error', match: email, times: -1 } as const
  const switchOff = await harness.control.fault(fault)
  const phone = newPhone()
  const { id, target } = await harness.create({ channels: ['email', 'sms'], email, phone })
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'], 'sms')
  await waitFor('an attempt', async () => (await harness.message(id, 'invitation')).attempts > 0)
  const [text] = await harness.control.messagesTo(phone)
  const linkId = await harness.linkId(harness.tokenIn(text!))
  expect(await accept(harness.commands, target, linkId, null)).toMatchObject({ result: 'changed' })
  await harness.untilMessage(id, 'invitation', ['unknown'])
  expect(await harness.messages(id, 'staff_bounced')).toEqual([])
  await switchOff()
  await advance(harness, id, 2 * DAY_MS)
  await harness.untilMessage(id, 'client_touch', ['sent', 'delivered'], 'email')
})

test('a cancel after the claim: the mail is shown as sent before the cancellation', async () => {
  const email = newEmail()
  await harness.control.fault({ provider: 'resend', operation: 'send', kind: 'slow', match: email, delayMs: 600 })
  const { id, target } = await harness.create({ email })
  await harness.untilMessage(id, 'invitation', ['sending'])
  expect(await cancel(target)).toMatchObject({ result: 'changed' })
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  expect(await harness.control.messagesTo(email)).toHaveLength(1)
  expect((await harness.row(id)).status).toBe('cancelled')
})

test('an error of an activity reaches the engine by its kind alone', async () => {
  const email = newEmail()
  const { owner } = harness
  await owner.unsafe(`
    CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.recipient = '${email}' THEN RAISE EXCEPTION 'cannot write to %', NEW.recipient; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER stumble BEFORE UPDATE ON message FOR EACH ROW EXECUTE FUNCTION stumble()`)
  const { id } = await harness.create({ email })
  const handle = await harness.workflow(id)
  const failure = await waitFor('an attempt to fail', async () => {
    const described = await handle.describe().catch(() => null)
    return described?.raw.pendingActivities?.[0]?.lastFailure
  })
  expect(failure).toMatchObject({ message: 'failed', applicationFailureInfo: { type: 'PostgresError P0001' } })
  await owner`DROP FUNCTION stumble CASCADE`
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  const history = await historyOf(harness, id)
  expect(found(history, [email, 'cannot write to'])).toEqual([])
  expect(found(history, ['PostgresError P0001'])).toHaveLength(1)
})

test('without an address of the practice nothing is sent to it, and the run goes on', async () => {
  const practice = await harness.createPractice({ notification_email: null })
  const { id, target } = await harness.create({ channels: null, steps: { bank: 'skip' } }, practice)
  const command = { do: 'skip_step', requestId: randomUUID(), step: 'books', reason: 'not_needed' } as const
  await execute(harness.commands, target, { actor: testActor, command })
  await harness.until(id, 'completed')
  expect(await harness.untilMessage(id, 'staff_completed', ['withdrawn'])).toMatchObject({ attempts: 0 })
  await waitFor(
    'the workflow to end',
    async () => (await (await harness.workflow(id)).describe()).status.name === 'COMPLETED',
  )
})
