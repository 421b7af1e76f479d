import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createActivities } from '../../activities/createActivities.ts'
import type { Dependencies } from '../../activities/dependencies.ts'
import { moveClock } from '../../dev/demo/advance.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { createDependencies } from '../../worker/dependencies.ts'
import { aroundActivity } from '../../worker/interceptors.ts'
import { createLogger, installRuntime } from '../../worker/log.ts'
import { type Client, type Journey, journeyOf } from '../flow/journey.ts'
import { type Harness, startHarness } from '../harness.ts'

// Runs activities as the engine calls them, one attempt at a time, without an engine: real database, real providers.
let harness: Harness
let journey: Journey
let dependencies: Dependencies
beforeAll(async () => {
  const logger = createLogger('error')
  await installRuntime(logger)
  harness = await startHarness({ worker: 'none' })
  journey = journeyOf(harness)
  dependencies = createDependencies(harness.config, logger, new Registry())
})
afterAll(async () => {
  await Promise.allSettled([dependencies?.commands.engine.close(), dependencies?.commands.db.close()])
  await harness?.stop()
})

const environment = () =>
  new MockActivityEnvironment(
    { heartbeatTimeoutMs: 5_000 },
    { logger: new DefaultLogger('ERROR'), interceptors: [aroundActivity] },
  )
const activities = (changes: Partial<Dependencies> = {}) => createActivities({ ...dependencies, ...changes })

/** Runs one attempt at an activity; returns a failure as a value. */
const attempt = <Args extends unknown[], Answer>(activity: (...args: Args) => Promise<Answer>, ...args: Args) =>
  environment()
    .run(activity, ...args)
    .then((answer) => ({ answer, failure: null }))
    .catch((failure) => ({ answer: null, failure }))

const messageIds = async ({ id }: Client, states = ['queued', 'sending']) =>
  (await harness.messages(id)).filter(({ state }) => states.includes(state)).map(({ id: messageId }) => messageId)

async function invited(): Promise<Client> {
  const client = await harness.create({}, await harness.createPractice())
  await attempt(activities().createOrganisation, client.id, 1, client.practice.id)
  await attempt(activities().deliver, client.id, 1, await messageIds(client), client.practice.id)
  return client
}

/** Creates a completed client, whose three mails about the bank and the end are still unsent. */
async function completed(): Promise<Client> {
  const client = await invited()
  await journey.accept(client)
  await journey.connectBank(client)
  await journey.connectBooks(client)
  await journey.map(client)
  const { answer } = await attempt(activities().complete, client.id, 1, client.practice.id)
  expect(answer).toMatchObject({ stage: 'completed', open: [], next: null, due: { length: 3 } })
  return client
}

test('of several messages one that must wait holds up no other, and the attempt after it sends only that one', async () => {
  const client = await completed()
  const ids = await messageIds(client)
  const fault = { provider: 'resend', operation: 'send', kind: 'rate_limited', match: client.email } as const
  await harness.control.fault({ ...fault, times: 1, retryAfterSeconds: 7 })
  const first = await attempt(activities().deliver, client.id, 1, ids, client.practice.id)
  expect(first.failure).toMatchObject({ type: 'NotSentYet', message: 'not sent yet', nextRetryDelay: 7_000 })
  expect(await messageIds(client)).toEqual([(await harness.message(client.id, 'client_done')).id])
  expect(await harness.control.messagesTo(client.practice.notificationEmail)).toHaveLength(2)

  const second = await attempt(activities().deliver, client.id, 1, ids, client.practice.id)
  expect(second.answer).toMatchObject({ stage: 'completed', due: [] })
  const sent = [
    ...(await harness.control.messagesTo(client.practice.notificationEmail)),
    ...(await harness.control.messagesTo(client.email)),
  ]
  expect(sent.map(({ requests }) => requests)).toEqual([1, 1, 1, 1])
})

test('an expiry that comes a little early is tried again at its instant, one that comes days early changes nothing', async () => {
  const client = await invited()
  const expire = () => attempt(activities().expire, client.id, 1, client.practice.id)
  expect((await expire()).answer).toMatchObject({ stage: 'invited', next: { what: 'touch', to: 'client', n: 1 } })

  const aheadMs = 50_000
  const { expires_at } = await harness.row(client.id)
  await moveClock(harness.owner, client.id, (expires_at?.getTime() ?? 0) - Date.now() - aheadMs)
  const { failure } = await expire()
  expect(failure).toMatchObject({ message: 'too early' })
  expect(failure.nextRetryDelay).toBeGreaterThan(0)
  expect(failure.nextRetryDelay).toBeLessThanOrEqual(aheadMs + 1)
  expect((await harness.row(client.id)).status).toBe('invited')
})

