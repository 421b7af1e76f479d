import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShared } from '../../commands/configuration.ts'
import type { MailKind } from '../../db/mailTurns.ts'
import { createAccountMails } from '../../messages/outbox/accountMails.ts'
import type { EmailProvider } from '../../providers/email/email.ts'
import { createLogger } from '../../worker/log.ts'
import { type Harness, startHarness } from '../harness.ts'
import { waitFor } from '../waitFor.ts'

/** The rate of the provider's account, at which its twin refuses. */
const PER_SECOND = 5
const INVITATIONS = 20
const BULK = 12

type Asked = { at: number; to: string; status: number }

let harness: Harness
let proxy: Server
/** The requests that reached the provider, in their order. */
const asked: Asked[] = []
const closes: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  harness = await startHarness({ worker: 'none' })
  await harness.control.call('POST', '/setup', { resend: { perSecond: PER_SECOND } })
  proxy = createServer(async (request, response) => {
    const at = performance.now()
    let body = ''
    for await (const chunk of request) body += chunk
    const { host, connection, ...headers } = request.headers
    const answer = await fetch(`${harness.sandboxUrl}/resend${request.url}`, {
      method: request.method ?? 'POST',
      headers: headers as Record<string, string>,
      body,
    })
    asked.push({ at, to: JSON.parse(body).to, status: answer.status })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await Promise.allSettled(closes.map((close) => close()))
  await harness?.stop()
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
  for (let n = 0; n < BULK; n += 1) {
    const mail = {
      from,
      to: `bulk.${n}@harbour.example`,
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

  const before = asked.length
  const signIn = processOf('sign_in', database.apiUrl)
  const mail = createAccountMails(signIn.db, signIn.email, config.emailFrom, createLogger('error'))
  const taken = await mail({
    mail: 'reset-password',
    email: 'priya@marsh.example',
    actionUrl: 'https://e.example/r',
    practice: null,
  })
  expect(taken).toBe(true)
  expect(asked.findIndex(({ to }) => to === 'priya@marsh.example') - before).toBeLessThanOrEqual(PER_SECOND)

  for (const { id } of invited) await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  expect(new Set(await bulk)).toEqual(new Set(['accepted']))
  expect(asked).toHaveLength(INVITATIONS + BULK + 1)
  expect(asked.filter(({ status }) => status !== 200)).toEqual([])
  for (const { at } of asked) {
    expect(asked.filter((other) => other.at >= at && other.at < at + 1_000).length).toBeLessThanOrEqual(PER_SECOND)
  }
}, 120_000)
