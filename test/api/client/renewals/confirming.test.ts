import { describe, expect, test } from 'vitest'
import { askToConfirm } from '../../../../commands/connections/renewals/askRenewal.ts'
import { CONSENT_WORDING } from '../../../../domain/events.ts'
import { ageLastMessage } from '../../../giveConsent.ts'
import { atBank, browse } from '../clientHarness.ts'
import { boxes, daysFrom, useEndingBank } from './endingBank.ts'

// The page on which a client says yes again to the sharing of a bank, against the twin that can renew.

const { ending, confirmations, externalId, lookNow, side } = useEndingBank()

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
    expect((await side.events(client.id)).at(-1)).toMatchObject({
      kind: 'accounts_missing',
      data: { accounts: 1 },
    })
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

  test('a client asked about a missing account can say at once that it is closed, and is not asked about it any more', async () => {
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
    expect((await side.events(client.id)).at(-1)).toMatchObject({
      kind: 'accounts_closed',
      data: { accounts: 1 },
    })
  })

  test('a client whose access ends soon is still asked to keep sharing after closing an account', async () => {
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
