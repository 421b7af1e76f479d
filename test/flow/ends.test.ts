import { expect, test } from 'vitest'
import { returnFromLedger } from '../../commands/connections/ledgers/ledgerReturn.ts'
import { SECOND_MS } from '../../domain/situation.ts'
import { forFile } from '../forFile.ts'
import { startHarness } from '../harness.ts'
import { readTokens } from '../signIns.ts'
import { waitFor } from '../waitFor.ts'
import { record } from './history.ts'
import { type Client, journeyOf } from './journey.ts'

const harness = forFile(startHarness)
const journey = forFile(() => journeyOf(harness))

async function completed(): Promise<Client> {
  const client = await harness.create()
  await journey.accept(client)
  await journey.connectBank(client)
  await journey.connectBooks(client)
  await journey.map(client)
  await harness.until(client.id, 'completed')
  return client
}

const kindsOf = async (client: Client) => (await harness.events(client.id)).map((event) => event.kind)

test('reopening a step after completion runs on and completes again', async () => {
  const client = await completed()
  expect(await journey.order(client.target, { do: 'reopen_step', step: 'bank' })).toMatchObject({ result: 'changed' })
  expect(await harness.row(client.id)).toMatchObject({ status: 'accepted', run: 2 })
  expect(await journey.order(client.target, { do: 'skip_step', step: 'bank', reason: 'not_needed' })).toMatchObject({
    result: 'changed',
  })
  await harness.until(client.id, 'completed')
  expect(await journey.ended(client, 1)).toBe('COMPLETED')
  expect(await journey.ended(client, 2)).toBe('COMPLETED')
  await record(harness, 'reopened', client.id, 2)

  // Reopens once more, by naming the steps.
  const steps = ['bank', 'mapping'] as const
  expect(await journey.order(client.target, { do: 'reopen', steps: [...steps] })).toMatchObject({ result: 'changed' })
  expect(await journey.connectBank(client)).toMatchObject({ is: 'connected' })
  expect(await journey.map(client)).toMatchObject({ result: 'changed' })
  expect(await harness.until(client.id, 'completed')).toMatchObject({ run: 3 })
  expect(await journey.ended(client, 3)).toBe('COMPLETED')
  const events = await harness.events(client.id)
  expect(events.filter((event) => event.kind === 'completed').map((event) => event.key)).toEqual(['1', '2', '3'])
  expect(await harness.messages(client.id, 'staff_completed')).toHaveLength(3)
  // The client gets that mail once.
  const told = await harness.messages(client.id, 'client_done')
  expect(told.filter(({ state }) => state !== 'withdrawn')).toHaveLength(1)
})

test.each([
  ['took it without answering', 'timeout_after_accept'],
  ['did not take it', 'server_error'],
])(
  'a client is told "done" once, though a reopening interrupted the first attempt, when the provider %s',
  async (_, kind) => {
    const client = await harness.create()
    const skipBank = () => journey.order(client.target, { do: 'skip_step', step: 'bank', reason: 'not_needed' })
    await journey.accept(client)
    await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
    const fault = { provider: 'resend', operation: 'send', kind, match: client.email, times: -1 } as const
    const switchOff = await harness.control.fault(fault)
    await skipBank()
    await journey.order(client.target, { do: 'skip_step', step: 'books', reason: 'not_needed' })
    await waitFor('the first attempt', async () => {
      const [message] = await harness.messages(client.id, 'client_done')
      return message !== undefined && message.attempts > 0
    })
    expect(await journey.order(client.target, { do: 'reopen_step', step: 'bank' })).toMatchObject({ result: 'changed' })
    await harness.untilMessage(client.id, 'client_done', ['unknown'])
    await switchOff()
    await skipBank()
    const told = await harness.untilMessage(client.id, 'client_done', ['sent', 'delivered'])
    expect(await journey.ended(client, 2)).toBe('COMPLETED')
    expect(await harness.messages(client.id, 'client_done')).toHaveLength(1)
    const mails = (await harness.control.messagesTo(client.email)).filter(({ subject }) => !subject?.startsWith('Join'))
    expect(mails.map(({ idempotencyKey }) => idempotencyKey)).toEqual([told.id])
    expect(await harness.messages(client.id, 'staff_bounced')).toEqual([])
  },
)

test('an undone cancel goes on in the same run', async () => {
  const client = await harness.create()
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  const before = await harness.row(client.id)
  expect(await journey.order(client.target, { do: 'cancel', tellsClient: true })).toMatchObject({ result: 'changed' })
  await journey.advanceTo(client, (await journey.now(client)) + 10 * SECOND_MS)
  expect(await journey.accept(client)).toMatchObject({ refusal: { status: 'cancelled' } })
  expect(await journey.order(client.target, { do: 'undo_cancel' })).toMatchObject({ result: 'changed' })
  await journey.advanceTo(client, (await journey.now(client)) + 60 * SECOND_MS)
  const after = await harness.row(client.id)
  expect(after).toMatchObject({ status: 'invited', run: 1, wake_at: before.wake_at, expires_at: before.expires_at })
  expect(await kindsOf(client)).not.toContain('cleaned')
  expect(await journey.order(client.target, { do: 'undo_cancel' })).toMatchObject({ result: 'refused' })

  expect(await journey.accept(client)).toMatchObject({ result: 'changed' })
  await journey.connectBank(client)
  await journey.connectBooks(client)
  await journey.map(client)
  expect(await harness.until(client.id, 'completed')).toMatchObject({ run: 1 })
  expect(await journey.ended(client, 1)).toBe('COMPLETED')
  expect(await harness.messages(client.id, 'client_withdrawn')).toMatchObject([{ state: 'withdrawn' }])
})

