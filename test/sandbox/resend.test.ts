import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { credentials } from '../../sandbox/credentials.ts'
import { mail, type Running, read, running, sendMail } from './running.ts'

let sandbox: Running
beforeAll(async () => {
  sandbox = await running()
  await sandbox.control('POST', '/setup', { resend: { perSecond: 1000, deliverAfterMs: 20 } })
})
afterAll(() => sandbox.close())

describe('a mail', () => {
  it('is accepted, kept as sent, and told about', async () => {
    const to = 'accepted@harbour.example'
    const { status, body } = await sendMail(sandbox.url, mail({ to, tags: [{ name: 'message_id', value: 'm-1' }] }))
    expect(status).toBe(200)
    const [sent] = await sandbox.sentTo(to)
    expect(sent).toMatchObject({
      channel: 'email',
      to,
      subject: 'Your invitation',
      text: mail().text,
      html: mail().html,
      providerId: body.id,
      requests: 1,
      tags: [{ name: 'message_id', value: 'm-1' }],
    })
    const told = await read(
      fetch(`${sandbox.url}/resend/emails/${String(body.id)}`, {
        headers: { authorization: `Bearer ${credentials.resend.apiKey}` },
      }),
    )
    expect(told.body).toMatchObject({ object: 'email', id: body.id, to: [to], cc: null, reply_to: null })
  })

  it.each([
    ['no sender', { from: undefined }, 422, 'missing_required_field'],
    ['a malformed sender', { from: 'nobody' }, 422, 'invalid_from_address'],
    ['a domain that is not verified', { from: 'a@gmail.test' }, 403, 'validation_error'],
    ['example.com as sender', { from: 'a@example.com' }, 403, 'validation_error'],
    ['the vendor’s own sender to a stranger', { from: 'onboarding@resend.dev' }, 403, 'validation_error'],
    ['no recipient', { to: undefined }, 422, 'missing_required_field'],
    ['51 recipients', { to: Array.from({ length: 51 }, (_, i) => `p${i}@harbour.example`) }, 422, 'validation_error'],
    ['a malformed recipient', { to: 'jo at harbour' }, 422, 'validation_error'],
    ['a recipient at example.com', { to: 'jo@example.com' }, 422, 'validation_error'],
    ['a recipient at test.com', { to: 'Jo <jo@test.com>' }, 422, 'validation_error'],
    ['no subject', { subject: undefined }, 422, 'missing_required_field'],
    ['no content', { html: undefined, text: undefined }, 422, 'missing_required_field'],
    ['a tag with a space', { tags: [{ name: 'a b', value: 'c' }] }, 422, 'validation_error'],
    ['a tag value with a dot', { tags: [{ name: 'a', value: 'c.d' }] }, 422, 'validation_error'],
    ['a tag of 257 characters', { tags: [{ name: 'a', value: 'x'.repeat(257) }] }, 422, 'validation_error'],
    ['an empty attachment', { attachments: [{ filename: 'a' }] }, 422, 'invalid_attachment'],
    ['a template beside html', { template: { id: 'x' } }, 422, 'validation_error'],
  ])('is refused for %s', async (_name, changes, status, name) => {
    const answer = await sendMail(sandbox.url, mail(changes))
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual({ statusCode: status, name, message: expect.any(String) })
  })

  it('is refused without a key, with a wrong key, with another content type', async () => {
    const post = (headers: Record<string, string>) =>
      read(fetch(`${sandbox.url}/resend/emails`, { method: 'POST', body: JSON.stringify(mail()), headers }))
    const authorization = `Bearer ${credentials.resend.apiKey}`
    expect(await post({})).toMatchObject({ status: 401, body: { name: 'missing_api_key' } })
    expect(await post({ authorization: 'Bearer re_wrong' })).toMatchObject({
      status: 401,
      body: { name: 'validation_error', message: 'API key is invalid' },
    })
    expect(await post({ authorization, 'content-type': 'text/plain' })).toMatchObject({ status: 400 })
  })

  it('may be sent, but nothing else done, with a sending key', async () => {
    const headers = { authorization: `Bearer ${credentials.resend.sendingKey}` }
    const { status, body } = await sendMail(sandbox.url, mail(), headers)
    expect(status).toBe(200)
    const told = await read(fetch(`${sandbox.url}/resend/emails/${String(body.id)}`, { headers }))
    expect(told).toMatchObject({ status: 401, body: { name: 'restricted_api_key' } })
  })

  it('goes nowhere on unknown paths and methods', async () => {
    const headers = { authorization: `Bearer ${credentials.resend.apiKey}` }
    expect(await read(fetch(`${sandbox.url}/resend/nothing`, { headers }))).toMatchObject({
      status: 404,
      body: { statusCode: 404, name: 'not_found' },
    })
    expect(await read(fetch(`${sandbox.url}/resend/emails`, { headers, method: 'PUT' }))).toMatchObject({
      status: 405,
      body: { name: 'method_not_allowed' },
    })
  })
})

