import { describe, expect, test } from 'vitest'
import { pollBank } from '../../../../commands/connections/banks/bankSession.ts'
import { execute } from '../../../../commands/execute.ts'
import { DAY_MS } from '../../../../domain/situation.ts'
import { atBank } from '../clientHarness.ts'
import { boxes, daysFrom, useEndingBank } from './endingBank.ts'

// A renewal that needs an approval at the provider, which keeps the connection.

const { ending, confirmations, side } = useEndingBank()

describe('a bank whose provider ends the access', () => {
  test('is approved again there, and the connection, its id and its accounts stay', async () => {
    const { client, base, browser, id, row } = await ending(5, { there: true })
    const page = await browser.open(base)
    expect(page.h1).toMatch(/^Approve again at /)
    const [box = ''] = boxes(page.html)
    const hosted = await browser.send(`${base}/keep`, { agree: box })
    expect(hosted).toContain('/plaid/link/')
    expect(daysFrom((await row()).access_until)).toBe(5)
    expect(await confirmations(client)).toEqual([])
    const back = await browser.open(await atBank(hosted))
    expect(back.h1).toMatch(/^You share .+ until /)
    expect(await row()).toMatchObject({ id, state: 'connected', asked_at: null })
    expect(daysFrom((await row()).access_until)).toBe(90)
    expect(await confirmations(client)).toHaveLength(1)
  })

  test.each(['cancel', 'bank_down'])('an unfinished visit (%s) leaves the healthy connection alone', async (action) => {
    const { client, base, browser, row } = await ending(5, { there: true })
    const [box = ''] = boxes((await browser.open(base)).html)
    const back = await browser.open(await atBank(await browser.send(`${base}/keep`, { agree: box }), action))
    expect(back.h1).toBe('Nothing has changed')
    expect(await row()).toMatchObject({ state: 'connected' })
    expect(daysFrom((await row()).access_until)).toBe(5)
    expect(await confirmations(client)).toEqual([])
    expect((await side.events(client.id)).map(({ kind }) => kind)).not.toContain('bank_failed')
    // The same link goes on to a visit that ends well.
    const [again = ''] = boxes((await browser.open(base)).html)
    expect((await browser.open(await atBank(await browser.send(`${base}/keep`, { agree: again })))).h1).toMatch(
      /^You share /,
    )
  })

  test('a visit that nobody came back from changes nothing, and neither does a second one that is left', async () => {
    const { base, browser, row } = await ending(5, { there: true })
    const [box = ''] = boxes((await browser.open(base)).html)
    await browser.send(`${base}/keep`, { agree: box })
    await browser.send(`${base}/keep`, { agree: box })
    expect((await browser.open(base)).h1).toMatch(/^Approve again at /)
    expect(daysFrom((await row()).access_until)).toBe(5)
  })

  /** Sets out for the bank and approves there, but nobody comes back and no report arrives. Returns a poll. */
  async function approvedUnseen() {
    const visit = await ending(5, { there: true })
    const completed = await execute(side.deps.commands, visit.client.target, {
      actor: { type: 'system', id: null },
      command: { do: 'complete' },
    })
    expect(completed.result).toBe('changed')
    const [before] = await side.owner<{ run: number }[]>`SELECT run FROM onboarding WHERE id = ${visit.client.id}`
    const [box = ''] = boxes((await visit.browser.open(visit.base)).html)
    const hosted = await visit.browser.send(`${visit.base}/keep`, { agree: box })
    const session = async () => {
      const [found] = await side.owner<{ id: string; status: string; next_poll_at: Date | null }[]>`
        SELECT id, status, next_poll_at FROM auth_session WHERE renews = ${visit.id}`
      return found!
    }
    const after = async () => {
      const [found] = await side.owner<{ run: number; wake_at: Date | null }[]>`
        SELECT run, wake_at FROM onboarding WHERE id = ${visit.client.id}`
      return found!
    }
    const poll = async () => pollBank(side.deps.commands, side.deps, visit.client.target, (await session()).id)
    return { ...visit, hosted, session, after, poll, runBefore: before!.run }
  }

  describe('that is chosen anew at the bank', () => {
    /** Leaves out the last account there and shares another one. */
    async function changed() {
      const visit = await ending(5, { there: true })
      const accounts = () => side.owner<{ id: string; name: string; missing: boolean }[]>`
        SELECT id, name, missing_since IS NOT NULL AS missing FROM connection_account
        WHERE connection_id = ${visit.id} ORDER BY name`
      const before = await accounts()
      await side.owner`
        INSERT INTO account_mapping (practice_id, onboarding_id, bank_account_id)
        SELECT practice_id, ${visit.client.id}, id FROM connection_account WHERE connection_id = ${visit.id}`
      const [box = ''] = boxes((await visit.browser.open(visit.base)).html)
      const hosted = await visit.browser.send(`${visit.base}/keep`, { agree: box })
      const page = await visit.browser.open(await atBank(hosted, 'approve_other_accounts'))
      const names = async (missing: boolean) =>
        (await accounts()).filter((one) => one.missing === missing).map(({ name }) => name)
      const matches = async () =>
        (await side.owner`SELECT FROM account_mapping WHERE onboarding_id = ${visit.client.id}`).count
      return { ...visit, before, page, names, matches }
    }

    test('new accounts are stored, and one that is no longer shared is named, with its match kept', async () => {
      const { client, page, names, matches, before, row } = await changed()
      expect(before.map(({ name }) => name).sort()).toEqual(['Business Current Account', 'Business Savings'])
      expect(page.h1).toBe('One account is no longer shared')
      expect(page.text).toMatch(/Business Savings .*was shared before\. The others go on\./)
      expect((await names(false)).sort()).toEqual(['Business Current Account', 'Business Reserve'])
      expect(await names(true)).toEqual(['Business Savings'])
      expect(await matches()).toBe(2)
      expect(daysFrom((await row()).access_until)).toBe(90)
      const [event] = await confirmations(client)
      expect(event?.data).toMatchObject({ added: 1, missing: 1 })
      expect(event?.data.accounts).toHaveLength(2)
    })

    test('the client says that it is closed: nothing of it is kept, and staff read so', async () => {
      const { client, base, browser, id, names, matches } = await changed()
      const after = await browser.submit(`${base}/closed`, { connection: id })
      expect(after.h1).toMatch(/^You share /)
      expect([await names(true), await matches()]).toEqual([[], 1])
      const kinds = (await side.events(client.id)).map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind === 'accounts_closed')).toHaveLength(1)
      // The same again finds none.
      await browser.submit(`${base}/closed`, { connection: id })
      expect((await side.events(client.id)).map(({ kind }) => kind)).toEqual(kinds)
    })

    test('the client closes the accounts that the page named, not one that a colleague knows or a look missed since', async () => {
      const { base, browser, id, page, names, matches } = await changed()
      const asOf = /name="asOf" value="(\d+)"/.exec(page.html)?.[1] ?? ''
      expect(asOf).not.toBe('')
      await side.owner`
        INSERT INTO connection_account (practice_id, connection_id, external_id, name, missing_since, closed_at)
        SELECT practice_id, id, 'known', 'Known closed', now() - interval '1 day', now() FROM connection WHERE id = ${id}`
      await side.owner`
        UPDATE connection_account SET missing_since = now() + interval '1 minute'
        WHERE connection_id = ${id} AND name = 'Business Current Account'`
      await browser.submit(`${base}/closed`, { connection: id, asOf })
      expect([await names(true), await matches()]).toEqual([['Business Current Account', 'Known closed'], 1])
    })

    test('the client chooses again: an account that is back keeps its match', async () => {
      const { base, browser, id, names, matches } = await changed()
      const hosted = await browser.send(`${base}/choose-again`, { connection: id })
      expect(hosted).toContain('/plaid/link/')
      const unfinished = await browser.open(await atBank(hosted, 'cancel'))
      expect(unfinished.h1).toBe('One account is no longer shared')
      expect([await names(true), await matches()]).toEqual([['Business Savings'], 2])
    })

    test('another client’s link changes nothing of it', async () => {
      const { id, names } = await changed()
      const other = await ending(5)
      await other.browser.send(`${other.base}/closed`, { connection: id })
      expect(await other.browser.send(`${other.base}/choose-again`, { connection: id })).not.toContain('/plaid/link/')
      expect(await names(true)).toEqual(['Business Savings'])
    })
  })

  test('is asked for by the worker if nobody comes back, also for a completed client', async () => {
    const { client, hosted, row, session, after, poll, runBefore } = await approvedUnseen()
    await atBank(hosted, 'never_return')
    const waits = await after()
    expect(waits.run).toBe(runBefore + 1)
    expect(waits.wake_at).toEqual((await session()).next_poll_at)
    expect(await poll()).toMatchObject({ is: 'connected' })
    expect(daysFrom((await row()).access_until)).toBe(90)
    expect(await confirmations(client)).toHaveLength(1)
    expect([(await session()).status, (await after()).wake_at]).toEqual(['done', null])
    expect(await poll()).toMatchObject({ is: 'connected', repeated: true })
  })

  test('is asked for no longer than a day, however it stands there, and with its provider away', async () => {
    const { client, row, session, after, poll } = await approvedUnseen()
    expect(await poll()).toMatchObject({ is: 'waiting' })
    await side.sandbox.fault({ provider: 'plaid', operation: 'link', kind: 'server_error', times: -1 })
    expect(await poll()).toMatchObject({ is: 'waiting' })
    await side.shift(client, DAY_MS)
    expect(await poll()).toMatchObject({ is: 'failed' })
    await fetch(`${side.sandbox.url}/control/faults`, { method: 'DELETE' })
    expect([(await session()).status, (await after()).wake_at]).toEqual(['failed', null])
    expect(await row()).toMatchObject({ state: 'connected' })
    expect(await confirmations(client)).toEqual([])
  })

  test('with its provider away the page says that nothing has changed', async () => {
    const { base, browser, row } = await ending(5, { there: true })
    const [box = ''] = boxes((await browser.open(base)).html)
    await side.sandbox.fault({ provider: 'plaid', operation: 'create', kind: 'server_error', times: -1 })
    expect((await browser.submit(`${base}/keep`, { agree: box })).h1).toBe('Nothing has changed')
    await fetch(`${side.sandbox.url}/control/faults`, { method: 'DELETE' })
    expect(daysFrom((await row()).access_until)).toBe(5)
  })
})
