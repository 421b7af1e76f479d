import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { closeAccounts } from '../../../commands/connections/banks/missingAccounts.ts'
import { advanceRow, clockedConnection } from '../../../dev/demo/advance.ts'
import { furtherProviders } from '../../../dev/stack/environment.ts'
import { DAY_MS, HOUR_MS } from '../../../domain/situation.ts'
import { workflowIdOfLiving } from '../../../workflows/contract.ts'
import { clocksOf } from '../../advance.ts'
import { forFile } from '../../forFile.ts'
import { startHarness, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { found, historyOfWorkflow, write } from '../history.ts'
import { type Client, journeyOf } from '../journey.ts'

// The ends of bank consents, and the daily look at every connection, against the twins.

const harness = forFile(() => startHarness({ environment: furtherProviders }))
const journey = forFile(() => journeyOf(harness))

const connectionOf = async ({ id }: Client, kind: 'bank' | 'books') => {
  const [row] = await harness.owner<
    { id: string; state: string; health: string; external_id: string; session_id: string; access_until: Date | null }[]
  >`SELECT * FROM connection WHERE onboarding_id = ${id} AND kind = ${kind} AND ended_at IS NULL`
  if (!row) throw new Error('nothing is connected')
  return row
}
const healthOf = async (client: Client, kind: 'bank' | 'books') => {
  const { state, health } = await connectionOf(client, kind)
  return { state, health }
}
const WORKS = { state: 'connected', health: 'working' }
/** Returns what was recorded of the connections' health. */
const recorded = async ({ id }: Client) =>
  (await harness.events(id))
    .filter(({ kind }) => kind.startsWith('connection_'))
    .map(({ kind, data }) => [kind, data.step, data.health ?? null])

/** Looks at one connection as if its day had come. */
async function look(client: Client, kind: 'bank' | 'books'): Promise<void> {
  const { id } = await connectionOf(client, kind)
  await harness.owner`UPDATE connection SET look_at = clock_timestamp() WHERE id = ${id}`
  await harness.worker.lookAtConnectionsNow()
}

/** A completed client with a bank alone. */
async function withBank(): Promise<Client> {
  const client = await harness.create({ steps: { books: 'skip' } })
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await journey.accept(client)
  expect(await journey.connectBank(client)).toMatchObject({ is: 'connected' })
  await harness.until(client.id, 'completed')
  return client
}

/** A client with books; completed unless a bank is still wanted. */
async function withBooks(user?: string, bank: 'client' | 'skip' = 'skip'): Promise<Client> {
  const name = `Healthy ${randomUUID().slice(0, 8)} Ltd`
  const client = await harness.create({ name, channels: null, steps: { bank } })
  await harness.until(client.id, 'not_invited')
  expect(await journey.connectBooks(client, name, user)).toMatchObject({ is: 'connected' })
  if (bank === 'skip') await harness.until(client.id, 'completed')
  return client
}

const atBank = async (client: Client, action: string) => {
  const { external_id } = await connectionOf(client, 'bank')
  await harness.control.call('POST', `/truelayer/connections/${external_id}`, { action })
}

describe('a bank consent', () => {
  test('that reaches its computed end is recorded then, once, though its provider says nothing', async () => {
    const client = await withBank()
    const { id, access_until } = await connectionOf(client, 'bank')
    await harness.worker.wakeConnectionsNow()
    const clocked = clockedConnection(harness.owner, { of: 'consent', id })
    await waitFor('its workflow', async () => (await clocked.read()).wakeAt)
    const end = access_until?.getTime() ?? 0
    expect(Math.round((end - Date.now()) / DAY_MS)).toBe(90)
    await advanceRow(clocksOf(harness), clocked, end - HOUR_MS)
    expect(await healthOf(client, 'bank')).toEqual(WORKS)
    await advanceRow(clocksOf(harness), clocked, end + HOUR_MS)
    expect(await healthOf(client, 'bank')).toEqual({ state: 'lost', health: 'expired' })
    expect(await recorded(client)).toEqual([['connection_lost', 'bank', 'expired']])
    await advanceRow(clocksOf(harness), clocked, end + 8 * DAY_MS)
    const workflow = harness.temporal.workflow.getHandle(workflowIdOfLiving({ of: 'consent', id }))
    await waitFor('its end', async () => (await workflow.describe()).status.name === 'COMPLETED')
    const history = await historyOfWorkflow(workflow)
    expect(found(history, [client.email, '@', 'Harbour', 'Northgate'])).toEqual([])
    write('consent', history)
  })

  test('that was ended at the bank is noticed within a day without the provider’s word, and told once', async () => {
    const client = await withBank()
    await look(client, 'bank')
    expect(await healthOf(client, 'bank')).toEqual(WORKS)
    await atBank(client, 'revoke')
    await look(client, 'bank')
    expect(await healthOf(client, 'bank')).toEqual({ state: 'lost', health: 'ended' })
    await look(client, 'bank')
    expect(await recorded(client)).toEqual([['connection_lost', 'bank', 'ended']])
  })

  test('that its provider says something about is looked at with the next pass', async () => {
    const client = await withBank()
    await atBank(client, 'revoke')
    await harness.worker.lookAtConnectionsNow()
    expect(await healthOf(client, 'bank')).toEqual(WORKS)
    const { session_id } = await connectionOf(client, 'bank')
    expect(await journey.report(session_id, { family: 'refused', reason: 'The bank refused.' })).toBe('recorded')
    await harness.worker.lookAtConnectionsNow()
    expect(await healthOf(client, 'bank')).toEqual({ state: 'lost', health: 'ended' })
  })

  test('whose provider names an earlier end ends then, and its workflow is told at once', async () => {
    const client = await harness.create({ channels: null, steps: { books: 'skip' } })
    await harness.until(client.id, 'not_invited')
    const { sessionId } = await journey.setOut(client, 'bank', 'plaid', 'ins_117601')
    const [session] = await harness.owner<{ external_id: string }[]>`
      SELECT external_id FROM auth_session WHERE id = ${sessionId}`
    await harness.control.call('POST', `/plaid/links/${session?.external_id}`, { action: 'approve' })
    expect(await journey.settle(client, sessionId)).toMatchObject({ is: 'connected' })
    await harness.worker.wakeConnectionsNow()
    const { id, external_id } = await connectionOf(client, 'bank')
    const clocked = clockedConnection(harness.owner, { of: 'consent', id })
    const wakesIn = async () => (((await clocked.read()).wakeAt ?? 0) - Date.now()) / DAY_MS
    await waitFor('its workflow', async () => (await clocked.read()).wakeAt)
    expect(await wakesIn()).toBeGreaterThan(7)
    await harness.control.call('POST', `/plaid/items/${external_id}`, { action: 'near_expiry' })
    await look(client, 'bank')
    await waitFor('the new end', async () => (await wakesIn()) < 7)
    await harness.control.call('POST', `/plaid/items/${external_id}`, { action: 'revoke_silently' })
    await look(client, 'bank')
    expect(await healthOf(client, 'bank')).toEqual({ state: 'lost', health: 'ended' })
    await harness.control.call('POST', `/plaid/items/${external_id}`, { action: 'repair' })
    await look(client, 'bank')
    expect(await healthOf(client, 'bank')).toEqual(WORKS)
  })

  test('whose account the bank closes is noted once, staff are told once, and it is cleared when the account is seen again', async () => {
    const client = await withBank()
    const { id } = await connectionOf(client, 'bank')
    const names = () => harness.owner<{ missing: boolean; n: number }[]>`
      SELECT missing_since IS NOT NULL AS missing, count(*)::int AS n FROM connection_account WHERE connection_id = ${id}
      GROUP BY 1 ORDER BY 1`
    const noted = async () =>
      (await harness.events(client.id))
        .filter(({ kind }) => /^accounts_/.test(kind))
        .map(({ kind, data }) => [kind, data])
    const before = await names()
    await atBank(client, 'close_account')
    await look(client, 'bank')
    await look(client, 'bank')
    expect(await names()).toEqual([
      { missing: false, n: before[0]!.n - 1 },
      { missing: true, n: 1 },
    ])
    expect(await noted()).toEqual([['accounts_missing', { accounts: 1, back: 0 }]])
    expect(await healthOf(client, 'bank')).toEqual(WORKS)
    // A look that fails says nothing, and a bank that shows it again is believed.
    await atBank(client, 'open_account')
    const mend = await harness.control.fault({
      provider: 'truelayer',
      operation: 'accounts',
      kind: 'bank_down',
      times: -1,
    })
    await look(client, 'bank')
    await mend()
    expect((await noted()).length).toBe(1)
    await look(client, 'bank')
    expect(await names()).toEqual(before)
    expect(await noted()).toEqual([
      ['accounts_missing', { accounts: 1, back: 0 }],
      ['accounts_back', { accounts: 1 }],
    ])
  })

  test('whose account a colleague says is closed has it noted if the bank shows it again, and shared once it is reopened', async () => {
    const client = await withBank()
    const { id } = await connectionOf(client, 'bank')
    const read = async () => {
      const rows = await harness.owner<{ id: string; is: string }[]>`
        SELECT id, CASE WHEN is_seen_again THEN 'shown' WHEN closed_at IS NOT NULL THEN 'closed'
          WHEN missing_since IS NOT NULL THEN 'missing' END AS is
        FROM connection_account WHERE connection_id = ${id}`
      return rows.filter((one) => one.is !== null).map((one) => ({ ...one }))
    }
    await atBank(client, 'close_account')
    await look(client, 'bank')
    const [gone] = await read()
    const say = (isClosed: boolean) =>
      closeAccounts(harness.commands, client.target, testActor, id, { ids: [gone!.id], isClosed })
    expect(await say(true)).toMatchObject({ result: 'changed' })
    const noted = async () =>
      (await harness.events(client.id)).map(({ kind }) => kind).filter((kind) => /^accounts_/.test(kind))
    expect(await noted()).toEqual(['accounts_missing', 'accounts_closed'])
    await atBank(client, 'open_account')
    await look(client, 'bank')
    expect(await read()).toEqual([{ id: gone!.id, is: 'shown' }])
    expect(await noted()).toHaveLength(2)
    expect(await say(false)).toMatchObject({ result: 'changed' })
    expect(await read()).toEqual([])
    await atBank(client, 'close_account')
    await look(client, 'bank')
    expect(await read()).toEqual([{ id: gone!.id, is: 'missing' }])
  })

  test('whose provider gives no account, or does not answer, misses none of them', async () => {
    const client = await withBank()
    const { id } = await connectionOf(client, 'bank')
    const missing = () =>
      harness.owner`SELECT FROM connection_account WHERE connection_id = ${id} AND missing_since IS NOT NULL`
    const before = await harness.owner`SELECT FROM connection_account WHERE connection_id = ${id}`
    expect(before.count).toBeGreaterThan(1)
    for (let n = 0; n < before.count; n += 1) await atBank(client, 'close_account')
    await look(client, 'bank')
    expect((await missing()).count).toBe(0)
    await atBank(client, 'open_account')
    const mend = await harness.control.fault({
      provider: 'truelayer',
      operation: 'accounts',
      kind: 'bank_times_out',
      times: -1,
    })
    await look(client, 'bank')
    await mend()
    expect((await missing()).count).toBe(0)
  })

  test('at a bank that does not answer stays as it is', async () => {
    const client = await withBank()
    const mend = await harness.control.fault({
      provider: 'truelayer',
      operation: 'accounts',
      kind: 'bank_down',
      times: -1,
    })
    await look(client, 'bank')
    await mend()
    expect(await healthOf(client, 'bank')).toEqual({ state: 'connected', health: 'unanswered' })
    await look(client, 'bank')
    expect(await healthOf(client, 'bank')).toEqual(WORKS)
    expect(await recorded(client)).toEqual([])
  })
})

describe('books', () => {
  test('that may not be read are lost and found again, each told once', async () => {
    const client = await withBooks()
    const mend = await harness.control.fault({
      provider: 'xero',
      operation: 'accounts',
      kind: 'insufficient_scope',
      times: -1,
    })
    await look(client, 'books')
    expect(await healthOf(client, 'books')).toEqual({ state: 'lost', health: 'permission' })
    await look(client, 'books')
    await mend()
    await look(client, 'books')
    await look(client, 'books')
    expect(await healthOf(client, 'books')).toEqual(WORKS)
    expect(await recorded(client)).toEqual([
      ['connection_lost', 'books', 'permission'],
      ['connection_recovered', 'books', null],
    ])
  })

  test('whose organisation was disconnected in the ledger come back as a lost step while the client is open', async () => {
    const client = await withBooks(undefined, 'client')
    const { external_id } = await connectionOf(client, 'books')
    await harness.control.call('DELETE', `/xero/connections/${external_id}`)
    await look(client, 'books')
    expect(await healthOf(client, 'books')).toEqual({ state: 'lost', health: 'ended' })
    const [step] = await harness.owner`
      SELECT phase, done_at IS NOT NULL AS done FROM onboarding_step WHERE onboarding_id = ${client.id} AND kind = 'books'`
    expect({ ...step }).toEqual({ phase: 'lost', done: false })
  })

  test('of an ended sign-in work again when its person signs in for another client', async () => {
    const user = `shared.${randomUUID().slice(0, 8)}@ledger.example`
    const first = await withBooks(user)
    const mend = await harness.control.fault({
      provider: 'xero',
      operation: 'refresh',
      kind: 'invalid_grant',
      times: -1,
    })
    await harness.control.call('POST', `/xero/people/${user}/age`, { byMs: HOUR_MS })
    await look(first, 'books')
    await mend()
    expect(await healthOf(first, 'books')).toEqual({ state: 'lost', health: 'sign_in_ended' })
    await withBooks(user)
    await harness.worker.lookAtConnectionsNow()
    expect(await healthOf(first, 'books')).toEqual(WORKS)
    expect((await recorded(first)).map(([kind]) => kind)).toEqual(['connection_lost', 'connection_recovered'])
  })
})

test('a workflow that is stuck is started anew from the row, and waits for the same move', async () => {
  const client = await withBank()
  const { id } = await connectionOf(client, 'bank')
  await harness.worker.wakeConnectionsNow()
  const living = { practiceId: client.target.practiceId, of: 'consent', id } as const
  const clocked = clockedConnection(harness.owner, living)
  const wakeAt = await waitFor('its workflow', async () => (await clocked.read()).wakeAt)
  const running = harness.temporal.workflow.getHandle(workflowIdOfLiving(living))
  const { runId } = await running.describe()
  await harness.owner`UPDATE connection SET wake_at = NULL WHERE id = ${id}`
  await harness.commands.engine.wake(living, 'anew')
  expect(await waitFor('the new run to read the row', async () => (await clocked.read()).wakeAt)).toBe(wakeAt)
  const next = await running.describe()
  expect([next.runId === runId, next.status.name]).toEqual([false, 'RUNNING'])
  const before = harness.temporal.workflow.getHandle(workflowIdOfLiving(living), runId)
  expect((await before.describe()).status.name).toBe('TERMINATED')
})

test('two workers that pass at once look at a connection once, and not again before the next day', async () => {
  const client = await withBank()
  const { id } = await connectionOf(client, 'bank')
  await harness.owner`UPDATE connection SET look_at = NULL WHERE id <> ${id}`
  await harness.owner`UPDATE connection SET look_at = clock_timestamp() WHERE id = ${id}`
  const second = await harness.startInside()
  const looked = await Promise.all([harness.worker.lookAtConnectionsNow(), second.lookAtConnectionsNow()])
  await second.stop()
  // The second worker's own first pass may have come before both.
  expect(looked.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1)
  expect(await harness.worker.lookAtConnectionsNow()).toBe(0)
})
