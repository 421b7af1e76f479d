import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askToTakeOver } from '../../../commands/connections/ledgers/handOver.ts'
import { returnFromLedger } from '../../../commands/connections/ledgers/ledgerReturn.ts'
import { withSignIn } from '../../../commands/connections/ledgers/signIns.ts'
import { agreeToReconnect, confirmConsent } from '../../../commands/connections/renewals/renew.ts'
import { departRenewal } from '../../../commands/connections/renewals/renewalVisit.ts'
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

// Two simulated years of one client with two banks and a ledger, on the real engine. One bank goes on for 180 days, so that a
// yes renews it until a visit is needed; the other is renewed by a new connection alone. One colleague's sign-in at the ledger
// is taken over by another. Banks and ledger live in the same time as the client.

let harness: Harness
let journey: Journey
beforeAll(async () => {
  harness = await startHarness({ environment: furtherProviders })
  journey = journeyOf(harness)
})
afterAll(() => harness?.stop())

const ORGANISATION = 'Orchard Lane Dental Ltd'
/** A colleague, and the person whom they are at the ledger. */
type Colleague = { id: string; user: string }
const colleague = (name: string): Colleague => ({
  id: randomUUID(),
  user: `${name}.${randomUUID().slice(0, 8)}@ledger.example`,
})
/** The ledger of a client, and the colleagues who sign in there one after the other. */
type Books = { ledger: 'xero' | 'sage'; rosa: Colleague; tom: Colleague }
/** A bank that ends a consent after 180 days. */
const NORTHGATE = 'ins_117601'
const JUNIPER = 'ob-juniper'
const DAYS = 730

const banksOf = async ({ id }: Client) =>
  harness.owner<
    {
      id: string
      institution: string
      state: string
      health: string
      access_until: Date
      external_id: string
      is_asked: boolean
    }[]
  >`
    SELECT id, institution, state, health, access_until, external_id, asked_at IS NOT NULL AS is_asked FROM connection
    WHERE onboarding_id = ${id} AND kind = 'bank' AND state IN ('connected', 'lost') ORDER BY institution`
const bankOf = async (client: Client, institution: string) => {
  const bank = (await banksOf(client)).find((one) => one.institution === institution)
  if (!bank) throw new Error(`no access at ${institution}`)
  return bank
}
type SharedBank = Awaited<ReturnType<typeof banksOf>>[number]
const signInOf = async ({ id }: Client) => {
  const [row] = await harness.owner<{ id: string; opened_by_person: string }[]>`
    SELECT s.id, s.opened_by_person FROM sign_in s JOIN connection c ON c.sign_in_id = s.id WHERE c.onboarding_id = ${id}`
  if (!row) throw new Error('no sign-in')
  return row
}
const events = async ({ id }: Client, kind: string) => (await harness.events(id)).filter((one) => one.kind === kind)

/** Approves at Plaid's page, and comes back. */
async function approveAtPlaid(client: Client, sessionId: string): Promise<void> {
  const [session] = await harness.owner<{ external_id: string }[]>`
    SELECT external_id FROM auth_session WHERE id = ${sessionId}`
  await harness.control.call('POST', `/plaid/links/${session?.external_id}`, { action: 'approve' })
  expect(await journey.settle(client, sessionId)).toMatchObject({ is: 'connected' })
}

/** Connects two banks and the ledger with a colleague's sign-in, matches the accounts, and completes the client. */
async function connected({ ledger, rosa }: Books): Promise<Client> {
  const client = await harness.create({ name: ORGANISATION, contactName: 'Priya Orchard' })
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await journey.accept(client)
  const { sessionId } = await journey.setOut(client, 'bank', 'plaid', NORTHGATE)
  await approveAtPlaid(client, sessionId)
  expect(await journey.connectBank(client, 'approve', JUNIPER)).toMatchObject({ is: 'connected' })
  expect(await journey.connectBooks(client, ORGANISATION, rosa.user, ledger)).toMatchObject({ is: 'connected' })
  await journey.map(client)
  await harness.until(client.id, 'completed')
  await journey.ended(client)
  return client
}

