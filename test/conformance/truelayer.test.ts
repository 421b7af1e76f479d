import { createHmac, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { pollBank } from '../../commands/connections/banks/bankSession.ts'
import type { BankSessionRequest } from '../../providers/bank/bank.ts'
import { atBank, browse, startClientSide } from '../api/client/clientHarness.ts'
import { forFile } from '../forFile.ts'
import { failureOf } from '../providers/failureOf.ts'
import { scriptedServer } from '../providers/scriptedServer.ts'
import { withoutSecret } from '../providers/withoutSecret.ts'
import { lookNow } from './looks.ts'

/** A person's address: TrueLayer limits requests without one. */
const PERSON = '203.0.113.9'

const side = forFile(startClientSide)

type Session = { id: string; external_id: string; status: string; failure: string | null; polls: number }

/** Creates a client who accepted and went to the bank, in a browser of their own. */
async function atTheBank() {
  const client = await side.invite({ steps: { books: 'skip' } })
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  const hosted = await browser.send(`${base}/bank`, { bank: 'ob-northgate' })
  const session = async (): Promise<Session> => {
    const [row] = await side.owner<Session[]>`
      SELECT * FROM auth_session WHERE onboarding_id = ${client.id} ORDER BY created_at DESC LIMIT 1`
    return row!
  }
  return { client, base, browser, hosted, session, trip: await session() }
}
type Trip = Awaited<ReturnType<typeof atTheBank>>

const act = ({ trip }: Trip, action: string, more: object = {}) =>
  side.sandbox.control(`truelayer/connections/${trip.external_id}`, { action, ...more })
const fault = ({ trip }: Trip, operation: string, kind: string, times = 1) =>
  side.sandbox.fault({ provider: 'truelayer', operation, kind, times, match: trip.external_id })
const poll = ({ client, trip }: Trip) => pollBank(side.deps.commands, side.deps, client.target, trip.id)
const bankStep = ({ client }: Trip) => side.step(client.id, 'bank')
const accounts = ({ client }: Trip) => side.owner<
  { name: string; holder: string | null; institution: string | null }[]
>`
  SELECT a.name, a.holder, c.institution_name AS institution
  FROM connection c JOIN connection_account a ON a.connection_id = c.id WHERE c.onboarding_id = ${client.id}`

const connections = ({ client }: Trip) =>
  side.owner`SELECT state, health FROM connection WHERE onboarding_id = ${client.id} ORDER BY created_at`

async function request(more: Partial<BankSessionRequest> = {}): Promise<BankSessionRequest> {
  return {
    sessionId: randomUUID(),
    bankId: 'ob-northgate',
    returnUrl: `${side.publicUrl}/connect/return?state=x`,
    hookUrl: 'https://embark.example/hooks/any',
    practiceName: 'Marsh & Lowe',
    user: { id: randomUUID(), name: 'Jo Baker', email: 'jo@harbour.example', phone: null },
    ...more,
  }
}

const hook = () => `${side.localUrl}/hooks/truelayer`
const failedEvent = ({ trip }: Trip, changes: object = {}) =>
  JSON.stringify({
    type: 'connection_failed',
    event_version: 1,
    event_id: randomUUID(),
    connection_id: trip.external_id,
    failed_at: new Date().toISOString(),
    failure_stage: 'authorizing',
    failure_reason: 'provider_rejected',
    metadata: { session: trip.id },
    ...changes,
  })
const signed = (body: string, forgery: object = {}) =>
  side.sandbox.control<Record<string, string>>('truelayer/signatures', { url: hook(), body, forgery })
const send = (body: string, headers: Record<string, string>) => fetch(hook(), { method: 'POST', body, headers })

describe('TrueLayer', () => {
  test('no status endpoint', async () => {
    const trip = await atTheBank()
    const { access_token } = (await (
      await fetch(`${side.sandbox.url}/truelayer/auth/connect/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: 'sandbox-embark',
          client_secret: 'sandbox_truelayer_secret',
          scope: 'data',
        }),
      })
    ).json()) as { access_token: string }
    const asked = await fetch(`${side.sandbox.url}/truelayer/api/v3/data-connections/${trip.trip.external_id}`, {
      headers: { authorization: `Bearer ${access_token}` },
    })
    expect(asked.status).toBe(404)
    // The client can do everything without it.
    expect((await trip.browser.open(await atBank(trip.hosted))).h1).toBe('Bank connected')
  })

  test('pending, then authorised', async () => {
    const trip = await atTheBank()
    expect(await side.deps.banks.first.status(withoutSecret(trip.trip.external_id), PERSON)).toEqual({
      state: 'pending',
    })
    await trip.browser.open(await atBank(trip.hosted, 'approve_later'))
    expect(await bankStep(trip)).toMatchObject({ phase: 'processing', done_at: null })
    await act(trip, 'approve')
    expect(await poll(trip)).toMatchObject({ is: 'connected' })
    expect((await trip.browser.open(trip.base)).h1).toBe('Bank connected')
  })

  test('refused at the bank', { meta: { outcome: 'denial' } }, async () => {
    const trip = await atTheBank()
    await act(trip, 'refuse')
    expect(await trip.session()).toMatchObject({ status: 'failed', failure: 'refused' })
    expect(await bankStep(trip)).toMatchObject({ reason: 'refused', last_error: 'The bank refused.' })
    const before = await side.everything(['link_view', 'rate_limit'])
    expect(await side.deps.banks.first.status(withoutSecret(trip.trip.external_id), PERSON)).toEqual({
      state: 'pending',
    })
    expect(await poll(trip)).toMatchObject({ is: 'failed', repeated: true })
    expect((await trip.browser.open(trip.base)).h1).toBe('Northgate Bank didn’t complete the connection')
    expect(await side.everything(['link_view', 'rate_limit'])).toEqual(before)
  })

  test('webhook lost', async () => {
    const trip = await atTheBank()
    await fault(trip, 'webhook', 'webhook_lost')
    await act(trip, 'never_return')
    expect(await poll(trip)).toMatchObject({ is: 'unconfirmed' })
    // At most four calls a day are made for one session, whatever causes them.
    const other = await atTheBank()
    for (let n = 0; n < 8; n++) await poll(other)
    expect(await other.session()).toMatchObject({ polls: 4, status: 'pending' })
    expect(await accounts(trip)).toEqual([])
    expect((await browse(side.publicUrl).open(trip.base)).h1).toBe('Say yes where you started')
    expect((await trip.browser.open(trip.base)).h1).toBe('Connect to Harbour Bakery Ltd?')
    const done = await trip.browser.submit(`/connect/${trip.trip.id}/confirm`, { answer: 'yes' })
    expect(done.h1).toBe('Bank connected')
    expect(await accounts(trip)).not.toEqual([])
  })

  test('fifth call in a day, no IP', { meta: { outcome: '429' } }, async () => {
    const trip = await atTheBank()
    const bank = side.deps.banks.first
    const ask = (ip: string | null) => bank.status(withoutSecret(trip.trip.external_id), ip)
    for (let n = 0; n < 4; n++) expect(await ask(null)).toEqual({ state: 'pending' })
    expect(await failureOf(ask(null))).toMatchObject({ kind: 'rate_limited' })
    expect(await poll(trip)).toEqual({ is: 'waiting', repeated: false })
    const [next] = await side.owner`
      SELECT status, next_poll_at = expires_at AS tomorrow FROM auth_session WHERE id = ${trip.trip.id}`
    expect({ ...next }).toEqual({ status: 'pending', tomorrow: true })
    expect(await ask(PERSON)).toEqual({ state: 'pending' })
    expect((await trip.browser.open(await atBank(trip.hosted))).h1).toBe('Bank connected')
  })

  test('ended later', { meta: { outcome: 'revoked elsewhere' } }, async () => {
    const trip = await atTheBank()
    await trip.browser.open(await atBank(trip.hosted))
    const before = await accounts(trip)
    await act(trip, 'revoke')
    expect(await lookNow(side, side.deps, trip.client)).toEqual([])
    expect(await connections(trip)).toMatchObject([{ state: 'lost', health: 'ended' }])
    expect(await accounts(trip)).toEqual(before)
  })

  test('renewal', { meta: { outcome: 'success' } }, async () => {
    const trip = await atTheBank()
    await trip.browser.open(await atBank(trip.hosted))
    await side.lose(trip.client, 'bank', 'ended')
    const again = await trip.browser.send(`${trip.base}/bank`, { bank: 'ob-northgate' })
    expect((await trip.browser.open(await atBank(again))).h1).toBe('Bank connected')
    expect(await connections(trip)).toMatchObject([{ state: 'replaced' }, { state: 'connected' }])
  })

  test('bank down', { meta: { outcome: 'outage' } }, async () => {
    for (const kind of ['bank_down', 'bank_times_out']) {
      const trip = await atTheBank()
      await act(trip, 'never_return')
      const before = await bankStep(trip)
      await fault(trip, 'accounts', kind)
      expect(await poll(trip)).toEqual({ is: 'waiting', repeated: false })
      expect(await bankStep(trip)).toEqual(before)
      expect(await trip.session()).toMatchObject({ status: 'pending' })
      expect(await poll(trip)).toMatchObject({ is: 'unconfirmed' })
    }
  })

  test('brackets in the name', async () => {
    const name = 'Jo (Director) Marsden'
    const { externalId } = await side.deps.banks.first.start(
      await request({ user: { id: randomUUID(), name, email: 'jo@harbour.example', phone: null } }),
    )
    const { connections } = await side.sandbox.control<{ connections: { id: string; user: { name: string } }[] }>(
      'truelayer/connections',
    )
    expect(connections.find(({ id }) => id === externalId)?.user.name).toBe('Jo Director Marsden')
    const refused = side.deps.banks.first.start(
      await request({ user: { id: randomUUID(), name: 'Jo', email: 'nobody', phone: null } }),
    )
    expect(await refused.catch((error: unknown) => error)).toMatchObject({
      kind: 'refused',
      message: 'TrueLayer refused the details: email address.',
    })
  })

  test('business bank', async () => {
    const { redirectUrl } = await side.deps.banks.first.start(await request({ bankId: null }))
    expect(await (await fetch(redirectUrl)).text()).toContain('Tidewater Business Banking')
  })

  test('50 accounts, cursor given', async () => {
    const trip = await atTheBank()
    await act(trip, 'never_return', { accounts: 50 })
    const status = await side.deps.banks.first.status(withoutSecret(trip.trip.external_id), PERSON)
    if (status.state !== 'authorised') throw new Error(status.state)
    expect(new Set(status.accounts.map(({ externalId }) => externalId)).size).toBe(50)
    expect(status.accounts).toHaveLength(50)
  })

  test('no holder names, no bank name', async () => {
    const trip = await atTheBank()
    await fault(trip, 'accounts', 'no_holder_names')
    expect((await trip.browser.open(await atBank(trip.hosted))).h1).toBe('Bank connected')
    for (const one of await accounts(trip)) expect(one).toMatchObject({ holder: null, institution: 'Northgate Bank' })
    expect(await accounts(trip)).not.toEqual([])
  })

  test('repeated create', { meta: { outcome: 'time-out after effect' } }, async () => {
    const wanted = await request()
    const [one, other] = [await side.deps.banks.first.start(wanted), await side.deps.banks.first.start(wanted)]
    expect(one.externalId).not.toBe(other.externalId)

    // The answer to a create is lost: it is not repeated, the next click makes another, and the first is recognised
    // when it reports.
    const client = await side.invite({ steps: { books: 'skip' } })
    const base = `/j/${await side.tokenFor(client)}`
    const browser = browse(side.publicUrl)
    const lost = { provider: 'truelayer', operation: 'create', kind: 'timeout_after_accept', delayMs: 100 } as const
    await side.sandbox.fault({ ...lost, match: client.email })
    expect((await browser.submit(`${base}/bank`, { bank: 'ob-northgate' })).h1).toBe(
      'We can’t reach TrueLayer just now',
    )
    const made = async () => {
      const list = await side.sandbox.control<{ connections: { id: string; user: { id: string } }[] }>(
        'truelayer/connections',
      )
      return list.connections.filter(({ user }) => user.id === client.id).map(({ id }) => id)
    }
    expect(await made()).toHaveLength(1)
    const [orphan] = await made()
    expect((await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-northgate' })))).h1).toBe(
      'Bank connected',
    )
    await side.sandbox.control(`truelayer/connections/${orphan}`, { action: 'approve' })
    expect(await made()).toHaveLength(2)
    const stored = await side.owner`SELECT external_id FROM connection WHERE onboarding_id = ${client.id}`
    expect(stored.map(({ external_id }) => external_id)).toEqual([(await made()).find((id) => id !== orphan)])
    expect(side.logged.filter((line) => line.includes(orphan!) && line.includes('it is forgotten'))).toHaveLength(1)
  })

  test('forged webhook', async () => {
    const trip = await atTheBank()
    const foreign = await scriptedServer(() => ({ json: { keys: [] } }))
    const body = failedEvent(trip)
    const genuine = await signed(body)
    const header = (changes: object) => {
      const [encoded = '', , signature = ''] = genuine['Tl-Signature']!.split('.')
      const changed = { ...JSON.parse(Buffer.from(encoded, 'base64url').toString()), ...changes }
      return `${Buffer.from(JSON.stringify(changed)).toString('base64url')}..${signature}`
    }
    const mac = createHmac('sha512', 'any').update(body).digest('base64url')
    const hs256 = { ...genuine, 'Tl-Signature': `${header({ alg: 'HS256' }).split('.')[0]}..${mac}` }
    const forged: [string, Record<string, string>][] = [
      [body, await signed(body, { jku: `${foreign.url}/.well-known/jwks` })],
      [body, await signed(body, { kid: 'another' })],
      [body.replace('provider_rejected', 'canceled'), genuine],
      [body, await signed(body, { at: Date.now() - 10 * 60_000 })],
      [body, hs256],
      [body, { 'content-type': 'application/json' }],
    ]
    const before = await side.everything(['rate_limit'])
    for (const [sent, headers] of forged) expect((await send(sent, headers)).status).toBe(401)
    expect(await side.everything(['rate_limit'])).toEqual(before)
    expect(foreign.asked).toEqual([])
    await foreign.close()
    // The genuine one is accepted.
    expect((await send(body, genuine)).status).toBe(200)
    expect(await trip.session()).toMatchObject({ status: 'failed', failure: 'refused' })
  })

  test('event twice', async () => {
    const trip = await atTheBank()
    const body = failedEvent(trip, { failure_reason: 'denied' })
    const both = await Promise.all([send(body, await signed(body)), send(body, await signed(body))])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    const before = await side.everything(['rate_limit'])
    expect((await send(body, await signed(body))).status).toBe(200)
    expect(await side.everything(['rate_limit'])).toEqual(before)
    expect((await side.events(trip.client.id)).filter(({ kind }) => kind === 'bank_failed')).toHaveLength(1)
    // The same holds for a hint: the second one triggers no further poll.
    const hinted = await atTheBank()
    await fault(hinted, 'webhook', 'webhook_twice')
    await act(hinted, 'never_return')
    const events = await side.owner`SELECT id FROM provider_event WHERE provider = 'truelayer'`
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    expect(await poll(hinted)).toMatchObject({ is: 'unconfirmed' })
  })
})
