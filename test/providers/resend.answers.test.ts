import { afterEach, describe, expect, it } from 'vitest'
import type { Mail } from '../../providers/email/email.ts'
import { createResend } from '../../providers/email/resend.ts'
import { deadAddress, type Scripted, scriptedServer } from './scriptedServer.ts'

const mail: Mail = {
  from: 'Marsh & Lowe <books@mail.embark.example>',
  to: 'jo@harbour.example',
  replyTo: 'ann@marshlowe.example',
  subject: 'Join Harbour Bakery',
  html: '<p>Hello</p>',
  text: 'Hello',
  messageId: '0199d0c4-0000-7000-8000-000000000001',
}

let server: Awaited<ReturnType<typeof scriptedServer>> | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

async function sendTo(answer: Scripted, sendTimeoutMs?: number) {
  server = await scriptedServer(() => answer)
  const resend = createResend({
    apiKey: 're_key',
    baseUrl: server.url,
    webhookSecret: 'whsec_c2VjcmV0',
    ...(sendTimeoutMs === undefined ? {} : { sendTimeoutMs }),
  })
  return resend.send(mail, 'invitation/1')
}

const wire = (statusCode: number, name: string, message = 'No.', headers: Record<string, string> = {}): Scripted => ({
  status: statusCode,
  headers,
  json: { statusCode, name, message },
})

