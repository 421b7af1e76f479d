import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { credentials } from '../../sandbox/credentials.ts'
import { mail, type Running, running, sendMail, sendText } from './running.ts'

let sandbox: Running
beforeAll(async () => {
  sandbox = await running()
  await sandbox.control('POST', '/setup', { resend: { perSecond: 1000 } })
})
afterAll(() => sandbox.close())

const add = (fault: Record<string, unknown>) => sandbox.control<{ id: number }>('POST', '/faults', fault)

/** Sends a mail with a timeout. */
async function send(to: string, timeoutMs = 400) {
  const response = await fetch(`${sandbox.url}/resend/emails`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${credentials.resend.apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': to,
    },
    body: JSON.stringify(mail({ to })),
    signal: AbortSignal.timeout(timeoutMs),
  })
  return response.status
}

describe('a fault', () => {
  it('is in force as often as it says, then gone', async () => {
    await add({ provider: 'resend', kind: 'server_error', times: 2, match: 'twice@' })
    const statuses = [
      await send('twice@harbour.example'),
      await send('twice@harbour.example'),
      await send('twice@harbour.example'),
    ]
    expect(statuses).toEqual([500, 500, 200])
    expect(await sandbox.control('GET', '/faults')).toMatchObject({ faults: [] })
  })

  it('meets only the requests that it matches', async () => {
    const { id } = await add({ provider: 'resend', kind: 'server_error', times: -1, match: 'mine@' })
    expect(await send('other@harbour.example')).toBe(200)
    expect(await send('mine@harbour.example')).toBe(500)
    expect(await send('mine@harbour.example')).toBe(500)
    await sandbox.control('DELETE', `/faults/${id}`)
    expect(await send('mine@harbour.example')).toBe(200)
  })

  it('matches a number in a form, though it is encoded there', async () => {
    await add({ provider: 'twilio', kind: 'server_error', match: '+447400999888' })
    expect(await sendText(sandbox.url, { To: '+447400999888', From: 'Embark', Body: 'x' })).toMatchObject({
      status: 500,
      body: { code: 20500 },
    })
  })

  it('keeps to its operation', async () => {
    await add({ provider: 'resend', operation: 'get', kind: 'server_error', match: 'emails/none' })
    expect(await send('emails/none@harbour.example')).toBe(200)
    const authorization = `Bearer ${credentials.resend.apiKey}`
    expect((await fetch(`${sandbox.url}/resend/emails/none`, { headers: { authorization } })).status).toBe(500)
  })

  it('slows down with the pause it names', async () => {
    await add({ provider: 'resend', kind: 'rate_limited', retryAfterSeconds: 7, match: 'slow@' })
    const answer = await sendMail(sandbox.url, mail({ to: 'slow@harbour.example' }))
    expect(answer).toMatchObject({ status: 429, body: { name: 'rate_limit_exceeded' } })
    expect(answer.headers.get('retry-after')).toBe('7')
  })

  it('hang_before: no answer, nothing sent', async () => {
    await add({ provider: 'resend', kind: 'hang_before', match: 'hang@' })
    await expect(send('hang@harbour.example')).rejects.toThrow()
    expect(await sandbox.sentTo('hang@harbour.example')).toEqual([])
    expect(await send('hang@harbour.example')).toBe(200)
  })

  it('timeout_after_accept: no answer, but sent; the same key sends nothing more', async () => {
    await add({ provider: 'resend', kind: 'timeout_after_accept', match: 'lost@' })
    await expect(send('lost@harbour.example')).rejects.toThrow()
    expect(await sandbox.sentTo('lost@harbour.example')).toMatchObject([{ requests: 1 }])
    expect(await send('lost@harbour.example')).toBe(200)
    expect(await sandbox.sentTo('lost@harbour.example')).toMatchObject([{ requests: 2 }])
  })

  it('timeout_after_accept cuts the line after its delay', async () => {
    await add({ provider: 'resend', kind: 'timeout_after_accept', match: 'cut@', delayMs: 50 })
    const startedAt = performance.now()
    await expect(send('cut@harbour.example', 5_000)).rejects.toThrow()
    expect(performance.now() - startedAt).toBeLessThan(4_500)
  })

  it('connection_reset: the line breaks, nothing sent', async () => {
    await add({ provider: 'resend', kind: 'connection_reset', match: 'reset@' })
    await expect(send('reset@harbour.example', 5_000)).rejects.toThrow()
    expect(await sandbox.sentTo('reset@harbour.example')).toEqual([])
  })

  it.each([
    [{ provider: 'nobody', kind: 'server_error' }],
    [{ provider: 'resend', kind: 'undelivered' }],
    [{ provider: 'resend', kind: 'bounce', operation: 'accounts' }],
    [{ provider: 'resend', kind: 'bounce', times: 0 }],
  ])('is refused as %o', async (fault) => {
    await expect(add(fault)).rejects.toThrow('400')
  })

  it('is removed with all others', async () => {
    await add({ provider: 'xero', kind: 'server_error', times: -1 })
    await sandbox.control('DELETE', '/faults')
    expect(await sandbox.control('GET', '/faults')).toMatchObject({ faults: [] })
  })
})

it('setup refuses what it does not know', async () => {
  await expect(sandbox.control('POST', '/setup', { resend: { nothing: 1 } })).rejects.toThrow('resend.nothing')
  await expect(sandbox.control('POST', '/setup', { resend: { perSecond: 'many' } })).rejects.toThrow('wrong type')
})