/** Lets days pass for a client: for its own clock, each consent and each sign-in, at their providers too. */
function lifeOf(client: Client, { ledger, rosa, tom }: Books) {
  const starts = new Map<string, number>()
  let today = 0

  type One = { of: LivingKind; id: string; there: string | null }
  async function living(): Promise<One[]> {
    return harness.owner`
      SELECT 'consent' AS of, id, CASE provider WHEN 'plaid' THEN '/plaid/items/' || external_id END AS there FROM connection
      WHERE onboarding_id = ${client.id} AND kind = 'bank' AND state = 'connected'
      UNION ALL SELECT 'sign_in', id, ${`/${ledger}/people/`} || CASE opened_by_person WHEN ${tom.id} THEN ${tom.user} ELSE ${rosa.user} END
      FROM sign_in WHERE id IN (SELECT sign_in_id FROM connection WHERE onboarding_id = ${client.id})`
  }
  async function liveRow(one: One, day: number): Promise<void> {
    const clocked = clockedConnection(harness.owner, one)
    await waitFor(`the workflow of a ${one.of}`, async () => (await clocked.read()).wakeAt)
    const start = starts.get(one.id) ?? (await clocked.read()).now - today * DAY_MS
    starts.set(one.id, start)
    const move = async (byMs: number) => {
      await clocked.move(byMs)
      if (one.there) await harness.control.call('POST', `${one.there}/age`, { byMs: Math.ceil(byMs) })
    }
    await advanceRow(clocksOf(harness), { ...clocked, move }, start + day * DAY_MS)
  }
  const begunAt = async () => (await journey.now(client)) - today * DAY_MS
  return {
    today: () => today,
    /** Returns the first day on which a bank's client has been asked to confirm it. */
    nextAsk: async (): Promise<number> => {
      const ends = (await banksOf(client)).map(({ access_until }) => access_until.getTime())
      return Math.ceil((Math.min(...ends) - (await begunAt())) / DAY_MS) - 13
    },
    to: async (day: number): Promise<void> => {
      const begun = await begunAt()
      await harness.worker.wakeConnectionsNow()
      await journey.advanceTo(client, begun + day * DAY_MS)
      await Promise.all((await living()).map((one) => liveRow(one, day)))
      today = day
    },
  }
}

const asClient = { type: 'client', id: null } as const
const yesTo = ({ id, access_until }: SharedBank) => ({ connectionId: id, shownUntil: access_until.getTime() })

/** Sets out to renew a bank, by a visit or a new connection. Returns the rest of the trip. */
async function setOutToRenew(client: Client, bank: SharedBank, way: 'visit' | 'reconnect') {
  const { commands, providers } = journey
  if (way === 'visit') {
    const left = await departRenewal(commands, providers, client.target, asClient, yesTo(bank), randomUUID())
    expect(left.result).toBe('departed')
    const [session] = await harness.owner<{ id: string }[]>`
      SELECT id FROM auth_session WHERE renews = ${bank.id} AND status = 'pending' ORDER BY created_at DESC LIMIT 1`
    return () => approveAtPlaid(client, session!.id)
  }
  await agreeToReconnect(commands, providers, client.target, asClient, yesTo(bank), randomUUID())
  const { sessionId, redirectUrl } = await journey.setOut(client, 'bank', undefined, JUNIPER)
  return async () => {
    await journey.actAtBank(redirectUrl, 'approve', JUNIPER)
    expect(await journey.settle(client, sessionId)).toMatchObject({ is: 'connected' })
  }
}

type Renewed = { institution: string; way: string; day: number; isInTime: boolean }

/**
 * Answers for each bank that the client is asked about, in the way that it needs. The first trip of each way is abandoned, and
 * another one is made two days later.
 */
