import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createResend } from '../../providers/email/resend.ts'
import { ProviderFailure } from '../../providers/failure.ts'

const secret = 'whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC0wMDAx'
const resend = createResend({ apiKey: 're_key', baseUrl: 'http://127.0.0.1:1', webhookSecret: secret })

// Signed by hand according to the vendor's description, so that the test does not check a library against itself.
function signed(body: string, { id = 'msg_1', at = new Date(), key = secret } = {}) {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const mac = createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64'))
  const signature = mac.update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': `v1,${signature}` }
}

const event = (type: string, data: object = {}) =>
  JSON.stringify({
    type,
    created_at: '2026-03-02T10:00:00.123Z',
    data: {
      email_id: 'e1',
      message_id: '<e1@mail.embark.example>',
      created_at: '2026-03-02T09:59:00.000Z',
      from: 'books@mail.embark.example',
      to: ['jo@harbour.example'],
      subject: 'Join',
      tags: { message_id: 'm1' },
      ...data,
    },
  })

const read = (body: string) => resend.readWebhook(signed(body), body)

function kindOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof ProviderFailure) return error.kind
    throw error
  }
  return 'none'
}

describe('webhooks of Resend', () => {
  it.each([
    ['email.sent', {}, 'sent', null],
    ['email.delivered', {}, 'delivered', null],
    ['email.delivery_delayed', {}, 'delayed', "the receiver's server does not take it yet"],
    ['email.bounced', { bounce: { type: 'Permanent', subType: 'General' } }, 'bounced', 'mailbox does not exist'],
    ['email.bounced', {}, 'bounced', 'mailbox refused the mail'],
    ['email.complained', {}, 'complained', 'the receiver marked it as spam'],
    ['email.suppressed', { suppressed: {} }, 'suppressed', 'this address bounced or complained before'],
  ])('reads %s %j', (type, data, state, reason) => {
    expect(read(event(type, data))).toEqual({
      providerEventId: 'msg_1',
      messageId: 'm1',
      providerId: 'e1',
      state,
      reason,
      at: new Date('2026-03-02T10:00:00.123Z'),
    })
  })

  it.each([
    [{ type: 'Transient', subType: 'MailboxFull' }, 'bounced', 'mailbox is full', 'moment'],
    [{ type: 'Undetermined', subType: 'Undetermined' }, 'bounced', 'mailbox refused the mail for now', 'moment'],
    [{ type: 'Permanent', subType: 'ContentRejected' }, 'failed', "mailbox's server refused the content", 'mail'],
    [{ type: 'Transient', subType: 'MessageTooLarge' }, 'failed', 'mail is too large for this mailbox', 'mail'],
  ])('reads a bounce %j', (bounce, state, reason, about) => {
    expect(read(event('email.bounced', { bounce }))).toMatchObject({ state, reason, about })
  })

  it('reads a quota as the operator’s, and repeats no free text', () => {
    const failed = (reason: string) => read(event('email.failed', { failed: { reason } }))
    expect(failed('reached_daily_quota')).toMatchObject({
      state: 'failed',
      about: 'mail',
      trouble: { code: 'reached_daily_quota' },
    })
    expect(failed('jo@harbour.example is unknown')).toMatchObject({ trouble: { code: 'failed' } })
  })

  it.each(['email.opened', 'email.clicked', 'email.scheduled', 'email.received', 'domain.created'])(
    'lets %s pass',
    (type) => expect(read(event(type))).toBeNull(),
  )

  it('reads mails without our tag', () => {
    expect(read(event('email.delivered', { tags: undefined }))).toMatchObject({ messageId: null, providerId: 'e1' })
  })

  it('lets known kinds of another shape pass, and names kinds that it does not know', () => {
    expect(read(JSON.stringify({ type: 'contact.created', created_at: 'now', data: { id: 'c1' } }))).toBeNull()
    expect(read(JSON.stringify({ type: 'email.teleported', data: {} }))).toEqual({ unknownKind: 'email.teleported' })
    expect(read(JSON.stringify({ type: 'email.delivered', data: {} }))).toEqual({ unknownKind: 'email.delivered' })
    expect(read(JSON.stringify(['jo@harbour.example']))).toEqual({ unknownKind: 'unreadable' })
  })

  it('takes one good signature among several', () => {
    const body = event('email.delivered')
    const headers = signed(body)
    headers['svix-signature'] = `v1,AAAA v1a,other ${headers['svix-signature']}`
    expect(resend.readWebhook(headers, body)).toMatchObject({ state: 'delivered' })
  })

  const body = event('email.delivered')
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000)
  it.each<[string, Record<string, string | undefined>, string]>([
    ['a changed body', signed(body), body.replace('e1', 'e2')],
    ['another secret', signed(body, { key: 'whsec_b3RoZXI=' }), body],
    ['another id', { ...signed(body), 'svix-id': 'msg_2' }, body],
    ['a moved time', { ...signed(body), 'svix-timestamp': String(Math.floor(Date.now() / 1000) - 5) }, body],
    ['a time too long ago', signed(body, { at: ago(301) }), body],
    ['a time too far ahead', signed(body, { at: ago(-302) }), body],
    ['no signature', { ...signed(body), 'svix-signature': undefined }, body],
    ['no headers', {}, body],
    ['an unversioned signature', { ...signed(body), 'svix-signature': signed(body)['svix-signature'].slice(3) }, body],
  ])('refuses %s', (_case, headers, text) => {
    expect(kindOf(() => resend.readWebhook(headers, text))).toBe('refused')
  })

  it('takes a signature almost five minutes old', () => {
    expect(resend.readWebhook(signed(body, { at: ago(295) }), body)).toMatchObject({ state: 'delivered' })
  })

  it('refuses a signed body that is not JSON', () => {
    expect(kindOf(() => read('{'))).toBe('refused')
  })
})