describe('an idempotency key', () => {
  it('sends once and gives the first answer again, for 24 hours', async () => {
    const body = mail({ to: 'once@harbour.example' })
    const first = await sendMail(sandbox.url, body, { 'idempotency-key': 'invite/once' })
    const again = await sendMail(sandbox.url, body, { 'idempotency-key': 'invite/once' })
    expect(again.body).toEqual(first.body)
    expect(await sandbox.sentTo('once@harbour.example')).toMatchObject([{ requests: 2, idempotencyKey: 'invite/once' }])
    sandbox.wait(24 * 3_600_000)
    const later = await sendMail(sandbox.url, body, { 'idempotency-key': 'invite/once' })
    expect(later.body.id).not.toBe(first.body.id)
  })

  it('is refused with another body', async () => {
    await sendMail(sandbox.url, mail(), { 'idempotency-key': 'other-body' })
    expect(await sendMail(sandbox.url, mail({ subject: 'Else' }), { 'idempotency-key': 'other-body' })).toMatchObject({
      status: 409,
      body: { statusCode: 409, name: 'invalid_idempotent_request' },
    })
  })

  it('is refused while the first request still runs', async () => {
    await sandbox.control('POST', '/faults', { provider: 'resend', kind: 'slow', delayMs: 300, match: 'still-running' })
    const first = sendMail(sandbox.url, mail(), { 'idempotency-key': 'still-running' })
    await new Promise((resolve) => setTimeout(resolve, 80))
    expect(await sendMail(sandbox.url, mail(), { 'idempotency-key': 'still-running' })).toMatchObject({
      status: 409,
      body: { name: 'concurrent_idempotent_requests' },
    })
    expect((await first).status).toBe(200)
    expect((await sendMail(sandbox.url, mail(), { 'idempotency-key': 'still-running' })).body).toEqual(
      (await first).body,
    )
  })

  it('has 1 to 256 characters and is not used up by a refusal', async () => {
    expect(await sendMail(sandbox.url, mail(), { 'idempotency-key': 'x'.repeat(257) })).toMatchObject({
      status: 400,
      body: { name: 'invalid_idempotency_key' },
    })
    expect((await sendMail(sandbox.url, mail({ to: '' }), { 'idempotency-key': 'refused' })).status).toBe(422)
    expect((await sendMail(sandbox.url, mail(), { 'idempotency-key': 'refused' })).status).toBe(200)
  })
})

it('counts requests per second and says so in headers', async () => {
  const limited = await running()
  const answers = await Promise.all(Array.from({ length: 6 }, () => sendMail(limited.url, mail())))
  await limited.close()
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429])
  const refused = answers.find(({ status }) => status === 429)!
  expect(refused.body.name).toBe('rate_limit_exceeded')
  expect(Object.fromEntries(refused.headers)).toMatchObject({
    'ratelimit-limit': '5',
    'ratelimit-remaining': '0',
    'ratelimit-reset': '1',
    'retry-after': '1',
  })
})
