import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { disconnect } from '../../commands/connections/disconnect.ts'
import { withSignIn } from '../../commands/connections/ledgers/signIns.ts'
import { execute } from '../../commands/execute.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { connectors } from '../../providers/connectors.ts'
import type { LedgerConnector } from '../../providers/ledger/ledger.ts'
import type { Provider } from '../../sandbox/faults.ts'
import { type ClientSide, startClientSide } from '../api/client/clientHarness.ts'
import { forFile } from '../forFile.ts'
import { failureOf } from '../providers/failureOf.ts'
import { withRestLimit } from '../restLimit.ts'
import { forgeTokens, readTokens } from '../signIns.ts'
import { lookNow } from './looks.ts'
import { actor, type Client, goToLedger, withEveryLedger } from './trips.ts'
import { LEDGER_TWINS, type LedgerTwin } from './twins.ts'

// One person's authorisation at a ledger, with the product itself against the twins of all ledgers.

type Connected = Client & { signInId: string; connectionId: string }

const side = forFile(startClientSide)
let deps: ClientSide['deps']
const pools: Database[] = []
beforeAll(async () => {
  deps = withEveryLedger(side)
})
afterAll(async () => {
  await Promise.all(pools.map((one) => one.close()))
})

/** A pool of its own for each of several processes. */
const processes = (n: number) => {
  const all = Array.from({ length: n }, () => openDatabase(side.databaseUrl, 2))
  pools.push(...all)
  return all
}

