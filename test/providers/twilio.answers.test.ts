import { afterEach, describe, expect, it } from 'vitest'
import { createTwilio } from '../../providers/sms/twilio.ts'
import { deadAddress, type Scripted, scriptedServer } from './scriptedServer.ts'

const accountSid = 'ACa3d4f6b8c0e2143a5b7c9d1e2f304152'
const text = {
  to: '+447400123456',
  body: 'Ann of Marsh & Lowe asks for your bank: https://embark.example/i/abc?x=1&y=2 – é',
  statusCallback: 'https://embark.example/hooks/twilio?message_id=m1',
}

let server: Awaited<ReturnType<typeof scriptedServer>> | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

const connector = (baseUrl: string, sendTimeoutMs = 5_000) =>
  createTwilio({ accountSid, authToken: 'token', from: 'Embark', baseUrl, sendTimeoutMs })

async function sendTo(answer: Scripted, sendTimeoutMs?: number) {
  server = await scriptedServer(() => answer)
  return connector(`${server.url}/twilio/`, sendTimeoutMs).send(text)
}

const wire = (status: number, code: number, headers: Record<string, string> = {}): Scripted => ({
  status,
  headers,
  json: { code, message: 'No.', more_info: `https://www.twilio.com/docs/errors/${code}`, status },
})

describe('what Twilio answers', () => {
  it('sends the text as the wire wants it', async () => {
    const answer = { status: 201, json: { sid: 'SM1', status: 'queued', error_code: null } }
    expect(await sendTo(answer)).toEqual({ outcome: 'accepted', providerId: 'SM1' })
    const [asked] = server!.asked
    expect(asked).toMatchObject({
      method: 'POST',
      url: `/twilio/2010-04-01/Accounts/${accountSid}/Messages.json`,
    })
    expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from(`${accountSid}:token`).toString('base64')}`)
    expect(asked?.headers['content-type']).toContain('application/x-www-form-urlencoded')
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      To: text.to,
      From: 'Embark',
      Body: text.body,
      SmartEncoded: 'true',
      // Five retries after any failure.
      StatusCallback: `${text.statusCallback}#rc=5&rp=all`,
    })
  })

  it.each([
    [wire(429, 20429, { 'retry-after': '4' }), 4_000],
    [wire(429, 20429), null],
    [wire(400, 21611), null],
    [{ status: 429, text: 'Too many' } as Scripted, null],
    [wire(401, 20003), null],
    [wire(404, 20404), null],
    [wire(400, 21212), null],
    [wire(400, 21606), null],
    [wire(403, 20003), null],
    [wire(400, 21609), null],
    [wire(400, 21267), null],
    [wire(400, 21705), null],
    [wire(400, 30034), null],
    [wire(403, 21408), null],
    [wire(400, 21612), null],
    [wire(400, 21617), null],
    [wire(429, 63038), null],
  ])('waits: %j', async (answer, retryAfterMs) => {
    expect(await sendTo(answer)).toMatchObject({ outcome: 'later', retryAfterMs })
    expect(server!.asked).toHaveLength(1)
  })

  it('says that an operator must act when our account is wrong', async () => {
    expect(await sendTo(wire(401, 20003))).toMatchObject({ reason: expect.stringContaining('operator') })
  })

  it.each([
    [wire(400, 21211), 'failed', 'this is not a phone number that can get texts'],
    [wire(400, 21614), 'failed', 'this is not a mobile number'],
    [wire(400, 21635), 'failed', 'this is a landline, which gets no texts'],
    [
      { status: 201, json: { sid: 'SM1', status: 'failed', error_code: 30006 } },
      'failed',
      'this number cannot get texts',
    ],
  ])('refuses: %j', async (answer, state, reason) => {
    expect(await sendTo(answer)).toEqual({ outcome: 'refused', state, reason })
  })

  it('says by a code that the number answered STOP', async () => {
    const reason = 'the number answered STOP'
    expect(await sendTo(wire(400, 21610))).toEqual({
      outcome: 'refused',
      state: 'suppressed',
      reason,
      about: 'opted_out',
    })
  })

  it.each([
    [wire(400, 29999), 'the text provider refused it (error 29999)', '29999'],
    [{ status: 400, text: 'no' } as Scripted, 'the text provider refused it', '0'],
  ])('tells an operator what it does not know, and blames no number: %j', async (answer, reason, code) => {
    const trouble = { code, reason, restMs: null }
    expect(await sendTo(answer)).toEqual({ outcome: 'refused', state: 'suppressed', reason, trouble })
  })

  it.each([
    [wire(401, 20003), true],
    [wire(400, 21705), true],
    [wire(400, 21609), true],
    [wire(400, 21408), false],
  ])('holds every text where it concerns every text: %j', async (answer, rests) => {
    expect(await sendTo(answer)).toMatchObject({
      outcome: 'later',
      trouble: { reason: expect.stringContaining('operator'), restMs: rests ? expect.any(Number) : null },
    })
  })

  it('sends through a Messaging Service where one is configured', async () => {
    const service = 'MG0f1e2d3c4b5a69788796a5b4c3d2e1f0'
    server = await scriptedServer(() => ({ status: 201, json: { sid: 'SM1', status: 'accepted' } }))
    await createTwilio({ accountSid, authToken: 'token', from: service, baseUrl: `${server.url}/twilio` }).send(text)
    const sent = Object.fromEntries(new URLSearchParams(server.asked[0]?.body))
    expect(sent).toMatchObject({ MessagingServiceSid: service })
    expect(sent).not.toHaveProperty('From')
  })

  it.each<[Scripted]>([
    [wire(500, 20500)],
    [{ status: 503, text: '<html>' }],
    [{ status: 201, json: {} }],
    [{ status: 201, text: 'not json' }],
    ['reset'],
  ])('cannot tell, and does not repeat: %j', async (answer) => {
    expect(await sendTo(answer)).toMatchObject({ outcome: 'unknown' })
    expect(server!.asked).toHaveLength(1)
  })

  it('cannot tell after a time-out', async () => {
    const began = Date.now()
    expect(await sendTo('hang', 200)).toMatchObject({ outcome: 'unknown' })
    expect(Date.now() - began).toBeLessThan(8_000)
    expect(server!.asked).toHaveLength(1)
  })

  it.each([deadAddress, async () => 'http://localhost.invalid:9'])(
    'may send later what never left',
    async (address) => {
      expect(await connector(await address()).send(text)).toMatchObject({ outcome: 'later' })
    },
  )
})