describe('what Resend answers', () => {
  it('sends the mail as the wire wants it, under the key', async () => {
    expect(await sendTo({ json: { id: 'e1' } })).toEqual({ outcome: 'accepted', providerId: 'e1' })
    const [asked] = server!.asked
    expect(asked).toMatchObject({ method: 'POST', url: '/emails' })
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer re_key', 'idempotency-key': 'invitation/1' })
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      from: mail.from,
      to: mail.to,
      reply_to: mail.replyTo,
      subject: mail.subject,
      html: mail.html,
      text: mail.text,
      tags: [{ name: 'message_id', value: mail.messageId }],
    })
  })

  it('repeats byte for byte', async () => {
    server = await scriptedServer(() => ({ json: { id: 'e1' } }))
    const resend = createResend({ apiKey: 're_key', baseUrl: server.url, webhookSecret: 'whsec_c2VjcmV0' })
    await resend.send({ ...mail, replyTo: null }, 'k')
    await resend.send({ ...mail, replyTo: null }, 'k')
    expect(server.asked[1]?.body).toBe(server.asked[0]?.body)
    expect(server.asked[0]?.body).not.toContain('reply_to')
  })

  it.each([
    [wire(409, 'concurrent_idempotent_requests'), 2_000],
    [wire(429, 'rate_limit_exceeded', 'Slow', { 'retry-after': '3' }), 3_000],
    [wire(429, 'rate_limit_exceeded', 'Slow', { 'ratelimit-reset': '1' }), 1_000],
    [wire(429, 'rate_limit_exceeded'), null],
    [wire(400, 'invalid_idempotency_key'), null],
    [wire(405, 'method_not_allowed'), null],
    [wire(403, 'of_tomorrow'), null],
    [wire(401, 'missing_api_key'), null],
    [wire(403, 'invalid_api_key'), null],
    [wire(403, 'validation_error', 'The domain is not verified.'), null],
    [wire(401, 'validation_error', 'API key is invalid', { 'ratelimit-reset': '1' }), null],
    [wire(400, 'validation_error', 'API key is invalid'), null],
    [wire(403, 'suspended_api_key'), null],
    [wire(403, 'email_above_quota'), null],
    [wire(409, 'resource_locked'), 2_000],
    [wire(422, 'validation_error', 'Later.', { 'retry-after': '7' }), 7_000],
    [wire(429, 'monthly_quota_exceeded'), 3_600_000],
    [wire(451, 'security_error'), 3_600_000],
    [wire(404, 'not_found'), null],
  ])('waits: %j', async (answer, retryAfterMs) => {
    expect(await sendTo(answer)).toMatchObject({ outcome: 'later', retryAfterMs })
  })

  it('says that an operator must act when the key is wrong', async () => {
    expect(await sendTo(wire(403, 'invalid_api_key'))).toMatchObject({ reason: expect.stringContaining('operator') })
  })

  it('waits for the next day when the daily allowance is used up', async () => {
    const sent = await sendTo(wire(429, 'daily_quota_exceeded', 'No.', { 'ratelimit-reset': '1' }))
    const { retryAfterMs } = sent as { retryAfterMs: number }
    const next = new Date(Date.now() + retryAfterMs)
    expect([next.getUTCHours(), retryAfterMs <= 86_400_000]).toEqual([expect.closeTo(0, 0), true])
    expect(sent).toMatchObject({ outcome: 'later', trouble: { code: 'daily_quota_exceeded' } })
  })

  const reset = { 'ratelimit-reset': '1' }
  const mailsOwn = 'The mail provider refused this mail; check the address.'
  it.each([
    [wire(422, 'validation_error', 'Invalid `to` field.')],
    [wire(422, 'missing_required_field', 'Missing `html`.')],
    [wire(400, 'validation_error', 'No.', reset)],
    [wire(422, 'of_tomorrow', 'API key is invalid', reset)],
  ])('refuses for good, whatever its English says: %j', async (answer) => {
    expect(await sendTo(answer)).toEqual({ outcome: 'refused', state: 'failed', reason: mailsOwn })
  })

  it('refuses our sender, and may be tried again a few times', async () => {
    const reason = 'The mail provider does not accept our sender address.'
    const trouble = { code: 'invalid_from_address', reason, restMs: null }
    expect(await sendTo(wire(422, 'invalid_from_address', 'No.', reset))).toEqual({
      outcome: 'refused',
      state: 'failed',
      reason,
      retryable: true,
      trouble,
    })
  })

  it.each<[Scripted]>([
    [wire(500, 'internal_server_error')],
    [{ status: 502, text: '<html>Bad gateway</html>' }],
    [{ status: 200, text: 'not json' }],
    [{ status: 200, json: {} }],
    ['reset'],
  ])('cannot tell: %j', async (answer) => {
    expect(await sendTo(answer)).toMatchObject({ outcome: 'unknown' })
  })

  it('cannot tell after a time-out, and gives up in time', async () => {
    const began = Date.now()
    expect(await sendTo('hang', 200)).toMatchObject({ outcome: 'unknown' })
    expect(Date.now() - began).toBeLessThan(8_000)
  })

  it('asks nothing without a turn, and waits', async () => {
    server = await scriptedServer(() => ({ json: { id: 'e1' } }))
    const config = { apiKey: 're_key', baseUrl: server.url, webhookSecret: 'whsec_c2VjcmV0' }
    expect(await createResend(config, async () => false).send(mail, 'k')).toMatchObject({ outcome: 'later' })
    expect(server.asked).toEqual([])
  })

  it.each([1, 2])('looks an earlier attempt up at the next one when only %i requests have a turn', async (turns) => {
    server = await scriptedServer(({ method }) =>
      method === 'GET' ? { json: { has_more: false, data: [] } } : wire(409, 'invalid_idempotent_request'),
    )
    let left = turns
    const config = { apiKey: 're_key', baseUrl: server.url, webhookSecret: 'whsec_c2VjcmV0' }
    const sent = await createResend(config, async () => left-- > 0).send(mail, 'k')
    expect(sent).toMatchObject({ outcome: 'unknown' })
    expect(sent).not.toHaveProperty('isFinal')
    expect(server.asked).toHaveLength(turns)
  })

  it('cannot tell when nothing listens, which is safe under the same key', async () => {
    const baseUrl = await deadAddress()
    const resend = createResend({ apiKey: 're_key', baseUrl, webhookSecret: 'whsec_c2VjcmV0' })
    expect(await resend.send(mail, 'k')).toMatchObject({ outcome: 'unknown' })
  })
})
