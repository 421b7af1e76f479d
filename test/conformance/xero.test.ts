import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { disconnect } from '../../commands/connections/disconnect.ts'
import { returnFromLedger } from '../../commands/connections/ledgers/ledgerReturn.ts'
import { departSession, openSession } from '../../commands/connections/sessions.ts'
import { execute } from '../../commands/execute.ts'
import { connectors } from '../../providers/connectors.ts'
import { createXero } from '../../providers/ledger/xero.ts'
import { credentials } from '../../sandbox/credentials.ts'
import { type ClientSide, startClientSide } from '../api/client/clientHarness.ts'
import { forFile } from '../forFile.ts'
import type { Fault } from '../providers/againstSandbox.ts'
import { failureOf } from '../providers/failureOf.ts'
import { readTokens } from '../signIns.ts'
import { lookNow } from './looks.ts'

// The rows of the contract's last table, checked with the product itself against the sandbox's Xero.

const actor = { type: 'api_key', id: null } as const
type Client = Awaited<ReturnType<ClientSide['invite']>>

const side = forFile(startClientSide)

/** Creates a client with books for the practice to connect. */
const client = (name: string): Promise<Client> => side.invite({ name, steps: { books: 'practice', bank: 'client' } })

const organisation = async (name: string): Promise<string> =>
  (await side.sandbox.control<{ tenantId: string }>('xero/organisations', { name })).tenantId

const fault = (kind: string, operation: string, match: string, more: Partial<Fault> = {}) =>
  side.sandbox.fault({ provider: 'xero', kind, operation, match, ...more })

/** Starts a session at Xero; returns it and the address of the page that asks for the organisation. */
async function setOut(of: Client, deps = side.deps) {
  const asked = { step: 'books', provider: 'xero', institution: null, institutionName: 'Xero' } as const
  const opened = await openSession(deps.commands, of.target, { ...asked, openedBy: 'practice', linkId: null })
  if (opened.result !== 'opened') throw new Error(JSON.stringify(opened))
  const left = await departSession(deps.commands, deps, of.target, actor, opened.sessionId, randomUUID())
  return { sessionId: opened.sessionId, left }
}

/** Allows access to these organisations as `user`; returns the address to which Xero redirects. */
async function allow(address: string, user: string, tenants: string[]): Promise<URL> {
  const request = /name="request"[^>]*value="([^"]+)"/.exec(await (await fetch(address)).text())?.[1] ?? ''
  const chosen = tenants.map((tenant): [string, string] => ['organisation', tenant])
  const fields: [string, string][] = [['request', request], ['action', 'approve'], ['user', user], ...chosen]
  const { origin, pathname } = new URL(address)
  const response = await fetch(`${origin}${pathname}/decide`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  })
  return new URL(response.headers.get('location') ?? '', address)
}

/** Runs a whole session: start, consent, return. */
async function connect(of: Client, user: string, tenants: string[]) {
  const { sessionId, left } = await setOut(of)
  if (left.result !== 'departed') throw new Error(JSON.stringify(left))
  const code = (await allow(left.redirectUrl, user, tenants)).searchParams.get('code') ?? ''
  return returnFromLedger(side.deps.commands, side.deps, of.target, sessionId, { code })
}

const connections = (of: Client) =>
  side.owner<{ id: string; state: string; tenant_name: string; sign_in_id: string | null }[]>`
    SELECT id, state, tenant_name, sign_in_id FROM connection WHERE onboarding_id = ${of.id} ORDER BY created_at`

/** Reopens the books; the old connection stays until it is replaced. */
const reopenBooks = async (of: Client) => {
  const command = { do: 'reopen_step', requestId: randomUUID(), step: 'books' } as const
  await execute(side.deps.commands, of.target, { actor, command })
}

/** Moves an organisation's connections back by a day. */
const age = (tenant: string) => side.sandbox.control(`xero/organisations/${tenant}/age`, { byMs: 86_400_000 })

const rename = (tenant: string, name: string) =>
  fetch(`${side.sandbox.url}/control/xero/organisations/${tenant}`, { method: 'PATCH', body: JSON.stringify({ name }) })

const accountant = () => `accountant-${randomUUID().slice(0, 8)}@marshlowe.example`

const tokensOf = (of: Client) => readTokens(side.owner, side.deps.sealer, of.id)

const tenantOf = async (of: Client): Promise<string> => {
  const [row] = await side.owner<{ tenant_id: string }[]>`
    SELECT tenant_id FROM connection WHERE onboarding_id = ${of.id} ORDER BY created_at DESC LIMIT 1`
  return row?.tenant_id ?? ''
}

