import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pollBank } from '../../commands/connections/banks/bankSession.ts'
import { disconnect } from '../../commands/connections/disconnect.ts'
import { lookAtConnections } from '../../commands/connections/lookAtConnections.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { connectors } from '../../providers/connectors.ts'
import { atBank, browse, startClientSide } from '../api/client/clientHarness.ts'
import { forFile } from '../forFile.ts'
import { failureOf } from '../providers/failureOf.ts'
import { withoutSecret } from '../providers/withoutSecret.ts'
import { withRestLimit } from '../restLimit.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const actor = { type: 'staff', id: null } as const

const side = forFile(() => startClientSide({}, (sandbox) => connectors(sandbox.plaid())))
let worker: Database
beforeAll(async () => {
  const url = new URL(side.databaseUrl)
  url.username = 'embark_worker'
  worker = openDatabase(url.href, 2)
})
afterAll(async () => {
  await worker?.close()
})

type Session = {
  id: string
  external_id: string | null
  grant_sealed: string | null
  status: string
  failure: string | null
  failure_reason: string | null
}
type Link = {
  token: string
  request: { clientName: string }
  sessions: { id: string; results: { itemId: string }[] }[]
}
type Item = { id: string; accessToken: string }

/** Creates a client who accepted and went to the bank, in a browser of their own. */
async function atTheBank(practice?: string) {
  const client = await side.invite({ steps: { books: 'skip' } }, practice)
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  const hosted = await browser.send(`${base}/bank`, { bank: 'ins_117601' })
  const session = async (): Promise<Session> => {
    const [row] = await side.owner<Session[]>`
      SELECT * FROM auth_session WHERE onboarding_id = ${client.id} ORDER BY created_at DESC LIMIT 1`
    return row!
  }
  const { id, external_id: token } = await session()
  return { client, base, browser, hosted, session, id, token: token ?? '' }
}
type Trip = Awaited<ReturnType<typeof atTheBank>>

const atPlaid = async () => side.sandbox.control<{ links: Link[]; items: Item[] }>('plaid/connections')
const act = ({ token }: Trip, action: string) => side.sandbox.control(`plaid/links/${token}`, { action })
const age = ({ token }: Trip, byMs: number) => side.sandbox.control(`plaid/links/${token}/age`, { byMs })
const fault = (operation: string, kind: string, match?: string, times = 1) =>
  side.sandbox.fault({ provider: 'plaid', operation, kind, times, ...(match && { match }) })
const poll = ({ client, id }: Trip) => pollBank(side.deps.commands, side.deps, client.target, id)
const bankStep = ({ client }: Trip) => side.step(client.id, 'bank')
const itemsOf = async ({ token }: Trip) => {
  const { links, items } = await atPlaid()
  const made = links.find((one) => one.token === token)?.sessions.flatMap(({ results }) => results) ?? []
  return items.filter(({ id }) => made.some(({ itemId }) => itemId === id))
}
type Standing = { id: string; external_id: string; secret_sealed: string; state: string; access_until: Date }
const connections = ({ client }: Trip) =>
  side.owner<Standing[]>`SELECT * FROM connection WHERE onboarding_id = ${client.id} ORDER BY created_at`
const accounts = ({ client }: Trip) => side.owner<{ sort_code: string | null; account_number: string | null }[]>`
  SELECT a.sort_code, a.account_number FROM connection c JOIN connection_account a ON a.connection_id = c.id
  WHERE c.onboarding_id = ${client.id} ORDER BY a.name`
/** Creates a client whose bank is connected. */
async function connected() {
  const trip = await atTheBank()
  await trip.browser.open(await atBank(trip.hosted))
  return trip
}
const actOnItem = async (trip: Trip, action: string) => {
  const [item] = await itemsOf(trip)
  return side.sandbox.control(`plaid/items/${item!.id}`, { action })
}
/** Returns the trip's connections after the looks that are due. */
async function looked(trip: Trip) {
  const failed: unknown[] = []
  await lookAtConnections({ ...side.deps.commands, db: worker }, side.deps, (_id, error) => failed.push(error))
  expect(failed).toEqual([])
  return connections(trip)
}

