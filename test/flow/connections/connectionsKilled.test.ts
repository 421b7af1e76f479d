import { afterAll, beforeAll, expect, test } from 'vitest'
import { withSignIn } from '../../../commands/connections/ledgers/signIns.ts'
import { furtherProviders } from '../../../dev/stack/environment.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { type Harness, startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { type Journey, journeyOf } from '../journey.ts'

// A worker that is killed between the ledger's answer to a refresh and our write of it.

let harness: Harness
let journey: Journey
beforeAll(async () => {
  harness = await startHarness({ worker: 'none', environment: furtherProviders })
  journey = journeyOf(harness)
})
afterAll(() => harness?.stop())

const startProcess = () => harness.startProcess({ RECONCILE_SECONDS: '1' })

/** Connects books, makes their sign-in due for a refresh, and kills the worker once the ledger has answered it. */
async function killedAtRefresh(provider: 'xero' | 'sage') {
  const name = `Killed at ${provider} Ltd`
  const client = await harness.create({ name, channels: null, steps: { bank: 'skip' } })
  const connected = await journey.connectBooks(client, name, `${client.id}@ledger.example`, provider)
  expect(connected).toMatchObject({ is: 'connected' })
  const [row] = await harness.owner<{ id: string }[]>`
    UPDATE sign_in SET used_at = used_at - interval '50 days' WHERE id =
      (SELECT sign_in_id FROM connection WHERE onboarding_id = ${client.id}) RETURNING id`
  const signInId = row?.id ?? ''
  await harness.control.fault({ provider, operation: 'refresh', kind: 'timeout_after_accept', delayMs: 60_000 })
  const worker = await startProcess()
  await waitFor('the ledger to answer', async () => {
    const { faults } = await harness.control.call('GET', '/faults')
    return !faults.some((one: { provider: string }) => one.provider === provider)
  })
  await worker.kill()
  return { client, signInId, provider }
}

const endedAt = async (signInId: string) => {
  const [row] = await harness.owner<{ used_at: Date; ended_at: Date | null }[]>`
    SELECT used_at, ended_at FROM sign_in WHERE id = ${signInId}`
  return row
}

test('loses no sign-in of a ledger that honours the former token, and asks for another one of a ledger that does not, once', async () => {
  const forgiving = await killedAtRefresh('xero')
  const strict = await killedAtRefresh('sage')
  const next = await startProcess()
  await waitFor(
    'the second refresh',
    async () => {
      const usedAt = (await endedAt(forgiving.signInId))?.used_at.getTime() ?? 0
      return usedAt > Date.now() - DAY_MS
    },
    60_000,
  )
  const reached = await withSignIn(
    harness.commands.db,
    journey.providers,
    forgiving.client.practice.id,
    forgiving,
    (tokens, ledger) => ledger.organisations(tokens),
  )
  expect(reached?.map(({ name }) => name)).toEqual(['Killed at xero Ltd'])

  const lossesOf = async () =>
    (await harness.events(strict.client.id)).filter(({ kind }) => kind === 'connection_lost').map(({ data }) => data)
  await waitFor('the loss', async () => (await lossesOf()).length > 0, 60_000)
  expect((await endedAt(strict.signInId))?.ended_at).not.toBeNull()
  expect(await lossesOf()).toEqual([{ step: 'books', health: 'sign_in_ended' }])
  await next.stop()
}, 180_000)