test('a cancellation is cleaned up after 15 s: links and sessions dead, what was half made ended, others untouched', async () => {
  const rosa = 'rosa@marshlowe.example'
  const other = await harness.create({ name: 'Quayside Cafe Ltd' })
  expect(await journey.connectBooks(other, 'Quayside Cafe Ltd', rosa)).toMatchObject({ is: 'connected' })
  const client = await harness.create()
  const token = harness.tokenIn(await journey.mail(client, /^Join/))
  await journey.accept(client)
  const atBank = await journey.setOut(client, 'bank')
  // The same person signs in, and reaches an organisation with another client's name: nothing is linked yet.
  expect(await journey.connectBooks(client, 'Wholly Different Ltd', rosa)).toMatchObject({ is: 'check' })
  expect(await tenants(rosa)).toEqual(['Quayside Cafe Ltd', 'Wholly Different Ltd'])

  const started = await journey.now(client)
  expect(await journey.order(client.target, { do: 'cancel', tellsClient: true })).toMatchObject({ result: 'changed' })
  await journey.advanceTo(client, started + 14 * SECOND_MS)
  expect(await kindsOf(client)).not.toContain('cleaned')
  expect(await tenants(rosa)).toHaveLength(2)
  expect(await harness.messages(client.id, 'client_withdrawn')).toMatchObject([{ state: 'queued' }])
  await journey.advanceTo(client, started + 16 * SECOND_MS)
  expect(await journey.ended(client)).toBe('COMPLETED')

  expect((await kindsOf(client)).filter((kind) => kind !== 'message').at(-1)).toBe('cleaned')
  const goodbye = await journey.mail(client, /has withdrawn its invitation$/)
  expect(harness.tokenIn(goodbye)).toBe(token)
  expect(await journey.order(client.target, { do: 'undo_cancel' })).toMatchObject({
    refusal: { code: 'undo_too_late' },
  })
  const { owner } = harness
  expect(await owner`SELECT FROM link WHERE onboarding_id = ${client.id} AND ended_at IS NULL`).toHaveLength(0)
  const sessions = await owner`SELECT status, grant_sealed, step FROM auth_session WHERE onboarding_id = ${client.id}`
  expect(sessions.map(({ status, grant_sealed }) => [status, grant_sealed])).toEqual([
    ['failed', null],
    ['failed', null],
  ])
  expect(await journey.acceptWith(client, token)).toMatchObject({ result: 'refused' })
  await journey.actAtBank(atBank.redirectUrl, 'approve')
  expect(await journey.settle(client, atBank.sessionId)).toMatchObject({ is: 'ended' })
  expect(await owner`SELECT FROM connection WHERE onboarding_id = ${client.id}`).toHaveLength(0)

  // Only this connection is ended at the ledger: the other client of the same sign-in still works.
  expect(await tenants(rosa)).toEqual(['Quayside Cafe Ltd'])
  expect((await accountsAtLedger(other)).length).toBeGreaterThan(0)
  await record(harness, 'cancelled', client.id)
})

test('a return from the ledger after the cancellation leaves nothing there', async () => {
  const late = 'late@marshlowe.example'
  const client = await harness.create({ name: 'Lantern Books Ltd' })
  const { sessionId, redirectUrl } = await journey.setOut(client, 'books')
  const returned = await journey.allowAtLedger(redirectUrl, 'Lantern Books Ltd', late)
  await journey.order(client.target, { do: 'cancel' })
  expect(await tenants(late)).toContain('Lantern Books Ltd')
  const { commands } = harness
  expect(await returnFromLedger(commands, journey.providers, client.target, sessionId, returned)).toEqual({
    is: 'ended',
  })
  expect(await tenants(late)).not.toContain('Lantern Books Ltd')
})

/** Returns the organisations that the ledger lets us reach through this person, by name. */
async function tenants(email: string): Promise<string[]> {
  const { connections } = await harness.control.call('GET', '/xero/connections')
  const theirs = connections.filter((one: { email: string }) => one.email === email)
  return theirs.map((one: { tenantName: string }) => one.tenantName).sort()
}

/** Reads accounts at the ledger with the tokens of the client's own connection. */
async function accountsAtLedger(client: Client) {
  const [row] = await harness.owner<{ tenant: string }[]>`
    SELECT tenant_id AS tenant FROM connection WHERE onboarding_id = ${client.id}`
  const tokens = await readTokens(harness.owner, journey.providers.sealer, client.id)
  return journey.providers.ledgers.first.bankAccounts(tokens, row?.tenant ?? '')
}
