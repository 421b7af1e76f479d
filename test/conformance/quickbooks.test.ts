import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { execute } from '../../commands/execute.ts'
import type { LedgerConnector, LedgerTokens } from '../../providers/ledger/ledger.ts'
import { type ClientSide, startClientSide } from '../api/client/clientHarness.ts'
import { failureOf } from '../providers/failureOf.ts'
import { readTokens } from '../signIns.ts'
import { actor, type Client, goToLedger, withEveryLedger } from './trips.ts'
import { LEDGER_TWINS, type LedgerTwin } from './twins.ts'

// The rows of the contract's last table, checked against the sandbox's QuickBooks. Rows about accounts that Embark would
// create have no test: it creates none.

const DAY_MS = 86_400_000

let side: ClientSide
let deps: ClientSide['deps']
let twin: LedgerTwin
let connector: LedgerConnector
beforeAll(async () => {
  side = await startClientSide()
  deps = withEveryLedger(side)
  twin = LEDGER_TWINS.quickbooks!(side.sandbox)
  connector = twin.connector()
})
afterAll(() => side?.stop())

const person = () => `rosa-${randomUUID().slice(0, 8)}@marshlowe.example`
const client = (name: string): Promise<Client> => side.invite({ name, steps: { books: 'practice', bank: 'client' } })
const connect = (of: Client, user: string, organisation: string) =>
  goToLedger(deps, twin, 'quickbooks', of, { user, organisation })
const fault = (kind: string, operation: string, match: string, more: object = {}) =>
  side.sandbox.fault({ provider: 'quickbooks', kind, operation, match, ...more })
const connections = (of: Client) =>
  side.owner`SELECT state, tenant_id, sign_in_id FROM connection WHERE onboarding_id = ${of.id} ORDER BY created_at`
const reopenBooks = (of: Client) =>
  execute(deps.commands, of.target, { actor, command: { do: 'reopen_step', requestId: randomUUID(), step: 'books' } })

/** Signs in at a company. Returns who did, with the tokens. */
async function signedInAt(realm: string): Promise<{ realm: string; tokens: LedgerTokens; user: string }> {
  const [user, redirectUrl] = [person(), 'http://127.0.0.1:3999/connect/return']
  const { redirectUrl: address, verifier } = await connector.authorise({ state: 'opaque', redirectUrl })
  const back = await twin.decide(address, { user, organisation: realm })
  const { code = '', ...query } = Object.fromEntries(back.searchParams)
  return { realm, user, tokens: await connector.exchange({ code, query, verifier, redirectUrl }) }
}
const signedIn = async (name: string) => signedInAt(await twin.organisation(name))

