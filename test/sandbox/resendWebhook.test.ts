import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { credentials } from '../../sandbox/credentials.ts'
import { eventually, mail, type Received, type Running, receiver, running, sendMail } from './running.ts'

let sandbox: Running
let hook: Awaited<ReturnType<typeof receiver>>
beforeAll(async () => {
  sandbox = await running()
})
beforeEach(async () => {
  hook = await receiver()
  await sandbox.control('POST', '/setup', {
    resend: { webhookUrl: `${hook.url}/hooks/resend`, perSecond: 1000, deliverAfterMs: 20 },
  })
  return () => hook.close()
})
afterAll(() => sandbox.close())

/** Returns the body after an independent library has verified the signature. */
function verified(received: Received, secret: string = credentials.resend.webhookSecret) {
  const { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signature } = received.headers
  return new Webhook(secret).verify(received.body, {
    'webhook-id': id!,
    'webhook-timestamp': timestamp!,
    'webhook-signature': signature!,
  }) as { type: string; data: Record<string, unknown> }
}

async function reported(changes: Record<string, unknown>) {
  const { body } = await sendMail(sandbox.url, mail(changes))
  const received = await eventually(() => hook.received.find((one) => one.body.includes(String(body.id))))
  return verified(received)
}

describe('a webhook', () => {
  it('tells that a mail was delivered, signed, with the tags as an object', async () => {
    const { type, data } = await reported({ tags: [{ name: 'message_id', value: 'm-7' }] })
    expect(type).toBe('email.delivered')
    expect(data).toMatchObject({ to: ['jo@harbour.example'], tags: { message_id: 'm-7' }, subject: 'Your invitation' })
  })

  it.each(['delivered', 'bounced', 'complained', 'suppressed'])('tells what %s@resend.dev stands for', async (word) => {
    expect((await reported({ to: `${word}+label@resend.dev` })).type).toBe(`email.${word}`)
  })

  it.each([
    ['bounce', 'bounced'],
    ['delay', 'delivery_delayed'],
    ['complain', 'complained'],
    ['suppress', 'suppressed'],
    ['fail', 'failed'],
  ])('tells what the fault %s says', async (kind, event) => {
    const to = `${kind}@harbour.example`
    await sandbox.control('POST', '/faults', { provider: 'resend', kind, match: to })
    expect((await reported({ to })).type).toBe(`email.${event}`)
    expect((await reported({ to })).type).toBe('email.delivered')
  })

  it('can be sent by a control call, with its reason', async () => {
    const { body } = await sendMail(sandbox.url, mail())
    await eventually(() => hook.received.length === 1)
    const report = await sandbox.control('POST', `/messages/${String(body.id)}/report`, {
      event: 'bounced',
      reason: 'Mailbox full',
    })
    expect(report).toEqual({ told: true, status: 200 })
    const bounced = verified(hook.received[1]!)
    expect(bounced).toMatchObject({
      type: 'email.bounced',
      data: { bounce: { type: 'Permanent', message: 'Mailbox full' } },
    })
    expect(await sandbox.sentTo('jo@harbour.example')).toContainEqual(
      expect.objectContaining({ providerId: body.id, state: 'bounced', reason: 'Mailbox full' }),
    )
  })

  it('is signed with the secret that was set up', async () => {
    const webhookSecret = `whsec_${btoa('another secret of thirty-two byte')}`
    await sandbox.control('POST', '/setup', { resend: { webhookSecret } })
    await sendMail(sandbox.url, mail())
    await eventually(() => hook.received.length === 1)
    expect(() => verified(hook.received[0]!)).toThrow()
    expect(verified(hook.received[0]!, webhookSecret).type).toBe('email.delivered')
    await sandbox.control('POST', '/setup', { resend: { webhookSecret: credentials.resend.webhookSecret } })
  })

  it('is repeated after 5 s, 5 min, 30 min … with the same id until it is taken', async () => {
    await hook.close()
    hook = await receiver([500, 302, 404, 204])
    await sandbox.control('POST', '/setup', { resend: { webhookUrl: hook.url } })
    await sendMail(sandbox.url, mail())
    await eventually(() => hook.received.length === 1)
    for (const [pauseMs, count] of [
      [5_000, 2],
      [300_000, 3],
      [1_800_000, 4],
    ] as const) {
      // Waits twice the polling time, so that the assertion notices an early attempt.
      await new Promise((resolve) => setTimeout(resolve, 700))
      expect(hook.received).toHaveLength(count - 1)
      sandbox.wait(pauseMs)
      await eventually(() => hook.received.length === count)
    }
    expect(new Set(hook.received.map((one) => one.headers['svix-id'])).size).toBe(1)
    expect(new Set(hook.received.map((one) => one.headers['svix-timestamp'])).size).toBe(4)
    sandbox.wait(20 * 3_600_000)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(hook.received).toHaveLength(4)
  })
})
