import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askToTakeOver } from '../../../commands/connections/ledgers/handOver.ts'
import { returnFromLedger } from '../../../commands/connections/ledgers/ledgerReturn.ts'
import { withSignIn } from '../../../commands/connections/ledgers/signIns.ts'
import { agreeToReconnect, confirmConsent } from '../../../commands/connections/renewals/renew.ts'
import { departSession } from '../../../commands/connections/sessions.ts'
import { advanceRow, clockedConnection } from '../../../dev/demo/advance.ts'
import { furtherProviders } from '../../../dev/stack/environment.ts'
import type { LivingKind } from '../../../domain/connections/connectionLife.ts'
import { DAY_MS, HOUR_MS } from '../../../domain/situation.ts'
import { workflowIdOfLiving } from '../../../workflows/contract.ts'
import { clocksOf } from '../../advance.ts'
import { type Harness, startHarness, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { found, historyOfWorkflow } from '../history.ts'
import { type Client, type Journey, journeyOf } from '../journey.ts'

// Two simulated years of one client with two banks and a ledger, on the real engine. One bank is renewed by a yes, the other
// by a new connection; one colleague's sign-in at the ledger is taken over by another.

let harness: Harness
let journey: Journey
beforeAll(async () => {
  harness = await startHarness({ environment: furtherProviders })
  journey = journeyOf(harness)
})
afterAll(() => harness?.stop())

const ORGANISATION = 'Orchard Lane Dental Ltd'
const ROSA = { id: randomUUID(), user: 'rosa.marsh@ledger.example' }
const TOM = { id: randomUUID(), user: 'tom.lowe@ledger.example' }
/** A bank that schedules no end of its own. */
const MERIDIAN = 'ins_117605'
const JUNIPER = 'ob-juniper'

const banksOf = async ({ id }: Client) =>
  harness.owner<
    { id: string; institution: string; state: string; health: string; access_until: Date; external_id: string }[]
  >`
    SELECT id, institution, state, health, access_until, external_id FROM connection
    WHERE onboarding_id = ${id} AND kind = 'bank' AND state IN ('connected', 'lost') ORDER BY institution`
const bankOf = async (client: Client, institution: string) => {
  const bank = (await banksOf(client)).find((one) => one.institution === institution)
  if (!bank) throw new Error(`no access at ${institution}`)
  return bank
}
const signInOf = async ({ id }: Client) => {
  const [row] = await harness.owner<{ id: string; opened_by_person: string }[]>`
    SELECT s.id, s.opened_by_person FROM sign_in s JOIN connection c ON c.sign_in_id = s.id WHERE c.onboarding_id = ${id}`
  if (!row) throw new Error('no sign-in')
  return row
}
const events = async ({ id }: Client, kind: string) => (await harness.events(id)).filter((one) => one.kind === kind)

/** Connects two banks and the ledger with a colleague's sign-in, matches the accounts, and completes the client. */
async function connected(): Promise<Client> {
  const client = await harness.create({ name: ORGANISATION, contactName: 'Priya Orchard' })
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await journey.accept(client)
  const { sessionId } = await journey.setOut(client, 'bank', 'plaid', MERIDIAN)
  const [session] = await harness.owner<{ external_id: string }[]>`
    SELECT external_id FROM auth_session WHERE id = ${sessionId}`
  await harness.control.call('POST', `/plaid/links/${session?.external_id}`, { action: 'approve' })
  expect(await journey.settle(client, sessionId)).toMatchObject({ is: 'connected' })
  expect(await journey.connectBank(client, 'approve', JUNIPER)).toMatchObject({ is: 'connected' })
  expect(await journey.connectBooks(client, ORGANISATION, ROSA.user, 'xero')).toMatchObject({ is: 'connected' })
  await journey.map(client)
  await harness.until(client.id, 'completed')
  await journey.ended(client)
  return client
}

/** Lets days pass for a client: for its own clock, each consent and each sign-in, at the ledger too. */
function lifeOf(client: Client) {
  const starts = new Map<string, number>()
  let today = 0

  async function living(): Promise<{ of: LivingKind; id: string; user: string }[]> {
    return harness.owner`
      SELECT 'consent' AS of, id, '' AS user FROM connection WHERE onboarding_id = ${client.id} AND kind = 'bank'
        AND state = 'connected'
      UNION ALL SELECT 'sign_in', id, CASE opened_by_person WHEN ${TOM.id} THEN ${TOM.user} ELSE ${ROSA.user} END FROM sign_in`
  }
  async function liveRow(one: { of: LivingKind; id: string; user: string }, day: number): Promise<void> {
    const clocked = clockedConnection(harness.owner, one)
    await waitFor(`the workflow of a ${one.of}`, async () => (await clocked.read()).wakeAt)
    const start = starts.get(one.id) ?? (await clocked.read()).now - today * DAY_MS
    starts.set(one.id, start)
    const move = async (byMs: number) => {
      await clocked.move(byMs)
      if (one.user) await harness.control.call('POST', `/xero/people/${one.user}/age`, { byMs: Math.ceil(byMs) })
    }
    await advanceRow(clocksOf(harness), { ...clocked, move }, start + day * DAY_MS)
  }
  return {
    to: async (day: number): Promise<void> => {
      const begun = (await journey.now(client)) - today * DAY_MS
      await harness.worker.wakeConnectionsNow()
      await journey.advanceTo(client, begun + day * DAY_MS)
      await Promise.all((await living()).map((one) => liveRow(one, day)))
      today = day
    },
  }
}

/** Says yes to the one bank on our page, and approves the other one at its provider again. */
async function renew(client: Client): Promise<void> {
  const meridian = await bankOf(client, MERIDIAN)
  const yes = ({ id, access_until }: typeof meridian) => ({ connectionId: id, shownUntil: access_until.getTime() })
  const actor = { type: 'client', id: null } as const
  const { commands, providers } = journey
  expect(await confirmConsent(commands, providers, client.target, actor, yes(meridian))).toBe('confirmed')
  await agreeToReconnect(commands, providers, client.target, actor, yes(await bankOf(client, JUNIPER)), randomUUID())
  expect(await journey.connectBank(client, 'approve', JUNIPER)).toMatchObject({ is: 'connected' })
}

/** Lets Tom take over the sign-in of Rosa, who leaves. */
async function takeOver(client: Client): Promise<void> {
  const { commands, providers } = journey
  const { practiceId } = client.target
  const [from, provider] = [await signInOf(client), 'xero']
  const handing = { signInId: from.id, provider, to: TOM.id }
  const doer = { actor: testActor, address: null }
  const sessionId = await askToTakeOver(commands, providers, practiceId, doer, handing)
  const [row] = await harness.owner<{ id: string }[]>`SELECT id FROM hand_over WHERE to_person = ${TOM.id}`
  const target = { practiceId, handOverId: row?.id ?? '' }
  const tom = { type: 'staff', id: TOM.id } as const
  const departed = await departSession(commands, providers, target, tom, sessionId, randomUUID())
  if (departed.result !== 'departed') throw new Error(`not departed: ${JSON.stringify(departed)}`)
  const { organisations } = await harness.control.call('GET', '/xero/connections')
  const { tenantId } = organisations.find(({ name }: { name: string }) => name === ORGANISATION)
  const code = await journey.allowAtLedger(departed.redirectUrl, { tenantId }, TOM.user)
  expect(await returnFromLedger(commands, providers, target, sessionId, { code })).toMatchObject({ is: 'connected' })
}

const namesReached = async (client: Client) =>
  withSignIn(
    journey.commands.db,
    journey.providers,
    client.target.practiceId,
    { signInId: (await signInOf(client)).id, provider: 'xero' },
    async (tokens, ledger) => (await ledger.organisations(tokens)).map(({ name }) => name),
  )

test('two years of two banks and a ledger: renewed in time, one trip abandoned, one access ended early, a leaver', async () => {
  const client = await connected()
  const life = lifeOf(client)
  const renewals = [80, 160, 240, 320, 400, 480, 560, 640, 720]
  for (const day of renewals) {
    await life.to(day)
    expect(await events(client, 'renewal_asked')).toHaveLength(renewals.indexOf(day) + 1)
    // A request that has not left by the answer is withdrawn.
    await waitFor('the request to leave', async () =>
      (await harness.messages(client.id, 'renewal')).every(({ state }) => state === 'sent' || state === 'delivered'),
    )
    if (day === 240) {
      const before = await banksOf(client)
      await journey.setOut(client, 'bank', undefined, JUNIPER)
      await life.to(day + 2)
      expect(await banksOf(client)).toEqual(before)
    }
    await renew(client)
    if (day === 320) {
      await life.to(day + 20)
      await harness.control.call('POST', `/truelayer/connections/${(await bankOf(client, JUNIPER)).external_id}`, {
        action: 'revoke',
      })
      await life.to(day + 22)
      await harness.worker.lookAtConnectionsNow()
      expect(await bankOf(client, JUNIPER)).toMatchObject({ state: 'lost', health: 'ended' })
      expect(await bankOf(client, MERIDIAN)).toMatchObject({ state: 'connected', health: 'working' })
      expect(await journey.connectBank(client, 'approve', JUNIPER)).toMatchObject({ is: 'connected' })
    }
    if (day === 400) {
      const rosas = await signInOf(client)
      await takeOver(client)
      expect((await signInOf(client)).opened_by_person).toBe(TOM.id)
      const left = harness.temporal.workflow.getHandle(workflowIdOfLiving({ of: 'sign_in', id: rosas.id }))
      await waitFor('the end of the leaver’s workflow', async () => (await left.describe()).status.name === 'COMPLETED')
    }
  }
  await life.to(730)

  expect((await banksOf(client)).map(({ institution, state, health }) => [institution, state, health])).toEqual([
    [MERIDIAN, 'connected', 'working'],
    [JUNIPER, 'connected', 'working'],
  ])
  expect(await namesReached(client)).toEqual([ORGANISATION])
  expect((await events(client, 'renewal_confirmed')).length).toBe(renewals.length)
  expect((await events(client, 'connection_lost')).map(({ data }) => data)).toEqual([{ step: 'bank', health: 'ended' }])
  const states = (await harness.messages(client.id, 'renewal')).map(({ state }) => state)
  expect(states).toEqual(Array(renewals.length).fill(expect.stringMatching(/^(sent|delivered)$/)))

  const personal = [client.email, '@', ORGANISATION, 'Priya', 'Meridian', 'Juniper', ROSA.user, TOM.user]
  for await (const { workflowId, runId } of harness.temporal.workflow.list()) {
    const history = await historyOfWorkflow(harness.temporal.workflow.getHandle(workflowId, runId))
    expect([workflowId, found(history, personal)]).toEqual([workflowId, []])
  }
}, 400_000)

test('ten processes that read books at once with an expired token refresh it once', async () => {
  const user = `${randomUUID().slice(0, 8)}@ledger.example`
  const client = await harness.create({ name: ORGANISATION, channels: null, steps: { bank: 'skip' } })
  await harness.until(client.id, 'not_invited')
  expect(await journey.connectBooks(client, ORGANISATION, user, 'sage')).toMatchObject({ is: 'connected' })
  const argv = [
    '--import',
    'tsx',
    'test/flow/connections/readBooks.ts',
    client.target.practiceId,
    (await signInOf(client)).id,
    'sage',
  ]
  const started = Array.from({ length: 10 }, () => {
    const child = spawn(process.execPath, argv, {
      env: { PATH: process.env.PATH, ...harness.environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
  })
  const ready = await Promise.all(started.map(({ lines }) => lines.next()))
  expect(ready.map(({ value }) => value)).toEqual(Array(10).fill('ready'))
  await harness.control.call('POST', `/sage/people/${user}/age`, { byMs: HOUR_MS })
  for (const { child } of started) child.stdin.write('read\n')
  const read = await Promise.all(started.map(async ({ lines }) => JSON.parse((await lines.next()).value ?? 'null')))
  expect(read.map(({ names }) => names)).toEqual(Array(10).fill([ORGANISATION]))
  expect(new Set(read.map(({ token }) => token)).size).toBe(1)
}, 120_000)