async function renew(client: Client, life: ReturnType<typeof lifeOf>, before: readonly Renewed[]): Promise<Renewed[]> {
  const { commands, providers } = journey
  const renewed: Renewed[] = []
  for (const { institution } of (await banksOf(client)).filter(({ is_asked }) => is_asked)) {
    const bank = await bankOf(client, institution)
    const way = await confirmConsent(commands, providers, client.target, asClient, yesTo(bank))
    if (way === 'visit' || way === 'reconnect') {
      const finish = await setOutToRenew(client, bank, way)
      if ([...before, ...renewed].some((one) => one.way === way)) await finish()
      else {
        await life.to(life.today() + 2)
        expect(await bankOf(client, institution)).toEqual(bank)
        await (await setOutToRenew(client, bank, way))()
      }
    }
    const isInTime = (await journey.now(client)) < bank.access_until.getTime()
    renewed.push({ institution, way, day: life.today(), isInTime })
    expect(await bankOf(client, institution)).toMatchObject({ state: 'connected', health: 'working', is_asked: false })
  }
  return renewed
}

/** Lets Tom take over the sign-in of Rosa, who leaves. */
async function takeOver(client: Client, { ledger: provider, tom }: Books): Promise<void> {
  const { commands, providers } = journey
  const { practiceId } = client.target
  const handing = { signInId: (await signInOf(client)).id, provider, to: tom.id }
  const doer = { actor: testActor, address: null }
  const sessionId = await askToTakeOver(commands, providers, practiceId, doer, handing)
  const [row] = await harness.owner<{ id: string }[]>`SELECT id FROM hand_over WHERE to_person = ${tom.id}`
  const target = { practiceId, handOverId: row?.id ?? '' }
  const actor = { type: 'staff', id: tom.id } as const
  const departed = await departSession(commands, providers, target, actor, sessionId, randomUUID())
  if (departed.result !== 'departed') throw new Error(`not departed: ${JSON.stringify(departed)}`)
  const [books] = await harness.owner<{ tenantId: string }[]>`
    SELECT tenant_id AS "tenantId" FROM connection WHERE onboarding_id = ${client.id} AND kind = 'books'`
  const returned = await journey.allowAtLedger(departed.redirectUrl, books!, tom.user)
  expect(await returnFromLedger(commands, providers, target, sessionId, returned)).toMatchObject({ is: 'connected' })
}

const namesReached = async (client: Client, { ledger: provider }: Books) =>
  withSignIn(
    journey.commands.db,
    journey.providers,
    client.target.practiceId,
    { signInId: (await signInOf(client)).id, provider },
    async (tokens, ledger) => (await ledger.organisations(tokens)).map(({ name }) => name),
  )

/** The program that reads books, in one file: ten processes that read its sources would take half of the test's time. */
const READER = 'node_modules/.cache/embark/readBooks.js'
beforeAll(() =>
  build({
    entryPoints: ['test/flow/connections/readBooks.ts'],
    outfile: READER,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
  }),
)