const hook = () => `${side.localUrl}/hooks/plaid`
const finished = ({ token }: Trip) =>
  JSON.stringify({
    webhook_type: 'LINK',
    webhook_code: 'SESSION_FINISHED',
    status: 'success',
    link_session_id: randomUUID(),
    link_token: token,
    public_tokens: [],
    environment: 'sandbox',
  })
const signed = (body: string, forgery: object = {}) =>
  side.sandbox.control<Record<string, string>>('plaid/signatures', { body, forgery })
const send = (body: string, headers: Record<string, string>) => fetch(hook(), { method: 'POST', body, headers })

describe('Plaid', () => {
  test.each(['revoke', 'expire', 'near_expiry', 'repair'])(
    'said of a standing Item, %s: it is looked at soon',
    async (action) => {
      const trip = await atTheBank()
      await trip.browser.open(await atBank(trip.hosted))
      const [item] = await itemsOf(trip)
      const isDue = async () => {
        const [row] = await side.owner<{ due: boolean }[]>`
        SELECT look_at <= clock_timestamp() AS due FROM connection WHERE external_id = ${item!.id}`
        return row?.due
      }
      expect(await isDue()).toBe(false)
      await side.sandbox.control(`plaid/items/${item!.id}`, { action })
      expect(await isDue()).toBe(true)
    },
  )

  test('connected', { meta: { outcome: 'success' } }, async () => {
    const trip = await atTheBank()
    expect((await trip.browser.open(await atBank(trip.hosted))).h1).toBe('Bank connected')
    const [item, ...others] = await itemsOf(trip)
    expect(others).toEqual([])
    expect(await connections(trip)).toMatchObject([{ external_id: item!.id, institution_name: 'Northgate Bank' }])
    for (const one of await accounts(trip)) {
      expect(one).toEqual({
        sort_code: expect.stringMatching(/^\d{6}$/),
        account_number: expect.stringMatching(/^\d{8}$/),
      })
    }
    // The secret of the Item is sealed, and stands with the connection alone.
    const [{ secret_sealed: sealed } = { secret_sealed: '' }] = await connections(trip)
    expect(sealed).toMatch(/^s1\./)
    expect(sealed).not.toContain(item!.accessToken)
    expect(await trip.session()).toMatchObject({ status: 'done', grant_sealed: null })
    expect(side.logged.join('\n')).not.toContain(item!.accessToken)
  })

  test('browser never returns', async () => {
    const trip = await atTheBank()
    await act(trip, 'never_return')
    // The webhook brings the poll forward.
    const [due] = await side.owner`SELECT next_poll_at < now() + interval '2 minutes' AS soon FROM auth_session
      WHERE id = ${trip.id}`
    expect(due?.soon).toBe(true)
    expect(await poll(trip)).toMatchObject({ is: 'unconfirmed' })
    expect(await accounts(trip)).toEqual([])
    expect((await browse(side.publicUrl).open(trip.base)).h1).toBe('Say yes where you started')
    // The access was taken, so the yes may come later than the approval lives.
    await age(trip, 7 * 60 * MINUTE_MS)
    expect((await trip.browser.open(trip.base)).h1).toBe('Connect to Harbour Bakery Ltd?')
    const done = await trip.browser.submit(`/connect/${trip.id}/confirm`, { answer: 'yes' })
    expect(done.h1).toBe('Bank connected')
    expect(await accounts(trip)).toHaveLength(2)
  })

  test('webhook never comes', async () => {
    const trip = await atTheBank()
    await fault('webhook', 'webhook_lost', trip.token)
    await act(trip, 'never_return')
    expect(await poll(trip)).toMatchObject({ is: 'unconfirmed' })
    expect(await itemsOf(trip)).toHaveLength(1)
    // Without a yes within the day the approval is ended at Plaid.
    await side.shift(trip.client, 24 * 60 * MINUTE_MS + 1_000)
    expect(await poll(trip)).toMatchObject({ is: 'failed', reason: 'unconfirmed' })
    expect(await itemsOf(trip)).toEqual([])
    expect(await trip.session()).toMatchObject({ external_id: null, grant_sealed: null })
  })

  test('an exchange that takes longer than the database lets a transaction rest loses no access', async () => {
    const trip = await atTheBank()
    await act(trip, 'never_return')
    await side.sandbox.fault({ provider: 'plaid', operation: 'exchange', kind: 'slow', times: 1, delayMs: 1_000 })
    const db = openDatabase(side.databaseUrl, 2)
    await withRestLimit(side.owner, async () => {
      const polled = await pollBank({ ...side.deps.commands, db }, side.deps, trip.client.target, trip.id)
      expect(polled).toMatchObject({ is: 'unconfirmed' })
    }).finally(() => db.close())
    expect(await trip.session()).toMatchObject({ status: 'pending', grant_sealed: expect.any(String) })
    expect(await itemsOf(trip)).toHaveLength(1)
  })

  test('both come', async () => {
    const trip = await atTheBank()
    const back = await atBank(trip.hosted)
    // The access is taken once, whoever asks first.
    await fault('exchange', 'slow')
    const [page] = await Promise.all([trip.browser.open(back), poll(trip), trip.browser.submit(`${trip.base}/check`)])
    expect(page.h1).toBe('Bank connected')
    expect(await connections(trip)).toHaveLength(1)
    expect(await itemsOf(trip)).toHaveLength(1)
    const events = await side.events(trip.client.id)
    expect(events.filter(({ kind }) => kind === 'bank_connected')).toHaveLength(1)
    // A late webhook of the same session changes nothing.
    const body = finished(trip)
    expect((await send(body, await signed(body))).status).toBe(200)
    expect(await side.events(trip.client.id)).toEqual(events)
  })

  test('several sessions of one token', async () => {
    const trip = await atTheBank()
    expect((await trip.browser.open(await atBank(trip.hosted, 'approve_twice'))).h1).toBe('Bank connected')
    const left = await itemsOf(trip)
    expect(left).toHaveLength(1)
    expect(await connections(trip)).toMatchObject([{ external_id: left[0]!.id }])
  })

  test('left', { meta: { outcome: 'denial' } }, async () => {
    const stopped = await atTheBank()
    expect((await stopped.browser.open(await atBank(stopped.hosted, 'cancel'))).h1).toBe('You stopped before finishing')
    expect(await stopped.session()).toMatchObject({ status: 'failed', failure: 'cancelled' })
    const refused = await atTheBank()
    await refused.browser.open(await atBank(refused.hosted, 'refuse'))
    expect(await bankStep(refused)).toMatchObject({ reason: 'refused', last_error: 'Access was denied at the bank.' })
    const down = await atTheBank()
    await down.browser.open(await atBank(down.hosted, 'bank_down'))
    expect(await bankStep(down)).toMatchObject({ reason: 'bank_down' })
    const none = await atTheBank()
    await none.browser.open(await atBank(none.hosted, 'approve_no_accounts'))
    expect(await bankStep(none)).toMatchObject({ reason: 'no_accounts' })
    // Nobody came back: the webhook hints, and a poll reads how it ended.
    const unseen = await atTheBank()
    await act(unseen, 'refuse')
    expect(await poll(unseen)).toMatchObject({ is: 'failed', reason: 'refused' })
  })

  test('hosted URL too old', async () => {
    const trip = await atTheBank()
    await age(trip, 31 * MINUTE_MS)
    expect(await (await fetch(trip.hosted)).text()).toContain('This link has expired')
    expect(await poll(trip)).toMatchObject({ is: 'waiting' })
    const fresh = await trip.browser.send(`${trip.base}/bank`, { bank: 'ins_117601' })
    expect(fresh).not.toBe(trip.hosted)
    expect((await trip.browser.open(await atBank(fresh))).h1).toBe('Bank connected')
  })

  test('result too old', async () => {
    const trip = await atTheBank()
    const back = await atBank(trip.hosted)
    await age(trip, 6 * 60 * MINUTE_MS + 1_000)
    const page = await trip.browser.open(back)
    expect([page.status, page.h1]).toEqual([200, 'You stopped before finishing'])
    expect(await trip.session()).toMatchObject({
      failure: 'cancelled',
      failure_reason: 'The visit to the bank was not finished in time.',
    })
    // Between half an hour and six hours the result is told, and cannot be taken any more.
    const late = await atTheBank()
    const lateBack = await atBank(late.hosted)
    await age(late, 45 * MINUTE_MS)
    expect((await late.browser.open(lateBack)).status).toBe(200)
    expect(await late.session()).toMatchObject({
      failure: 'cancelled',
      failure_reason: 'The approval at the bank came too late to be used.',
    })
  })

  test('long practice name', async () => {
    const practice = await side.createPractice({ name: 'Marsh, Lowe & Partners Chartered Accountants LLP' })
    const trip = await atTheBank(practice)
    const { links } = await atPlaid()
    expect(links.find(({ token }) => token === trip.token)?.request.clientName).toBe('Marsh, Lowe & Partners')
  })

  test('account without bacs', async () => {
    const trip = await atTheBank()
    expect((await trip.browser.open(await atBank(trip.hosted, 'approve_without_numbers'))).h1).toBe('Bank connected')
    expect(await accounts(trip)).toEqual([
      { sort_code: expect.any(String), account_number: expect.any(String) },
      { sort_code: null, account_number: null },
    ])
  })

  test('accounts still processing', async () => {
    const trip = await atTheBank()
    const back = await atBank(trip.hosted)
    await fault('accounts', 'processing')
    await trip.browser.open(back)
    expect(await bankStep(trip)).toMatchObject({ phase: 'processing', done_at: null })
    expect(await poll(trip)).toMatchObject({ is: 'connected' })
    expect(await itemsOf(trip)).toHaveLength(1)
  })

  test('second signatory', async () => {
    const trip = await atTheBank()
    expect(await atBank(trip.hosted, 'signatory')).toBe(trip.hosted)
    expect(await poll(trip)).toMatchObject({ is: 'waiting' })
    expect((await trip.browser.submit(`${trip.base}/check`)).status).toBe(200)
    expect(await trip.session()).toMatchObject({ status: 'pending' })
    await act(trip, 'approve')
    expect((await trip.browser.submit(`${trip.base}/check`)).h1).toBe('Bank connected')
  })

  test('return in another browser', async () => {
    const trip = await atTheBank()
    const other = browse(side.publicUrl)
    expect((await other.open(await atBank(trip.hosted))).h1).toBe('Connect to Harbour Bakery Ltd?')
    expect(await poll(trip)).toMatchObject({ is: 'unconfirmed' })
    expect(await connections(trip)).toEqual([])
    await other.submit(`/connect/${trip.id}/confirm`, { answer: 'yes' })
    expect(await connections(trip)).toHaveLength(1)
    // A no ends the approval there.
    const refused = await atTheBank()
    const third = browse(side.publicUrl)
    await third.open(await atBank(refused.hosted))
    await third.submit(`/connect/${refused.id}/confirm`, { answer: 'no' })
    expect(await itemsOf(refused)).toEqual([])
  })

  test('bank down', { meta: { outcome: 'outage' } }, async () => {
    for (const kind of ['bank_down', 'bank_not_responding', 'server_error']) {
      const trip = await atTheBank()
      await act(trip, 'never_return')
      const before = await bankStep(trip)
      await fault('accounts', kind, undefined, 3)
      expect(await poll(trip)).toEqual({ is: 'waiting', repeated: false })
      expect(await bankStep(trip)).toEqual(before)
      expect(await trip.session()).toMatchObject({ status: 'pending' })
      expect(await poll(trip)).toMatchObject({ is: 'unconfirmed' })
    }
  })

  test('throttled', { meta: { outcome: '429' } }, async () => {
    const trip = await atTheBank()
    await act(trip, 'never_return')
    await fault('link', 'rate_limited', trip.token)
    expect(await poll(trip)).toEqual({ is: 'waiting', repeated: false })
    expect(await trip.session()).toMatchObject({ status: 'pending' })
    await fault('link', 'rate_limited', trip.token)
    const asked = side.deps.banks.first.status(withoutSecret(trip.token), null)
    expect(await failureOf(asked)).toEqual({ kind: 'rate_limited', retryAfterMs: MINUTE_MS })
  })

  test('forged webhook', async () => {
    const trip = await atTheBank()
    const body = finished(trip)
    const genuine = await signed(body)
    const forged: [string, Record<string, string>][] = [
      [body, await signed(body, { alg: 'HS256' })],
      [body, await signed(body, { at: Date.now() - 6 * MINUTE_MS })],
      [body, await signed(body, { at: Date.now() + 6 * MINUTE_MS })],
      [body, await signed(body, { hash: createHash('sha256').update('another').digest('hex') })],
      [body, await signed(body, { key: 'expired' })],
      [`${body} `, genuine],
      [body, { ...genuine, 'plaid-verification': `${genuine['plaid-verification']}A` }],
      [body, { 'content-type': 'application/json' }],
      // Comes last: after an unknown key no other is looked up for a while.
      [body, await signed(body, { kid: 'another' })],
    ]
    const before = await side.everything(['rate_limit'])
    for (const [sent, headers] of forged) expect((await send(sent, headers)).status).toBe(401)
    expect(await side.everything(['rate_limit'])).toEqual(before)
    expect((await send(body, genuine)).status).toBe(200)
    expect(await side.everything(['rate_limit'])).not.toEqual(before)
  })

  test('webhook twice', async () => {
    const trip = await atTheBank()
    const body = finished(trip)
    const both = await Promise.all([send(body, await signed(body)), send(body, await signed(body))])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    const before = await side.everything(['rate_limit'])
    expect((await send(body, await signed(body))).status).toBe(200)
    expect(await side.everything(['rate_limit'])).toEqual(before)
  })

  test('removed twice', async () => {
    const trip = await atTheBank()
    await trip.browser.open(await atBank(trip.hosted))
    const [connection] = await connections(trip)
    const [item] = await itemsOf(trip)
    await side.deps.banks.first.revoke?.({ externalId: item!.id, secret: item!.accessToken })
    const ended = await disconnect(side.deps.commands, side.deps, trip.client.target, actor, connection!.id)
    expect(ended).toEqual({ result: 'disconnected', endedThere: true })
    expect(await connections(trip)).toMatchObject([{ state: 'disconnected', secret_sealed: null }])
    expect(await itemsOf(trip)).toEqual([])
  })

  test('connected anew: the older Item is removed', async () => {
    const trip = await atTheBank()
    await trip.browser.open(await atBank(trip.hosted))
    const older = await itemsOf(trip)
    await side.lose(trip.client, 'bank', 'ended')
    const again = await trip.browser.send(`${trip.base}/bank`, { bank: 'ins_117601' })
    expect((await trip.browser.open(await atBank(again))).h1).toBe('Bank connected')
    const states = (await connections(trip)).map(({ state }) => state)
    expect(states).toEqual(['replaced', 'connected'])
    expect((await atPlaid()).items.map(({ id }) => id)).not.toContain(older[0]!.id)
  })

  test('expiry near', async () => {
    const trip = await connected()
    await actOnItem(trip, 'near_expiry')
    const [seen] = await looked(trip)
    expect(seen).toMatchObject({ state: 'connected', health: 'working' })
    expect(Math.round((seen!.access_until.getTime() - Date.now()) / DAY_MS)).toBe(7)
  })

  test('expired / revoked', { meta: { outcome: 'revoked elsewhere' } }, async () => {
    for (const action of ['expire', 'revoke', 'revoke_silently']) {
      const trip = await connected()
      await actOnItem(trip, action)
      // A revocation at the bank may send nothing: then the daily look finds it.
      if (action === 'revoke_silently') await side.owner`UPDATE connection SET look_at = now()`
      expect(await looked(trip)).toMatchObject([{ state: 'lost', health: 'ended' }])
      const lost = (await side.events(trip.client.id)).filter(({ kind }) => kind === 'connection_lost')
      expect(lost).toHaveLength(1)
    }
  })

  test('repaired elsewhere', async () => {
    const trip = await connected()
    await actOnItem(trip, 'expire')
    expect(await looked(trip)).toMatchObject([{ state: 'lost' }])
    await actOnItem(trip, 'repair')
    expect(await looked(trip)).toMatchObject([{ state: 'connected', health: 'working', last_error: null }])
  })
})
