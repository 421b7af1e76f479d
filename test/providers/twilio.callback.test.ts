import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import twilioSdk from 'twilio'
import { describe, expect, it } from 'vitest'
import { ProviderFailure } from '../../providers/failure.ts'
import { createTwilio } from '../../providers/sms/twilio.ts'

const { getExpectedTwilioSignature } = twilioSdk
const authToken = 'sandbox_auth_token'
const twilio = createTwilio({
  accountSid: 'ACa3d4f6b8c0e2143a5b7c9d1e2f304152',
  authToken,
  from: 'Embark',
  baseUrl: 'http://127.0.0.1:1',
})
const url = 'https://embark.example/hooks/twilio?message_id=0199d0c4-0000-7000-8000-000000000001'

// Signed by hand according to the vendor's description, so that the test does not check a library against itself.
function sign(address: string, parameters: Record<string, string>, key = authToken): string {
  const names = Object.keys(parameters).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  const text = address + names.map((name) => name + parameters[name]).join('')
  return createHmac('sha1', key).update(text, 'utf8').digest('base64')
}

const parametersOf = (MessageStatus: string, more: Record<string, string> = {}): Record<string, string> => ({
  MessageSid: 'SM1',
  SmsSid: 'SM1',
  MessageStatus,
  SmsStatus: MessageStatus,
  To: '+447400123456',
  From: 'Embark',
  AccountSid: 'ACa3d4f6b8c0e2143a5b7c9d1e2f304152',
  ApiVersion: '2010-04-01',
  ...more,
})

const hook = (signature: string | undefined, address: string, parameters: Record<string, string>) =>
  twilio.readHook({
    url: address,
    headers: { 'x-twilio-signature': signature },
    body: new URLSearchParams(parameters).toString(),
  })
const read = (parameters: Record<string, string>) => hook(sign(url, parameters), url, parameters)
const isRefused = (signature: string | undefined, address: string, parameters: Record<string, string>): boolean => {
  try {
    hook(signature, address, parameters)
    return false
  } catch (error) {
    if (error instanceof ProviderFailure) return error.kind === 'refused'
    throw error
  }
}

describe('callbacks of Twilio', () => {
  it.each([
    ['sent', {}, 'sent', null],
    ['delivered', {}, 'delivered', null],
    ['read', {}, 'delivered', null],
    ['undelivered', { ErrorCode: '30003' }, 'failed', 'the phone is off or out of reach'],
    ['undelivered', { ErrorCode: '30006' }, 'failed', 'this number cannot get texts'],
    ['failed', { ErrorCode: '30008' }, 'failed', 'the network did not deliver it'],
    ['failed', {}, 'failed', 'the network did not deliver it'],
    ['failed', { ErrorCode: '21610' }, 'suppressed', 'the number answered STOP'],
    ['canceled', {}, 'failed', 'the network did not deliver it'],
  ])('reads %s %j', (status, more, state, reason) => {
    expect(read(parametersOf(status, more as Record<string, string>))).toMatchObject({
      providerEventId: `SM1:${status}`,
      messageId: '0199d0c4-0000-7000-8000-000000000001',
      providerId: 'SM1',
      state,
      reason,
    })
  })

  it.each([
    ['undelivered', '30007', 'the network filtered it out'],
    ['undelivered', '30034', 'our sender is not registered with the network'],
    ['failed', '30002', 'our account at the text provider is suspended'],
  ])('says nothing about the number after %s %s', (status, ErrorCode, reason) => {
    expect(read(parametersOf(status, { ErrorCode }))).toMatchObject({
      state: 'suppressed',
      reason: `${reason}, which says nothing about the number`,
      trouble: { code: ErrorCode, restMs: null },
    })
  })

  it.each([
    ['STOP', {}, 'stop'],
    [' unsubscribe\n', {}, 'stop'],
    ['Start', {}, 'start'],
    ['whatever', { OptOutType: 'STOP' }, 'stop'],
  ])('reads the reply %j', (Body, more, reply) => {
    const { MessageStatus: _status, SmsStatus: _other, To: us, From: _from, ...rest } = parametersOf('')
    const inbound = { ...rest, From: us!, To: '+447400000001', Body, SmsStatus: 'received', ...(more as object) }
    expect(read(inbound)).toEqual({ reply, providerEventId: `SM1:${reply}`, phone: us })
  })

  it.each(['Please stop', 'STOP IT', 'help', 'yes', ''])('takes %j for no wish', (Body) => {
    const { MessageStatus: _status, ...rest } = parametersOf('')
    expect(read({ ...rest, Body, SmsStatus: 'received' })).toBeNull()
  })

  it('signs as the vendor’s own library does', () => {
    const parameters = parametersOf('sent', { NewThing: 'ü & ü' })
    expect(sign(url, parameters)).toBe(getExpectedTwilioSignature(authToken, url, parameters))
  })

  it.each(['accepted', 'queued', 'sending', 'scheduled', 'receiving'])('lets %j pass', (status) => {
    expect(read(parametersOf(status))).toBeNull()
  })

  it('signs over every parameter, known or not', () => {
    const parameters = parametersOf('sent', { NewThing: 'ü & ü', RawDlrDoneDate: '2603021000' })
    expect(read(parameters)).toMatchObject({ state: 'sent' })
    const { NewThing: _gone, ...fewer } = parameters
    expect(isRefused(sign(url, parameters), url, fewer)).toBe(true)
  })

  it.each([
    ['https://embark.example:443/hooks/twilio?message_id=m1', 'https://embark.example/hooks/twilio?message_id=m1'],
    ['https://embark.example/hooks/twilio?message_id=m1', 'https://embark.example:443/hooks/twilio?message_id=m1'],
    ['http://embark.example:80/hooks/twilio?message_id=m1', 'http://embark.example/hooks/twilio?message_id=m1'],
    ['http://127.0.0.1:3000/hooks/twilio?message_id=m1', 'http://127.0.0.1:3000/hooks/twilio?message_id=m1'],
  ])('signed for %s, read at %s', (signedUrl, seenUrl) => {
    const parameters = parametersOf('delivered')
    expect(hook(sign(signedUrl, parameters), seenUrl, parameters)).toMatchObject({ messageId: 'm1' })
  })

  it('refuses what was not signed with our token for this very address and these parameters', () => {
    const parameters = parametersOf('delivered')
    const good = sign(url, parameters)
    expect(isRefused(undefined, url, parameters)).toBe(true)
    expect(isRefused('', url, parameters)).toBe(true)
    expect(isRefused(sign(url, parameters, 'other'), url, parameters)).toBe(true)
    expect(isRefused(good, url.replace('0001', '0002'), parameters)).toBe(true)
    expect(isRefused(good, url.replace('https', 'http'), parameters)).toBe(true)
    expect(isRefused(good, url, { ...parameters, MessageStatus: 'failed' })).toBe(true)
    expect(isRefused(good, 'not an address', parameters)).toBe(true)
  })

  it('refuses every other signature', () => {
    const parameters = parametersOf('delivered')
    const good = sign(url, parameters)
    fc.assert(
      fc.property(fc.base64String({ minLength: 4, maxLength: 40 }), (signature) => {
        expect(isRefused(signature, url, parameters)).toBe(signature !== good)
      }),
    )
  })
})
