import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { noteOutages } from '../../../commands/connections/banks/noteOutages.ts'
import { execute } from '../../../commands/execute.ts'
import { openDatabase } from '../../../db/client.ts'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { atBank, browse, startClientSide } from './clientHarness.ts'

const side = forFile(startClientSide)

async function invited() {
  const client = await side.invite({ steps: { books: 'client' } })
  const token = await side.tokenFor(client)
  return { client, token, base: `/j/${token}`, browser: browse(side.publicUrl) }
}

const below = ['', '?q=north', '?all=1', '?choose=1', '?connected=1', '/decline', '/wrong-company', '/wrong-person']
const answers = ['/told?about=which_bank', '/new-link', '/stop-texts', '/stop', '/bank', '/books', '/accept', '/tell']

describe('GET and HEAD', () => {
  test('change nothing, at any stage, whoever looks', async () => {
    const { base, browser } = await invited()
    const look = async () => {
      for (const path of [...below, ...answers, `/stop/${randomUUID()}`]) {
        expect((await browse(side.publicUrl).open(`${base}${path}`)).status).toBeLessThan(500)
        expect((await browser.request(`${base}${path}`, { method: 'HEAD' })).status).toBeLessThan(500)
      }
    }
    const before = await side.everything(['link_view'])
    await look()
    expect(await side.everything(['link_view'])).toEqual(before)
    const hosted = await browser.send(`${base}/bank`, { bank: 'ob-northgate' })
    await atBank(hosted)
    // The bank has approved already: opening the page still polls no provider and stores nothing.
    const accepted = await side.everything(['link_view'])
    await look()
    expect(await side.everything(['link_view'])).toEqual(accepted)
  })

  test('a view is counted, a scanner’s HEAD is not', async () => {
    const { client, base, browser } = await invited()
    await browser.request(base, { method: 'HEAD' })
    await browser.open(base)
    await browser.open(base)
    const [row] = await side.owner<{ views: number }[]>`
      SELECT v.views FROM link_view v JOIN link l ON l.id = v.link_id WHERE l.onboarding_id = ${client.id}`
    expect(row?.views).toBe(2)
  })
})

describe('every page', () => {
  test('is small, kept by nobody, tells nobody where it was, and lets nothing in', async () => {
    const { base, browser } = await invited()
    for (const path of [...below, '/new-link', '/told?about=which_bank']) {
      const page = await browser.open(`${base}${path}`)
      expect(Buffer.byteLength(page.html)).toBeLessThanOrEqual(30_000)
      expect(page.headers.get('cache-control')).toBe('no-store')
      expect(page.headers.get('referrer-policy')).toBe('no-referrer')
      const policy = page.headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+';/)
      expect(policy).toContain(`form-action 'self' ${side.sandbox.url}`)
      expect(page.html).not.toContain('<script')
    }
  })

  test('of an unknown link is a 404 with a way on, whatever the address', async () => {
    const { token } = await invited()
    const wrong = [
      '/j/',
      '/j/x',
      `/j/${token}x`,
      `/j/${token.slice(1)}`,
      `/j/${'a'.repeat(22)}`,
      '/j/%E0%A4%A',
      '/j/%00',
      `/j/${'é'.repeat(22)}`,
      `/j/${'a'.repeat(4000)}`,
      `/j/${token}/nothing`,
      `/j/${token}/stop/x/y`,
    ]
    for (const path of wrong) {
      const page = await browse(side.publicUrl).open(path)
      expect([path, page.status, page.h1]).toEqual([path, 404, 'This link doesn’t work'])
    }
  })

  test('privacy and accessibility', async () => {
    const browser = browse(side.publicUrl)
    expect((await browser.open('/privacy')).status).toBe(200)
    expect((await browser.open('/accessibility')).status).toBe(200)
  })

  test('names who answers for personal data and where, and the number to call once an invitation is withdrawn', async () => {
    const practice = await side.createPractice({ phone: '0113 496 0000', privacy_contact: 'Rosa Marsh' })
    const client = await side.invite({}, practice)
    const base = `/j/${await side.tokenFor(client)}`
    const browser = browse(side.publicUrl)
    expect((await browser.open(`${base}/privacy`)).text).toContain('Ask for Rosa Marsh: 0113 496 0000.')
    const withdrawn = { do: 'cancel', requestId: randomUUID() } as const
    await execute(side.deps.commands, client.target, { actor: { type: 'api_key', id: null }, command: withdrawn })
    expect((await browser.open(base)).text).toContain('or call 0113 496 0000')

    const silent = await side.invite({}, await side.createPractice())
    const page = `/j/${await side.tokenFor(silent)}`
    expect((await browser.open(`${page}/privacy`)).text).not.toMatch(/Ask for|Ask them:/)
  })

  test('is ours to answer for when something breaks, by a reference and without a secret in the log', async () => {
    const { base, browser, token } = await invited()
    const broken = await startClientSide()
    await broken.owner`ALTER TABLE link RENAME TO elsewhere`
    const page = await browse(broken.publicUrl).open(base)
    expect([page.status, page.h1]).toEqual([500, 'Something went wrong on our side'])
    const trace = page.text.match(/Reference ([\w-]+)/)?.[1]
    expect(broken.logged.join()).toContain(trace)
    expect(broken.logged.join()).not.toContain(token)
    await broken.stop().catch(() => undefined)
    expect((await browser.open(base)).status).toBe(200)
  })
})

