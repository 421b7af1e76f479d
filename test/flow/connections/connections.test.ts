import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { disconnect } from '../../../commands/connections/disconnect.ts'
import { withSignIn } from '../../../commands/connections/ledgers/signIns.ts'
import { advanceRow, clockedConnection } from '../../../dev/demo/advance.ts'
import { furtherProviders } from '../../../dev/stack/environment.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { workflowIdOfLiving } from '../../../workflows/contract.ts'
import { clocksOf } from '../../advance.ts'
import { forFile } from '../../forFile.ts'
import { startHarness, testActor } from '../../harness.ts'
import { failureOf } from '../../providers/failureOf.ts'
import { waitFor } from '../../waitFor.ts'
import { eventsOf, found, historiesOfLiving, write } from '../history.ts'
import { type Client, journeyOf } from '../journey.ts'

// What lives on after an onboarding: simulated years of sign-ins and consents on the real engine.

const harness = forFile(() => startHarness({ environment: furtherProviders }))
const journey = forFile(() => journeyOf(harness))

const userOf = ({ id }: Client) => `${id}@ledger.example`

/** A client whose books are connected, and who is completed. */
async function completed(provider: 'xero' | 'sage' | 'quickbooks' | 'freeagent' = 'xero') {
  const name = `Living ${randomUUID().slice(0, 8)} Ltd`
  const client = await harness.create({ name, channels: null, steps: { bank: 'skip' } })
  await harness.until(client.id, 'not_invited')
  const connected = await journey.connectBooks(client, name, userOf(client), provider)
  expect(connected).toMatchObject({ is: 'connected' })
  await harness.until(client.id, 'completed')
  return { ...client, name, provider, ...(await connectionOf(client)) }
}
type Connected = Awaited<ReturnType<typeof completed>>

async function connectionOf({ id }: Client) {
  const [row] = await harness.owner<{ connectionId: string; signInId: string }[]>`
    SELECT id AS "connectionId", sign_in_id AS "signInId" FROM connection WHERE onboarding_id = ${id} AND kind = 'books'`
  if (!row) throw new Error('nothing is connected')
  return row
}

const signInRow = async (id: string) => {
  const [row] = await harness.owner<
    { wake_at: Date | null; used_at: Date; ended_at: Date | null; failures: number; workflow_started_at: Date | null }[]
  >`SELECT * FROM sign_in WHERE id = ${id}`
  return row
}
const healthOf = async ({ connectionId }: Pick<Connected, 'connectionId'>) => {
  const [row] = await harness.owner`SELECT state, health FROM connection WHERE id = ${connectionId}`
  return { ...row }
}

/** Lets the worker start what has no workflow, and waits until the sign-in has its own. */
async function keep({ signInId }: Connected): Promise<void> {
  await harness.worker.wakeConnectionsNow()
  await waitFor('the workflow of the sign-in', async () => (await signInRow(signInId))?.wake_at)
}

const age = (client: Connected, byMs: number) =>
  harness.control.call('POST', `/${client.provider}/people/${userOf(client)}/age`, { byMs: Math.ceil(byMs) })

/** Lets days pass for a sign-in, at its ledger too. */
async function live(client: Connected, forDays: number): Promise<void> {
  const clocked = clockedConnection(harness.owner, { of: 'sign_in', id: client.signInId })
  const { now } = await clocked.read()
  const aging = {
    ...clocked,
    move: (byMs: number) => Promise.all([clocked.move(byMs), age(client, byMs)]).then(() => {}),
  }
  await advanceRow(clocksOf(harness), aging, now + forDays * DAY_MS)
}

const namesReached = ({ signInId, provider, target }: Connected) =>
  withSignIn(
    harness.commands.db,
    journey.providers,
    target.practiceId,
    { signInId, provider },
    async (tokens, ledger) => (await ledger.organisations(tokens)).map(({ name }) => name),
  )

const workflowOf = ({ signInId }: Connected, runId?: string) =>
  harness.temporal.workflow.getHandle(workflowIdOfLiving({ of: 'sign_in', id: signInId }), runId)

/** Returns the histories of all executions of a sign-in's workflow, the first one first. */
const historiesOf = ({ signInId }: Connected, atLeast: number) =>
  historiesOfLiving(harness, { of: 'sign_in', id: signInId }, atLeast)

const lossesOf = async ({ id }: Client) => (await harness.events(id)).filter(({ kind }) => kind === 'connection_lost')

