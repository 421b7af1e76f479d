import { randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import twilio from 'twilio'
import { describe, expect, test } from 'vitest'
import { credentials } from '../../sandbox/credentials.ts'
import { forFile } from '../forFile.ts'
import { startClientSide } from './client/clientHarness.ts'

const side = forFile(startClientSide)

let phones = 0

/** Returns a client with a mail and a text that were sent. */
async function sent() {
  const client = await side.invite({ phone: `+4477009${String(20_000 + phones++)}`, channels: ['email', 'sms'] })
  await side.owner`
    UPDATE message SET state = 'sent', claimed_at = clock_timestamp(), provider_id = gen_random_uuid()::text,
      provider = CASE channel WHEN 'email' THEN 'resend' ELSE 'twilio' END,
      recipient = CASE channel WHEN 'email' THEN ${client.email} ELSE ${client.phone} END
    WHERE onboarding_id = ${client.id}`
  const rows = await side.owner<{ id: string; channel: 'email' | 'sms'; provider_id: string }[]>`
    SELECT id, channel, provider_id FROM message WHERE onboarding_id = ${client.id}`
  const of = (channel: 'email' | 'sms') => rows.find((row) => row.channel === channel)!
  return { client, mail: of('email'), text: of('sms') }
}

const stateOf = async (id: string) => {
  const [row] = await side.owner<
    { state: string; cause: string | null }[]
  >`SELECT state, cause FROM message WHERE id = ${id}`
  return row!
}

type Mail = { id: string; provider_id: string }
const mailReport = (type: string, mail: Mail) =>
  JSON.stringify({
    type,
    created_at: new Date().toISOString(),
    data: { email_id: mail.provider_id, to: ['jo@harbour.example'], tags: { message_id: mail.id } },
  })

function fromResend(body: string, changes: Record<string, string> = {}, id = `msg_${randomUUID()}`) {
  const at = new Date()
  const signature = new Webhook(credentials.resend.webhookSecret).sign(id, at, body)
  const headers = {
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
    'svix-signature': signature,
  }
  return fetch(`${side.publicUrl}/hooks/resend`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers, ...changes },
  })
}

function fromTwilio(messageId: string, parameters: Record<string, string>, changes: Record<string, string> = {}) {
  const url = `${side.publicUrl}/hooks/twilio?message_id=${messageId}`
  const signature = twilio.getExpectedTwilioSignature(credentials.twilio.authToken, url, parameters)
  return fetch(url, {
    method: 'POST',
    body: new URLSearchParams(parameters),
    headers: { 'x-twilio-signature': signature, ...changes },
  })
}

describe('mail reports', () => {
  test('move a message on, once per report, and never back', async () => {
    const { client, mail } = await sent()
    const body = mailReport('email.delivered', mail)
    const id = `msg_${randomUUID()}`
    for (let n = 0; n < 3; n++) expect((await fromResend(body, {}, id)).status).toBe(200)
    expect((await stateOf(mail.id)).state).toBe('delivered')
    expect((await fromResend(mailReport('email.delivery_delayed', mail))).status).toBe(200)
    expect((await stateOf(mail.id)).state).toBe('delivered')
    expect((await side.events(client.id)).filter((event) => event.kind === 'message').length).toBe(1)
  })

  test('ten of one report at once are one', async () => {
    const { client, mail } = await sent()
    const id = `msg_${randomUUID()}`
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => fromResend(mailReport('email.bounced', mail), {}, id)),
    )
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200))
    expect((await side.events(client.id)).filter((event) => event.kind === 'message').length).toBe(1)
    expect((await stateOf(mail.id)).state).toBe('bounced')
  })

  test('that nobody signed are refused, and nothing is written', async () => {
    const { mail } = await sent()
    const before = await side.everything([])
    const body = mailReport('email.bounced', mail)
    const wrong: Record<string, string>[] = [
      { 'svix-signature': 'v1,AAAA' },
      { 'svix-signature': '' },
      { 'svix-timestamp': '1500000000' },
      { 'svix-id': 'msg_another' },
    ]
    for (const changes of wrong) {
      const answer = await fromResend(body, changes)
      expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ code: 'bad_signature' })])
    }
    expect((await fetch(`${side.publicUrl}/hooks/resend`, { method: 'POST' })).status).toBe(401)
    expect(await side.everything([])).toEqual(before)
  })

  test('of nobody’s message, or of a kind we don’t track, are taken and forgotten', async () => {
    const before = await side.everything([])
    const strangers = [
      mailReport('email.delivered', { id: randomUUID(), provider_id: randomUUID() }),
      mailReport('email.delivered', { id: 'no id at all', provider_id: 'nor this' }),
      mailReport('email.opened', { id: randomUUID(), provider_id: randomUUID() }),
    ]
    for (const body of strangers) expect((await fromResend(body)).status).toBe(200)
    expect(await side.everything([])).toEqual(before)
  })

  test('may come before our own record of the send', async () => {
    const { mail } = await sent()
    await side.owner`UPDATE message SET state = 'sending', provider_id = NULL WHERE id = ${mail.id}`
    await fromResend(mailReport('email.delivered', mail))
    expect((await stateOf(mail.id)).state).toBe('delivered')
  })
})

