import { createHmac, randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import express from 'express'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hooksRouter } from '../../api/hooks/router.ts'
import { readFacts } from '../../db/onboardings/facts.ts'
import { deliveriesOf } from '../../domain/rows/delivery.ts'
import { DAY_MS } from '../../domain/situation.ts'
import { createResend } from '../../providers/email/resend.ts'
import type { SmsProvider } from '../../providers/sms/sms.ts'
import { createTwilio } from '../../providers/sms/twilio.ts'
import { forFile } from '../forFile.ts'
import { type Harness, startHarness, type TestPractice } from '../harness.ts'
import { waitFor } from '../waitFor.ts'

const OTHER_TOKEN = 'the_secondary_token'
const SHARED_KEY = { id: 'WK01', secret: 'a shared secret' }

const harness = forFile(() => startHarness({ sendTimeoutMs: 1_000 }))
let sms: SmsProvider
let hooks: Server
const logged: string[] = []
beforeAll(async () => {
  const { commands, config, publicUrl, apiPort } = harness
  sms = createTwilio({ ...config.twilio, otherAuthToken: OTHER_TOKEN, sharedKeys: [SHARED_KEY] })
  const logger = pino({}, { write: (line: string) => void logged.push(line) })
  const router = hooksRouter({ commands, email: createResend(config.resend), sms, publicUrl, logger })
  hooks = await new Promise<Server>((resolve) => {
    const listening = express()
      .use(router)
      .listen(apiPort, '127.0.0.1', () => resolve(listening))
  })
  const inboundUrl = `${publicUrl}/hooks/twilio`
  await harness.control.call('POST', '/setup', { twilio: { inboundUrl, deliverAfterMs: 40 } })
})
afterEach(async () => {
  await harness.control.call('DELETE', '/faults')
  await harness.owner`DELETE FROM provider_trouble`
})
afterAll(async () => {
  await new Promise((resolve) => (hooks ? hooks.close(resolve) : resolve(null)))
})

const newPhone = () => `+44791${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`

/** Creates a client invited by text alone, whose provider has these faults. */
async function invited(
  kinds: string[] = [],
  { phone = newPhone(), times = 1, email = false, practice = null as TestPractice | null } = {},
) {
  for (const kind of kinds) {
    await harness.control.fault({
      provider: 'twilio',
      operation: 'send',
      kind,
      match: encodeURIComponent(phone),
      times,
    })
  }
  const channels = email ? (['email', 'sms'] as const) : (['sms'] as const)
  const given = { channels: [...channels], phone, ...(!email && { email: null }) }
  const client = await harness.create(given, practice ?? (await harness.createPractice()))
  const message = () => harness.message(client.id, 'invitation', 'sms')
  return {
    ...client,
    message,
    until: (...states: Parameters<Harness['untilMessage']>[2]) =>
      harness.untilMessage(client.id, 'invitation', states, 'sms'),
    texts: () => harness.control.messagesTo(phone),
    /** Moves the attempt back by a minute. */
    aMinuteLater: () =>
      harness.owner`UPDATE message SET attempted_at = attempted_at - interval '1 minute'
        WHERE onboarding_id = ${client.id} AND channel = 'sms'`,
  }
}

const troubles = () =>
  harness.owner<{ code: string; reason: string }[]>`SELECT code, reason FROM provider_trouble WHERE service = 'sms'`

const send = (to = newPhone(), body = 'Hello') =>
  sms.send({ to, body, statusCallback: `${harness.publicUrl}/hooks/twilio?message_id=${randomUUID()}` })

/** Posts to our hook, signed by hand according to the provider's documentation. */
async function post(
  pairs: [string, string][],
  changes: {
    messageId?: string
    key?: string
    headers?: Record<string, string>
    algorithm?: string
    body?: string
  } = {},
) {
  const { accountSid, authToken } = harness.config.twilio
  const { messageId, key = authToken, algorithm = 'sha1', headers = {} } = changes
  const all: [string, string][] = pairs.some(([name]) => name === 'AccountSid')
    ? pairs
    : [...pairs, ['AccountSid', accountSid]]
  const url = `${harness.publicUrl}/hooks/twilio${messageId ? `?message_id=${messageId}` : ''}`
  const names = [...new Set(all.map(([name]) => name))].sort()
  const valuesOf = (wanted: string) =>
    [...new Set(all.filter(([name]) => name === wanted).map(([, value]) => value))].sort()
  const text = url + names.flatMap((name) => valuesOf(name).map((value) => name + value)).join('')
  const response = await fetch(url, {
    method: 'POST',
    body: changes.body ?? new URLSearchParams(all).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac(algorithm, key).update(text).digest('base64'),
      ...headers,
    },
  })
  return response.status
}

