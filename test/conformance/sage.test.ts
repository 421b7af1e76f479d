import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withSignIn } from '../../commands/connections/ledgers/signIns.ts'
import { failureOf } from '../providers/failureOf.ts'
import { forgeTokens, readTokens } from '../signIns.ts'
import { type LedgerSide, startLedgerSide } from './ledgerSide.ts'

// The rows of the contract's last table, checked against the sandbox's Sage.

let ledger: LedgerSide
beforeAll(async () => {
  ledger = await startLedgerSide('sage')
})
afterAll(() => ledger?.side.stop())

const DAY_MS = 86_400_000

describe('Sage', () => {
  test('slash in the code', async () => {
    const { code, ...more } = await ledger.consent(await ledger.twin.organisation('Slash Ltd'))
    expect(code).toMatch(/^GB\//)
    expect(await ledger.connector.exchange({ code, ...more })).toMatchObject({ subject: expect.any(String) })
  })

  test('code late', async () => {
    const { user, ...returned } = await ledger.consent(await ledger.twin.organisation('Late Ltd'))
    await ledger.age(user, 61_000)
    expect(await failureOf(ledger.connector.exchange(returned))).toMatchObject({ kind: 'ended' })
  })

  test('several businesses', async () => {
    const [user, of] = [ledger.person(), await ledger.client('Second Business Ltd')]
    await ledger.signedIn('First Business Ltd', user)
    const result = await ledger.connect(of, user, await ledger.twin.organisation('Second Business Ltd'))
    expect(result).toMatchObject({
      is: 'choose',
      reached: [{ name: 'First Business Ltd' }, { name: 'Second Business Ltd' }],
    })
    expect(await ledger.connections(of)).toEqual([])
  })

  test('no business', async () => {
    const [user, of] = [ledger.person(), await ledger.client('No Business Ltd')]
    expect(await ledger.connect(of, user, '')).toMatchObject({ is: 'failed', reason: 'nothing_chosen' })
  })

  test('header missing: the twin answers with the other business, and the connector sends it', async () => {
    const user = ledger.person()
    const first = await ledger.signedIn('Lead Business Ltd', user)
    const second = await ledger.signedIn('Other Business Ltd', user)
    const headers = { authorization: `Bearer ${second.tokens.accessToken}`, accept: 'application/json' }
    const address = `${ledger.side.sandbox.url}/sage/api/v3.1/businesses/${first.organisation}`
    expect(await (await fetch(address, { headers })).json()).toMatchObject({ name: 'Lead Business Ltd' })
    const named = await ledger.connector.organisation(second.tokens, second.organisation)
    expect(named.name).toBe('Other Business Ltd')
  })

  test('expiry in mid-job', async () => {
    const of = await ledger.client('Five Minutes Ltd')
    const user = ledger.person()
    await ledger.connect(of, user, await ledger.twin.organisation('Five Minutes Ltd'))
    await forgeTokens(ledger.side.owner, ledger.deps.sealer, of.id, { expiresAt: new Date(Date.now() + 50_000) })
    // Fewer than 60 s are left: the tokens are refreshed before the job begins.
    const [row] = await ledger.connections(of)
    const left = await withSignIn(
      ledger.deps.db,
      ledger.deps,
      of.target.practiceId,
      { signInId: row?.sign_in_id, provider: 'sage' },
      async ({ expiresAt }) => expiresAt.getTime() - Date.now(),
    )
    expect(left).toBeGreaterThan(200_000)
  })

  test('refresh raced: the second use of a refresh token is refused', async () => {
    const { tokens, organisation } = await ledger.signedIn('Raced Ltd')
    const fresh = await ledger.connector.refresh(tokens)
    expect(await failureOf(ledger.connector.refresh(tokens))).toMatchObject({ kind: 'ended' })
    expect((await ledger.connector.organisation(fresh, organisation)).name).toBe('Raced Ltd')
  })

  test('refresh answer lost', { meta: { outcome: 'time-out after effect' } }, async () => {
    const { tokens } = await ledger.signedIn('Lost Answer Ltd')
    await ledger.fault('timeout_after_accept', 'refresh', tokens.refreshToken, { delayMs: 50 })
    expect(await failureOf(ledger.connector.refresh(tokens))).toMatchObject({ kind: 'unavailable' })
    expect(await failureOf(ledger.connector.refresh(tokens))).toMatchObject({ kind: 'ended' })
  })

  test('32 idle days', async () => {
    const { tokens, user } = await ledger.signedIn('Idle Ltd')
    expect(((tokens.endsIfUnusedAt?.getTime() ?? 0) - Date.now()) / DAY_MS).toBeCloseTo(31, 1)
    await ledger.age(user, 32 * DAY_MS)
    expect(await failureOf(ledger.connector.refresh(tokens))).toMatchObject({ kind: 'ended' })
  })

  test('subscription ended', async () => {
    const { tokens, organisation } = await ledger.signedIn('Unpaid Ltd')
    await ledger.fault('no_subscription', 'accounts', organisation)
    // Not a token that a refresh could mend.
    expect(await failureOf(ledger.connector.bankAccounts(tokens, organisation))).toMatchObject({ kind: 'permission' })

    // Staff are told once, with the reason, and it is read again once Sage answers: nobody has to reconnect.
    const [of, user] = [await ledger.client('Unpaid Later Ltd'), ledger.person()]
    const business = await ledger.twin.organisation('Unpaid Later Ltd')
    await ledger.connect(of, user, business)
    const before = await readTokens(ledger.side.owner, ledger.deps.sealer, of.id)
    await ledger.fault('no_subscription', 'accounts', business, { times: 2 })
    for (let day = 0; day < 2; day++) {
      expect(await ledger.look(of)).toEqual([])
      const why = { state: 'lost', health: 'permission', last_error: 'This Sage business has no active subscription.' }
      expect(await ledger.connections(of)).toMatchObject([why])
    }
    const told = (await ledger.side.events(of.id)).filter(({ kind }) => kind === 'connection_lost')
    expect(told).toHaveLength(1)
    expect(await readTokens(ledger.side.owner, ledger.deps.sealer, of.id)).toEqual(before)
    expect(await ledger.look(of)).toEqual([])
    expect(await ledger.connections(of)).toMatchObject([{ state: 'connected', health: 'working', last_error: null }])
  })

  test('errors that its sign-in page sends back are told as what they are', {
    meta: { outcome: 'denial' },
  }, async () => {
    const [of, user] = [await ledger.client('Sent Back Ltd'), ledger.person()]
    const business = await ledger.twin.organisation('Sent Back Ltd')
    for (const [kind, reason, words] of [
      ['temporarily_unavailable', 'unavailable', 'has a problem of its own right now'],
      ['invalid_scope', 'refused_us', 'refuses Embark’s application'],
      ['unauthorized_client', 'refused_us', 'refuses Embark’s application'],
    ] as const) {
      await ledger.fault(kind, 'consent', user)
      const told = { is: 'failed', reason, words: expect.stringContaining(words) }
      expect([kind, await ledger.connect(of, user, business)]).toMatchObject([kind, told])
      expect(await ledger.connections(of)).toEqual([])
    }
    expect(await ledger.connect(of, user, business)).toMatchObject({ is: 'connected' })
  })

  test('type unknown', async () => {
    const bankAccounts = [
      { name: 'Current' },
      { name: 'Stripe', kind: 'STRIPE' },
      { name: 'Cash', kind: 'CASH_IN_HAND' },
      { name: 'New', kind: 'TELEPATHY' },
    ]
    const { tokens, organisation } = await ledger.signedInAt(
      await ledger.organisation({ name: 'Types Ltd', bankAccounts }),
    )
    const read = await ledger.connector.bankAccounts(tokens, organisation)
    expect(read.map(({ name }) => name)).toEqual(['Current'])
    expect(read[0]?.number).toMatch(/^\d{14}$/)
  })

  test('pages', async () => {
    const bankAccounts = Array.from({ length: 201 }, (_, n) => ({ name: `Account ${n}` }))
    const { tokens, organisation } = await ledger.signedInAt(
      await ledger.organisation({ name: 'Many Ltd', bankAccounts }),
    )
    expect(await ledger.connector.bankAccounts(tokens, organisation)).toHaveLength(201)
  })

  test('error not an array', { meta: { outcome: 'malformed' } }, async () => {
    const { tokens, organisation } = await ledger.signedIn('Gateway Ltd')
    await ledger.fault('html', 'accounts', organisation)
    expect(await failureOf(ledger.connector.bankAccounts(tokens, organisation))).toMatchObject({ kind: 'stale_token' })
  })

  test('signed out with the last client', async () => {
    const { tokens } = await ledger.signedIn('Last Ltd')
    await ledger.connector.signOut?.(tokens)
    expect(await failureOf(ledger.connector.refresh(tokens))).toMatchObject({ kind: 'ended' })
    // A second time, and a token that Sage knows no more, end nothing and fail nothing.
    await ledger.connector.signOut?.(tokens)
  })
})