describe('a form that makes no sense', () => {
  const long = 'x'.repeat(25_000)
  const form = (body: string, type = 'application/x-www-form-urlencoded'): RequestInit => ({
    method: 'POST',
    body,
    headers: { 'content-type': type },
  })
  const table: [string, string, RequestInit][] = [
    ['an unknown bank', 'bank', form('bank=ob-mars')],
    ['no bank', 'bank', form('')],
    ['a bank twice', 'bank', form('bank=ob-northgate&bank=ob-kestrel')],
    ['a bank with a control character', 'bank', form('bank=ob-northgate%00')],
    ['a body that is no form', 'bank', form('{"bank":"ob-northgate"}', 'application/json')],
    ['a charset nobody knows', 'decline', form('reason=x', 'application/x-www-form-urlencoded; charset=klingon')],
    ['a reason that is too long', 'decline', form(`reason=${'x'.repeat(501)}`)],
    ['a reason with a NUL', 'decline', form('reason=a%00b')],
    ['a reason that turns the text around', 'decline', form('reason=%E2%80%AE')],
    ['nothing said', 'tell', form('')],
    ['an unknown thing said', 'tell', form('about=hello')],
    ['something said twice', 'tell', form('about=which_bank&about=uses_none')],
    ['an unknown ledger', 'books', form('ledger=paper')],
    ['a connection that is no id', 'stop', form("connection=1';--")],
    ['an encoding that breaks off', 'tell', form('about=%E0%A4%A')],
  ]
  test.each(table)('%s: a page with a way on, and nothing is written', async (_name, path, init) => {
    const { base, browser } = await invited()
    const before = await side.everything(['rate_limit'])
    const response = await browser.request(`${base}/${path}`, init)
    expect([response.status, (await response.text()).includes('Connect your bank')]).toEqual([400, true])
    expect(await side.everything(['rate_limit'])).toEqual(before)
  })

  test.each([
    ['too long', 'decline', form(`reason=${long}`)],
    ['of more fields than any form has', 'tell', form(Array.from({ length: 60 }, (_, n) => `a${n}=1`).join('&'))],
  ])(
    'one that is %s, which no page of ours sends: refused as too large, and nothing is written',
    async (_name, path, init) => {
      const { base, browser } = await invited()
      const before = await side.everything(['rate_limit'])
      expect((await browser.request(`${base}/${path}`, init)).status).toBe(413)
      expect(await side.everything(['rate_limit'])).toEqual(before)
    },
  )

  test('one sent by another site leads to the page, and nothing is written', async () => {
    const { base, browser } = await invited()
    const before = await side.everything(['rate_limit'])
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ]
    for (const headers of foreign) {
      const response = await browser.request(`${base}/accept`, { method: 'POST', headers })
      expect([response.status, response.headers.get('location')]).toEqual([303, base])
    }
    expect(await side.everything(['rate_limit'])).toEqual(before)
    const fine: Record<string, string>[] = [
      { 'sec-fetch-site': 'same-origin' },
      { origin: 'null' },
      { origin: side.publicUrl },
    ]
    for (const headers of fine) await browser.request(`${base}/accept`, { method: 'POST', headers })
    expect((await browser.open(base)).h1).toContain('Carry on')
  })

  test('too many forms wait a minute', async () => {
    const { base, browser, client } = await invited()
    const [link] = await side.owner<{ id: string }[]>`SELECT id FROM link WHERE onboarding_id = ${client.id}`
    await side.owner`INSERT INTO rate_limit VALUES (${`form:${link!.id}`}, 300, clock_timestamp() + interval '40 seconds')`
    const response = await browser.request(`${base}/accept`, { method: 'POST' })
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(30)
    expect((await side.row(client.id)).accepted_at).toBe(null)
  })
})

