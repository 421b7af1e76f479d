import { beforeEach, describe, expect, test } from 'vitest'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { atBank, browse, startClientSide } from './clientHarness.ts'

// Two providers of banks: which of them a client is sent to, and what the page says of it.

const side = forFile(() => startClientSide({}, (sandbox) => connectors(sandbox.truelayer(), sandbox.plaid())))
beforeEach(() => fetch(`${side.sandbox.url}/control/faults`, { method: 'DELETE' }))

async function opened(practice?: string) {
  const client = await side.invite({ steps: { books: 'skip' } }, practice)
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  const page = await browser.open(`${base}?all=1`)
  /** Returns the value of the tile with this name. */
  const tile = (name: string) =>
    page.html
      .match(/<button[^>]+name="bank"[^>]*>.*?<\/button>/gs)
      ?.find(
        (button) =>
          button
            .replace(/<[^>]+>/g, '')
            .replaceAll('&amp;', '&')
            .trim() === name,
      )
      ?.match(/value="([^"]+)"/)?.[1] ?? ''
  const choose = (name: string) => browser.send(`${base}/bank`, { bank: tile(name) })
  return { client, base, browser, page, tile, choose }
}
const sessionOf = async ({ id }: { id: string }) => {
  const [row] = await side.owner<{ id: string; provider: string; institution: string; institution_name: string }[]>`
    SELECT id, provider, institution, institution_name FROM auth_session WHERE onboarding_id = ${id}
    ORDER BY created_at DESC LIMIT 1`
  return row!
}
const away = (provider: 'truelayer' | 'plaid', kind = 'server_error') =>
  side.sandbox.fault({ provider, operation: 'create', kind, times: -1 })

