import { createHmac, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { readFacts } from '../../db/onboardings/facts.ts'
import { nextReminder } from '../../domain/reminders.ts'
import type { Mail } from '../../providers/email/email.ts'
import { credentials } from '../../sandbox/credentials.ts'
import { type ClientSide, startClientSide } from '../api/client/clientHarness.ts'
import { forFile } from '../forFile.ts'
import type { Fault } from '../providers/againstSandbox.ts'

// The rows of the contract's last table about mail to people, checked with the product against the sandbox's Resend.

const side = forFile(startClientSide)
beforeAll(async () => {
  // The tests send reports themselves.
  await side.sandbox.control('setup', { resend: { perSecond: 1_000, deliverAfterMs: 3_600_000 } })
})

const mailTo = (to: string): Mail => ({
  from: 'Marsh & Lowe via Embark <books@mail.embark.example>',
  to,
  replyTo: null,
  subject: 'Join Harbour Bakery',
  html: '<p>Hello</p>',
  text: 'Hello',
  messageId: randomUUID(),
})
const somebody = () => `jo.${randomUUID().slice(0, 8)}@harbour.example`
const fault = (kind: string, match: string, more: Partial<Fault> = {}) =>
  side.sandbox.fault({ provider: 'resend', kind, match, ...more })

type Kept = { providerId: string; idempotencyKey: string; requests: number }
const sentTo = async (to: string) =>
  (await side.sandbox.control<{ messages: Kept[] }>(`messages?to=${encodeURIComponent(to)}`)).messages

/** Creates a client whose invitation was sent. */
async function invited() {
  const client = await side.invite()
  const [message] = await side.owner<{ id: string; provider_id: string }[]>`
    UPDATE message SET state = 'sent', claimed_at = clock_timestamp(), provider_id = gen_random_uuid()::text,
      provider = 'resend', recipient = ${client.email}
    WHERE onboarding_id = ${client.id} RETURNING id, provider_id`
  return { client, message: message! }
}

const messagesOf = (of: { id: string }) =>
  side.owner<{ id: string; state: string; reason: string | null; purpose: string; state_at: Date }[]>`
    SELECT id, state, reason, purpose, state_at FROM message WHERE onboarding_id = ${of.id}
      AND purpose NOT LIKE 'staff%' ORDER BY created_at, id`

const nextReminderOf = async ({ target, id }: Awaited<ReturnType<ClientSide['invite']>>) => {
  const read = await side.deps.db.inPractice(target.practiceId, (tx) => readFacts(tx, id))
  return read && nextReminder(read.facts, read.now)
}

type Signed = { id?: string; createdAt?: unknown; data?: object; secrets?: string[] }

/** Sends a signed event about a mail to the product, as Svix does; returns the status of the answer. */
async function report(message: { provider_id: string; id: string }, type: string, given: Signed = {}) {
  const { id = `msg_${randomUUID()}`, createdAt = new Date().toISOString(), data = {}, secrets = [] } = given
  const about = { email_id: message.provider_id, tags: { message_id: message.id }, ...data }
  const body = JSON.stringify({ type, created_at: createdAt, data: about })
  const at = String(Math.floor(Date.now() / 1_000))
  const sign = (secret: string) =>
    createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
      .update(`${id}.${at}.${body}`)
      .digest('base64')
  const signatures = [...secrets, credentials.resend.webhookSecret].map((secret) => `v1,${sign(secret)}`).join(' ')
  const headers = { 'svix-id': id, 'svix-timestamp': at, 'svix-signature': signatures }
  return (await fetch(`${side.publicUrl}/hooks/resend`, { method: 'POST', body, headers })).status
}

describe('Resend', () => {
  test('sent once under its key', { meta: { outcome: ['success', 'extra fields'] } }, async () => {
    const mail = mailTo(somebody())
    await fault('extra_fields', mail.to)
    const sent = await side.sandbox.resend().send(mail, 'k-sent')
    const [kept] = await sentTo(mail.to)
    expect(sent).toEqual({ outcome: 'accepted', providerId: kept?.providerId })
    expect(await side.sandbox.resend().send(mail, 'k-sent', { isRepeat: true })).toEqual(sent)
  })

  test('no answer, without effect: repeated under its key', {
    meta: { outcome: ['time-out before effect', 'outage', 'malformed'] },
  }, async () => {
    for (const kind of ['hang_before', 'connection_reset', 'server_error', 'malformed']) {
      const mail = mailTo(somebody())
      await fault(kind, mail.to, { delayMs: 50 })
      expect([kind, await side.sandbox.resend().send(mail, `k-${kind}`)]).toMatchObject([kind, { outcome: 'unknown' }])
      expect(await sentTo(mail.to)).toEqual([])
      const again = await side.sandbox.resend().send(mail, `k-${kind}`, { isRepeat: true })
      expect(again).toMatchObject({ outcome: 'accepted' })
      expect(await sentTo(mail.to)).toHaveLength(1)
    }
  })

  test('answer lost', { meta: { outcome: 'time-out after effect' } }, async () => {
    const mail = mailTo(somebody())
    await fault('timeout_after_accept', mail.to, { delayMs: 60_000 })
    expect(await side.sandbox.resend({ sendTimeoutMs: 300 }).send(mail, 'k-lost')).toMatchObject({ outcome: 'unknown' })
    const first = await sentTo(mail.to)
    expect(await side.sandbox.resend().send(mail, 'k-lost', { isRepeat: true })).toEqual({
      outcome: 'accepted',
      providerId: first[0]?.providerId,
    })
    expect(await sentTo(mail.to)).toMatchObject([{ requests: 2 }])
  })

  test('failed attempt holds the key', async () => {
    for (const kind of ['error_kept', 'error_holds']) {
      const mail = mailTo(somebody())
      const key = `k-${kind}`
      await fault(kind, mail.to)
      const resend = side.sandbox.resend()
      expect(await resend.send(mail, key)).toMatchObject({ outcome: 'unknown' })
      const again = await resend.send(mail, key, { isRepeat: true })
      expect(again).toMatchObject({ outcome: 'accepted', providerId: expect.any(String) })
      expect(await resend.send(mail, key, { isRepeat: true })).toEqual(again)
      expect(await sentTo(mail.to)).toMatchObject([{ idempotencyKey: `${key}/again` }])
    }
  })

  test('key reused, other body', async () => {
    const mail = mailTo(somebody())
    const resend = side.sandbox.resend()
    const first = await resend.send(mail, 'k-used')
    expect(await resend.send({ ...mail, text: 'Other' }, 'k-used')).toEqual(first)
    // Another mail of ours under the same key was never sent.
    const other = { ...mail, messageId: randomUUID() }
    expect(await resend.send(other, 'k-used')).toMatchObject({ outcome: 'accepted' })
    expect(await sentTo(mail.to)).toHaveLength(2)
    // With a sending-only key the result is unknown, and the mail is never reported as accepted.
    const blind = side.sandbox.resend({ apiKey: credentials.resend.sendingKey })
    expect(await blind.send({ ...mail, text: 'Third' }, 'k-used')).toMatchObject({ outcome: 'unknown', isFinal: true })
    expect(await sentTo(mail.to)).toHaveLength(2)
  })

  test('still running', async () => {
    const mail = mailTo(somebody())
    await fault('resource_locked', mail.to)
    expect(await side.sandbox.resend().send(mail, 'k-locked')).toMatchObject({ outcome: 'later', retryAfterMs: 2_000 })
    await fault('slow', mail.to, { delayMs: 400 })
    const [one, two] = await Promise.all([1, 2].map(() => side.sandbox.resend().send(mail, 'k-running')))
    expect([one?.outcome, two?.outcome].sort()).toEqual(['accepted', 'later'])
    expect(await side.sandbox.resend().send(mail, 'k-running', { isRepeat: true })).toMatchObject({
      outcome: 'accepted',
    })
    expect(await sentTo(mail.to)).toHaveLength(1)
  })

  test('bad key', { meta: { outcome: 'credentials refused' } }, async () => {
    const mail = mailTo(somebody())
    const waits = { outcome: 'later', trouble: { reason: expect.stringContaining('operator') } }
    expect(await side.sandbox.resend({ apiKey: 're_wrong' }).send(mail, 'k-bad')).toMatchObject(waits)
    await fault('bad_key', mail.to)
    expect(await side.sandbox.resend().send(mail, 'k-bad')).toMatchObject(waits)
    expect(await side.sandbox.resend().send(mail, 'k-bad')).toMatchObject({ outcome: 'accepted' })
  })

  test('unverified domain', async () => {
    const mail = { ...mailTo(somebody()), from: 'books@marshlowe.co.uk' }
    expect(await side.sandbox.resend().send(mail, 'k-domain')).toMatchObject({
      outcome: 'later',
      trouble: { code: 'validation_error' },
    })
  })

  test('throttled / daily quota', { meta: { outcome: '429' } }, async () => {
    const mail = mailTo(somebody())
    await fault('rate_limited', mail.to, { retryAfterSeconds: 3 })
    expect(await side.sandbox.resend().send(mail, 'k-busy')).toEqual({
      outcome: 'later',
      reason: 'The mail provider asks us to slow down.',
      retryAfterMs: 3_000,
    })
    await fault('daily_quota', mail.to)
    const full = await side.sandbox.resend().send(mail, 'k-busy')
    const tomorrow = new Date()
    tomorrow.setUTCHours(24, 0, 0, 0)
    const { retryAfterMs } = full as { retryAfterMs: number }
    expect(Math.abs(Date.now() + retryAfterMs - tomorrow.getTime())).toBeLessThan(60_000)
    expect(full).toMatchObject({ trouble: { code: 'daily_quota_exceeded' } })
  })

  test('HTML body', { meta: { outcome: 'malformed' } }, async () => {
    const mail = mailTo(somebody())
    await fault('html', mail.to)
    expect(await side.sandbox.resend().send(mail, 'k-html')).toMatchObject({ outcome: 'unknown' })
    expect(await side.sandbox.resend().send(mail, 'k-html', { isRepeat: true })).toMatchObject({ outcome: 'accepted' })
    expect(await sentTo(mail.to)).toHaveLength(1)
  })

  test('bounce kinds', { meta: { outcome: 'denial' } }, async () => {
    const bounced = (type: string, subType: string) => ({ data: { bounce: { type, subType, message: 'x' } } })
    const gone = await invited()
    expect(await report(gone.message, 'email.bounced', bounced('Permanent', 'NoEmail'))).toBe(200)
    expect(await messagesOf(gone.client)).toMatchObject([{ state: 'bounced', reason: 'mailbox does not exist' }])
    expect((await side.row(gone.client.id)) as object).toMatchObject({ blocked_by: 'bounced', move: 'practice' })

    const full = await invited()
    expect(await report(full.message, 'email.bounced', bounced('Transient', 'MailboxFull'))).toBe(200)
    const [first, retry] = await messagesOf(full.client)
    expect(first).toMatchObject({ state: 'delayed', reason: expect.stringContaining('mailbox is full') })
    expect(retry).toMatchObject({ state: 'queued', purpose: 'invitation' })
    expect(retry!.state_at.getTime() - Date.now()).toBeGreaterThan(3 * 3_600_000)
    expect((await side.row(full.client.id)) as object).toMatchObject({ blocked_by: 'sending', move: 'us' })
    // After a repeated report it is sent once more; after a second refusal it is dead.
    expect(await report(full.message, 'email.bounced', bounced('Transient', 'MailboxFull'))).toBe(200)
    expect(await messagesOf(full.client)).toHaveLength(2)
    await side.owner`UPDATE message SET state = 'sent', provider = 'resend', provider_id = 'second' WHERE id = ${retry!.id}`
    const second = { id: retry!.id, provider_id: 'second' }
    expect(await report(second, 'email.bounced', bounced('Undetermined', 'Undetermined'))).toBe(200)
    expect(await messagesOf(full.client)).toMatchObject([{ state: 'delayed' }, { state: 'bounced' }])
    expect((await side.row(full.client.id)) as object).toMatchObject({ blocked_by: 'bounced', move: 'practice' })

    const large = await invited()
    expect(await report(large.message, 'email.bounced', bounced('Permanent', 'ContentRejected'))).toBe(200)
    expect(await messagesOf(large.client)).toMatchObject([{ state: 'failed' }])
    expect((await side.row(large.client.id)) as object).toMatchObject({ blocked_by: 'blocked', move: 'practice' })
  })

  test('failed for quota', async () => {
    const { client, message } = await invited()
    expect(await report(message, 'email.failed', { data: { failed: { reason: 'reached_daily_quota' } } })).toBe(200)
    expect(await messagesOf(client)).toMatchObject([{ state: 'failed' }])
    expect(side.logged.some((line) => line.includes('reached_daily_quota') && line.includes('has to be mended'))).toBe(
      true,
    )
    // The address stays valid: the next reminder still goes to it.
    expect(await nextReminderOf(client)).toMatchObject({ kind: 'client' })
  })

  test('time forms', async () => {
    const forms = [
      '2026-02-22T23:41:12.126Z',
      '2026-02-22T23:41:11.894719+00:00',
      '2026-04-03 22:13:42.674981+00',
      'last Tuesday',
      undefined,
    ]
    for (const createdAt of forms) {
      const { client, message } = await invited()
      expect(await report(message, 'email.delivered', { createdAt })).toBe(200)
      expect(await messagesOf(client)).toMatchObject([{ state: 'delivered' }])
    }
  })

  test('unordered, double', async () => {
    const { client, message } = await invited()
    const id = `msg_${randomUUID()}`
    for (let n = 0; n < 3; n += 1) expect(await report(message, 'email.delivered', { id })).toBe(200)
    expect(await report(message, 'email.sent')).toBe(200)
    expect(await messagesOf(client)).toMatchObject([{ state: 'delivered' }])
    expect((await side.events(client.id)).filter(({ kind }) => kind === 'message')).toHaveLength(1)
  })

  test('secret rotated', async () => {
    const { client, message } = await invited()
    expect(await report(message, 'email.delivered', { secrets: ['whsec_b2xkIHNlY3JldCBvZiB5ZXN0ZXJkYXk='] })).toBe(200)
    expect(await messagesOf(client)).toMatchObject([{ state: 'delivered' }])
  })
})