describe('QuickBooks', () => {
  test('callback without realmId', async () => {
    const [of, user] = [await client('Nameless Realm Ltd'), person()]
    await fault('no_realm', 'consent', user)
    const result = await connect(of, user, await twin.organisation('Nameless Realm Ltd'))
    expect(result).toMatchObject({ is: 'failed', reason: 'refused', words: expect.stringContaining('which company') })
    expect(await connections(of)).toEqual([])
    expect(await side.owner`SELECT FROM sign_in WHERE provider = 'quickbooks'`).toHaveLength(0)
  })

  test('same realm again', async () => {
    const [of, user, realm] = [await client('Same Realm Ltd'), person(), await twin.organisation('Same Realm Ltd')]
    expect(await connect(of, user, realm)).toMatchObject({ is: 'connected' })
    const before = await readTokens(side.owner, deps.sealer, of.id)
    await reopenBooks(of)
    expect(await connect(of, user, realm)).toMatchObject({ is: 'connected' })
    const after = await readTokens(side.owner, deps.sealer, of.id)
    expect(after.refreshToken).not.toBe(before.refreshToken)
    expect(await connections(of)).toMatchObject([
      { state: 'replaced', sign_in_id: null },
      { state: 'connected', tenant_id: realm },
    ])
    expect(await side.owner`SELECT FROM sign_in WHERE subject = ${realm}`).toHaveLength(1)
    expect(await connector.organisation(after, realm)).toMatchObject({ name: 'Same Realm Ltd' })
  })

  test('other company chosen', async () => {
    const [of, user] = [await client('First Choice Ltd'), person()]
    await connect(of, user, await twin.organisation('First Choice Ltd'))
    await reopenBooks(of)
    const result = await connect(of, user, await twin.organisation('Wholly Other Dental'))
    expect(result).toMatchObject({ is: 'check', chosen: { name: 'Wholly Other Dental' } })
    expect(await connections(of)).toMatchObject([{ state: 'connected' }])
  })

  test('no bank accounts', async () => {
    const made = {
      name: 'Cash Only Ltd',
      bankAccounts: [
        { name: 'Card', kind: 'card' },
        { name: 'Old', isHidden: true },
      ],
    }
    const { tenantId } = await side.sandbox.control<{ tenantId: string }>('quickbooks/organisations', made)
    const { tokens } = await signedInAt(tenantId)
    expect(await connector.bankAccounts(tokens, tenantId)).toEqual([])
  })

  test('rotation', async () => {
    const { realm, tokens, user } = await signedIn('Rotating Ltd')
    const fresh = await connector.refresh(tokens)
    expect(fresh.refreshToken).not.toBe(tokens.refreshToken)
    // The former one works for a day, so that a lost answer ends nothing.
    expect((await connector.organisation(await connector.refresh(tokens), realm)).name).toBe('Rotating Ltd')
    await side.sandbox.control(`quickbooks/people/${user}/age`, { byMs: DAY_MS + 1_000 })
    expect(await failureOf(connector.refresh(tokens))).toMatchObject({ kind: 'ended' })
    expect((await connector.refresh(fresh)).subject).toBe(realm)
  })

  test('refresh lost', async () => {
    const { realm, tokens } = await signedIn('Lost Answer Ltd')
    await fault('timeout_after_accept', 'refresh', tokens.refreshToken, { delayMs: 50 })
    expect(await failureOf(connector.refresh(tokens))).toMatchObject({ kind: 'unavailable' })
    expect((await connector.organisation(await connector.refresh(tokens), realm)).name).toBe('Lost Answer Ltd')
  })

  test('five-year limit', async () => {
    const { tokens } = await signedIn('Five Years Ltd')
    const days = (of: LedgerTokens) => ((of.endsIfUnusedAt?.getTime() ?? 0) - Date.now()) / DAY_MS
    expect(days(tokens)).toBeGreaterThan(100)
    await fault('five_years', 'refresh', tokens.refreshToken)
    expect(days(await connector.refresh(tokens))).toBeLessThan(21)
  })

  test('wrong host', async () => {
    const [of, realm] = [await client('Wrong Host Ltd'), await twin.organisation('Wrong Host Ltd')]
    await fault('disconnected', 'organisation', realm)
    expect(await connect(of, person(), realm)).toMatchObject({ is: 'failed', reason: 'refused_us' })
    expect(await connections(of)).toEqual([])
  })

  test('plan without the API', async () => {
    const { realm, tokens } = await signedIn('Small Plan Ltd')
    await fault('no_plan', 'accounts', realm)
    expect(await failureOf(connector.bankAccounts(tokens, realm))).toMatchObject({ kind: 'misconfigured' })
  })

  test('`Fault` in a 200', async () => {
    const { realm, tokens } = await signedIn('Calm Fault Ltd')
    await fault('fault_in_200', 'accounts', realm)
    expect(await failureOf(connector.bankAccounts(tokens, realm))).toMatchObject({ kind: 'unavailable' })
  })

  test('XML or HTML body', async () => {
    const { realm, tokens } = await signedIn('Gateway Ltd')
    await fault('html', 'accounts', realm, { times: 3 })
    expect(await failureOf(connector.bankAccounts(tokens, realm))).toMatchObject({ kind: 'unavailable' })
    const plain = await fetch(`${side.sandbox.url}/quickbooks/api/v3/company/${realm}/companyinfo/${realm}`)
    expect([plain.status, plain.headers.get('content-type')]).toEqual([401, expect.stringContaining('text/xml')])
  })

  test('code challenge: the twin refuses what Intuit does not document', async () => {
    const { redirectUrl } = await connector.authorise({
      state: 's',
      redirectUrl: 'http://127.0.0.1:3999/connect/return',
    })
    expect((await fetch(`${redirectUrl}&code_challenge=${'a'.repeat(43)}`)).status).toBe(400)
  })
})