describe('banks of two providers', () => {
  test('each bank has one tile, and the consent names both companies', async () => {
    const { page } = await opened()
    const named = (text: string) => page.text.split(text).length - 1
    expect([named('Kestrel'), named('Meridian'), named('Juniper')]).toEqual([1, 1, 1])
    // "Harbour & Trust" at one of them is "Harbour and Trust (UK)" at the other.
    expect([named('Harbour & Trust'), named('Harbour and Trust')]).toEqual([1, 0])
    expect([named('Albion Union Bank'), named('Brightwater Bank')]).toEqual([1, 1])
    expect(page.text).toContain('You approve with TrueLayer or Plaid (FCA authorised)')
    expect(page.text).toContain(
      'TrueLayer Limited (reference 901096) or Plaid Financial Ltd. (reference 804718), each authorised by the Financial Conduct Authority.',
    )
  })

  test('a bank of both goes to the first, a bank of one to that one', async () => {
    const both = await opened()
    expect(await both.choose('Kestrel')).toContain('/truelayer/app/')
    expect(await sessionOf(both.client)).toMatchObject({ provider: 'truelayer', institution: 'ob-kestrel' })
    const one = await opened()
    expect((await one.browser.open(await atBank(await one.choose('Brightwater Bank')))).h1).toBe('Bank connected')
    expect(await sessionOf(one.client)).toMatchObject({ provider: 'plaid', institution: 'ins_117607' })
  })

  test.each(['server_error', 'rate_limited', 'connection_reset'])(
    'a provider that is down (%s) is passed over where another covers the bank',
    async (kind) => {
      await away('truelayer', kind)
      const { client, choose, browser } = await opened()
      const hosted = await choose('Harbour & Trust')
      expect(hosted).toContain('/plaid/link/')
      expect((await browser.open(await atBank(hosted))).h1).toBe('Bank connected')
      expect(await sessionOf(client)).toMatchObject({ provider: 'plaid', institution: 'ins_117603' })
      const [connection] =
        await side.owner`SELECT provider, institution_name FROM connection WHERE onboarding_id = ${client.id}`
      expect({ ...connection }).toEqual({ provider: 'plaid', institution_name: 'Harbour & Trust' })
      // Nobody is told of a failure that the client did not have.
      expect((await side.events(client.id)).map((event) => event.kind)).not.toContain('bank_failed')
    },
  )

  test('a provider that refuses the person’s details is not passed over', async () => {
    const { client, browser, base, choose } = await opened()
    await side.owner`UPDATE invitation SET phone = '07700 900123' WHERE onboarding_id = ${client.id}`
    expect(await choose('Kestrel')).toBe(`${side.publicUrl}${base}`)
    expect(await side.step(client.id, 'bank')).toMatchObject({ reason: 'refused' })
    expect((await browser.open(base)).status).toBe(200)
  })

  test('with every provider of a bank down the page says so, and the next click tries again', async () => {
    await away('truelayer')
    await away('plaid')
    const { client, base, browser, choose } = await opened()
    expect((await browser.open(await choose('Kestrel'))).h1).toMatch(/^We can’t reach (TrueLayer|Plaid) just now$/)
    expect(await side.step(client.id, 'bank')).toMatchObject({ reason: 'unavailable' })
    await fetch(`${side.sandbox.url}/control/faults`, { method: 'DELETE' })
    const { institution } = await sessionOf(client)
    const hosted = await browser.send(`${base}/bank`, { bank: institution })
    expect((await browser.open(await atBank(hosted))).h1).toBe('Bank connected')
  })

  test('a bank that fails at one provider is reached through the other, without a warning', async () => {
    const practice = await side.createPractice()
    const failing = await opened(practice)
    await failing.browser.open(await atBank(await failing.choose('Juniper'), 'bank_down'))
    expect(await side.step(failing.client.id, 'bank')).toMatchObject({ reason: 'bank_down' })
    const only = await opened(practice)
    await only.browser.open(await atBank(await only.choose('Stanmore & Sons'), 'bank_down'))
    // The experience of a practice is read at most once a minute, so another process of the API tells.
    const fresh = await startClientSide(
      { publicUrl: side.publicUrl, db: side.deps.db, linkKeys: side.deps.linkKeys, commands: side.deps.commands },
      () => side.deps.banks,
    )
    try {
      const next = await side.invite({ steps: { books: 'skip' } }, practice)
      const browser = browse(fresh.localUrl)
      const base = `/j/${await side.tokenFor(next)}`
      const page = await browser.open(`${base}?all=1`)
      expect(page.text.match(/Problems since/g)).toHaveLength(1)
      const hosted = await browser.send(`${base}/bank`, { bank: 'ob-juniper' })
      expect(hosted).toContain('/plaid/link/')
      expect(await sessionOf(next)).toMatchObject({ provider: 'plaid', institution: 'ins_117606' })
    } finally {
      await fresh.stop()
    }
  })

  test('a practice may use one provider alone, or prefer the other', async () => {
    const alone = await side.createPractice()
    await side.owner`UPDATE practice SET bank_providers = ${['plaid']} WHERE id = ${alone}`
    const { page, choose, tile } = await opened(alone)
    expect(page.text).toContain(
      'Plaid Financial Ltd., authorised by the Financial Conduct Authority (reference 804718).',
    )
    expect(page.text).not.toContain('TrueLayer')
    expect(tile('Albion Union Bank')).toBe('')
    expect(await choose('Kestrel')).toContain('/plaid/link/')

    const prefers = await side.createPractice()
    await side.owner`UPDATE practice SET bank_providers = ${['plaid', 'truelayer']} WHERE id = ${prefers}`
    const preferring = await opened(prefers)
    expect(await preferring.choose('Kestrel')).toContain('/plaid/link/')
    await away('plaid')
    const other = await opened(prefers)
    expect(await other.choose('Kestrel')).toContain('/truelayer/app/')
  })

  test('a provider whose list cannot be read offers no banks, and the other does', async () => {
    const quiet = { ...side.deps.banks.first, banks: () => Promise.reject(new Error('away')) }
    const fresh = await startClientSide({}, (sandbox) => connectors(quiet, sandbox.plaid()))
    try {
      const client = await fresh.invite({ steps: { books: 'skip' } })
      const page = await browse(fresh.publicUrl).open(`/j/${await fresh.tokenFor(client)}?all=1`)
      expect(page.text).toContain('Brightwater Bank')
      expect(page.text).not.toContain('Albion Union Bank')
      expect(page.text).not.toContain('TrueLayer')
    } finally {
      await fresh.stop()
    }
  })
})
