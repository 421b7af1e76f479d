import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryReport, Mail } from '../../providers/email/email.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox, eventually } from './againstSandbox.ts'
import { scriptedServer } from './scriptedServer.ts'

const sandbox = forFile(againstSandbox)
let hooks: Awaited<ReturnType<typeof scriptedServer>>
beforeAll(async () => {
  hooks = await scriptedServer(() => ({ status: 204 }))
  await sandbox.control('setup', {
    resend: { webhookUrl: `${hooks.url}/hooks/resend`, deliverAfterMs: 20, perSecond: 1000 },
  })
})
afterAll(async () => {
  await hooks.close()
})

let made = 0
function mailTo(to: string, more: Partial<Mail> = {}): Mail {
  return {
    from: 'Marsh & Lowe via Embark <books@mail.embark.example>',
    to,
    replyTo: 'ann@marshlowe.example',
    subject: 'Join Harbour Bakery',
    html: '<p>Hello <a href="https://embark.example/i/abc">Connect</a></p>',
    text: 'Hello https://embark.example/i/abc',
    messageId: `0199d0c4-0000-7000-8000-${String(++made).padStart(12, '0')}`,
    ...more,
  }
}

type Kept = { providerId: string; tags?: unknown; idempotencyKey?: string; requests: number; subject?: string }
const kept = async (to: string) =>
  (await sandbox.control<{ messages: Kept[] }>(`messages?to=${encodeURIComponent(to)}`)).messages

/** Returns the received reports about one mail, read by the connector. */
const reports = (providerId: string) =>
  hooks.asked
    .map(({ headers, body }) => sandbox.resend().readWebhook(headers as Record<string, string>, body))
    .filter((read): read is DeliveryReport => read !== null && 'providerId' in read && read.providerId === providerId)

describe('sending through Resend', () => {
  it('sends once and hears that it arrived', async () => {
    const mail = mailTo('jo+once@harbour.example')
    const outcome = await sandbox.resend().send(mail, `k-${mail.messageId}`)
    expect(outcome).toEqual({ outcome: 'accepted', providerId: expect.any(String) })
    const { providerId } = outcome as { providerId: string }
    expect(await kept(mail.to)).toMatchObject([
      { providerId, subject: mail.subject, idempotencyKey: `k-${mail.messageId}` },
    ])
    const delivered = await eventually(() => reports(providerId).find((report) => report?.state === 'delivered'))
    expect(delivered).toMatchObject({ messageId: mail.messageId, reason: null })
    expect(Math.abs(delivered!.at.getTime() - Date.now())).toBeLessThan(10_000)
  })

  it('gives the first answer again under the same key, and sends nothing', async () => {
    const mail = mailTo('jo+twice@harbour.example')
    const first = await sandbox.resend().send(mail, 'same-key')
    expect(await sandbox.resend().send(mail, 'same-key')).toEqual(first)
    expect(await kept(mail.to)).toMatchObject([{ requests: 2 }])
  })

  it('sends one mail when the answer to the first attempt was lost', async () => {
    const mail = mailTo('jo+lost@harbour.example')
    await sandbox.fault({ provider: 'resend', kind: 'timeout_after_accept', match: mail.to, delayMs: 60_000 })
    expect(await sandbox.resend({ sendTimeoutMs: 300 }).send(mail, 'lost-key')).toMatchObject({ outcome: 'unknown' })
    expect(await kept(mail.to)).toHaveLength(1)
    const again = await sandbox.resend().send(mail, 'lost-key')
    expect(again).toMatchObject({ outcome: 'accepted' })
    expect(await kept(mail.to)).toMatchObject([
      { providerId: (again as { providerId: string }).providerId, requests: 2 },
    ])
  })

  it.each(['hang_before', 'connection_reset', 'server_error'])('cannot tell after %s, and may repeat', async (kind) => {
    const mail = mailTo(`jo+${kind.replace('_', '-')}@harbour.example`)
    await sandbox.fault({ provider: 'resend', kind, match: mail.to })
    const resend = sandbox.resend({ sendTimeoutMs: 300 })
    expect(await resend.send(mail, `k-${kind}`)).toMatchObject({ outcome: 'unknown' })
    expect(await resend.send(mail, `k-${kind}`)).toMatchObject({ outcome: 'accepted' })
    expect(await kept(mail.to)).toHaveLength(1)
  })

  it('waits as long as it is told', async () => {
    const mail = mailTo('jo+busy@harbour.example')
    await sandbox.fault({ provider: 'resend', kind: 'rate_limited', match: mail.to, retryAfterSeconds: 3 })
    expect(await sandbox.resend().send(mail, 'busy')).toMatchObject({ outcome: 'later', retryAfterMs: 3_000 })
  })

  it('waits for an operator when the key or the domain is wrong', async () => {
    const wrongKey = await sandbox.resend({ apiKey: 're_wrong' }).send(mailTo('jo@harbour.example'), 'wrong-key')
    expect(wrongKey).toMatchObject({ outcome: 'later', reason: expect.stringContaining('operator') })
    const wrongDomain = mailTo('jo@harbour.example', { from: 'books@marshlowe.co.uk' })
    expect(await sandbox.resend().send(wrongDomain, 'wrong-domain')).toMatchObject({
      outcome: 'later',
      reason: expect.stringContaining('operator'),
    })
  })

  it.each(['jo@example.com', 'jo@test.com', 'jo@@harbour.example'])('is refused for %s', async (to) => {
    expect(await sandbox.resend().send(mailTo(to), `refused-${to}`)).toEqual({
      outcome: 'refused',
      state: 'failed',
      reason: 'The mail provider refused this mail; check the address.',
    })
  })
})

describe('what Resend reports later', () => {
  it.each([
    ['bounce', 'bounced', 'mailbox does not exist'],
    ['delay', 'delayed', "the receiver's server does not take it yet"],
    ['complain', 'complained', 'the receiver marked it as spam'],
    ['suppress', 'suppressed', 'this address bounced or complained before'],
    ['fail', 'failed', 'the mail provider could not send it'],
  ])('%s', async (kind, state, reason) => {
    const mail = mailTo(`jo+${kind}@harbour.example`)
    await sandbox.fault({ provider: 'resend', kind, match: mail.to })
    const outcome = await sandbox.resend().send(mail, `k-${kind}`)
    const { providerId } = outcome as { providerId: string }
    const report = await eventually(() => reports(providerId).find((one) => one?.state === state))
    expect(report).toMatchObject({ messageId: mail.messageId, reason })
  })

  it('has an id of its own for every event', async () => {
    const mail = mailTo('jo+ids@harbour.example')
    const { providerId } = (await sandbox.resend().send(mail, 'ids')) as { providerId: string }
    await eventually(() => reports(providerId).find((one) => one?.state === 'delivered'))
    await sandbox.control(`messages/${providerId}/report`, { event: 'complained' })
    await eventually(() => reports(providerId).find((one) => one?.state === 'complained'))
    const ids = reports(providerId).map((one) => one?.providerEventId)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
