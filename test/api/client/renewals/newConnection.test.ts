import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CONSENT_WORDING } from '../../../../domain/events.ts'
import { atBank, browse, type ClientSide, startClientSide } from '../clientHarness.ts'
import { boxes, daysFrom } from './endingBank.ts'

// A renewal by a new connection, at a provider that cannot extend one.

describe('a bank whose provider makes only new connections', () => {
  let other: ClientSide
  beforeAll(async () => {
    other = await startClientSide()
  })
  afterAll(() => other?.stop())

  /** Connects a bank whose access ends in five days, and opens its page. */
  async function asked() {
    const client = await other.invite({ steps: { books: 'skip' } })
    const base = `/j/${await other.tokenFor(client)}`
    const browser = browse(other.publicUrl)
    await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-kestrel' })))
    await other.owner`UPDATE connection SET access_until = now() + interval '5 days', asked_at = now(), asks_made = 1
      WHERE onboarding_id = ${client.id}`
    const page = await browser.open(base)
    const rows = () => other.owner<{ state: string; access_until: Date; institution: string }[]>`
      SELECT state, access_until, institution FROM connection WHERE onboarding_id = ${client.id} ORDER BY created_at`
    const [agree = ''] = boxes(page.html)
    return { client, base, browser, page, rows, agree }
  }

  test('is approved again with the bank preselected, and the new connection replaces the old one', async () => {
    const { client, base, browser, page, rows, agree } = await asked()
    expect(page.h1).toMatch(/^Approve again at /)
    const hosted = await browser.send(`${base}/keep`, { agree })
    expect((await rows()).map(({ state }) => state)).toEqual(['connected'])
    await browser.open(await atBank(hosted))
    const [before, after] = await rows()
    expect([before?.state, after?.state, after?.institution]).toEqual(['replaced', 'connected', 'ob-kestrel'])
    expect(daysFrom(after!.access_until)).toBe(90)
    const [started] = (await other.events(client.id)).filter(({ kind }) => kind === 'renewal_started')
    expect(started?.data).toMatchObject({ wording: CONSENT_WORDING })
  })

  test('a client who stops sharing while they are at the bank shares nothing after their approval', async () => {
    const { client, base, browser, rows, agree } = await asked()
    const hosted = await browser.send(`${base}/keep`, { agree })
    const [one] = await other.owner<{ id: string }[]>`SELECT id FROM connection WHERE onboarding_id = ${client.id}`
    await browse(other.publicUrl).submit(`${base}/stop`, { connection: one!.id })
    await browser.open(await atBank(hosted))
    expect((await rows()).map(({ state }) => state)).toEqual(['disconnected'])
  })

  describe('that leaves out an account', () => {
    /** Renews a bank with all accounts matched, and shares all but the last one there. */
    async function leftOut() {
      const trip = await asked()
      const { client, base, browser, agree } = trip
      await other.owner`
        INSERT INTO account_mapping (practice_id, onboarding_id, bank_account_id)
        SELECT a.practice_id, ${client.id}, a.id FROM connection_account a JOIN connection c ON c.id = a.connection_id
        WHERE c.onboarding_id = ${client.id}`
      const page = await browser.open(await allButLast(await browser.send(`${base}/keep`, { agree })))
      const accounts = (missing: boolean) => other.owner<{ id: string; connection_id: string }[]>`
        SELECT a.* FROM connection_account a JOIN connection c ON c.id = a.connection_id
        WHERE c.onboarding_id = ${client.id} AND c.state = 'connected' AND (a.missing_since IS NOT NULL) = ${missing}`
      const matches = async () =>
        (await other.owner`SELECT FROM account_mapping WHERE onboarding_id = ${client.id}`).count
      const [now] = await other.owner<{ id: string }[]>`
        SELECT id FROM connection WHERE onboarding_id = ${client.id} AND state = 'connected'`
      return { ...trip, page, accounts, matches, id: now!.id }
    }

    /** Approves at the bank with all accounts but the last. */
    async function allButLast(hosted: string): Promise<string> {
      const shown = await (await fetch(`${other.sandbox.url}/control/truelayer/connections`)).json()
      const { accounts } = shown.connections.find((one: { hostedPath: string }) => hosted.includes(one.hostedPath))
      const shared = accounts.slice(0, -1).map(({ id }: { id: string }) => id)
      const answer = await fetch(`${hosted.replace(/\?.*$/, '')}/decide`, {
        method: 'POST',
        body: new URLSearchParams([['action', 'approve'], ...shared.map((id: string) => ['account', id])]),
        redirect: 'manual',
      })
      return new URL(answer.headers.get('location') ?? '', hosted).href
    }

    test('it is named to the client and to staff, with its match kept', async () => {
      const { client, page, accounts, matches } = await leftOut()
      expect(page.h1).toBe('One account is no longer shared')
      expect(page.text).toMatch(/was shared before\. The others go on\./)
      const [shared, missing] = [await accounts(false), await accounts(true)]
      expect(missing).toHaveLength(1)
      expect(await matches()).toBe(shared.length + 1)
      const connected = (await other.events(client.id)).filter(({ kind }) => kind === 'bank_connected').at(-1)
      expect(connected?.data).toMatchObject({ kept: shared.length, matched: shared.length + 1, added: 0, missing: 1 })
    })

    test('the client says that it is closed: nothing of it is kept', async () => {
      const { base, browser, id, accounts, matches } = await leftOut()
      expect((await browser.submit(`${base}/closed`, { connection: id })).h1).toMatch(/^You share /)
      expect(await accounts(true)).toEqual([])
      expect(await matches()).toBe((await accounts(false)).length)
    })

    test('the client chooses again, with the bank preselected: it is back, with its match', async () => {
      const { base, browser, id, accounts, matches, rows } = await leftOut()
      const before = await matches()
      const hosted = await browser.send(`${base}/choose-again`, { connection: id })
      expect((await browser.open(await atBank(hosted, 'cancel'))).h1).toBe('One account is no longer shared')
      const again = await browser.send(`${base}/choose-again`, { connection: id })
      expect((await browser.open(await atBank(again))).h1).not.toMatch(/no longer shared/)
      expect(await accounts(true)).toEqual([])
      expect([await matches(), (await accounts(false)).length]).toEqual([before, before])
      expect((await rows()).filter(({ state }) => state === 'connected').map((one) => one.institution)).toEqual([
        'ob-kestrel',
      ])
    })
  })

  test('one without an end is shared again by a link, and stays as it is while that is not finished', async () => {
    const { client, base, browser, rows } = await asked()
    const [bank] = await other.owner<{ id: string }[]>`
      UPDATE connection SET access_until = NULL, asked_at = NULL WHERE onboarding_id = ${client.id} RETURNING id`
    const page = await browser.open(`${base}/keep/${bank!.id}`)
    expect(page.h1).toMatch(/^Approve again at /)
    const [agree = ''] = boxes(page.html)
    const back = await browser.open(
      await atBank(await browser.send(`${base}/keep`, { agree, again: bank!.id }), 'cancel'),
    )
    expect(back.h1).toBe('Nothing has changed')
    expect(back.text).toMatch(/ is shared\. You can finish later with the same link\./)
    expect(back.html).toContain(`href="${base}/keep/${bank!.id}"`)
    const [again = ''] = boxes((await browser.open(`${base}/keep/${bank!.id}`)).html)
    await browser.open(await atBank(await browser.send(`${base}/keep`, { agree: again, again: bank!.id })))
    expect((await rows()).map(({ state }) => state)).toEqual(['replaced', 'connected'])
    expect(daysFrom((await rows())[1]!.access_until)).toBe(90)
  })

  test('an approval that is stopped leaves the healthy connection alone', async () => {
    const { base, browser, rows, agree } = await asked()
    const back = await browser.open(await atBank(await browser.send(`${base}/keep`, { agree }), 'cancel'))
    expect(back.h1).toBe('Nothing has changed')
    expect(back.text).toContain('Try Kestrel')
    const [only, another] = await rows()
    expect([only?.state, another]).toEqual(['connected', undefined])
    expect((await browser.open(base)).h1).toMatch(/^Approve again at /)
  })
})