const report = (providerId: string, status: string, more: [string, string][] = []): [string, string][] => [
  ['MessageSid', providerId],
  ['MessageStatus', status],
  ...more,
]

/** Makes an activity that waits for its next attempt run now. */
async function attemptNow(id: string): Promise<void> {
  const handle = await harness.workflow(id)
  const { raw } = await handle.describe()
  const execution = { workflowId: handle.workflowId }
  for (const { activityId } of raw.pendingActivities ?? []) {
    await harness.temporal.workflowService.resetActivity({ namespace: harness.namespace, execution, id: activityId })
  }
}

/** Expects a problem that is not about a number: reported to the operator, texts held, and sent once fixed. */
async function isHeld(kind: string, code: number): Promise<void> {
  const practice = await harness.createPractice()
  const first = await invited([kind], { times: -1, practice })
  await waitFor('the trouble to be kept', async () => (await troubles()).some((one) => one.code === String(code)))
  const second = await invited([], { practice })
  const handle = await harness.workflow(second.id)
  await waitFor('the other text to be held', async () => {
    const { raw } = await handle.describe()
    return raw.pendingActivities?.some(({ attempt }) => (attempt ?? 0) > 1)
  })
  expect(await first.message()).toMatchObject({ state: 'queued' })
  expect(await second.message()).toMatchObject({ state: 'queued', attempts: 0 })
  expect(await second.texts()).toEqual([])
  for (const { id } of [first, second]) {
    expect(await harness.row(id)).toMatchObject({ blocked_by: 'sending', move: 'us' })
    expect(await harness.messages(id, 'staff_bounced')).toEqual([])
  }
  // The operator fixes the problem.
  await harness.control.call('DELETE', '/faults')
  await harness.owner`UPDATE provider_trouble SET rests_until = NULL`
  for (const client of [first, second]) {
    await attemptNow(client.id)
    await client.until('sent', 'delivered')
    expect(await client.texts()).toHaveLength(1)
  }
}