/** Reads the client's books in ten processes at once, with an access token that has expired. Returns the number of new tokens. */
async function readInTenProcesses(client: Client, provider: string, user: string): Promise<number> {
  const signIn = await signInOf(client)
  const argv = [READER, client.target.practiceId, signIn.id, provider]
  const started = Array.from({ length: 10 }, () => {
    const child = spawn(process.execPath, argv, {
      env: { PATH: process.env.PATH, ...harness.environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
  })
  const ready = await Promise.all(started.map(({ lines }) => lines.next()))
  expect(ready.map(({ value }) => value)).toEqual(Array(10).fill('ready'))
  await harness.control.call('POST', `/${provider}/people/${user}/age`, { byMs: HOUR_MS })
  for (const { child } of started) child.stdin.write('read\n')
  const read = await Promise.all(started.map(async ({ lines }) => JSON.parse((await lines.next()).value ?? 'null')))
  expect(read.map(({ names }) => names)).toEqual(Array(10).fill([ORGANISATION]))
  return new Set(read.map(({ token }) => token)).size
}

test.each(['xero', 'sage'] as const)(
  'two years of two banks and %s: renewed in time, trips abandoned, one access ended early, a leaver',
  async (ledger) => {
    const books = { ledger, rosa: colleague('rosa'), tom: colleague('tom') }
    const { rosa, tom } = books
    const client = await connected(books)
    const life = lifeOf(client, books)
    const renewed: Renewed[] = []
    /** Returns true once, when so many days have passed. */
    const happened = new Set<number>()
    const isTime = (day: number) => life.today() >= day && !happened.has(day) && happened.add(day)
    for (let day = await life.nextAsk(); day < DAYS; day = await life.nextAsk()) {
      await life.to(Math.max(day, life.today()))
      // A request that has not left by the answer is withdrawn.
      await waitFor('the request to leave', async () =>
        (await harness.messages(client.id, 'renewal')).every(({ state }) => state === 'sent' || state === 'delivered'),
      )
      await harness.worker.lookAtConnectionsNow()
      const answered = await renew(client, life, renewed)
      expect(answered).not.toEqual([])
      renewed.push(...answered)
      if (isTime(320)) {
        await harness.control.call('POST', `/truelayer/connections/${(await bankOf(client, JUNIPER)).external_id}`, {
          action: 'revoke',
        })
        await life.to(life.today() + 2)
        await harness.worker.lookAtConnectionsNow()
        expect(await bankOf(client, JUNIPER)).toMatchObject({ state: 'lost', health: 'ended' })
        expect(await bankOf(client, NORTHGATE)).toMatchObject({ state: 'connected', health: 'working' })
        expect(await journey.connectBank(client, 'approve', JUNIPER)).toMatchObject({ is: 'connected' })
      }
      if (isTime(400)) {
        const rosas = await signInOf(client)
        await takeOver(client, books)
        expect((await signInOf(client)).opened_by_person).toBe(tom.id)
        const left = harness.temporal.workflow.getHandle(workflowIdOfLiving({ of: 'sign_in', id: rosas.id }))
        await waitFor(
          'the end of the leaver’s workflow',
          async () => (await left.describe()).status.name === 'COMPLETED',
        )
      }
      if (isTime(480)) expect(await readInTenProcesses(client, ledger, tom.user)).toBe(1)
    }
    await life.to(DAYS)

    expect((await banksOf(client)).map(({ institution, state, health }) => [institution, state, health])).toEqual([
      [NORTHGATE, 'connected', 'working'],
      [JUNIPER, 'connected', 'working'],
    ])
    expect(await namesReached(client, books)).toEqual([ORGANISATION])
    expect(happened.size).toBe(3)
    expect(renewed.filter(({ isInTime }) => !isInTime)).toEqual([])
    const waysOf = (bank: string) => renewed.filter(({ institution }) => institution === bank).map(({ way }) => way)
    expect(new Set(waysOf(NORTHGATE))).toEqual(new Set(['confirmed', 'visit']))
    expect(new Set(waysOf(JUNIPER))).toEqual(new Set(['reconnect']))
    expect((await events(client, 'renewal_confirmed')).length).toBe(waysOf(NORTHGATE).length)
    expect((await events(client, 'connection_lost')).map(({ data }) => data)).toEqual([
      { step: 'bank', health: 'ended' },
    ])
    const states = (await harness.messages(client.id, 'renewal')).map(({ state }) => state)
    expect(states).toEqual(states.map(() => expect.stringMatching(/^(sent|delivered)$/)))

    const personal = [client.email, '@', ORGANISATION, 'Priya', 'Northgate', 'Juniper', rosa.user, tom.user]
    for await (const { workflowId, runId } of harness.temporal.workflow.list()) {
      const history = await historyOfWorkflow(harness.temporal.workflow.getHandle(workflowId, runId))
      expect([workflowId, found(history, personal)]).toEqual([workflowId, []])
    }
  },
  400_000,
)
