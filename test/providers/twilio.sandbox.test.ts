import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../dev/stack/ports.ts'
import type { DeliveryReport } from '../../providers/email/email.ts'
import { messageIdParameter, type Text } from '../../providers/sms/sms.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox, eventually } from './againstSandbox.ts'
import { scriptedServer } from './scriptedServer.ts'

const sandbox = forFile(againstSandbox)
let hooks: Awaited<ReturnType<typeof scriptedServer>>
beforeAll(async () => {
  hooks = await scriptedServer(() => ({ status: 204 }))
  await sandbox.control('setup', { twilio: { deliverAfterMs: 40, perSecond: 1000 } })
})
afterAll(async () => {
  await hooks.close()
})

let made = 0
function textOf(more: Partial<Text> = {}): Text & { messageId: string } {
  const messageId = `0199d0c4-0000-7000-8000-${String(++made).padStart(12, '0')}`
  return {
    to: `+4474001${String(10_000 + made)}`,
    body: `Ann of Marsh & Lowe asks for your bank: https://embark.example/i/${messageId}`,
    statusCallback: `${hooks.url}/hooks/twilio?${messageIdParameter}=${messageId}`,
    messageId,
    ...more,
  }
}

type Kept = { providerId: string; text: string }
const kept = async (to: string) =>
  (await sandbox.control<{ messages: Kept[] }>(`messages?channel=sms&to=${encodeURIComponent(to)}`)).messages

/** Returns the received reports about one text, read by the connector. */
const reports = (providerId: string) =>
  hooks.asked
    .map(({ headers, url, body }) =>
      sandbox.twilio().readHook({
        url: `${hooks.url}${url}`,
        headers: headers as Record<string, string>,
        body,
      }),
    )
    .filter(
      (report): report is DeliveryReport =>
        report !== null && 'providerId' in report && report.providerId === providerId,
    )

describe('sending through Twilio', () => {
  it('sends once and hears that it arrived, with our id', async () => {
    const text = textOf()
    const outcome = await sandbox.twilio().send(text)
    expect(outcome).toEqual({ outcome: 'accepted', providerId: expect.stringMatching(/^SM/) })
    const { providerId } = outcome as { providerId: string }
    expect(await kept(text.to)).toMatchObject([{ providerId, text: text.body }])
    const delivered = await eventually(() => reports(providerId).find((report) => report?.state === 'delivered'))
    expect(delivered).toMatchObject({ messageId: text.messageId, reason: null })
    const ids = reports(providerId).map((report) => report?.providerEventId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(['hang_before', 'connection_reset', 'server_error'])('cannot tell after %s', async (kind) => {
    const text = textOf()
    await sandbox.fault({ provider: 'twilio', kind, match: text.messageId })
    expect(await sandbox.twilio({ sendTimeoutMs: 300 }).send(text)).toMatchObject({ outcome: 'unknown' })
    expect(await kept(text.to)).toEqual([])
  })

  it('waits as long as it is told', async () => {
    const text = textOf()
    await sandbox.fault({ provider: 'twilio', kind: 'rate_limited', match: text.messageId, retryAfterSeconds: 2 })
    expect(await sandbox.twilio().send(text)).toMatchObject({ outcome: 'later', retryAfterMs: 2_000 })
  })

  it.each([
    ['+15005550001', 'failed'],
    ['+15005550004', 'suppressed'],
    ['+15005550009', 'failed'],
    ['+442079460018', 'failed'],
  ])('is refused to %s', async (to, state) => {
    expect(await sandbox.twilio().send(textOf({ to }))).toMatchObject({ outcome: 'refused', state })
  })

  it('waits for an operator when the token or the sender is wrong', async () => {
    const operator = { outcome: 'later', reason: expect.stringContaining('operator') }
    expect(await sandbox.twilio({ authToken: 'wrong' }).send(textOf())).toMatchObject(operator)
    expect(await sandbox.twilio({ from: '+15005550007' }).send(textOf())).toMatchObject(operator)
    for (const to of ['+15005550002', '+15005550003']) {
      expect(await sandbox.twilio().send(textOf({ to }))).toMatchObject(operator)
    }
    expect(await sandbox.twilio({ from: '+15005550008' }).send(textOf())).toMatchObject({ outcome: 'later' })
  })
})

describe('what Twilio reports later', () => {
  it.each([
    ['answers 503', 503],
    ['cannot be reached', null],
  ])('is not lost while our address %s for seconds', async (_, status) => {
    const port = await freePort()
    const heard: string[] = []
    let isBack = false
    const api = createServer((request, response) => {
      if (isBack) request.on('data', (chunk) => heard.push(String(chunk)))
      response.writeHead(isBack ? 204 : (status ?? 204)).end()
    })
    if (status !== null) api.listen(port, '127.0.0.1')
    await sandbox
      .twilio()
      .send(textOf({ statusCallback: `http://127.0.0.1:${port}/hooks/twilio?${messageIdParameter}=1` }))
    await sleep(2_000)
    isBack = true
    if (status === null) api.listen(port, '127.0.0.1')
    await eventually(() => heard.find((body) => body.includes('MessageStatus=delivered')))
    api.close()
  })

  it.each([
    ['undelivered', 'the phone is off or out of reach'],
    ['failed', 'the network did not deliver it'],
  ])('%s', async (kind, reason) => {
    const text = textOf()
    await sandbox.fault({ provider: 'twilio', kind, match: text.messageId })
    const { providerId } = (await sandbox.twilio().send(text)) as { providerId: string }
    const report = await eventually(() => reports(providerId).find((one) => one?.state === 'failed'))
    expect(report).toMatchObject({ messageId: text.messageId, reason })
  })
})
