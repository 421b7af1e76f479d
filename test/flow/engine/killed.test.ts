import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectEngine } from '../../../commands/engine.ts'
import { readFacts } from '../../../db/onboardings/facts.ts'
import { freePort } from '../../../dev/stack/ports.ts'
import type { MessagePurpose } from '../../../domain/messages.ts'
import { progressOf } from '../../../domain/nextMove.ts'
import { forFile } from '../../forFile.ts'
import { startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { type Client, type Journey, journeyOf } from '../journey.ts'
import { type Line, openLine } from '../line.ts'

const harness = forFile(() => startHarness({ worker: 'none' }))
/** Acts that signal the engine, and acts that do not. */
let journey: Journey
let silent: Journey
let owner: postgres.Sql
let line: Line

beforeAll(async () => {
  const engine = connectEngine({ address: `127.0.0.1:${await freePort()}`, namespace: harness.namespace })
  journey = journeyOf(harness)
  silent = journeyOf(harness, { ...harness.commands, engine })
  owner = postgres(harness.database.ownerUrl, { max: 8, onnotice: () => undefined })
  // Rows are locked here until all statements wait for them, however busy the machine.
  const [{ database = '' } = {}] = await owner<{ database: string }[]>`SELECT current_database() AS database`
  for (const limit of ['lock_timeout', 'statement_timeout']) {
    await owner`ALTER ROLE embark_worker IN DATABASE ${owner(database)} SET ${owner(limit)} = '20s'`
  }
  line = await openLine(harness.environment.TEMPORAL_ADDRESS ?? '')
})
afterAll(async () => {
  line?.close()
  await owner?.end()
})

/** Locks the row, so that a started activity cannot write. */
async function lock(id: string): Promise<() => Promise<unknown>> {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let done: Promise<unknown> = Promise.resolve()
  await new Promise<void>((taken, fail) => {
    done = owner.begin(async (sql) => {
      await sql`SELECT FROM onboarding WHERE id = ${id} FOR UPDATE`
      taken()
      await released
    })
    done.catch(fail)
  })
  return () => {
    release()
    return done
  }
}

/** Returns the number of the worker's statements that wait for a row. */
const waitingForRows = async () => {
  const [row] = await owner<{ n: number }[]>`SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'embark_worker' AND wait_event_type = 'Lock'`
  return row?.n ?? 0
}

/** One activity of the happy path: its onboarding, and the acts that bring it there and start the activity. */
type Scene = {
  activity: string
  sends: { purpose: MessagePurpose; channel: 'email' | 'sms' } | null
  client: Client
  begin: () => Promise<unknown>
}

const create = async (by: 'told' | 'untold', channels: ('email' | 'sms')[] = ['email']): Promise<Client> => {
  const phone = channels.includes('sms') ? `+4477009${String(Math.floor(Math.random() * 1e5)).padStart(5, '0')}` : null
  const commands = by === 'told' ? harness.commands : silent.commands
  return harness.create({ channels, phone }, await harness.createPractice(), commands)
}

/** Returns the five activities of the happy path, and a text, each about to start in its own onboarding. */
async function scenes(): Promise<Scene[]> {
  const named = async (channels: ('email' | 'sms')[]) => create('untold', channels)
  const start = (client: Client) => () => harness.commands.engine.start(client.practice.id, client.id, 1, null, null)
  const [organisation, mail, text] = await Promise.all([named(['email']), named(['email']), named(['sms'])])
  const connected = async (upTo: 'bank' | 'books' | 'mapped') => {
    const client = await create('told')
    await journey.accept(client)
    const { sessionId, redirectUrl } = await journey.setOut(client, 'bank')
    await journey.actAtBank(redirectUrl, 'approve')
    if (upTo === 'bank') return { client, begin: () => journey.settle(client, sessionId) }
    await journey.settle(client, sessionId)
    await harness.untilMessage(client.id, 'staff_bank_connected', ['sent', 'delivered'])
    await journey.connectBooks(client)
    if (upTo === 'books') return { client, begin: () => journey.map(client) }
    await silent.map(client)
    return { client, begin: () => tell(client) }
  }
  const [bank, books, mapped] = await Promise.all([connected('bank'), connected('books'), connected('mapped')])
  const mailOf = (purpose: MessagePurpose) => ({ purpose, channel: 'email' as const })
  return [
    { activity: 'createOrganisation', sends: null, client: organisation, begin: start(organisation) },
    { activity: 'deliver the invitation', sends: mailOf('invitation'), client: mail, begin: start(mail) },
    {
      activity: 'deliver the text',
      sends: { purpose: 'invitation', channel: 'sms' },
      client: text,
      begin: start(text),
    },
    { activity: 'deliver bank connected', sends: mailOf('staff_bank_connected'), ...bank },
    { activity: 'complete', sends: null, ...mapped },
    { activity: 'deliver completed', sends: mailOf('staff_completed'), ...books },
  ]
}

/** Signals the workflow with the row's progress. */
async function tell({ id, target }: Client) {
  const read = await harness.commands.db.inPractice(target.practiceId, (tx) => readFacts(tx, id))
  if (!read) throw new Error('no facts')
  await harness.commands.engine.signal(id, progressOf(read.facts, read.now))
}

const addressOf = ({ client, sends }: Scene): string => {
  if (sends?.channel === 'sms') return client.phone
  return sends?.purpose === 'invitation' ? client.email : client.practice.notificationEmail
}

/** Sets a fault for the message of a scene, once. */
const misbehave = (scene: Scene, kind: string, delayMs: number) =>
  harness.control.fault({
    provider: scene.sends?.channel === 'sms' ? 'twilio' : 'resend',
    operation: 'send',
    kind,
    match: scene.sends?.channel === 'sms' ? encodeURIComponent(addressOf(scene)) : addressOf(scene),
    delayMs,
  })

const stateOf = async ({ client, sends }: Scene) =>
  sends && (await harness.messages(client.id, sends.purpose)).find((one) => one.channel === sends.channel)?.state

/** Returns true if the provider has the scene's message; the mail before "completed" has the same address. */
const isSent = async (scene: Scene) => {
  const before = scene.sends?.purpose === 'staff_completed' ? 1 : 0
  return (await harness.control.messagesTo(addressOf(scene))).length > before
}

/** Continues to the end from any state, and checks the sent messages. */
async function finish(scene: Scene): Promise<void> {
  const { client, activity } = scene
  const row = await harness.row(client.id)
  if (row.status !== 'completed') {
    if (row.status !== 'accepted') {
      await waitFor(`${activity}: the organisation`, async () =>
        (await harness.events(client.id)).some((event) => event.kind === 'provisioned'),
      )
      // Moves the attempt back by a minute: then the provider's list is searched for a text whose answer was lost.
      await owner`UPDATE message SET attempted_at = attempted_at - interval '1 minute'
        WHERE onboarding_id = ${client.id} AND channel = 'sms' AND state = 'sending'`
      await waitFor(`${activity}: the invitation`, async () =>
        ['sent', 'delivered', 'unknown'].includes((await harness.messages(client.id, 'invitation'))[0]?.state ?? ''),
      )
      const { token } = await journey.link(client)
      expect(await journey.acceptWith(client, token), activity).toMatchObject({ result: 'changed' })
    }
    const stateOfStep = async (kind: string) => {
      const [step] =
        await owner`SELECT done_at FROM onboarding_step WHERE onboarding_id = ${client.id} AND kind = ${kind}`
      return step?.done_at
    }
    if (!(await stateOfStep('bank'))) await journey.connectBank(client)
    if (!(await stateOfStep('books'))) await journey.connectBooks(client)
    if (!(await stateOfStep('mapping'))) await journey.map(client)
  }
  await harness.until(client.id, 'completed')
  expect(await journey.ended(client), activity).toBe('COMPLETED')
  const kinds = (await harness.events(client.id)).map((event) => event.kind)
  for (const once of ['provisioned', 'accepted', 'bank_connected', 'books_connected', 'mapped', 'completed']) {
    expect(
      kinds.filter((kind) => kind === once),
      `${activity}: ${once}`,
    ).toHaveLength(1)
  }

  const toClient = client.phone === '' ? await harness.control.messagesTo(client.email) : []
  const texts = client.phone === '' ? [] : await harness.control.messagesTo(client.phone)
  expect(toClient.length, `${activity}: mails to the client`).toBe(client.phone === '' ? 2 : 0)
  expect(texts.length, `${activity}: texts`).toBeLessThanOrEqual(1)
  const subjects = (await harness.control.messagesTo(client.practice.notificationEmail)).map((mail) => mail.subject)
  // The practice gets a mail about a text with an unknown result, too.
  expect(new Set(subjects).size, `${activity}: ${subjects}`).toBe(subjects.length)
  const expected = subjects.filter((subject) => !subject?.includes('can’t tell'))
  expect(expected, activity).toHaveLength(2)
}

/** Each test starts two workers, which is slow on a busy machine. */
const TIMEOUT_MS = 120_000

const finishAll = (all: Scene[]) => Promise.all(all.map(finish))

test(
  'killed -9 when an activity has begun, before it wrote anything',
  async () => {
    const worker = await harness.startProcess()
    const all = await scenes()
    const lockable = all.filter(({ sends }) => sends === null)
    const releases = await Promise.all(lockable.map(({ client }) => lock(client.id)))
    await Promise.all(lockable.map(({ begin }) => begin()))
    await waitFor('both to wait', async () => (await waitingForRows()) >= lockable.length)
    // A send has claimed its message; the provider has not accepted it.
    const sending = all.filter(({ sends }) => sends !== null)
    const silences = await Promise.all(sending.map((scene) => misbehave(scene, 'hang_before', 60_000)))
    await Promise.all(sending.map(({ begin }) => begin()))
    await waitFor('all messages to be claimed', async () =>
      (await Promise.all(sending.map(stateOf))).every((state) => state === 'sending'),
    )
    await worker.kill()
    // Some may have been killed before they called the provider.
    await Promise.all([...releases, ...silences].map((end) => end()))
    expect(await Promise.all(sending.map(isSent))).toEqual(sending.map(() => false))
    const next = await harness.startProcess()
    await finishAll(all)
    await next.kill()
  },
  TIMEOUT_MS,
)

test(
  'killed -9 when the provider has accepted, before that is written',
  async () => {
    const worker = await harness.startProcess()
    const sending = (await scenes()).filter(({ sends }) => sends !== null)
    for (const scene of sending) await misbehave(scene, 'timeout_after_accept', 60_000)
    await Promise.all(sending.map(({ begin }) => begin()))
    await waitFor('the providers to accept', async () => (await Promise.all(sending.map(isSent))).every(Boolean))
    expect(await Promise.all(sending.map(stateOf))).toEqual(sending.map(() => 'sending'))
    await worker.kill()
    const next = await harness.startProcess()
    await finishAll(sending)
    await next.kill()
  },
  TIMEOUT_MS,
)

test(
  'killed -9 when all is written, before the engine has heard of it',
  async () => {
    const worker = await harness.startProcess({ TEMPORAL_ADDRESS: line.address })
    const all = await scenes()
    const sending = all.filter(({ sends }) => sends !== null)
    const locked = all.filter(({ sends }) => sends === null)
    for (const scene of sending) await misbehave(scene, 'slow', 1_500)
    await Promise.all(sending.map(({ begin }) => begin()))
    const releases = await Promise.all(locked.map(({ client }) => lock(client.id)))
    await Promise.all(locked.map(({ begin }) => begin()))
    await waitFor('all to be under way', async () => {
      const states = await Promise.all(sending.map(stateOf))
      return states.every((state) => state === 'sending') && (await waitingForRows()) >= locked.length
    })
    line.cut()
    await Promise.all(releases.map((release) => release()))
    await waitFor('all to be written', async () => {
      const states = await Promise.all(sending.map(stateOf))
      const kinds = await Promise.all(
        locked.map(async ({ client }) => (await harness.events(client.id)).map((e) => e.kind)),
      )
      return (
        states.every((state) => state === 'sent' || state === 'delivered') &&
        kinds.every((one) => one.at(-1) === 'completed' || one.at(-1) === 'provisioned')
      )
    })
    await worker.kill()
    line.mend()
    const next = await harness.startProcess()
    await finishAll(all)
    await next.kill()
  },
  TIMEOUT_MS,
)