describe('Xero', () => {
  test('new organisation', async () => {
    const of = await client('Harbour Bakery Ltd')
    const tenant = await organisation('Harbour Bakery Ltd')
    expect(await connect(of, accountant(), [tenant])).toMatchObject({ is: 'connected', name: 'Harbour Bakery Ltd' })
    expect(await connections(of)).toMatchObject([{ state: 'connected', tenant_name: 'Harbour Bakery Ltd' }])
  })

  test('reconnect', async () => {
    const of = await client('Reconnected Ltd')
    const [tenant, user] = [await organisation('Reconnected Ltd'), accountant()]
    // The person connected it once outside Embark: Xero keeps the old authorisation.
    const first = await setOut(of)
    if (first.left.result !== 'departed') throw new Error('not departed')
    await allow(first.left.redirectUrl, user, [tenant])
    await fault('old_event', 'consent', user)
    expect(await connect(of, user, [tenant])).toMatchObject({ is: 'connected', name: 'Reconnected Ltd' })
  })

  test('second consent, nothing changed', async () => {
    const of = await client('Unmoved Ltd')
    const [tenant, user] = [await organisation('Unmoved Ltd'), accountant()]
    await connect(of, user, [tenant])
    const before = await tokensOf(of)
    await reopenBooks(of)
    // Older than any present connection.
    await age(tenant)
    await fault('nothing_moves', 'consent', user)
    expect(await connect(of, user, [tenant])).toMatchObject({ is: 'connected', name: 'Unmoved Ltd' })
    expect((await connections(of)).map(({ state }) => state)).toEqual(['replaced', 'connected'])
    expect((await tokensOf(of)).refreshToken).not.toBe(before.refreshToken)
  })

  test('no event claim, null event id', async () => {
    const of = await client('Nameless Event Ltd')
    const [tenant, old, user] = [
      await organisation('Nameless Event Ltd'),
      await organisation('Long Ago Ltd'),
      accountant(),
    ]
    await connect(await client('Long Ago Ltd'), user, [old])
    await age(old)
    await fault('no_event', 'consent', user)
    expect(await connect(of, user, [tenant])).toMatchObject({ is: 'connected', name: 'Nameless Event Ltd' })
  })

  test('several candidates', async () => {
    const of = await client('One of Two Ltd')
    const tenants = [await organisation('One of Two Ltd'), await organisation('Two of Two Ltd')]
    const result = await connect(of, accountant(), tenants)
    expect(result.is === 'choose' && result.reached.map(({ tenantId }) => tenantId).sort()).toEqual(tenants.sort())
    expect(await side.step(of.id, 'books')).toMatchObject({ phase: 'choose_organisation', failed_at: null })
  })

  test('two sign-ins of one person at once', async () => {
    const user = accountant()
    const names = ['At Once Ltd', 'Meanwhile Ltd', 'Withdrawn Meanwhile Ltd']
    const trips = await Promise.all(
      names.map(async (name) => {
        const of = await client(name)
        const { sessionId, left } = await setOut(of)
        if (left.result !== 'departed') throw new Error(JSON.stringify(left))
        return { name, of, sessionId, left, tenant: await organisation(name) }
      }),
    )
    const codes: string[] = []
    for (const { left, tenant } of trips)
      codes.push((await allow(left.redirectUrl, user, [tenant])).searchParams.get('code') ?? '')
    // The third ends before its person is back: its access is ended at Xero, and no other one.
    const withdrawn = { do: 'cancel', requestId: randomUUID() } as const
    await execute(side.deps.commands, trips[2]!.of.target, { actor, command: withdrawn })
    for (const [index, { name, of, sessionId }] of [...trips.entries()].reverse()) {
      const code = codes[index] ?? ''
      expect(await returnFromLedger(side.deps.commands, side.deps, of.target, sessionId, { code })).toMatchObject(
        index === 2 ? { is: 'ended' } : { is: 'connected', name },
      )
    }
    const left = await side.deps.ledgers.first.organisations(await tokensOf(trips[0]!.of))
    expect(left.map(({ name }) => name)).toEqual(names.slice(0, 2))
  })

  test('nothing chosen', async () => {
    const of = await client('Chose Nothing Ltd')
    expect(await connect(of, accountant(), [])).toMatchObject({ is: 'failed', reason: 'nothing_chosen' })
    expect(await side.step(of.id, 'books')).toMatchObject({
      reason: 'nothing_chosen',
      last_error: 'No organisation was chosen.',
    })
  })

  test('other client’s tenant', { meta: { outcome: 'wrong organisation' } }, async () => {
    const [holder, of] = [await client('Holder Ltd'), await client('Holder Two Ltd')]
    const [tenant, user] = [await organisation('Holder Ltd'), accountant()]
    await connect(holder, user, [tenant])
    // Its name is the other client's, so the person is asked first; staff decide either way.
    await rename(tenant, 'Holder Two Ltd')
    expect(await connect(of, user, [tenant])).toMatchObject({ is: 'linked_elsewhere' })
    const [row] = await side.owner`SELECT reason FROM onboarding_step WHERE onboarding_id = ${of.id} AND kind = 'books'`
    expect(row).toEqual({ reason: 'already_linked' })
    expect(await connections(holder)).toMatchObject([{ state: 'connected' }])
  })

  test('limit reached', async () => {
    // Xero's limit: the browser stays there and does not return.
    const [of, tenant] = [await client('Over the Limit Ltd'), await organisation('Over the Limit Ltd')]
    const { sessionId, left } = await setOut(of)
    if (left.result !== 'departed') throw new Error('not departed')
    await side.sandbox.control('setup', { xero: { mostConnections: 1 } })
    try {
      expect((await allow(left.redirectUrl, accountant(), [tenant])).pathname).toBe('/xero/login/connectionLimit')
    } finally {
      await side.sandbox.control('setup', { xero: { mostConnections: 0 } })
    }
    expect((await side.owner`SELECT status FROM auth_session WHERE id = ${sessionId}`)[0]).toEqual({
      status: 'pending',
    })

    // Our limit: one below it the operator is warned, at it no session starts.
    const [standing] = await side.owner<{ n: number }[]>`SELECT count_ledger_connections('xero') AS n`
    const limited = (mostConnections: number) => ({
      ...side.deps,
      ledgers: connectors(
        createXero({
          ...credentials.xero,
          loginUrl: `${side.sandbox.url}/xero/login`,
          identityUrl: `${side.sandbox.url}/xero/identity`,
          apiUrl: `${side.sandbox.url}/xero/api`,
          mostConnections,
        }),
      ),
    })
    const n = standing?.n ?? 0
    expect(n).toBeGreaterThan(1)
    expect((await setOut(of, limited(n + 2))).left).toMatchObject({ result: 'departed', fewLeft: false })
    expect((await setOut(of, limited(n + 1))).left).toMatchObject({ result: 'departed', fewLeft: true })
    expect((await setOut(of, limited(n))).left).toMatchObject({ result: 'not_started', refusedUs: true })
    expect(await side.step(of.id, 'books')).toMatchObject({
      reason: 'refused_us',
      last_error: 'Xero lets Embark connect no more organisations at present. Embark’s operator has been told.',
    })
  })

  test('disconnected in Xero', { meta: { outcome: 'revoked elsewhere' } }, async () => {
    const of = await client('Cut Off Ltd')
    await connect(of, accountant(), [await organisation('Cut Off Ltd')])
    const tokens = await tokensOf(of)
    await fault('disconnected', 'accounts', await tenantOf(of))
    expect(await failureOf(side.deps.ledgers.first.bankAccounts(tokens, await tenantOf(of)))).toMatchObject({
      kind: 'ended',
    })
    expect(await side.deps.ledgers.first.organisations(tokens)).toEqual([])
  })

  test('plan or role', async () => {
    const of = await client('Small Plan Ltd')
    await connect(of, accountant(), [await organisation('Small Plan Ltd')])
    const tenant = await tenantOf(of)
    await fault('refused', 'accounts', tenant)
    expect(await failureOf(side.deps.ledgers.first.bankAccounts(await tokensOf(of), tenant))).toMatchObject({
      kind: 'misconfigured',
    })
    expect(await connections(of)).toMatchObject([{ state: 'connected' }])
    // A daily look keeps the connection, says why to staff and tells the operator, once for many clients.
    const second = await client('Second Small Plan Ltd')
    await connect(second, accountant(), [await organisation('Second Small Plan Ltd')])
    for (const one of [of, second]) await fault('refused', 'accounts', await tenantOf(one))
    await side.owner`UPDATE connection SET look_at = now() WHERE onboarding_id = ${second.id}`
    expect(await lookNow(side, side.deps, of)).toMatchObject([{ provider: 'xero', kind: 'misconfigured' }])
    for (const { id } of [of, second]) {
      const [seen] = await side.owner`SELECT state, health, last_error FROM connection WHERE onboarding_id = ${id}`
      const why = expect.stringContaining('Xero refuses Embark this organisation although it is connected.')
      expect(seen).toEqual({ state: 'connected', health: 'unanswered', last_error: why })
    }
    // In a session the page blames Embark and not the person.
    const next = await client('Smaller Plan Ltd')
    const chosen = await organisation('Smaller Plan Ltd')
    await fault('refused', 'organisation', chosen)
    expect(await connect(next, accountant(), [chosen])).toMatchObject({ is: 'failed', reason: 'refused_us' })
  })

  test('lost refresh answer', { meta: { outcome: 'time-out after effect' } }, async () => {
    const of = await client('Lost Answer Ltd')
    await connect(of, accountant(), [await organisation('Lost Answer Ltd')])
    const tokens = await tokensOf(of)
    await fault('timeout_after_accept', 'refresh', tokens.refreshToken, { delayMs: 50 })
    expect(await failureOf(side.deps.ledgers.first.refresh(tokens))).toMatchObject({ kind: 'unavailable' })
    const fresh = await side.deps.ledgers.first.refresh(tokens)
    expect(await side.deps.ledgers.first.organisation(fresh, await tenantOf(of))).toMatchObject({
      name: 'Lost Answer Ltd',
    })
  })

  test('refresh dead', async () => {
    const user = accountant()
    const both = [await client('First Dead Ltd'), await client('Second Dead Ltd')]
    for (const of of both) {
      const [row] = await side.owner<{ name: string }[]>`
        SELECT g.name FROM onboarding o JOIN organisation g ON g.id = o.organisation_id WHERE o.id = ${of.id}`
      await connect(of, user, [await organisation(row?.name ?? '')])
    }
    await fault('invalid_grant', 'refresh', 'grant_type', { times: 2 })
    for (const of of both) {
      expect(await failureOf(side.deps.ledgers.first.refresh(await tokensOf(of)))).toMatchObject({ kind: 'ended' })
    }
  })

  test('disconnect one of two', async () => {
    const user = accountant()
    const [one, two] = [await client('Leaves Ltd'), await client('Remains Ltd')]
    await connect(one, user, [await organisation('Leaves Ltd')])
    await connect(two, user, [await organisation('Remains Ltd')])
    const leaving = (await connections(one))[0]?.id ?? ''
    // Xero no longer accepts the access token: it is refreshed, and the connection ended.
    await fault('token_expired', 'disconnect', 'connections')
    expect(await disconnect(side.deps.commands, side.deps, one.target, actor, leaving)).toEqual({
      result: 'disconnected',
      endedThere: true,
    })
    const left = await side.deps.ledgers.first.organisations(await tokensOf(two))
    expect(left.map(({ name }) => name)).toEqual(['Remains Ltd'])
    expect(await side.deps.ledgers.first.organisation(await tokensOf(two), await tenantOf(two))).toMatchObject({
      name: 'Remains Ltd',
    })
  })

  test('day limit', { meta: { outcome: '429' } }, async () => {
    const of = await client('Busy Day Ltd')
    await connect(of, accountant(), [await organisation('Busy Day Ltd')])
    const tenant = await tenantOf(of)
    const { id } = await fault('day_limit', 'accounts', tenant, { times: 2, retryAfterSeconds: 40_000 })
    expect(await failureOf(side.deps.ledgers.first.bankAccounts(await tokensOf(of), tenant))).toEqual({
      kind: 'rate_limited',
      retryAfterMs: 40_000_000,
    })
    const { faults } = await side.sandbox.control<{ faults: { id: number; timesLeft: number }[] }>('faults')
    expect(faults.find((one) => one.id === id)?.timesLeft).toBe(1)
    await fetch(`${side.sandbox.url}/control/faults/${id}`, { method: 'DELETE' })
  })

  test('demo reset', async () => {
    const of = await client('Demo Company (UK)')
    const user = accountant()
    await connect(of, user, [await organisation('Demo Company (UK)')])
    const [old, tokens] = [await tenantOf(of), await tokensOf(of)]
    await fault('disconnected', 'organisation', old)
    expect(await failureOf(side.deps.ledgers.first.organisation(tokens, old))).toMatchObject({ kind: 'ended' })
    await reopenBooks(of)
    expect(await connect(of, user, [await organisation('Demo Company (UK)')])).toMatchObject({ is: 'connected' })
    expect(await tenantOf(of)).not.toBe(old)
  })
})