describe.each(Object.entries(LEDGER_TWINS))('sign-in: %s', (provider, twinOf) => {
  let twin: LedgerTwin
  beforeAll(() => {
    twin = twinOf(side.sandbox)
  })
  const person = () => `ann-${randomUUID().slice(0, 8)}@marshlowe.example`

  /** Connects a client's books as `user`, in an organisation of the client's name. */
  async function connect(name: string, user: string): Promise<Connected> {
    const client = await side.invite({ name, steps: { books: 'practice', bank: 'client' } })
    const organisation = await twin.organisation(name)
    expect(await goToLedger(deps, twin, provider, client, { user, organisation })).toMatchObject({
      is: 'connected',
      name,
    })
    const [row] = await side.owner<{ id: string; signInId: string }[]>`
      SELECT id, sign_in_id AS "signInId" FROM connection WHERE onboarding_id = ${client.id}`
    return { ...client, signInId: row?.signInId ?? '', connectionId: row?.id ?? '' }
  }

  const signIns = async (id: string) => (await side.owner`SELECT FROM sign_in WHERE id = ${id}`).count
  const names = (db: Database, { target, signInId }: Connected, ledgers = deps.ledgers) =>
    withSignIn(db, { ledgers, sealer: deps.sealer }, target.practiceId, { signInId, provider }, (tokens, ledger) =>
      ledger.organisations(tokens).then((all) => all.map((one) => one.name)),
    )

  test('one person’s sign-in serves every client it was used for, and is deleted with the last', async () => {
    const user = person()
    const one = await connect('First Shared Ltd', user)
    const before = await readTokens(side.owner, deps.sealer, one.id)
    const two = await connect('Second Shared Ltd', user)
    const other = await connect('Not Shared Ltd', person())
    expect(other.signInId).not.toBe(one.signInId)
    if (!twin.reachesSeveral) return expect(two.signInId).not.toBe(one.signInId)
    expect(two.signInId).toBe(one.signInId)
    const after = await readTokens(side.owner, deps.sealer, one.id)
    expect(after.refreshToken).not.toBe(before.refreshToken)
    expect(after.subject).toBe(before.subject)
    expect(await names(deps.db, one)).toEqual(expect.arrayContaining(['First Shared Ltd', 'Second Shared Ltd']))

    // A ledger that cannot end one organisation's connection ends the sign-in with the last.
    const { revoke } = twin.connector().can
    const endOf = ({ target, connectionId }: Connected) => disconnect(deps.commands, deps, target, actor, connectionId)
    expect(await endOf(one)).toEqual({ result: 'disconnected', endedThere: revoke })
    expect(await signIns(one.signInId)).toBe(1)
    expect(await names(deps.db, two)).toEqual(
      revoke ? ['Second Shared Ltd'] : ['First Shared Ltd', 'Second Shared Ltd'],
    )
    expect(await endOf(two)).toEqual({ result: 'disconnected', endedThere: true })
    expect(await signIns(one.signInId)).toBe(0)
    expect(await names(deps.db, two)).toBeNull()
  })

  test('a trip that comes back after its end leaves nothing at the ledger that can be ended there', async () => {
    const client = await side.invite({ name: 'Too Late Ltd', steps: { books: 'practice', bank: 'client' } })
    const name = `Too Late ${randomUUID().slice(0, 8)} Ltd`
    const organisation = await twin.organisation(name)
    const cancelled: LedgerTwin = {
      ...twin,
      decide: async (address, choice) => {
        const back = await twin.decide(address, choice)
        const command = { do: 'cancel', requestId: randomUUID() } as const
        await execute(deps.commands, client.target, { actor, command })
        return back
      },
    }
    const choice = { user: person(), organisation }
    expect(await goToLedger(deps, cancelled, provider, client, choice)).toMatchObject({ is: 'ended' })
    const page = await (await fetch(`${side.sandbox.url}/connections`)).text()
    const { can, signOut } = twin.connector()
    expect(page.includes(name)).toBe(!can.revoke && signOut === undefined)
  })

  test('a connection that another person’s sign-in replaced is ended at its ledger, if that can be', async () => {
    const client = await connect('Replaced Ltd', person())
    const before = await readTokens(side.owner, deps.sealer, client.id)
    const [{ tenant } = { tenant: '' }] = await side.owner<{ tenant: string }[]>`
      SELECT tenant_id AS tenant FROM connection WHERE id = ${client.connectionId}`
    const command = { do: 'reopen_step', requestId: randomUUID(), step: 'books' } as const
    await execute(deps.commands, client.target, { actor, command })
    const next = { user: person(), organisation: await twin.organisation('Replaced Ltd') }
    expect(await goToLedger(deps, twin, provider, client, next)).toMatchObject({ is: 'connected' })
    expect(await signIns(client.signInId)).toBe(0)
    const connector = twin.connector()
    const read = connector.organisation(before, tenant)
    const canEnd = connector.can.revoke || connector.signOut !== undefined
    if (canEnd) expect(await failureOf(read)).toMatchObject({ kind: expect.stringMatching(/^(ended|stale_token)$/) })
    else expect(await read).toMatchObject({ name: 'Replaced Ltd' })
    const [row] = await side.owner<{ signInId: string; tenant: string }[]>`
      SELECT sign_in_id AS "signInId", tenant_id AS tenant FROM connection
      WHERE onboarding_id = ${client.id} AND state = 'connected'`
    expect(row?.tenant).toBe(next.organisation)
    expect(await names(deps.db, { ...client, signInId: row?.signInId ?? '' })).toEqual(['Replaced Ltd'])
  })

  test('ten processes that need fresh tokens at once refresh once, and all go on with them', async () => {
    const client = await connect('Ten At Once Ltd', person())
    await forgeTokens(side.owner, deps.sealer, client.id, { accessToken: 'over', expiresAt: new Date(0) })
    let refreshes = 0
    const counted: LedgerConnector = {
      ...deps.ledgers.of(provider),
      refresh: (tokens) => {
        refreshes += 1
        return deps.ledgers.of(provider).refresh(tokens)
      },
    }
    const used = { ledgers: connectors(counted), sealer: deps.sealer }
    const accessTokens = await Promise.all(
      processes(10).map((db) =>
        withSignIn(
          db,
          used,
          client.target.practiceId,
          { signInId: client.signInId, provider },
          async (tokens) => tokens.accessToken,
        ),
      ),
    )
    expect(refreshes).toBe(1)
    expect(accessTokens).toHaveLength(10)
    expect(new Set(accessTokens).size).toBe(1)
    expect(await names(deps.db, client)).toEqual(['Ten At Once Ltd'])
  })

  test('a process that dies between the ledger’s answer and our write loses no sign-in that the ledger still honours', async () => {
    const client = await connect('Killed There Ltd', person())
    await forgeTokens(side.owner, deps.sealer, client.id, { accessToken: 'over', expiresAt: new Date(0) })
    const [dying] = processes(1)
    const killed: LedgerConnector = {
      ...deps.ledgers.of(provider),
      refresh: async (tokens) => {
        const fresh = await deps.ledgers.of(provider).refresh(tokens)
        await side.owner`SELECT pg_terminate_backend(l.pid) FROM pg_locks l
          WHERE l.relation = 'sign_in'::regclass AND l.mode = 'RowShareLock'`
        return fresh
      },
    }
    await expect(names(dying as Database, client, connectors(killed))).rejects.toThrow()
    const next = names(deps.db, client)
    if (twin.forgivesLoss) expect(await next).toEqual(['Killed There Ltd'])
    // Such a ledger honours no token twice: its person is asked to sign in again, and nothing repeats.
    else expect(await failureOf(next)).toMatchObject({ kind: 'ended' })
  })

  test('refresh dead', { meta: { outcome: 'revoked elsewhere' } }, async () => {
    const user = person()
    const clients = [await connect('First Dead There Ltd', user)]
    if (twin.reachesSeveral) clients.push(await connect('Second Dead There Ltd', user))
    const [one] = clients
    const tokens = await readTokens(side.owner, deps.sealer, one!.id)
    await forgeTokens(side.owner, deps.sealer, one!.id, { expiresAt: new Date(0) })
    await twin.forget(tokens)
    const stands = ({ id }: Connected) =>
      side.owner`SELECT state, health FROM connection WHERE onboarding_id = ${id} AND kind = 'books'`
    for (const client of clients) {
      expect(await lookNow(side, deps, client)).toEqual([])
      expect(await stands(client)).toEqual([{ state: 'lost', health: 'sign_in_ended' }])
    }
    // Every client of it has to be connected again, and is told so once: nobody asks the ledger any more.
    const { id } = await side.sandbox.fault({
      provider: provider as Provider,
      operation: 'refresh',
      kind: 'server_error',
    })
    for (const client of clients) {
      await lookNow(side, deps, client)
      const lost = (await side.events(client.id)).filter(({ kind }) => kind === 'connection_lost')
      expect(lost).toHaveLength(1)
    }
    const { faults } = await side.sandbox.control<{ faults: { id: number }[] }>('faults')
    expect(faults.map((fault) => fault.id)).toContain(id)
    await fetch(`${side.sandbox.url}/control/faults/${id}`, { method: 'DELETE' })
  })

  test('a ledger that takes longer than the database lets a transaction rest loses no sign-in', async () => {
    const client = await connect('Slow To Answer Ltd', person())
    await forgeTokens(side.owner, deps.sealer, client.id, { accessToken: 'over', expiresAt: new Date(0) })
    const [db] = processes(1)
    const slow: LedgerConnector = {
      ...deps.ledgers.of(provider),
      refresh: async (tokens) => {
        const fresh = await deps.ledgers.of(provider).refresh(tokens)
        await sleep(1_000)
        return fresh
      },
    }
    await withRestLimit(side.owner, async () => {
      expect(await names(db as Database, client, connectors(slow))).toEqual(['Slow To Answer Ltd'])
    })
    expect(await names(deps.db, client)).toEqual(['Slow To Answer Ltd'])
  })
})