describe('Twilio', () => {
  test('credentials refused', { meta: { outcome: 'credentials refused' } }, async () => {
    const stranger = createTwilio({ ...harness.config.twilio, authToken: 'wrong' })
    expect(await stranger.send({ to: newPhone(), body: 'Hello', statusCallback: harness.publicUrl })).toMatchObject({
      outcome: 'later',
      trouble: { reason: expect.stringContaining('operator') },
    })
  })

  test('no answer, or none that can be read: looked up, and sent once', {
    meta: { outcome: ['time-out before effect', 'outage', 'malformed', 'extra fields'] },
  }, async () => {
    for (const kind of ['hang_before', 'server_error', 'malformed', 'extra_fields']) {
      const client = await invited([kind])
      await waitFor('an attempt', async () => (await client.message()).attempts === 1)
      await client.aMinuteLater()
      await client.until('sent', 'delivered')
      expect([kind, await client.texts()]).toMatchObject([kind, [{ to: client.phone }]])
    }
  })

  test('delivered', { meta: { outcome: 'success' } }, async () => {
    const { until, texts } = await invited()
    await until('delivered')
    expect(await texts()).toHaveLength(1)

    const late = await invited(['no_callbacks'])
    const { id: messageId } = await late.until('sent')
    const [text] = await late.texts()
    expect(await post(report(text!.providerId, 'delivered'), { messageId })).toBe(200)
    expect(await post(report(text!.providerId, 'sent'), { messageId })).toBe(200)
    expect(await late.message()).toMatchObject({ state: 'delivered' })
  })

  test('no receipt', async () => {
    const { until, id, target } = await invited(['no_receipt'])
    await until('sent')
    const read = await harness.commands.db.inPractice(target.practiceId, (tx) => readFacts(tx, id))
    const { facts, now } = read!
    expect(deliveriesOf(facts, now)).toMatchObject([{ channel: 'sms', state: 'sent' }])
    expect(deliveriesOf(facts, now + DAY_MS + 60_000)).toMatchObject([{ channel: 'sms', state: 'no_receipt' }])
  })

  test('callback address bad', () => isHeld('callback_unreachable', 21609))

  test('sender or service bad', async () => {
    for (const [kind, code] of [
      ['service_invalid', '21705'],
      ['trial_sender', '21267'],
      ['sender_unregistered', '30034'],
    ] as const) {
      const to = newPhone()
      await harness.control.fault({ provider: 'twilio', kind, match: encodeURIComponent(to) })
      const outcome = await send(to)
      expect(outcome).toMatchObject({ outcome: 'later', trouble: { code, restMs: expect.any(Number) } })
      expect((await harness.control.messagesTo(to)).length).toBe(0)
    }
    await isHeld('sender_refused', 21606)
  })

  test('number bad', async () => {
    for (const kind of ['invalid_to', 'landline'] as const) {
      const to = newPhone()
      await harness.control.fault({ provider: 'twilio', kind, match: encodeURIComponent(to) })
      expect(await send(to)).toEqual({ outcome: 'refused', state: 'failed', reason: expect.any(String) })
    }
    const { until, id, practice } = await invited(['carrier'])
    expect(await until('failed')).toMatchObject({ reason: 'this number cannot get texts' })
    expect(await harness.row(id)).toMatchObject({ blocked_by: 'sms_failed', move: 'practice' })
    await harness.untilMessage(id, 'staff_bounced', ['sent', 'delivered'])
    const [told] = await harness.control.messagesTo(practice.notificationEmail)
    expect(told!.subject).toBe('Harbour Bakery Ltd: text failed')
    expect(await troubles()).toEqual([])
  })

  test('opted out', { meta: { outcome: 'denial' } }, async () => {
    const refused = await invited(['stopped'])
    expect(await refused.until('suppressed')).toMatchObject({ cause: 'opted_out' })

    const practice = await harness.createPractice()
    const phone = newPhone()
    const reply = (body: string) => harness.control.call('POST', '/twilio/replies', { number: phone, body })
    const first = await invited([], { phone, practice })
    await first.until('delivered')
    expect(await reply('Who is this?')).toEqual({ status: 200 })
    expect(await reply(' stop ')).toEqual({ status: 200 })
    expect((await harness.events(first.id)).map(({ kind }) => kind)).toContain('texts_stopped')
    const second = await invited([], { phone, practice })
    expect(await second.until('suppressed')).toMatchObject({ cause: 'opted_out', attempts: 0 })

    expect(await reply('START')).toEqual({ status: 200 })
    // The event is recorded with the latest text to the number.
    expect((await harness.events(second.id)).map(({ kind }) => kind)).toContain('texts_allowed')
    const third = await invited([], { phone, practice })
    await third.until('sent', 'delivered')
    expect(await third.texts()).toHaveLength(2)

    // A STOP that is repeated later does not undo a START.
    const other = await invited()
    await other.until('delivered')
    const stop: [string, string][] = [
      ['MessageSid', `SM${randomUUID().replaceAll('-', '')}`],
      ['SmsStatus', 'received'],
      ['From', other.phone],
      ['To', '+447400000001'],
      ['Body', 'STOP'],
    ]
    const start = stop.map(([name, value]): [string, string] => [
      name,
      name === 'Body' ? 'start' : name === 'MessageSid' ? `${value.slice(0, -1)}0` : value,
    ])
    expect([await post(stop), await post(start), await post(stop)]).toEqual([200, 200, 200])
    expect(
      (await harness.events(other.id)).filter(({ kind }) => kind.startsWith('texts_')).map(({ kind }) => kind),
    ).toEqual(['texts_stopped', 'texts_allowed'])
    expect(await harness.owner`SELECT FROM text_opt_out WHERE phone = ${other.phone}`).toHaveLength(0)
  })

  test('day limit', async () => {
    const both = await invited(['day_limit'], { times: -1, email: true })
    await waitFor('the limit to be kept', async () => (await troubles()).some(({ code }) => code === '63038'))
    await harness.untilMessage(both.id, 'invitation', ['sent', 'delivered'], 'email')
    await harness.control.call('DELETE', '/faults')
    const next = await invited()
    const handle = await harness.workflow(next.id)
    await waitFor('the next text to rest', async () => {
      const { raw } = await handle.describe()
      return raw.pendingActivities?.some(({ attempt }) => (attempt ?? 0) > 1)
    })
    expect(await next.message()).toMatchObject({ state: 'queued', attempts: 0 })
    const [rest] =
      await harness.owner`SELECT rests_until > clock_timestamp() + interval '50 minutes' AS long FROM provider_trouble`
    expect(rest).toEqual({ long: true })
  })

  test('throttled', { meta: { outcome: '429' } }, async () => {
    const phone = newPhone()
    await harness.control.fault({
      provider: 'twilio',
      operation: 'send',
      kind: 'rate_limited',
      match: encodeURIComponent(phone),
      retryAfterSeconds: 1,
    })
    const { until, texts } = await invited([], { phone })
    expect(await until('sent', 'delivered')).toMatchObject({ attempts: 2 })
    expect(await texts()).toHaveLength(1)
    expect(await troubles()).toEqual([])
  })

  test('lost answer', { meta: { outcome: 'time-out after effect' } }, async () => {
    // The text was accepted, but neither the answer nor a callback arrived.
    const taken = await invited(['timeout_after_accept', 'no_callbacks'])
    await waitFor('the text to be given away', async () => (await taken.texts()).length === 1)
    await waitFor('the attempt to end', async () => (await taken.message()).attempts === 1)
    expect(await taken.message()).toMatchObject({ state: 'sending' })
    await taken.aMinuteLater()
    await taken.until('sent', 'delivered')
    expect(await taken.texts()).toHaveLength(1)

    // The provider failed before it accepted the text.
    const lost = await invited(['unavailable'])
    await waitFor('an attempt', async () => (await lost.message()).attempts === 1)
    await lost.aMinuteLater()
    await lost.until('sent', 'delivered')
    expect(await lost.texts()).toHaveLength(1)

    // There was no attempt for so long that staff got the message.
    const given = await invited(['timeout_after_accept', 'no_callbacks'])
    await waitFor('the text to be given away', async () => (await given.texts()).length === 1)
    await waitFor('an attempt', async () => (await given.message()).attempts === 1)
    await harness.owner`UPDATE message SET state = 'unknown', ask_at = clock_timestamp() WHERE onboarding_id = ${given.id}`
    expect(await harness.worker.askTextsNow()).toBeGreaterThan(0)
    expect(['sent', 'delivered']).toContain((await given.message()).state)
    expect(await given.texts()).toHaveLength(1)
  })

  test('filtered', async () => {
    const { until, id, practice } = await invited(['filtered'])
    expect(await until('suppressed')).toMatchObject({ reason: expect.stringContaining('nothing about the number') })
    expect(await troubles()).toEqual([{ code: '30007', reason: expect.stringContaining('filtered') }])
    // The log follows the commit.
    await waitFor('the trouble in the log', () => logged.join().includes('"code":"30007"'))
    expect(await harness.row(id)).toMatchObject({ blocked_by: 'blocked', move: 'practice' })
    await harness.untilMessage(id, 'staff_bounced', ['sent', 'delivered'])
    const [told] = await harness.control.messagesTo(practice.notificationEmail)
    expect(told!.subject).toBe('Harbour Bakery Ltd: text blocked')
    expect(told!.text).not.toContain('working number')
  })

  test('unknown code', async () => {
    const refused = await invited(['unknown_refusal'])
    expect(await refused.until('suppressed')).toMatchObject({ reason: 'the text provider refused it (error 29999)' })
    expect(await troubles()).toMatchObject([{ code: '29999' }])
    const failed = await invited(['unknown_error'])
    await waitFor('an attempt', async () => (await failed.message()).attempts === 1)
    await failed.aMinuteLater()
    await failed.until('sent', 'delivered')
    expect(await failed.texts()).toHaveLength(1)
  })

  test('repeated parameter', async () => {
    expect(await post([...report('SM1', 'delivered'), ['a', '1'], ['a', '2'], ['a', '1']])).toBe(200)
  })

  test('rotation', async () => {
    const body = report('SM1', 'delivered')
    expect(await post(body, { key: OTHER_TOKEN })).toBe(200)
    expect(await post(body, { key: 'a third token' })).toBe(401)
    const shared = (settings: string) => ({
      key: SHARED_KEY.secret,
      algorithm: 'sha256',
      headers: { 'x-twilio-webhooks-signature-settings': settings },
    })
    expect(await post(body, shared(`key=${SHARED_KEY.id},algorithm=HMAC_SHA256`))).toBe(200)
    expect(await post(body, shared(`key=${SHARED_KEY.id},algorithm=HMAC_SHA512`))).toBe(401)
    expect(await post(body, shared('key=WK99,algorithm=HMAC_SHA256'))).toBe(401)
    // A token is valid only without the header.
    expect(await post(body, { headers: { 'x-twilio-webhooks-signature-settings': 'key=,algorithm=' } })).toBe(401)
  })

  test('foreign AccountSid, altered body', async () => {
    const { until, message, texts } = await invited(['no_receipt'])
    const { id: messageId } = await until('sent')
    const [text] = await texts()
    const failed = report(text!.providerId, 'failed', [['ErrorCode', '30005']])
    expect(await post([...failed, ['AccountSid', `AC${'9'.repeat(32)}`]], { messageId })).toBe(401)
    const { accountSid } = harness.config.twilio
    const altered = new URLSearchParams([...report(text!.providerId, 'failed'), ['AccountSid', accountSid]]).toString()
    expect(await post(report(text!.providerId, 'delivered'), { messageId, body: altered })).toBe(401)
    expect(await message()).toMatchObject({ state: 'sent' })
  })

  test('curly quotes', async () => {
    const body = `Jo’s text ${'a'.repeat(140)}`
    const to = newPhone()
    expect(await send(to, body)).toMatchObject({ outcome: 'accepted' })
    const { accountSid, authToken, baseUrl } = harness.config.twilio
    const address = `${baseUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`
    const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`
    const listed = await fetch(`${address}?To=${encodeURIComponent(to)}`, { headers: { authorization } })
    const { messages } = (await listed.json()) as { messages: { num_segments: string }[] }
    expect(messages).toMatchObject([{ num_segments: '1' }])
  })
})
