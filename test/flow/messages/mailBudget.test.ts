import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShared } from '../../../commands/configuration.ts'
import type { MailKind } from '../../../db/mailTurns.ts'
import { createAccountMails } from '../../../messages/outbox/accountMails.ts'
import type { EmailProvider } from '../../../providers/email/email.ts'
import { createLogger } from '../../../worker/log.ts'
import { forFile } from '../../forFile.ts'
import { startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'

/** The rate of the provider's account. */
const PER_SECOND = 5
const INVITATIONS = 20
const BULK = 12

type Asked = { to: string; status: number }
/** One attempt to take a turn, by the database's clock (ms); `signIn` is true for those of the api. */
type Ask = { at: number; granted: boolean; signIn: boolean }

const bulkAddresses = Array.from({ length: BULK }, (_, n) => `bulk.${n}@harbour.example`)

const harness = forFile(() => startHarness({ worker: 'none' }))
let proxy: Server
/** The requests that reached the provider, in their order. */
const asked: Asked[] = []
const closes: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  // A busy machine delivers requests in bunches, so the turns are counted, by the clock that gives them.
  await harness.owner.unsafe(`
      CREATE TABLE turn_asked (at timestamptz NOT NULL, granted boolean NOT NULL, sign_in boolean NOT NULL);
      GRANT INSERT ON turn_asked TO PUBLIC;
      CREATE FUNCTION note_turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO turn_asked VALUES (clock_timestamp(), NEW.hits = 1, current_user = 'embark_api');
        RETURN NULL;
      END $$;
      CREATE TRIGGER note_turn AFTER INSERT OR UPDATE ON rate_limit
        FOR EACH ROW WHEN (NEW.key = 'mail_provider') EXECUTE FUNCTION note_turn()`)
  proxy = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { host, connection, ...headers } = request.headers
    const answer = await fetch(`${harness.sandboxUrl}/resend${request.url}`, {
      method: request.method ?? 'POST',
      headers: headers as Record<string, string>,
      body,
    })
    asked.push({ to: JSON.parse(body).to, status: answer.status })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await Promise.allSettled(closes.map((close) => close()))
  proxy?.close()
})

const providerUrl = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`

/** Opens what a process of its own opens; returns its mail provider and database. */
function processOf(kind: MailKind, databaseUrl: string) {
  const { resend } = harness.config
  const config = {
    ...harness.config,
    databaseUrl,
    mailPerSecond: PER_SECOND,
    resend: { ...resend, baseUrl: providerUrl() },
  }
  const { commands, mailFor } = openShared(config, createLogger('error'))
  closes.push(() => Promise.all([commands.db.close(), commands.engine.close()]))
  return { db: commands.db, email: mailFor(kind).email }
}

/** Sends mails one after the other, as the worker's loop does; returns the outcomes. */
async function sendBulk(email: EmailProvider): Promise<string[]> {
  const from = harness.config.emailFrom
  const outcomes: string[] = []
  for (const [n, to] of bulkAddresses.entries()) {
    const mail = {
      from,
      to,
      replyTo: null,
      subject: 'Digest',
      html: '<p>x</p>',
      text: 'x',
    }
    outcomes.push((await email.send({ ...mail, messageId: `bulk-${n}` }, `bulk-${n}`)).outcome)
  }
  return outcomes
}

test('messages, bulk and sign-in mails of several processes keep the rate of one account, and a sign-in mail goes first', async () => {
  const worker = await harness.startProcess({ MAIL_PER_SECOND: String(PER_SECOND), RESEND_BASE_URL: providerUrl() })
  closes.push(() => worker.stop())
  const { database, config } = harness
  const bulk = sendBulk(processOf('bulk', database.workerUrl).email)
  const invited = await Promise.all(Array.from({ length: INVITATIONS }, () => harness.create()))
  const isInvitation = ({ to }: Asked) => invited.some(({ email }) => email === to)
  await waitFor('the invitations to leave', async () => asked.filter(isInvitation).length >= 3)

  const signIn = processOf('sign_in', database.apiUrl)
  const mail = createAccountMails(signIn.db, signIn.email, config.emailFrom, createLogger('error'))
  const taken = await mail({
    mail: 'reset-password',
    email: 'priya@marsh.example',
    actionUrl: 'https://e.example/r',
    practice: null,
  })
  expect(taken).toBe(true)

  for (const { id } of invited) await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  expect(new Set(await bulk)).toEqual(new Set(['accepted']))
  const addresses = [...invited.map(({ email }) => email), ...bulkAddresses, 'priya@marsh.example']
  expect(asked.map(({ to }) => to).toSorted()).toEqual(addresses.toSorted())
  expect(asked.filter(({ status }) => status !== 200)).toEqual([])

  const asks = await harness.owner<Ask[]>`
    SELECT (extract(epoch FROM at) * 1000)::float8 AS at, granted, sign_in AS "signIn" FROM turn_asked ORDER BY at`
  const turns = asks.filter(({ granted }) => granted)
  expect(turns.length).toBeGreaterThanOrEqual(asked.length)
  for (const { at } of turns) {
    expect(turns.filter((other) => other.at >= at && other.at < at + 1_000).length).toBeLessThanOrEqual(PER_SECOND)
  }
  const first = asks.findIndex((ask) => ask.signIn)
  const got = asks.findIndex((ask) => ask.signIn && ask.granted)
  expect(first).toBeGreaterThanOrEqual(0)
  expect(asks.slice(first, got).filter(({ granted }) => granted).length).toBeLessThanOrEqual(PER_SECOND)
}, 120_000)
