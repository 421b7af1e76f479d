import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pollBank } from '../../../commands/connections/banks/bankSession.ts'
import { lookAtConnections } from '../../../commands/connections/lookAtConnections.ts'
import { askToConfirm } from '../../../commands/connections/renewals/askRenewal.ts'
import { execute } from '../../../commands/execute.ts'
import { openDatabase } from '../../../db/client.ts'
import { CONSENT_WORDING } from '../../../domain/events.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { connectors } from '../../../providers/connectors.ts'
import { ageLastMessage } from '../../giveConsent.ts'
import { atBank, browse, type ClientSide, startClientSide } from './clientHarness.ts'

// The page on which a client says yes again to what a bank shares, against the twin that can renew.

let side: ClientSide
beforeAll(async () => {
  side = await startClientSide({}, (sandbox) => connectors(sandbox.plaid()))
})
afterAll(() => side?.stop())

type Client = Awaited<ReturnType<ClientSide['invite']>>
type Row = {
  id: string
  state: string
  access_until: Date
  ends_there: Date | null
  asked_at: Date | null
  opened_at: Date | null
}

/** Connects a bank whose access ends in so many days. `there`: its provider ends it then, too. */
async function ending(inDays: number, { there = false, client: known }: { there?: boolean; client?: Client } = {}) {
  const client = known ?? (await side.invite({ steps: { books: 'skip' } }))
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  expect((await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ins_117601' })))).h1).toBe(
    'Bank connected',
  )
  const until = new Date(Date.now() + inDays * DAY_MS)
  await side.owner`UPDATE connection SET access_until = ${until}, asked_at = now(), asks_made = 1,
    ends_there = CASE WHEN ${there} THEN ${until}::timestamptz ELSE ends_there END WHERE onboarding_id = ${client.id}`
  const row = async (): Promise<Row> => {
    const [found] = await side.owner<Row[]>`SELECT * FROM connection WHERE onboarding_id = ${client.id}`
    return found!
  }
  const { id } = await row()
  return { client, base, browser, id, row }
}

/** Returns what the page's boxes post. */
const boxes = (html: string) =>
  [...html.matchAll(/<input type="checkbox"[^>]*value="([^"]+)"/g)].map(([, value]) => value!)
const daysFrom = (at: Date) => Math.round((at.getTime() - Date.now()) / DAY_MS)
const confirmations = async ({ id }: Client) =>
  (await side.events(id)).filter(({ kind }) => kind === 'renewal_confirmed')

const externalId = async (id: string) =>
  (await side.owner<{ external_id: string }[]>`SELECT external_id FROM connection WHERE id = ${id}`)[0]!.external_id

/** Makes the worker's pass that looks at connections which are due. */
async function lookNow(): Promise<void> {
  const worker = openDatabase(side.workerUrl, 2)
  const failures: unknown[] = []
  await lookAtConnections({ ...side.deps.commands, db: worker }, side.deps, (_, error) => failures.push(error))
  await worker.close()
  expect(failures).toEqual([])
}

describe('the page of a bank that is to be confirmed', () => {
  test('opening it changes nothing, no box is ticked, and the link’s own page begins with it', async () => {
    const { base, browser } = await ending(10)
    const before = await side.everything(['link_view', 'rate_limit', 'hit'])
    const page = await browser.open(base)
    expect(page.h1).toMatch(/^Keep sharing .+\?$/)
    expect(page.text).toContain('I agree that they keep seeing these accounts until')
    expect(page.html).not.toMatch(/checked/)
    expect((await browser.open(`${base}/keep`)).h1).toBe(page.h1)
    expect((await browser.open(`${base}/keep/later`)).h1).toBe('That’s fine')
    expect(await side.everything(['link_view', 'rate_limit', 'hit'])).toEqual(before)
  })

  test('a press on it is recorded, though it confirms nothing; opening it is not', async () => {
    const { base, browser, row } = await ending(10)
    await browser.open(`${base}/keep`)
    expect((await row()).opened_at).toBeNull()
    await browser.request(`${base}/keep`, { method: 'POST', body: new URLSearchParams({}) })
    expect((await row()).opened_at).not.toBeNull()
    const page = await browser.open(`${base}/keep`)
    await browser.send(`${base}/keep`, { agree: boxes(page.html)[0] ?? '' })
    expect((await row()).opened_at).toBeNull()
  })

  test('without a tick it asks for it and confirms nothing', async () => {
    const { client, base, browser, row } = await ending(10)
    const answer = await browser.request(`${base}/keep`, { method: 'POST', body: new URLSearchParams({}) })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('Tick the box first')
    expect(daysFrom((await row()).access_until)).toBe(10)
    expect(await confirmations(client)).toEqual([])
  })

  test('a ticked box renews without a visit: who, when, wording, accounts and until are recorded', async () => {
    const { client, base, browser, id, row } = await ending(10)
    const [box = ''] = boxes((await browser.open(base)).html)
    const kept = await browser.submit(`${base}/keep`, { agree: box })
    expect(kept.h1).toMatch(/^You share .+ until /)
    expect(kept.text).toContain('You have nothing else to do.')
    const after = await row()
    expect(daysFrom(after.access_until)).toBe(90)
    expect(after).toMatchObject({ id, state: 'connected', asked_at: null })
    const [event] = await confirmations(client)
    const accounts = await side.owner`SELECT id FROM connection_account WHERE connection_id = ${id} ORDER BY id`
    expect(event).toMatchObject({
      actor_type: 'client',
      data: {
        connectionId: id,
        wording: CONSENT_WORDING,
        accounts: accounts.map((one) => one.id),
        until: after.access_until.toISOString(),
      },
    })
    // The link goes on as before.
    expect((await browser.open(base)).status).toBe(200)
  })

  test('twice, in two browsers at once, it is confirmed once, and the other one is told', async () => {
    const { client, base, browser, id } = await ending(10)
    const [box = ''] = boxes((await browser.open(base)).html)
    const both = await Promise.all([
      browser.send(`${base}/keep`, { agree: box }),
      browse(side.publicUrl).send(`${base}/keep`, { agree: box }),
    ])
    expect(await confirmations(client)).toHaveLength(1)
    expect(both.filter((to) => to.endsWith('?again=1'))).toHaveLength(1)
    const again = await browser.submit(`${base}/keep`, { agree: box })
    expect(again.h1).toBe('Already done')
    expect(again.text).toContain('Jo Carter confirmed on')
    expect((await browser.open(`${base}/kept/${id}`)).h1).toMatch(/^You share /)
  })

  test('a link to reconnect asks for that bank whenever it ends, and names who shared it before', async () => {
    const { client, base, browser, id, row } = await ending(60)
    await side.owner`UPDATE connection SET asked_at = NULL, asks_made = 0 WHERE id = ${id}`
    expect((await browser.open(`${base}/keep`)).text).not.toContain('I agree that')
    const page = await browser.open(`${base}/keep/${id}`)
    expect(page.text).toContain('Jo Carter shared it on')
    expect(`${base}/keep/${id}`).not.toMatch(/@|Carter|Harbour/)
    const unticked = new URLSearchParams({ again: id })
    const answer = await browser.request(`${base}/keep`, { method: 'POST', body: unticked })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('Tick the box first')
    const [box = ''] = boxes(page.html)
    expect((await browser.submit(`${base}/keep`, { agree: box, again: id })).h1).toMatch(/^You share .+ until /)
    expect(daysFrom((await row()).access_until)).toBe(90)
    expect(await confirmations(client)).toHaveLength(1)
    const other = await ending(60)
    expect((await other.browser.open(`${other.base}/keep/${id}`)).html).not.toContain(id)
  })

  test('a link to reconnect works for a bank that has no end, which it has after the yes', async () => {
    const { client, base, browser, id, row } = await ending(60)
    await side.owner`UPDATE connection SET access_until = NULL, ends_there = NULL, asked_at = NULL WHERE id = ${id}`
    const page = await browser.open(`${base}/keep/${id}`)
    expect(page.h1).toMatch(/^Keep sharing .+\?$/)
    expect(page.text).toMatch(/ can see these accounts:/)
    expect(page.text).not.toMatch(/null|NaN|Invalid/)
    const [box = ''] = boxes(page.html)
    expect((await browser.submit(`${base}/keep`, { agree: box, again: id })).h1).toMatch(/^You share .+ until /)
    expect(daysFrom((await row()).access_until)).toBe(90)
    expect(await confirmations(client)).toHaveLength(1)
  })

  test('a client asked about a missing account begins with its bank, and is asked about it after the yes', async () => {
    const { client, base, browser, id, row } = await ending(60)
    await side.owner`UPDATE connection SET asked_at = NULL, asks_made = 0, look_at = now() WHERE id = ${id}`
    await side.sandbox.control(`plaid/items/${await externalId(id)}`, { action: 'close_account' })
    await lookNow()
    expect((await side.events(client.id)).at(-1)).toMatchObject({ kind: 'accounts_missing', data: { accounts: 1 } })
    expect((await browser.open(base)).text).not.toContain('I agree that')
    await ageLastMessage(side.owner, client.id)
    const staff = { type: 'staff', id: null } as const
    expect((await askToConfirm(side.deps.commands, client.target, staff, id)).result).toBe('changed')
    const page = await browser.open(base)
    expect(page.h1).toMatch(/^Keep sharing .+\?$/)
    const [box = ''] = boxes(page.html)
    const kept = await browser.submit(`${base}/keep`, { agree: box })
    expect(kept.h1).toBe('One account is no longer shared')
    expect(kept.text).toContain('Business Savings')
    expect(daysFrom((await row()).access_until)).toBe(90)
    await browser.send(`${base}/closed`, { connection: id })
    expect((await browser.open(`${base}/kept/${id}`)).h1).toMatch(/^You share /)
  })

  test('who is asked about such an account can say at once that it is closed, and is asked about no more then', async () => {
    const { client, base, browser, id, row } = await ending(60)
    await side.owner`
      UPDATE connection_account SET missing_since = now() - interval '1 hour'
      WHERE connection_id = ${id} AND name = 'Business Savings'`
    const page = await browser.open(base)
    expect(page.text).toMatch(/Business Savings .*was shared before and can’t be seen any more\./)
    const asOf = /name="asOf" value="(\d+)"/.exec(page.html)?.[1] ?? ''
    expect(page.html).toContain(`action="${base}/closed"`)
    expect((await browser.submit(`${base}/closed`, { connection: id, asOf })).h1).toMatch(/^You share /)
    expect(daysFrom((await row()).access_until)).toBe(60)
    expect((await row()).asked_at).toBeNull()
    expect((await confirmations(client)).length).toBe(0)
    expect((await side.events(client.id)).at(-1)).toMatchObject({ kind: 'accounts_closed', data: { accounts: 1 } })
  })

  test('and one whose access ends soon is asked on to keep sharing the bank', async () => {
    const { base, browser, id, row } = await ending(10)
    await side.owner`
      UPDATE connection_account SET missing_since = now() - interval '1 hour'
      WHERE connection_id = ${id} AND name = 'Business Savings'`
    const after = await browser.submit(`${base}/closed`, { connection: id })
    expect(after.h1).toMatch(/^Keep sharing .+\?$/)
    expect(after.text).not.toContain('Business Savings')
    expect((await row()).asked_at).not.toBeNull()
  })

  test('another client’s connection and a made-up answer confirm nothing', async () => {
    const [one, other] = [await ending(10), await ending(10)]
    const [box = ''] = boxes((await other.browser.open(other.base)).html)
    await one.browser.send(`${one.base}/keep`, { agree: box })
    expect(daysFrom((await other.row()).access_until)).toBe(10)
    const bad = await one.browser.request(`${one.base}/keep`, {
      method: 'POST',
      body: new URLSearchParams({ agree: 'x@y' }),
    })
    expect(bad.status).toBe(400)
  })
})

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

describe('a client who withdraws a yes', () => {
  const stop = async ({ browser, base, id }: Awaited<ReturnType<typeof ending>>) =>
    browser.submit(`${base}/stop`, { connection: id })
  const items = async (): Promise<{ id: string }[]> =>
    ((await (await fetch(`${side.sandbox.url}/control/plaid/connections`)).json()) as { items: { id: string }[] }).items

  test('after a tick: nothing is read from then on, here and at the provider, and its pages say so', async () => {
    const given = await ending(10)
    const { base, browser, id, row, client } = given
    const item = await externalId(id)
    const [box = ''] = boxes((await browser.open(base)).html)
    expect((await browser.submit(`${base}/keep`, { agree: box })).h1).toMatch(/^You share /)
    expect((await stop(given)).text).toMatch(/stopped sharing|no longer share/i)
    expect(await row()).toMatchObject({ state: 'disconnected', asked_at: null, access_until: expect.any(Date) })
    expect((await items()).map((one) => one.id)).not.toContain(item)
    const { h1 } = await browser.open(`${base}/kept/${id}`)
    expect(h1).not.toMatch(/^You share /)
    // The page of before confirms nothing any more, and nothing is asked.
    await browser.send(`${base}/keep`, { agree: box })
    expect(await confirmations(client)).toHaveLength(1)
    expect(await row()).toMatchObject({ state: 'disconnected' })
    const kinds = (await side.events(client.id)).map(({ kind }) => kind)
    expect(kinds.slice(-2)).toEqual(['renewal_confirmed', 'disconnected'])
  })

  test('while a visit is under way: an approval that comes later brings nothing back', async () => {
    const given = await ending(5, { there: true })
    const { base, browser, id, row, client } = given
    const [box = ''] = boxes((await browser.open(base)).html)
    const hosted = await browser.send(`${base}/keep`, { agree: box })
    await browse(side.publicUrl).submit(`${base}/stop`, { connection: id })
    const back = await browser.open(await atBank(hosted))
    expect(back.h1).not.toMatch(/^You share /)
    expect(await row()).toMatchObject({ state: 'disconnected' })
    expect(await confirmations(client)).toEqual([])
    const [session] = await side.owner<{ status: string }[]>`SELECT status FROM auth_session WHERE renews = ${id}`
    expect(session?.status).toBe('failed')
  })

  test('at the bank: the next look finds it, and the page of the yes does not say that it is shared', async () => {
    const given = await ending(10)
    const { base, browser, id, row, client } = given
    const [box = ''] = boxes((await browser.open(base)).html)
    await browser.submit(`${base}/keep`, { agree: box })
    const item = await externalId(id)
    await side.sandbox.control(`plaid/items/${item}`, { action: 'revoke_silently' })
    await lookNow()
    expect(await row()).toMatchObject({ state: 'lost', asked_at: null })
    expect((await side.events(client.id)).map(({ kind }) => kind)).toContain('connection_lost')
    expect((await browser.open(`${base}/kept/${id}`)).h1).not.toMatch(/^You share /)
    // They stop it here as well.
    expect((await stop(given)).status).toBe(200)
    expect(await row()).toMatchObject({ state: 'disconnected' })
  })
})

test('access that has ended by time is shared again by a tick', async () => {
  const { client, base, browser, id, row } = await ending(-1)
  await side.lose(client, 'bank', 'expired')
  const page = await browser.open(base)
  expect(page.h1).toMatch(/^Sharing .+ ended on /)
  expect(page.text).toContain('Share again')
  const [box = ''] = boxes(page.html)
  expect((await browser.submit(`${base}/keep`, { agree: box })).h1).toMatch(/^You share /)
  expect(await row()).toMatchObject({ id, state: 'connected' })
})

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