describe('a sign-in of a completed client', () => {
  test.each([
    ['xero', 61],
    ['quickbooks', 101],
  ] as const)('at %s without its workflow is dead on day %i', async (ledger, days) => {
    const client = await completed(ledger)
    await age(client, days * DAY_MS)
    expect(await failureOf(namesReached(client))).toMatchObject({ kind: 'ended' })
  })

  test.each([
    ['xero', 61],
    ['quickbooks', 101],
  ] as const)(
    'at %s is alive after %i and after 400 days without use, for at most 60 events a year',
    async (ledger, days) => {
      const early = await completed(ledger)
      await keep(early)
      await live(early, days)
      expect(await namesReached(early)).toEqual([early.name])
      const client = await completed(ledger)
      await keep(client)
      await live(client, 400)
      expect(await namesReached(client)).toEqual([client.name])
      expect(await healthOf(client)).toEqual({ state: 'connected', health: 'working' })
      const [year, next] = await historiesOf(client, 2)
      expect(year?.events.at(-1)?.eventType).toBe('EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW')
      expect(eventsOf(year)).toBeLessThanOrEqual(60)
      expect(found(next!, [client.email, client.name, userOf(client), '@'])).toEqual([])
      if (ledger === 'xero') write('signIn', year!)
    },
  )

  test('at Sage is refreshed weekly, for at most 350 events a year', async () => {
    const client = await completed('sage')
    await keep(client)
    await live(client, 366)
    expect(await namesReached(client)).toEqual([client.name])
    const [year] = await historiesOf(client, 2)
    expect(eventsOf(year)).toBeGreaterThan(300)
    expect(eventsOf(year)).toBeLessThanOrEqual(350)
  }, 120_000)

  test('that its ledger ended is recorded and told once, and its workflow ends', async () => {
    const client = await completed()
    await keep(client)
    const mend = await harness.control.fault({
      provider: 'xero',
      operation: 'refresh',
      kind: 'invalid_grant',
      times: -1,
    })
    await live(client, 46)
    await mend()
    await waitFor('the loss', async () => (await healthOf(client)).state === 'lost')
    expect(await healthOf(client)).toEqual({ state: 'lost', health: 'sign_in_ended' })
    expect((await lossesOf(client)).map(({ data }) => data)).toEqual([{ step: 'books', health: 'sign_in_ended' }])
    await waitFor('its end', async () => (await workflowOf(client).describe()).status.name === 'COMPLETED')
    expect(await signInRow(client.signInId)).toMatchObject({ wake_at: null, workflow_started_at: null })
    // Nothing is to start, and nobody asks that ledger again.
    await harness.worker.wakeConnectionsNow()
    expect((await workflowOf(client).describe()).status.name).toBe('COMPLETED')
    expect(await failureOf(namesReached(client))).toMatchObject({ kind: 'ended' })
    expect(await lossesOf(client)).toHaveLength(1)
  })

  test('whose ledger does not answer for days is refreshed when it does', async () => {
    const client = await completed()
    await keep(client)
    const mend = await harness.control.fault({
      provider: 'xero',
      operation: 'refresh',
      kind: 'server_error',
      times: -1,
    })
    await live(client, 48)
    expect((await signInRow(client.signInId))?.failures).toBeGreaterThan(3)
    await mend()
    await live(client, 8)
    expect((await signInRow(client.signInId))?.failures).toBe(0)
    expect(await namesReached(client)).toEqual([client.name])
  })

  test('whose workflow the engine has lost is refreshed all the same', async () => {
    const client = await completed()
    await keep(client)
    await workflowOf(client).terminate('lost')
    const clocked = clockedConnection(harness.owner, { of: 'sign_in', id: client.signInId })
    await Promise.all([clocked.move(50 * DAY_MS), age(client, 50 * DAY_MS)])
    await harness.worker.wakeConnectionsNow()
    await waitFor('the refresh', async () => {
      const { now, wakeAt } = await clocked.read()
      return (wakeAt ?? 0) > now + 30 * DAY_MS
    })
    expect((await workflowOf(client).describe()).status.name).toBe('RUNNING')
    await live(client, 30)
    expect(await namesReached(client)).toEqual([client.name])
  })

  test('ends its workflow when its last client is disconnected', async () => {
    const client = await completed()
    await keep(client)
    const ended = await disconnect(harness.commands, journey.providers, client.target, testActor, client.connectionId)
    expect(ended).toEqual({ result: 'disconnected', endedThere: true })
    await waitFor('its end', async () => (await workflowOf(client).describe()).status.name === 'COMPLETED')
    expect(await signInRow(client.signInId)).toBeUndefined()
  })
})