test('the record of one message and the claim of the next are one transaction; one that cannot be claimed leaves the others recorded', async () => {
  await harness.owner.unsafe(`
    CREATE TABLE moved (id uuid, state text, transaction xid8 DEFAULT pg_current_xact_id());
    CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
      IF NEW.state = 'sending' AND current_setting('test.broken', true) = NEW.id::text THEN RAISE 'broken'; END IF;
      INSERT INTO moved VALUES (NEW.id, NEW.state); RETURN NULL; END $$;
    CREATE TRIGGER note_move AFTER UPDATE ON message FOR EACH ROW EXECUTE FUNCTION note_move()`)
  const [client, other] = [await completed(), await completed()]
  const ids = await messageIds(client)
  await attempt(activities().deliver, client.id, 1, ids, client.practice.id)
  const moves = await harness.owner`SELECT state, transaction FROM moved WHERE id = ANY (${ids})`
  expect(moves.map(({ state }) => state)).toEqual(['sending', 'sent', 'sending', 'sent', 'sending', 'sent'])
  expect(new Set(moves.map(({ transaction }) => transaction)).size).toBe(4)

  const [first, broken] = await messageIds(other)
  await harness.owner.unsafe(`ALTER ROLE embark_worker SET test.broken = '${broken}'`)
  const own = createDependencies(harness.config, createLogger('error'), new Registry())
  const { failure } = await attempt(createActivities(own).deliver, other.id, 1, [first!, broken!], other.practice.id)
  await harness.owner.unsafe('ALTER ROLE embark_worker RESET test.broken; DROP TRIGGER note_move ON message')
  await Promise.allSettled([own.commands.engine.close(), own.commands.db.close()])
  expect(failure).toMatchObject({ message: 'failed' })
  const states = await harness.messages(other.id)
  expect(states.find(({ id }) => id === first)?.state).toBe('sent')
  expect(states.find(({ id }) => id === broken)?.state).toBe('queued')
})

test('an error reaches the engine by its kind alone', async () => {
  const client = await harness.create()
  const ids = await messageIds(client)
  const failing = (error: Error) => activities({ email: { ...dependencies.email, send: () => Promise.reject(error) } })
  const personal = `${client.email} at Harbour Bakery Ltd`
  const kinds: [Error, string][] = [
    [new TypeError(personal), 'TypeError'],
    [Object.assign(new Error(personal), { code: '23505' }), 'Error 23505'],
    [Object.assign(new Error(personal), { code: personal }), 'Error'],
    [new ProviderFailure('resend', 'unavailable', personal), 'resend unavailable'],
  ]
  for (const [error, type] of kinds) {
    const { failure } = await attempt(failing(error).deliver, client.id, 1, ids, client.practice.id)
    expect(failure).toMatchObject({ message: 'failed', type })
    const told = JSON.stringify([failure, failure.stack, failure.cause])
    for (const word of [client.email, 'Harbour']) expect(told).not.toContain(word)
  }
})

test('a send tells the engine every second that its attempt still runs, and no more once it has ended', async () => {
  const client = await harness.create()
  const env = environment()
  const beats = Promise.withResolvers<void>()
  let heard = 0
  env.on('heartbeat', () => {
    heard += 1
    if (heard === 2) beats.resolve()
  })
  const send: Dependencies['email']['send'] = async (...mail) => {
    await beats.promise
    return dependencies.email.send(...mail)
  }
  const { deliver } = activities({ email: { ...dependencies.email, send } })
  await env.run(deliver, client.id, 1, await messageIds(client), client.practice.id)
  const atTheEnd = heard
  await sleep(1_500)
  expect(heard).toBe(atTheEnd)
  expect(await harness.control.messagesTo(client.email)).toHaveLength(1)
})

test('a mail to a client takes its turn with its claim, and waits for one only if none was free', async () => {
  const taken: { hasTurn?: boolean }[] = []
  const send: Dependencies['email']['send'] = (mail, key, how = {}) => {
    taken.push({ hasTurn: how.hasTurn })
    return dependencies.email.send(mail, key, how)
  }
  const email = { ...dependencies.email, send }
  for (const given of [{ email }, { email, takeTurn: async () => false }]) {
    const client = await harness.create()
    await attempt(activities(given).deliver, client.id, 1, await messageIds(client), client.practice.id)
    expect((await harness.message(client.id, 'invitation')).state).toBe('sent')
  }
  expect(taken).toEqual([{ hasTurn: true }, { hasTurn: false }])
})

test('a run from before the practice was told looks it up; a wrong practice reaches nothing', async () => {
  const client = await harness.create()
  const stranger = await harness.createPractice()
  const wrong = await attempt(activities().createOrganisation, client.id, 1, stranger.id)
  expect(wrong.failure).toMatchObject({ type: 'NotFound', nonRetryable: true })
  expect((await harness.events(client.id)).map(({ kind }) => kind)).toEqual(['created', 'invited'])

  const { answer } = await attempt(activities().createOrganisation, client.id, 1)
  expect(answer).toMatchObject({ stage: 'invited', reference: expect.stringMatching(/^EM-/) })
  const again = await attempt(activities().createOrganisation, client.id, 1)
  expect(again.answer).toEqual(answer)
  const nobody = await attempt(activities().complete, randomUUID(), 1)
  expect(nobody.failure).toMatchObject({ type: 'NotFound', nonRetryable: true })
})

test('an activity of a run that the row has left changes nothing and says so', async () => {
  const client = await completed()
  await journey.order(client.target, { do: 'reopen', steps: ['bank'] })
  const before = await harness.events(client.id)
  const { answer } = await attempt(activities().complete, client.id, 1, client.practice.id)
  expect(answer).toMatchObject({ run: 2, stage: 'accepted' })
  expect(await harness.events(client.id)).toEqual(before)
})
