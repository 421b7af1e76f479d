import { afterAll, beforeAll, expect, test } from 'vitest'
import { disconnect } from '../../../commands/connections/disconnect.ts'
import { DAY_MS, HOUR_MS } from '../../../domain/situation.ts'
import { type Harness, startHarness, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { type Client, type Journey, journeyOf } from '../journey.ts'

// Several banks of one client, on the real engine: also after completion.

let harness: Harness
let journey: Journey
beforeAll(async () => {
  harness = await startHarness()
  journey = journeyOf(harness)
})
afterAll(() => harness?.stop())

const banksOf = ({ id }: Client) =>
  harness.owner<{ id: string; bank: string; state: string; external_id: string; accounts: number; matched: number }[]>`
    SELECT c.id, c.institution AS bank, c.state, c.external_id, count(a.id)::int AS accounts, count(m.bank_account_id)::int AS matched
    FROM connection c LEFT JOIN connection_account a ON a.connection_id = c.id
      LEFT JOIN account_mapping m ON m.bank_account_id = a.id
    WHERE c.onboarding_id = ${id} AND c.kind = 'bank' GROUP BY c.id ORDER BY c.created_at`
const statesOf = async (client: Client) => (await banksOf(client)).map(({ bank, state }) => `${bank} ${state}`)
const stepOf = async ({ id }: Client, kind: string) => {
  const [row] = await harness.owner<{ done_at: Date | null; phase: string | null }[]>`
    SELECT done_at, phase FROM onboarding_step WHERE onboarding_id = ${id} AND kind = ${kind}`
  return row?.phase ?? (row?.done_at ? 'done' : 'open')
}
const endOf = (client: Client, connectionId: string) =>
  disconnect(journey.commands, journey.providers, client.target, testActor, connectionId)

/** Ends the newest bank of a client at its provider, and looks at it as if its day had come. */
async function lose(client: Client, bank: string): Promise<void> {
  const one = (await banksOf(client)).find((other) => other.bank === bank && other.state === 'connected')!
  await harness.control.call('POST', `/truelayer/connections/${one.external_id}`, { action: 'revoke' })
  await harness.owner`UPDATE connection SET look_at = clock_timestamp() WHERE id = ${one.id}`
  await harness.worker.lookAtConnectionsNow()
}

async function accepted(steps: Parameters<Harness['create']>[0] = {}): Promise<Client> {
  const client = await harness.create(steps)
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await journey.accept(client)
  return client
}

test('a bank that is connected anew keeps its matches, and another one stands beside it after completion', async () => {
  const client = await accepted()
  expect(await journey.connectBank(client)).toMatchObject({ is: 'connected' })
  expect(await journey.connectBooks(client)).toMatchObject({ is: 'connected' })
  await journey.map(client)
  await harness.until(client.id, 'completed')
  const [first] = await banksOf(client)

  expect(await journey.connectBank(client, 'approve', 'ob-juniper')).toMatchObject({ is: 'connected' })
  expect(await statesOf(client)).toEqual(['ob-northgate connected', 'ob-juniper connected'])
  expect(await journey.connectBank(client)).toMatchObject({ is: 'connected' })
  expect(await statesOf(client)).toEqual(['ob-northgate replaced', 'ob-juniper connected', 'ob-northgate connected'])
  const [, , anew] = await banksOf(client)
  expect(anew).toMatchObject({ accounts: first!.accounts, matched: first!.accounts })
  const connected = (await harness.events(client.id)).filter(({ kind }) => kind === 'bank_connected')
  const kept = { kept: first!.accounts, matched: first!.accounts, added: 0 }
  expect(connected.map(({ data }) => data)).toEqual([
    { provider: 'truelayer', accounts: first!.accounts },
    { provider: 'truelayer', accounts: expect.any(Number) },
    { provider: 'truelayer', accounts: first!.accounts, ...kept },
  ])

  // The new bank's accounts are matched beside the others.
  await journey.map(client)
  expect((await banksOf(client)).every((one) => one.state !== 'connected' || one.matched === one.accounts)).toBe(true)
  await harness.until(client.id, 'completed')
  await waitFor('the mails to the practice', async () => {
    const sent = await harness.owner`
      SELECT FROM message WHERE onboarding_id = ${client.id} AND purpose = 'staff_bank_connected' AND state IN ('sent', 'delivered')`
    return sent.count === 3
  })
})

test('a bank is taken out or lost alone; only the last one opens its step again', async () => {
  const client = await accepted()
  await journey.connectBank(client)
  await journey.connectBank(client, 'approve', 'ob-juniper')
  await lose(client, 'ob-northgate')
  expect(await statesOf(client)).toEqual(['ob-northgate lost', 'ob-juniper connected'])
  expect(await stepOf(client, 'bank')).toBe('done')
  await lose(client, 'ob-juniper')
  expect(await stepOf(client, 'bank')).toBe('lost')
  // Another bank completes the step; the lost ones stay until they are connected anew or taken out.
  await journey.connectBank(client, 'approve', 'ob-kestrel')
  expect(await stepOf(client, 'bank')).toBe('done')
  const [northgate, juniper, kestrel] = await banksOf(client)
  expect([northgate!.state, juniper!.state, kestrel!.state]).toEqual(['lost', 'lost', 'connected'])
  await endOf(client, northgate!.id)
  expect(await stepOf(client, 'bank')).toBe('done')
  await endOf(client, kestrel!.id)
  expect(await stepOf(client, 'bank')).toBe('lost')
})

test('a completed client whom another bank is awaited from is reopened, reminded, and completes again with it, once', async () => {
  const client = await accepted({ steps: { books: 'skip' } })
  await journey.connectBank(client)
  await harness.until(client.id, 'completed')
  await journey.ended(client)
  const purposes = async (purpose: string) =>
    (
      await harness.owner`SELECT FROM message WHERE onboarding_id = ${client.id} AND purpose = ${purpose}
        AND state IN ('sent', 'delivered')`
    ).count
  const kinds = async (kind: string) => (await harness.events(client.id)).filter((one) => one.kind === kind).length

  await journey.askForBank(client, { institution: 'ob-juniper', institutionName: 'ob-juniper' }, true)
  expect(await harness.row(client.id)).toMatchObject({ status: 'accepted', run: 2 })
  await journey.advanceTo(client, (await journey.now(client)) + 2 * DAY_MS + HOUR_MS)
  await waitFor('the request and a reminder', async () => {
    const [asked, reminded] = [await purposes('another_bank'), await purposes('client_touch')]
    return asked === 1 && reminded === 1
  })
  await journey.mail(client, /asks for another bank$/)
  // Another bank than the one that is awaited is not enough.
  await journey.connectBank(client, 'approve', 'ob-kestrel')
  expect((await harness.row(client.id)).status).toBe('accepted')
  await journey.connectBank(client, 'approve', 'ob-juniper')
  await harness.until(client.id, 'completed')
  await journey.ended(client, 2)
  expect([await kinds('completed'), await purposes('staff_completed'), await purposes('client_done')]).toEqual([
    2, 2, 1,
  ])
})

test('what is undone within its seconds leaves no mail and no second completion', async () => {
  const client = await accepted({ steps: { books: 'skip' } })
  await journey.connectBank(client)
  await harness.until(client.id, 'completed')
  await journey.ended(client)
  const instantOf = async () => {
    const [row] = await harness.owner<{ status: string; at: Date | null }[]>`
      SELECT status, completed_at AS at FROM onboarding WHERE id = ${client.id}`
    return row
  }
  const before = await instantOf()
  const ask = await journey.askForBank(client, { institution: null, institutionName: null }, true)
  expect((await journey.order(client.target, { do: 'undo_ask', ask })).result).toBe('changed')
  await journey.ended(client, 2)
  expect(await instantOf()).toEqual(before)
  const [message] = await harness.owner<{ state: string }[]>`
    SELECT state FROM message WHERE onboarding_id = ${client.id} AND purpose = 'another_bank'`
  expect(message?.state).toBe('withdrawn')
  expect((await harness.events(client.id)).filter(({ kind }) => kind === 'completed')).toHaveLength(1)
})

test('a trip for one more bank that nobody ends changes nothing, and the run that asks for it ends', async () => {
  const client = await accepted({ steps: { books: 'skip' } })
  await journey.connectBank(client)
  await harness.until(client.id, 'completed')
  await journey.ended(client)
  const { sessionId } = await journey.setOut(client, 'bank', undefined, 'ob-juniper')
  await journey.advanceTo(client, (await journey.now(client)) + DAY_MS + HOUR_MS)
  await waitFor('the end of the session', async () => {
    const [row] = await harness.owner<{ status: string }[]>`SELECT status FROM auth_session WHERE id = ${sessionId}`
    return row?.status === 'failed'
  })
  expect(await statesOf(client)).toEqual(['ob-northgate connected'])
  expect([await stepOf(client, 'bank'), (await harness.row(client.id)).status]).toEqual(['done', 'completed'])
  await journey.ended(client, 2)
})

test('no more than ten banks are shared at a time, and the same bank can still be connected anew', async () => {
  const client = await accepted({ steps: { books: 'skip' } })
  await journey.connectBank(client)
  await harness.owner`
    WITH trip AS (
      INSERT INTO auth_session (id, practice_id, onboarding_id, step, provider, opened_by, status, status_at, created_at, expires_at)
      SELECT gen_random_uuid(), practice_id, id, 'bank', 'truelayer', 'client', 'done', now(), now(), now()
      FROM onboarding, generate_series(1, 9) WHERE id = ${client.id} RETURNING id)
    INSERT INTO connection (practice_id, onboarding_id, organisation_id, session_id, kind, provider, institution, external_id,
      state, consent_given_at, created_at)
    SELECT practice_id, onboarding_id, organisation_id, trip.id, kind, provider, trip.id::text, trip.id::text, 'connected', now(), now()
    FROM connection, trip WHERE onboarding_id = ${client.id}`
  await expect(journey.setOut(client, 'bank', undefined, 'ob-juniper')).rejects.toThrow('too_many_banks')
  expect(await journey.connectBank(client)).toMatchObject({ is: 'connected' })
})
