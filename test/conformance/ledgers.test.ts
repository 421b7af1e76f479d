import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LedgerTokens } from '../../providers/ledger/ledger.ts'
import type { Provider } from '../../sandbox/faults.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { failureOf } from '../providers/failureOf.ts'
import { LEDGER_TWINS, type LedgerTwin, setUpFor } from './twins.ts'

// The suite of every ledger connector (`providers/ledger/ledger.ts`), against its twin in the sandbox. What a
// contract says of one ledger alone stands in a file of its own.

const sandbox = forFile(againstSandbox)

test('every ledger that Embark is set up for has its twin here', async () => {
  expect((await setUpFor(sandbox)).ledgers).toEqual(Object.keys(LEDGER_TWINS).sort())
})

const redirectUrl = 'http://127.0.0.1:3999/connect/return'

describe.each(Object.entries(LEDGER_TWINS))('ledger: %s', (name, twinOf) => {
  let twin: LedgerTwin
  beforeAll(() => {
    twin = twinOf(sandbox)
  })
  const provider = name as Provider
  const person = () => `ann-${randomUUID().slice(0, 8)}@marshlowe.example`

  /** Goes through the consent page. Returns where the browser comes back, and the verifier of the code. */
  async function consent(choice: { user: string; organisation: string } | null) {
    const { redirectUrl: address, verifier } = await twin.connector().authorise({ state: 'opaque-state', redirectUrl })
    const back = await twin.decide(address, choice)
    expect(`${back.origin}${back.pathname}`).toBe(redirectUrl)
    expect(back.searchParams.get('state')).toBe('opaque-state')
    const { code = '', ...query } = Object.fromEntries(back.searchParams)
    return { back, code, query, verifier }
  }
  async function signIn(user: string, organisation: string): Promise<LedgerTokens> {
    const { code, query, verifier } = await consent({ user, organisation })
    return twin.connector().exchange({ code, query, verifier, redirectUrl })
  }
  const connected = async (organisationName: string, user = person()) => {
    const tenant = await twin.organisation(organisationName)
    return { tenant, user, tokens: await signIn(user, tenant) }
  }

  test('says who it is and what it can', () => {
    const connector = twin.connector()
    expect(connector.name).toBe(name)
    expect(connector.label.length).toBeLessThanOrEqual(10)
    expect(connector.browserOrigins.map((one) => new URL(one).origin)).toEqual(connector.browserOrigins)
    expect(connector.can).toMatchObject({ revoke: expect.any(Boolean), duringSetup: expect.any(Boolean) })
  })

  test('new organisation: its name and bank accounts are read', { meta: { outcome: 'success' } }, async () => {
    const { tenant, tokens } = await connected('Harbour Bakery Ltd')
    expect(tokens.expiresAt.getTime()).toBeGreaterThan(Date.now() + 60_000)
    const connector = twin.connector()
    const reached = await connector.organisations(tokens)
    expect(reached).toMatchObject([{ tenantId: tenant, name: 'Harbour Bakery Ltd', connectionId: expect.any(String) }])
    expect(await connector.organisation(tokens, tenant)).toMatchObject({ name: 'Harbour Bakery Ltd' })
    expect(await connector.bankAccounts(tokens, tenant)).toMatchObject([
      { name: 'Current', externalId: expect.any(String) },
    ])
  })

  test('denial: comes back without a code', { meta: { outcome: 'denial' } }, async () => {
    const { back, code } = await consent(null)
    expect([code, back.searchParams.get('error')]).toEqual(['', expect.any(String)])
  })

  test('code used twice', async () => {
    const { code, query, verifier } = await consent({
      user: person(),
      organisation: await twin.organisation('Twice Ltd'),
    })
    await twin.connector().exchange({ code, query, verifier, redirectUrl })
    const again = twin.connector().exchange({ code, query, verifier, redirectUrl })
    expect(await failureOf(again)).toMatchObject({ kind: 'ended' })
  })

  test('credentials wrong', { meta: { outcome: 'credentials refused' } }, async () => {
    const { code, query, verifier } = await consent({
      user: person(),
      organisation: await twin.organisation('Moor Farm'),
    })
    const refused = twin.stranger().exchange({ code, query, verifier, redirectUrl })
    expect(await failureOf(refused)).toMatchObject({ kind: 'misconfigured' })
  })

  test('disconnect one of two; repeated, and of an unknown one', async () => {
    const [one, connector] = [await connected('First Client Ltd'), twin.connector()]
    const other = await connected('Second Client Ltd', one.user)
    const found = (await connector.organisations(one.tokens)).find(({ tenantId }) => tenantId === one.tenant)
    await connector.disconnect(one.tokens, found?.connectionId ?? '')
    // A sign-in that holds one organisation ends with it: the next refresh is refused.
    const kind = twin.reachesSeveral ? 'ended' : 'stale_token'
    const after = connector.organisation(one.tokens, one.tenant)
    if (connector.can.revoke) expect(await failureOf(after)).toMatchObject({ kind })
    else expect(await after).toMatchObject({ name: 'First Client Ltd' })
    expect(await connector.organisation(other.tokens, other.tenant)).toMatchObject({ name: 'Second Client Ltd' })
    await connector.disconnect(other.tokens, found?.connectionId ?? '')
    await connector.disconnect(other.tokens, randomUUID())
    expect(await connector.organisation(other.tokens, other.tenant)).toMatchObject({ name: 'Second Client Ltd' })
  })

  test('ended on the sandbox’s page of connections', { meta: { outcome: 'revoked elsewhere' } }, async () => {
    const organisation = `Paged ${name} Ltd`
    const { tenant, tokens } = await connected(organisation)
    const page = await (await fetch(`${sandbox.url}/connections`)).text()
    const row = page.split('<li>').find((one) => one.includes(organisation)) ?? ''
    const [, action = ''] = /action="([^"]+)"/.exec(row) ?? []
    const fields = [...row.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, field = '', value = '']) => [
      field,
      value,
    ])
    await fetch(`${sandbox.url}${action}`, { method: 'POST', body: new URLSearchParams(fields) })
    const after = twin.connector().organisation(tokens, tenant)
    expect(await failureOf(after)).toMatchObject({ kind: expect.stringMatching(/^(ended|stale_token)$/) })
  })

  test('refresh: the new tokens work', async () => {
    const { tenant, tokens } = await connected('Quay Cafe Ltd')
    const fresh = await twin.connector().refresh(tokens)
    expect(fresh.accessToken).not.toBe(tokens.accessToken)
    expect(await twin.connector().organisation(fresh, tenant)).toMatchObject({ name: 'Quay Cafe Ltd' })
  })

  test('refresh dead', async () => {
    const { tokens } = await connected('Old Mill Ltd')
    await twin.forget(tokens)
    expect(await failureOf(twin.connector().refresh(tokens))).toMatchObject({ kind: 'ended' })
  })

  test.for([
    ['token_expired', 'stale_token'],
    ['disconnected', 'ended'],
    ['permission', 'permission'],
  ] as const)('%s', async ([trouble, kind], { skip }) => {
    skip(twin.lacks.includes(trouble), 'It has no such trouble.')
    const { tenant, tokens } = await connected(`Trouble ${trouble}`)
    await twin.fault(trouble, tenant)
    expect(await failureOf(twin.connector().bankAccounts(tokens, tenant))).toEqual({ kind, retryAfterMs: null })
  })

  test('rate_limited', { meta: { outcome: '429' } }, async () => {
    const { tenant, tokens } = await connected('Throttled Ltd')
    await twin.fault('rate_limited', tenant, { retryAfterSeconds: 20 })
    expect(await failureOf(twin.connector().bankAccounts(tokens, tenant))).toEqual({
      kind: 'rate_limited',
      retryAfterMs: twin.pauseMs,
    })
  })

  test('no answer, before or after the effect: the sign-in is not taken for over', {
    meta: { outcome: ['time-out before effect', 'time-out after effect'] },
  }, async () => {
    const { tenant, tokens } = await connected('Unanswered Ltd')
    const fails = async (kind: string) => {
      await sandbox.fault({ provider, operation: 'refresh', kind, match: tokens.refreshToken, delayMs: 50 })
      expect(await failureOf(twin.connector().refresh(tokens))).toMatchObject({ kind: 'unavailable' })
    }
    await fails('hang_before')
    await fails('connection_reset')
    const fresh = await twin.connector().refresh(tokens)
    expect(await twin.connector().organisation(fresh, tenant)).toMatchObject({ name: 'Unanswered Ltd' })
    await sandbox.fault({ provider, operation: 'refresh', kind: 'timeout_after_accept', delayMs: 50 })
    expect(await failureOf(twin.connector().refresh(fresh))).toMatchObject({ kind: 'unavailable' })
    const next = twin.connector().refresh(fresh)
    if (twin.forgivesLoss) expect((await next).subject).toBe(tokens.subject)
    else expect(await failureOf(next)).toMatchObject({ kind: 'ended' })
  })

  test('an answer in another form than documented is an outage, and uses nothing up', {
    meta: { outcome: 'malformed' },
  }, async () => {
    const { tenant, tokens } = await connected('Garbled Ltd')
    for (const operation of ['organisation', 'accounts', 'refresh']) {
      await sandbox.fault({ provider, operation, kind: 'malformed' })
      const connector = twin.connector()
      const asked =
        operation === 'refresh'
          ? connector.refresh(tokens)
          : operation === 'accounts'
            ? connector.bankAccounts(tokens, tenant)
            : connector.organisation(tokens, tenant)
      expect([operation, await failureOf(asked)]).toMatchObject([operation, { kind: 'unavailable' }])
    }
    expect(await twin.connector().refresh(tokens)).toMatchObject({ subject: tokens.subject })
  })

  test('fields that no contract names change nothing', { meta: { outcome: 'extra fields' } }, async () => {
    await sandbox.fault({ provider, kind: 'extra_fields', times: -1 })
    try {
      const { tenant, tokens } = await connected('Larger Answers Ltd')
      const connector = twin.connector()
      const fresh = await connector.refresh(tokens)
      expect(await connector.organisations(fresh)).toMatchObject([{ tenantId: tenant, name: 'Larger Answers Ltd' }])
      expect(await connector.organisation(fresh, tenant)).toMatchObject({ name: 'Larger Answers Ltd' })
      expect(await connector.bankAccounts(fresh, tenant)).toMatchObject([{ name: 'Current' }])
    } finally {
      await fetch(`${sandbox.url}/control/faults`, { method: 'DELETE' })
    }
  })

  test('one server error is read over, three are an outage', { meta: { outcome: 'outage' } }, async () => {
    const { tenant, tokens } = await connected('Stumble Ltd')
    await twin.fault('server_error', tenant)
    expect(await twin.connector().bankAccounts(tokens, tenant)).toHaveLength(1)
    await twin.fault('server_error', tenant, { times: 3 })
    expect(await failureOf(twin.connector().bankAccounts(tokens, tenant))).toMatchObject({ kind: 'unavailable' })
  })

  test('other client’s organisation', { meta: { outcome: 'wrong organisation' } }, async () => {
    const [mine, theirs] = [await connected('Mine Ltd'), await twin.organisation('Not Connected Ltd')]
    expect(await failureOf(twin.connector().bankAccounts(mine.tokens, theirs))).toMatchObject({ kind: 'ended' })
  })
})