describe('text reports', () => {
  const report = (text: { provider_id: string }, status: string, more: Record<string, string> = {}) => ({
    MessageSid: text.provider_id,
    MessageStatus: status,
    AccountSid: credentials.twilio.accountSid,
    ...more,
  })

  test('move a text on, once per state', async () => {
    const { client, text } = await sent()
    for (let n = 0; n < 3; n++) expect((await fromTwilio(text.id, report(text, 'delivered'))).status).toBe(200)
    expect((await stateOf(text.id)).state).toBe('delivered')
    expect((await side.events(client.id)).filter((event) => event.kind === 'message').length).toBe(1)
  })

  test('of a number that answered STOP end all texts to it', async () => {
    const { client, text } = await sent()
    for (let n = 0; n < 2; n++) {
      expect((await fromTwilio(text.id, report(text, 'failed', { ErrorCode: '21610' }))).status).toBe(200)
    }
    expect(await stateOf(text.id)).toEqual({ state: 'suppressed', cause: 'opted_out' })
    const stopped = await side.owner`SELECT FROM text_opt_out WHERE phone = ${client.phone}`
    expect(stopped.length).toBe(1)
    expect((await side.events(client.id)).filter((event) => event.kind === 'texts_stopped').length).toBe(1)
  })

  test('that nobody signed, or for another message, are refused', async () => {
    const { text } = await sent()
    const before = await side.everything([])
    const parameters = report(text, 'undelivered')
    expect((await fromTwilio(text.id, parameters, { 'x-twilio-signature': 'AAAA' })).status).toBe(401)
    const url = `${side.publicUrl}/hooks/twilio?message_id=${text.id}`
    const signature = twilio.getExpectedTwilioSignature(credentials.twilio.authToken, url, parameters)
    const another = await fetch(`${side.publicUrl}/hooks/twilio?message_id=${randomUUID()}`, {
      method: 'POST',
      body: new URLSearchParams(parameters),
      headers: { 'x-twilio-signature': signature },
    })
    expect(another.status).toBe(401)
    expect((await fetch(url, { method: 'POST' })).status).toBe(401)
    expect(await side.everything([])).toEqual(before)
  })

  test('come from the provider as it really sends them', async () => {
    const { client } = await sent()
    const [text] = await side.owner<{ id: string }[]>`
      UPDATE message SET state = 'sending', provider_id = NULL WHERE onboarding_id = ${client.id} AND channel = 'sms' RETURNING id`
    await side.deps.sms.send({
      to: client.phone!,
      body: 'Hello',
      statusCallback: `${side.publicUrl}/hooks/twilio?message_id=${text!.id}`,
    })
    await expect.poll(async () => (await stateOf(text!.id)).state, { timeout: 5_000 }).toBe('delivered')
  })
})
