import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { execute } from '../../commands/execute.ts'
import { hasFixedEnd } from '../../domain/connections/connectionLife.ts'
import type { LedgerTokens } from '../../providers/ledger/ledger.ts'
import { failureOf } from '../providers/failureOf.ts'
import { readTokens } from '../signIns.ts'
import { type LedgerSide, startLedgerSide } from './ledgerSide.ts'
import { actor, type Client } from './trips.ts'

// The rows of the contract's last table, checked against the sandbox's QuickBooks.

const DAY_MS = 86_400_000

let ledger: LedgerSide
beforeAll(async () => {
  ledger = await startLedgerSide('quickbooks')
})
afterAll(() => ledger?.side.stop())

const tokensOf = (of: Client) => readTokens(ledger.side.owner, ledger.deps.sealer, of.id)
const reopenBooks = (of: Client) =>
  execute(ledger.deps.commands, of.target, {
    actor,
    command: { do: 'reopen_step', requestId: randomUUID(), step: 'books' },
  })

describe('QuickBooks', () => {
  test('callback without realmId', async () => {
    const [of, user] = [await ledger.client('Nameless Realm Ltd'), ledger.person()]
    await ledger.fault('no_realm', 'consent', user)
    const result = await ledger.connect(of, user, await ledger.twin.organisation('Nameless Realm Ltd'))
    expect(result).toMatchObject({ is: 'failed', reason: 'refused', words: expect.stringContaining('which company') })
    expect(await ledger.connections(of)).toEqual([])
    expect(await ledger.side.owner`SELECT FROM sign_in WHERE provider = 'quickbooks'`).toHaveLength(0)
  })

  test('same realm again', async () => {
    const [of, user, realm] = [
      await ledger.client('Same Realm Ltd'),
      ledger.person(),
      await ledger.twin.organisation('Same Realm Ltd'),
    ]
    expect(await ledger.connect(of, user, realm)).toMatchObject({ is: 'connected' })
    const before = await tokensOf(of)
    await reopenBooks(of)
    expect(await ledger.connect(of, user, realm)).toMatchObject({ is: 'connected' })
    const after = await tokensOf(of)
    expect(after.refreshToken).not.toBe(before.refreshToken)
    expect(await ledger.connections(of)).toMatchObject([
      { state: 'replaced', sign_in_id: null },
      { state: 'connected', tenant_id: realm },
    ])
    expect(await ledger.side.owner`SELECT FROM sign_in WHERE subject = ${realm}`).toHaveLength(1)
    expect(await ledger.connector.organisation(after, realm)).toMatchObject({ name: 'Same Realm Ltd' })
  })

  test('other company chosen', { meta: { outcome: 'wrong organisation' } }, async () => {
    const [of, user] = [await ledger.client('First Choice Ltd'), ledger.person()]
    await ledger.connect(of, user, await ledger.twin.organisation('First Choice Ltd'))
    await reopenBooks(of)
    const result = await ledger.connect(of, user, await ledger.twin.organisation('Wholly Other Dental'))
    expect(result).toMatchObject({ is: 'check', chosen: { name: 'Wholly Other Dental' } })
    expect(await ledger.connections(of)).toMatchObject([{ state: 'connected' }])
  })

  test('no bank accounts', async () => {
    const made = {
      name: 'Cash Only Ltd',
      bankAccounts: [
        { name: 'Card', kind: 'card' },
        { name: 'Old', isHidden: true },
      ],
    }
    const { tokens, organisation } = await ledger.signedInAt(await ledger.organisation(made))
    expect(await ledger.connector.bankAccounts(tokens, organisation)).toEqual([])
  })

  test('rotation', async () => {
    const { organisation: realm, tokens, user } = await ledger.signedIn('Rotating Ltd')
    const fresh = await ledger.connector.refresh(tokens)
    expect(fresh.refreshToken).not.toBe(tokens.refreshToken)
    // The former one works for a day, so that a lost answer ends nothing.
    expect((await ledger.connector.organisation(await ledger.connector.refresh(tokens), realm)).name).toBe(
      'Rotating Ltd',
    )
    await ledger.age(user, DAY_MS + 1_000)
    expect(await failureOf(ledger.connector.refresh(tokens))).toMatchObject({ kind: 'ended' })
    expect((await ledger.connector.refresh(fresh)).subject).toBe(realm)
  })

  test('refresh lost', { meta: { outcome: 'time-out after effect' } }, async () => {
    const { organisation: realm, tokens } = await ledger.signedIn('Lost Answer Ltd')
    await ledger.fault('timeout_after_accept', 'refresh', tokens.refreshToken, { delayMs: 50 })
    expect(await failureOf(ledger.connector.refresh(tokens))).toMatchObject({ kind: 'unavailable' })
    expect((await ledger.connector.organisation(await ledger.connector.refresh(tokens), realm)).name).toBe(
      'Lost Answer Ltd',
    )
  })

  test('five-year limit', async () => {
    const { tokens } = await ledger.signedIn('Five Years Ltd')
    const days = (of: LedgerTokens) => ((of.endsIfUnusedAt?.getTime() ?? 0) - Date.now()) / DAY_MS
    expect(days(tokens)).toBeGreaterThan(100)
    await ledger.fault('five_years', 'refresh', tokens.refreshToken)
    const fresh = await ledger.connector.refresh(tokens)
    expect(days(fresh)).toBeLessThan(21)
    // The page of sign-ins asks to sign in again before that end.
    const life = ledger.connector.signInLife
    const isAsked = (of: LedgerTokens) =>
      hasFixedEnd({ usedAt: Date.now(), endsIfUnusedAt: of.endsIfUnusedAt?.getTime() ?? null, life })
    expect([isAsked(tokens), isAsked(fresh)]).toEqual([false, true])
  })

  test('wrong host', async () => {
    const [of, realm] = [await ledger.client('Wrong Host Ltd'), await ledger.twin.organisation('Wrong Host Ltd')]
    await ledger.fault('disconnected', 'organisation', realm)
    expect(await ledger.connect(of, ledger.person(), realm)).toMatchObject({ is: 'failed', reason: 'refused_us' })
    expect(await ledger.connections(of)).toEqual([])
  })

  test('plan without the API', async () => {
    const { organisation: realm, tokens } = await ledger.signedIn('Small Plan Ltd')
    await ledger.fault('no_plan', 'accounts', realm)
    expect(await failureOf(ledger.connector.bankAccounts(tokens, realm))).toMatchObject({ kind: 'misconfigured' })
  })

  test('throttled', { meta: { outcome: '429' } }, async () => {
    const [of, user] = [await ledger.client('Over Quota Ltd'), ledger.person()]
    const realm = await ledger.twin.organisation('Over Quota Ltd')
    await ledger.connect(of, user, realm)
    const limited = () => ledger.fault('rate_limited', 'accounts', realm, { retryAfterSeconds: 0 })
    const seen = async () =>
      (await ledger.connections(of)).map(({ state, health, last_error }) => [state, health, last_error])
    await limited()
    expect(await failureOf(ledger.connector.bankAccounts(await tokensOf(of), realm))).toEqual({
      kind: 'rate_limited',
      retryAfterMs: 60_000,
    })
    await limited()
    expect(await ledger.look(of)).toEqual([])
    expect(await seen()).toEqual([['connected', 'unanswered', null]])
    // What outlives an hour is the month's quota, which an operator has to know of.
    await ledger.side
      .owner`UPDATE connection SET health_since = health_since - interval '1 hour' WHERE onboarding_id = ${of.id}`
    await limited()
    expect(await ledger.look(of)).toMatchObject([{ provider: 'quickbooks', kind: 'rate_limited' }])
    expect(await seen()).toEqual([['connected', 'unanswered', 'QuickBooks asks us to slow down.']])
    expect(await ledger.look(of)).toEqual([])
    expect(await seen()).toEqual([['connected', 'working', null]])
  })

  test('`Fault` in a 200', async () => {
    const { organisation: realm, tokens } = await ledger.signedIn('Calm Fault Ltd')
    await ledger.fault('fault_in_200', 'accounts', realm)
    expect(await failureOf(ledger.connector.bankAccounts(tokens, realm))).toMatchObject({ kind: 'unavailable' })
  })

  test('XML or HTML body', { meta: { outcome: 'malformed' } }, async () => {
    const { organisation: realm, tokens } = await ledger.signedIn('Gateway Ltd')
    await ledger.fault('html', 'accounts', realm, { times: 3 })
    expect(await failureOf(ledger.connector.bankAccounts(tokens, realm))).toMatchObject({ kind: 'unavailable' })
    const plain = await fetch(`${ledger.side.sandbox.url}/quickbooks/api/v3/company/${realm}/companyinfo/${realm}`)
    expect([plain.status, plain.headers.get('content-type')]).toEqual([401, expect.stringContaining('text/xml')])
  })

  test('code challenge: the twin refuses what Intuit does not document', async () => {
    const { redirectUrl } = await ledger.connector.authorise({
      state: 's',
      redirectUrl: 'http://127.0.0.1:3999/connect/return',
    })
    expect((await fetch(`${redirectUrl}&code_challenge=${'a'.repeat(43)}`)).status).toBe(400)
  })
})