describe('banks', () => {
  test('are searched on the same page', async () => {
    const { base, browser } = await invited()
    const page = await browser.open(`${base}?q=kest`)
    expect(page.html.match(/value="ob-[^"]+"/g)).toEqual(['value="ob-kestrel"'])
    expect((await browser.open(`${base}?q=${encodeURIComponent('<b>Mars')}`)).html).toContain('&lt;b&gt;Mars')
    expect((await browser.open(`${base}?all=1`)).html.match(/value="ob-/g)?.length).toBe(13)
    expect((await browser.open(`${base}?q=a&q=b`)).status).toBe(200)
  })

  test('without a list the client chooses at the connector', async () => {
    const bank = side.deps.banks.first
    const away = await startClientSide({
      banks: connectors({ ...bank, banks: () => Promise.reject(new Error('away')) }),
    })
    try {
      await side.alsoReturnTo(away.publicUrl)
      const client = await away.invite()
      const base = `/j/${await away.tokenFor(client)}`
      const browser = browse(away.publicUrl)
      expect((await browser.open(base)).text).toContain('Accept and continue to TrueLayer')
      const back = await atBank(await browser.send(`${base}/bank`), 'approve', { provider_id: 'ob-kestrel' })
      expect((await browser.open(back)).text).toContain('Bank connected')
    } finally {
      await away.stop()
    }
  })

  test('that many cannot reach warn on their tile', async () => {
    const practice = await side.createPractice()
    const client = await side.invite({}, practice)
    const base = `/j/${await side.tokenFor(client)}`
    const browser = browse(side.publicUrl)
    const down = await browser.open(
      await atBank(await browser.send(`${base}/bank`, { bank: 'ob-juniper' }), 'bank_down'),
    )
    // One client's failure is not an outage.
    expect(down.text).toContain('This is usually over within the hour. We’ll email you once it works')
    const other = await side.invite({}, practice)
    const page = await browse(side.publicUrl).open(`/j/${await side.tokenFor(other)}?q=juniper`)
    expect(page.text).toMatch(/Juniper Problems since \d\d:\d\d, may fail/)
  })

  test('that are down for clients of several practices are said to be, to clients of all', async () => {
    const meet = async () => {
      const practice = await side.createPractice()
      const client = await side.invite({}, practice)
      const base = `/j/${await side.tokenFor(client)}`
      const browser = browse(side.publicUrl)
      // Returns without opening a page, because the state of banks is cached for a minute.
      await browser.request(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-juniper' }), 'bank_down'))
      return () => browser.open(base)
    }
    await meet()
    await meet()
    const look = await meet()
    const worker = openDatabase(side.workerUrl, 1)
    expect(await noteOutages(worker).finally(() => worker.close())).toBe(1)
    expect((await look()).text).toContain('Many people can’t connect to Juniper at the moment.')
    const anywhere = await side.invite({}, await side.createPractice())
    const page = await browse(side.publicUrl).open(`/j/${await side.tokenFor(anywhere)}?q=juniper`)
    expect(page.text).toMatch(/Juniper Problems since \d\d:\d\d, may fail/)
  })
})

describe('the browser’s cookie', () => {
  test('is bound to the host over https, and set only when somebody sets out', async () => {
    const secure = await startClientSide({ publicUrl: 'https://embark.example' })
    try {
      const client = await secure.invite()
      const base = `/j/${await secure.tokenFor(client)}`
      const browser = browse(secure.localUrl)
      expect((await browser.request(base)).headers.getSetCookie()).toEqual([])
      const response = await browser.request(`${base}/bank`, {
        method: 'POST',
        body: new URLSearchParams({ bank: 'ob-northgate' }),
      })
      const [cookie] = response.headers.getSetCookie()
      expect(cookie).toMatch(
        /^__Host-browser=[\w-]{43}; Max-Age=86400; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
      )
    } finally {
      await secure.stop()
    }
  })
})
