import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection, Client as TemporalClient } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectEngine } from '../../../commands/engine.ts'
import type { Commands } from '../../../commands/execute.ts'
import { advance, moveClock } from '../../../dev/demo/advance.ts'
import { freePort } from '../../../dev/stack/ports.ts'
import { startTemporal } from '../../../dev/stack/temporal.ts'
import { DAY_MS, SECOND_MS } from '../../../domain/situation.ts'
import { workflowIdOf } from '../../../workflows/contract.ts'
import { type Harness, startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { type Client, type Journey, journeyOf } from '../journey.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness({ worker: 'none' })
})
afterAll(() => harness?.stop())

/** Less than the timeout of an engine call, in ms: a slower click may have waited for the engine. */
const PATIENCE_MS = 4_500

async function quickly<T>(what: string, act: () => Promise<T>): Promise<T> {
  const started = Date.now()
  const answer = await act()
  expect(Date.now() - started, what).toBeLessThan(PATIENCE_MS)
  return answer
}

/** Runs one client through to completion and cancels another, without a worker or engine to continue. */
async function actAlone(journey: Journey, commands: Commands) {
  const client = await quickly('create', () => harness.create({}, undefined, commands))
  const { token } = await quickly('link', () => journey.link(client))
  expect(await quickly('accept', () => journey.acceptWith(client, token))).toMatchObject({ result: 'changed' })
  expect(await quickly('bank', () => journey.connectBank(client))).toMatchObject({ is: 'connected' })
  expect(await quickly('books', () => journey.connectBooks(client))).toMatchObject({ is: 'connected' })
  expect(await quickly('map', () => journey.map(client))).toMatchObject({ result: 'changed' })
  expect(await harness.row(client.id)).toMatchObject({ status: 'accepted', blocked_by: 'finishing' })

  const gone = await quickly('create', () => harness.create({ name: 'Lantern Books Ltd' }, undefined, commands))
  expect(await quickly('cancel', () => journey.order(gone.target, { do: 'cancel' }))).toMatchObject({
    result: 'changed',
  })
  return { client, gone }
}

/** Expects both to catch up: one completes, the other is cleaned up, and no outdated message is sent. */
async function expectCaughtUp(journey: Journey, { client, gone }: { client: Client; gone: Client }) {
  await harness.until(client.id, 'completed')
  expect(await journey.ended(client)).toBe('COMPLETED')
  await journey.advanceTo(gone, (await journey.now(gone)) + 20 * SECOND_MS)
  expect(await journey.ended(gone)).toBe('COMPLETED')
  expect((await harness.events(gone.id)).at(-1)?.kind).toBe('cleaned')
  const mails = await harness.control.messagesTo(client.practice.notificationEmail)
  expect(mails.filter((mail) => mail.subject?.startsWith('Harbour Bakery Ltd')).length).toBeGreaterThanOrEqual(2)
  for (const one of [client, gone]) {
    expect(await harness.message(one.id, 'invitation')).toMatchObject({ state: 'withdrawn' })
  }
  const subjectsTo = async ({ email }: Client) =>
    (await harness.control.messagesTo(email)).map(({ subject }) => subject)
  expect(await subjectsTo(client)).toEqual(['Harbour Bakery Ltd is all set'])
  expect(await subjectsTo(gone)).toEqual([])
}

test('with no worker running, creating, accepting, connecting and cancelling succeed and the workflow catches up', async () => {
  const journey = journeyOf(harness)
  const clients = await actAlone(journey, harness.commands)
  expect(harness.unsignalled).toEqual([])
  const worker = await harness.startInside()
  await expectCaughtUp(journey, clients)
  await worker.stop()
})

test('with Temporal down the same, and the reconciler tells it later', async () => {
  const engine = connectEngine({ address: `127.0.0.1:${await freePort()}`, namespace: harness.namespace })
  const commands = { ...harness.commands, engine }
  const clients = await actAlone(journeyOf(harness, commands), commands)
  for (const { id } of Object.values(clients)) {
    expect(await harness.row(id)).toMatchObject({ workflow_started_at: null })
  }
  const worker = await harness.startInside()
  // Either pass may come first: the worker's own at its start, or this one.
  await worker.reconcileNow()
  await expectCaughtUp(journeyOf(harness), clients)
  await worker.stop()
  await engine.close()
})

test("with the engine's database deleted every open onboarding goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'embark-engine-'))
  const [port, uiPort] = [await freePort(), await freePort()]
  const start = () => startTemporal({ dbFile: join(folder, 'temporal.db'), port, uiPort, log: () => undefined })
  let server = await start()
  const { address } = server
  const namespace = 'default'
  const engine = connectEngine({ address, namespace })
  const commands = { ...harness.commands, engine }
  const journey = journeyOf(harness, commands)
  const temporal = { namespace, connection: { address } }
  let worker = await harness.startInside({ temporal })
  try {
    const create = () => harness.create({}, undefined, commands)
    const clients = await Promise.all([create(), create(), create(), create()])
    const [invited, atBank, sleeping, cancelled] = clients as [Client, Client, Client, Client]
    for (const { id } of clients) await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
    await journey.accept(atBank)
    const { sessionId, redirectUrl } = await journey.setOut(atBank, 'bank')

    await worker.stop()
    await server.stop()
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
    server = await start()
    worker = await harness.startInside({ temporal })
    const connection = await Connection.connect({ address })
    const client = new TemporalClient({ connection, namespace })
    const isThere = ({ id }: Client) =>
      client.workflow
        .getHandle(workflowIdOf(id, 1))
        .describe()
        .then(
          () => true,
          () => false,
        )
    expect(await Promise.all(clients.map(isThere))).toEqual([false, false, false, false])

    // Noticed at the next fact: at the bank, by a cancellation.
    await journey.actAtBank(redirectUrl, 'approve')
    expect(await journey.settle(atBank, sessionId)).toMatchObject({ is: 'connected' })
    await harness.untilMessage(atBank.id, 'staff_bank_connected', ['sent', 'delivered'])
    expect(await journey.order(cancelled.target, { do: 'cancel' })).toMatchObject({ result: 'changed' })
    await waitFor('the cancelled one to run', () => isThere(cancelled))
    // Noticed at the due instant, moved forward: two days later, by the reconciler.
    await moveClock(harness.owner, sleeping.id, 2 * DAY_MS + 1_000)
    await worker.reconcileNow()
    await advance({ sql: harness.owner, connection, namespace }, sleeping.id, await journey.now(sleeping))
    await waitFor('the reminder', async () => (await harness.control.messagesTo(sleeping.email)).length === 2)
    // An acceptance alone gives the workflow nothing to do; the following acts do.
    for (const one of [invited, sleeping]) {
      expect(await journey.accept(one)).toMatchObject({ result: 'changed' })
      await journey.connectBank(one)
    }
    for (const [i, one] of [invited, sleeping, atBank].entries()) {
      await journey.connectBooks(one, 'Harbour Bakery Ltd', `rosa${i}@marshlowe.example`)
      await journey.map(one)
      expect(await harness.until(one.id, 'completed')).toMatchObject({ run: 1 })
    }
    for (const one of clients) {
      const first = await harness.messages(one.id, 'invitation')
      expect(first).toHaveLength(1)
      expect(
        (await harness.control.messagesTo(one.email)).filter((mail) => mail.subject?.startsWith('Join')),
      ).toHaveLength(1)
    }
    await connection.close()
  } finally {
    await worker.stop()
    await engine.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
