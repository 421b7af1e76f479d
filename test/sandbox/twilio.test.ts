import twilio from 'twilio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { credentials } from '../../sandbox/credentials.ts'
import { eventually, type Received, type Running, read, receiver, running, sendText } from './running.ts'

const { accountSid, authToken, messagingServiceSid, testAccountSid } = credentials.twilio
const good = { To: '+447400123456', From: 'Embark', Body: 'Your invitation' }

type Event = { event: string; state: string; attempts: number }

let sandbox: Running
let hook: Awaited<ReturnType<typeof receiver>>
beforeAll(async () => {
  sandbox = await running()
  hook = await receiver()
  await sandbox.control('POST', '/setup', { twilio: { deliverAfterMs: 40, perSecond: 1000 } })
})
afterAll(async () => {
  await sandbox.close()
  await hook.close()
})

describe('a text', () => {
  it('is queued, kept and told about', async () => {
    const { status, body } = await sendText(sandbox.url, good)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      account_sid: accountSid,
      api_version: '2010-04-01',
      body: good.Body,
      from: 'Embark',
      to: good.To,
      messaging_service_sid: null,
      status: 'queued',
      direction: 'outbound-api',
      num_segments: '1',
      error_code: null,
      date_created: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
      date_sent: null,
    })
    expect(await sandbox.sentTo(good.To)).toMatchObject([{ channel: 'sms', text: good.Body, providerId: body.sid }])
    await eventually(async () => (await call('GET', `Messages/${String(body.sid)}.json`)).body.status === 'delivered')
  })

  it.each([
    ['no To', { To: '' }, 21604],
    ['no From', { From: '' }, 21603],
    ['no Body', { Body: '' }, 21602],
    ['1601 characters', { Body: 'x'.repeat(1601) }, 21617],
    ['a To that is no number', { To: '07400123456' }, 21211],
    ['a To that is too long', { To: '+4474001234567' }, 21211],
    ['a landline', { To: '+442079460018' }, 21614],
    ['a personal number', { To: '+447012345678' }, 21614],
    ['a pager', { To: '+447600123456' }, 21614],
    ['a country without permission', { To: '+353850123456' }, 21408],
    ['a sender of 12 characters', { From: 'TwelveLetter' }, 21212],
    ['a sender of digits alone', { From: '12345' }, 21212],
    ['a sender that is not ours', { From: '+33612345678' }, 21606],
    ['a callback that is no address', { StatusCallback: 'nowhere' }, 21609],
    ['a callback host with an underscore', { StatusCallback: 'https://a_b.example/x' }, 21609],
    ['a validity of 0', { ValidityPeriod: '0' }, 20001],
    ['an unknown service', { From: '', MessagingServiceSid: `MG${'0'.repeat(32)}` }, 21703],
    ['a service that is no id', { From: '', MessagingServiceSid: 'MGunknown' }, 21705],
    ['a callback that is not public', { StatusCallback: 'http://embark.example/x' }, 21609],
    ['a callback of 4,001 characters', { StatusCallback: `https://embark.example/${'x'.repeat(4_000)}` }, 21609],
    ['the magic invalid number', { To: '+15005550001' }, 21211],
    ['the magic unreachable number', { To: '+15005550002' }, 21612],
    ['the magic foreign number', { To: '+15005550003' }, 21408],
    ['the magic blocked number', { To: '+15005550004' }, 21610],
    ['the magic landline', { To: '+15005550009' }, 21614],
    ['the magic invalid sender', { From: '+15005550001' }, 21212],
    ['the magic foreign sender', { From: '+15005550007' }, 21606],
    ['the magic full queue', { From: '+15005550008' }, 21611],
  ])('is refused for %s', async (_name, changes, code) => {
    expect(await sendText(sandbox.url, { ...good, ...changes })).toMatchObject({
      status: 400,
      body: {
        code,
        status: 400,
        message: expect.any(String),
        more_info: `https://www.twilio.com/docs/errors/${code}`,
      },
    })
  })

  it('is refused to who answered STOP, until START', async () => {
    const To = '+447400654321'
    await sandbox.control('POST', '/twilio/replies', { number: To, body: 'stop' })
    expect((await sendText(sandbox.url, { ...good, To })).body).toMatchObject({ code: 21610 })
    await sandbox.control('POST', '/twilio/replies', { number: To, body: 'START' })
    expect((await sendText(sandbox.url, { ...good, To })).status).toBe(201)
  })

  it('is refused to strangers and in other people’s accounts', async () => {
    const post = (headers: Record<string, string>, account = accountSid as string) =>
      read(
        fetch(`${sandbox.url}/twilio/2010-04-01/Accounts/${account}/Messages.json`, {
          method: 'POST',
          headers,
          body: new URLSearchParams(good),
        }),
      )
    expect(await post({})).toMatchObject({ status: 401, body: { code: 20003 } })
    expect(await post({ authorization: `Basic ${btoa(`${accountSid}:wrong`)}` })).toMatchObject({ status: 401 })
    const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`
    expect(await post({ authorization }, testAccountSid)).toMatchObject({ status: 404, body: { code: 20404 } })
  })

  it.each([
    ['stopped', 21610],
    ['landline', 21614],
    ['invalid_to', 21211],
  ])('is refused once by the fault %s', async (kind, code) => {
    const Body = `only ${kind}`
    await sandbox.control('POST', '/faults', { provider: 'twilio', kind, match: Body })
    expect((await sendText(sandbox.url, { ...good, Body })).body).toMatchObject({ code })
    expect((await sendText(sandbox.url, { ...good, Body })).status).toBe(201)
  })

  it('counts its segments', async () => {
    const count = async (Body: string) => (await sendText(sandbox.url, { ...good, Body })).body.num_segments
    expect(await count('a'.repeat(160))).toBe('1')
    expect(await count('a'.repeat(161))).toBe('2')
    expect(await count('€'.repeat(81))).toBe('2')
    expect(await count('ż'.repeat(70))).toBe('1')
    expect(await count('ż'.repeat(71))).toBe('2')
  })

  it('may come from a messaging service, and with test credentials goes nowhere', async () => {
    const { body } = await sendText(sandbox.url, { To: good.To, Body: 'x', MessagingServiceSid: messagingServiceSid })
    expect(body).toMatchObject({ status: 'accepted', from: null, messaging_service_sid: messagingServiceSid })
    const before = (await sandbox.sentTo(good.To)).length
    expect((await sendText(sandbox.url, { ...good, From: '+15005550006' }, testAccountSid)).status).toBe(201)
    expect((await sendText(sandbox.url, good, testAccountSid)).body).toMatchObject({ code: 21606 })
    expect(await sandbox.sentTo(good.To)).toHaveLength(before)
  })

  it('can be found by number, page by page', async () => {
    const To = '+447400111222'
    for (const Body of ['one', 'two', 'three']) await sendText(sandbox.url, { ...good, To, Body })
    const page = (await call('GET', `Messages.json?To=${encodeURIComponent(To)}&PageSize=2`)).body as {
      messages: { sid: string; body: string }[]
      next_page_uri: string
    }
    expect(page.messages.map(({ body }) => body)).toEqual(['three', 'two'])
    const next = await call('GET', page.next_page_uri.split(`${accountSid}/`)[1]!)
    expect(next.body).toMatchObject({ messages: [{ body: 'one' }], next_page_uri: null })
    expect((await call('GET', `Messages/SM${'0'.repeat(32)}.json`)).body).toMatchObject({ code: 20404, status: 404 })
  })

  it('is one segment with curly quotes under SmartEncoded, and three without', async () => {
    const Body = `Jo’s ${'a'.repeat(145)}`
    const count = async (more: object) => (await sendText(sandbox.url, { ...good, Body, ...more })).body.num_segments
    expect(await count({ SmartEncoded: 'true' })).toBe('1')
    expect(await count({})).toBe('3')
  })

  it('that is answered is told to the address for replies, signed', async () => {
    const own = await receiver()
    const inboundUrl = `${own.url}/replies`
    await sandbox.control('POST', '/setup', { twilio: { inboundUrl } })
    const reply = { number: '+447400333444', body: 'Hello' }
    expect(await sandbox.control('POST', '/twilio/replies', reply)).toEqual({ status: 200 })
    expect(check(own.received[0]!, inboundUrl)).toMatchObject({
      From: reply.number,
      Body: 'Hello',
      SmsStatus: 'received',
    })
    // An alphanumeric sender cannot be answered.
    expect(await sandbox.control('POST', '/twilio/replies', { ...reply, sender: 'Embark' })).toEqual({ status: null })
    await sandbox.control('POST', '/setup', { twilio: { inboundUrl: null } })
    await own.close()
  })

  it('is limited per second', async () => {
    await sandbox.control('POST', '/setup', { twilio: { perSecond: 1 } })
    const answers = await Promise.all([sendText(sandbox.url, good), sendText(sandbox.url, good)])
    await sandbox.control('POST', '/setup', { twilio: { perSecond: 1000 } })
    expect(answers.find(({ status }) => status === 429)?.body).toMatchObject({ code: 20429 })
  })
})

describe('a status callback', () => {
  it('follows each change, signed over the address and every parameter', async () => {
    const url = `${hook.url}/hooks/twilio?message=m-1&x=%20y`
    await sendText(sandbox.url, { ...good, StatusCallback: url })
    await eventually(() => hook.received.length === 2)
    expect(hook.received.map((one) => check(one, url).MessageStatus)).toEqual(['sent', 'delivered'])
  })

  it.each(['undelivered', 'failed'])('tells of %s with its error code', async (kind) => {
    const path = `/${kind}`
    await sandbox.control('POST', '/faults', { provider: 'twilio', kind, match: path })
    await sendText(sandbox.url, { ...good, StatusCallback: hook.url + path })
    const last = await eventually(() =>
      hook.received.find((one) => one.path === path && one.body.includes('ErrorCode')),
    )
    expect(check(last, hook.url + path)).toMatchObject({
      MessageStatus: kind,
      ErrorCode: kind === 'failed' ? '30008' : '30003',
      AccountSid: accountSid,
    })
  })

  it.each([
    ['once and no more, when it was answered', '', [500], 1],
    ['as often as `rc` says', '#rc=2&rp=all', [500], 3],
    ['until it is taken', '#rc=5&rp=5xx', [503, 503, 200], 3],
    ['not after what `rp` leaves out', '#rc=5&rp=ct,rt,4xx', [500], 1],
  ])('is made %s', async (_name, fragment, answers, times) => {
    const own = await receiver(answers)
    // A text that was never sent gets one callback.
    await sandbox.control('POST', '/faults', { provider: 'twilio', kind: 'failed', match: own.url })
    const { body } = await sendText(sandbox.url, {
      ...good,
      Body: own.url,
      StatusCallback: `${own.url}/own${fragment}`,
    })
    const told = await eventually(async () => {
      const kept = await sandbox.control<{ events: Event[] }>('GET', `/messages/${String(body.sid)}`)
      return kept.events.find(({ state }) => state !== 'waiting')
    })
    expect([told.attempts, own.received.length]).toEqual([times, times])
    // The address is signed and called without its fragment.
    for (const one of own.received) check(one, `${own.url}/own`)
    await own.close()
  })

  it('is sent by a control call', async () => {
    const url = `${hook.url}/control`
    const { body } = await sendText(sandbox.url, { ...good, StatusCallback: url })
    const report = { event: 'undelivered', errorCode: 30007, reason: 'Filtered' }
    expect(await sandbox.control('POST', `/messages/${String(body.sid)}/report`, report)).toMatchObject({ status: 200 })
    const received = hook.received.find((one) => one.path === '/control' && one.body.includes('30007'))!
    expect(check(received, url)).toMatchObject({ MessageStatus: 'undelivered', ErrorMessage: 'Filtered' })
  })
})

function check(received: Received, url: string): Record<string, string> {
  const parameters = Object.fromEntries(new URLSearchParams(received.body))
  expect(twilio.validateRequest(authToken, received.headers['x-twilio-signature']!, url, parameters)).toBe(true)
  return parameters
}

function call(method: string, path: string) {
  return read(
    fetch(`${sandbox.url}/twilio/2010-04-01/Accounts/${accountSid}/${path}`, {
      method,
      headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
    }),
  )
}
