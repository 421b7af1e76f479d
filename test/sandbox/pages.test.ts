import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../sandbox/config.ts'
import { eventually, mail, type Running, read, running, sendMail, sendText } from './running.ts'
import { truelayerClient } from './truelayerClient.ts'
import { xeroClient } from './xeroClient.ts'

let sandbox: Running
beforeAll(async () => {
  sandbox = await running()
  await sandbox.control('POST', '/setup', { resend: { perSecond: 1000, deliverAfterMs: 20 } })
})
afterAll(() => sandbox.close())

const page = (path: string) => read(fetch(new URL(path, sandbox.url)))
const post = (path: string, fields: Record<string, string>) =>
  fetch(new URL(path, sandbox.url), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })

describe('the inbox', () => {
  it('says so when it is empty', async () => {
    expect((await page('/')).text).toContain('Nothing was sent yet')
  })

  it('shows mails as sent, with links to follow, and texts', async () => {
    const { body } = await sendMail(sandbox.url, mail({ subject: '<b>Bold</b> & co' }))
    await sendText(sandbox.url, { To: '+447400123456', From: 'Embark', Body: 'Go to http://127.0.0.1:4000/i/xyz.' })
    const list = (await page('/')).text
    expect(list).toContain('href="http://127.0.0.1:4000/i/xyz"')
    expect(list).not.toContain('<b>Bold')
    const one = (await page(`/?message=${String(body.id)}`)).text
    expect(one).toContain('href="http://127.0.0.1:4000/i/abc"')
    const rendered = await page(`/messages/${String(body.id)}/html`)
    expect(rendered.text).toContain(mail().html)
    expect(rendered.headers.get('content-security-policy')).toContain('sandbox')
    expect((await page('/?to=447400')).text).not.toContain('Bold')
    expect((await page('/?to=nobody@harbour.example')).text).toContain('Nothing was sent that fits')
  })

  it('lets people report something else', async () => {
    const { body } = await sendMail(sandbox.url, mail())
    await eventually(async () => {
      const sent = await sandbox.sentTo('jo@harbour.example')
      return sent.some((one) => one.providerId === body.id && one.state === 'delivered')
    })
    expect((await post(`/messages/${String(body.id)}/report`, { event: 'bounced' })).status).toBe(303)
    expect(await sandbox.sentTo('jo@harbour.example')).toContainEqual(
      expect.objectContaining({ providerId: body.id, state: 'bounced' }),
    )
  })

  it('shows a bounded part of 500 messages', async () => {
    for (let round = 0; round < 5; round++) {
      const mails = Array.from({ length: 100 }, (_, i) => mail({ to: `many-${round}-${i}@harbour.example` }))
      const sent = await Promise.all(mails.map((one) => sendMail(sandbox.url, one)))
      expect(sent.every(({ status }) => status === 200)).toBe(true)
    }
    for (const path of [
      '/',
      '/?to=many-3-50',
      '/control/messages?to=many-7-7@harbour.example',
      '/control/messages?limit=50',
    ]) {
      const { status, text } = await page(path)
      expect(status).toBe(200)
      expect(text.length, path).toBeLessThan(1_000_000)
    }
    expect(await sandbox.sentTo('many-4-99@harbour.example')).toHaveLength(1)
  })
})

describe('the faults page', () => {
  it('switches faults on and off', async () => {
    await post('/faults', { fault: 'resend/bounce', operation: '', times: '2', match: 'pages@', delayMs: '' })
    expect(await sandbox.control('GET', '/faults')).toMatchObject({
      faults: [{ provider: 'resend', kind: 'bounce', operation: null, match: 'pages@', timesLeft: 2 }],
    })
    expect((await page('/faults')).text).toContain('pages@')
    const bad = await post('/faults', { fault: 'resend/bounce', operation: 'xero/token' })
    expect(bad.status).toBe(422)
    await post('/faults/remove', { id: 'all' })
    expect((await page('/faults')).text).toContain('every provider behaves')
  })
})

describe('the providers’ pages', () => {
  it('lead through the bank without script, every field labelled', async () => {
    const truelayer = await truelayerClient(sandbox)
    const connection = await truelayer.started({ provider_selection: { type: 'user_selected' } })
    const texts = [(await page(connection.page)).text]
    await post(`${connection.page}/bank`, { provider_id: 'ob-juniper' })
    texts.push((await page(connection.page)).text)
    await post(`${connection.page}/sign-in`, {})
    texts.push((await page(connection.page)).text)
    expect(texts[0]).toContain('Choose your bank')
    expect(texts[1]).toContain('Log in')
    expect(texts[2]).toContain('Make something go wrong')
    await connection.decide({ action: 'refuse' })
    texts.push((await page(connection.page)).text, (await page('/connections')).text)
    expect(texts[4]).toContain('provider_rejected')
    for (const text of texts) {
      expect(text).not.toContain('<script')
      expect(unlabelled(text)).toEqual([])
    }
    expect((await page('/truelayer/app/connections/none')).status).toBe(404)
  })

  it('let a person choose organisations in Xero', async () => {
    const xero = xeroClient(sandbox)
    await sandbox.control('POST', '/xero/users', { email: 'second@marshlowe.example', organisations: [] })
    const { text } = await xero.authorise()
    expect(text).toContain('Demo Company (UK)')
    expect(text).not.toContain('<script')
    expect(unlabelled(text)).toEqual([])
  })

  it('disconnect and revoke from the connections page', async () => {
    const xero = xeroClient(sandbox)
    const tokens = await xero.connect([['new_organisation', 'Page Ltd']])
    const list = async () => (await xero.api('GET', '/connections', tokens.access)).body as unknown as { id: string }[]
    for (const { id } of await list()) await post('/connections/books', { id })
    expect(await list()).toEqual([])
  })
})

it('names every problem of its configuration at once', () => {
  expect(() => readConfig({ SANDBOX_PORT: 'x', SANDBOX_DATA: ' ' })).toThrow(/SANDBOX_PORT.*SANDBOX_DATA/)
  expect(readConfig({})).toEqual({ host: '127.0.0.1', port: 4010, data: ':memory:' })
})

/** Returns the ids and names of fields without a label. */
function unlabelled(text: string): string[] {
  const fields = text.match(/<(?:input|select)[^>]*>/g) ?? []
  return fields.filter((field) => {
    if (/type="(hidden|checkbox|radio)"/.test(field)) return false
    const id = /\bid="([^"]+)"/.exec(field)?.[1]
    return !id || !text.includes(`<label for="${id}"`)
  })
}
