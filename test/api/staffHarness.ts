import { randomBytes, randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { hashPassword } from 'better-auth/crypto'
import postgres from 'postgres'
import { createApp } from '../../api/app.ts'
import type { Dependencies } from '../../api/dependencies.ts'
import { createFeed } from '../../api/live/feed.ts'
import { createLogger } from '../../api/log.ts'
import { createMetrics } from '../../api/metrics.ts'
import { makeApiKey } from '../../commands/apiKeys.ts'
import { execute } from '../../commands/execute.ts'
import { accept as acceptWith } from '../../commands/invitations/accept.ts'
import { openDatabase } from '../../db/client.ts'
import { insertPerson } from '../../db/people/identity.ts'
import { keepApiKey, type Scope } from '../../dev/demo/apiKey.ts'
import { freePort } from '../../dev/stack/ports.ts'
import type { Command } from '../../domain/commands.ts'
import type { MessageState } from '../../domain/messageFacts.ts'
import type { Role } from '../../domain/rights.ts'
import type { BreachProvider } from '../../providers/breach/breach.ts'
import { createSealer } from '../../providers/seal.ts'
import { awayEngine } from '../awayEngine.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { totp } from '../totp.ts'
import { awayProviders } from './awayProviders.ts'
import { mailedLink } from './client/mailedLink.ts'
import { EMAIL_FROM, outbound, testIdentity } from './practice/testIdentity.ts'

/** `on`: a database and port of the caller, who drops the one and keeps the other free. */
type Changes = Partial<Dependencies> & {
  breach?: BreachProvider
  on?: { database: TestDatabase; port: number }
  /** The clock by which a sign-in provider's description expires. */
  now?: () => number
}

export type StaffApi = Awaited<ReturnType<typeof startStaffApi>>

/** A practice with a key of both scopes. */
export type TestPractice = { id: string; slug: string; key: string }

export type Answer = {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
  text: string
}

export type Call = { method?: string; body?: unknown; raw?: string; key?: string | null; headers?: HeadersInit }

export const METRICS_TOKEN = 'token-of-whoever-scrapes-this-test'

export const PASSWORD = 'three words make one'
const passwordHashed = hashPassword(PASSWORD)

type NewPersonOfTest = { name: string; email: string; addClients: boolean }

/** Returns the cookies that an answer sets, as a browser sends them back: the later of two with one name. */
export const cookiesOf = ({ headers }: { headers: Headers }): string =>
  [
    ...new Map(
      headers
        .getSetCookie()
        .filter((one) => !/max-age=0/i.test(one))
        .map((one) => one.split(';')[0] ?? '')
        .map((pair) => [pair.split('=')[0], pair]),
    ).values(),
  ].join('; ')

/** Starts the whole app on a port of its own, with a real database, and without engine and providers. */
export async function startStaffApi({ on, now, ...given }: Changes = {}) {
  const { breach, ...changes } = { ...awayProviders(), ...given }
  const [database, port] = await Promise.all([on?.database ?? createTestDatabase(), on?.port ?? freePort()])
  const db = openDatabase(database.apiUrl, 10)
  const owner = postgres(database.ownerUrl, { max: 3, onnotice: () => undefined })
  const logged: string[] = []
  const url = `http://127.0.0.1:${port}`
  const sealer = createSealer([{ id: 's1', key: randomBytes(32) }])
  const identity = testIdentity(database, {
    db,
    publicUrl: changes.publicUrl ?? url,
    email: changes.email,
    breach,
    sealer,
    logged,
    now,
  })
  const logger = createLogger('info', { write: (line) => void logged.push(line) })
  const deps: Dependencies = {
    db,
    feed: createFeed(db, logger),
    register: null,
    commands: { db, engine: awayEngine },
    linkKeys: [{ id: 'k1', key: randomBytes(32) }],
    sealer,
    identity,
    outbound,
    publicUrl: url,
    emailFrom: EMAIL_FROM,
    logger,
    metrics: createMetrics(db),
    trustProxy: false,
    requestsPerMinute: 100_000,
    checksAnswers: true,
    metricsToken: METRICS_TOKEN,
    ...changes,
  }
  const app = createApp(deps)
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(port, '127.0.0.1', () => resolve(listening))
  })

  const createKey = async (slug: string, scopes: Scope[]): Promise<string> => {
    const key = makeApiKey()
    await keepApiKey(owner, key, { practice: slug, name: 'Test', scopes })
    return key
  }
  const createPractice = async (values: Record<string, string | number | null> = {}): Promise<TestPractice> => {
    const slug = `practice-${randomUUID().slice(0, 8)}`
    const practice = {
      slug,
      name: 'Marsh & Lowe Accountants',
      notification_email: `office@${slug}.example`,
      limit_lifted_at: new Date(),
      ...values,
    }
    const [row] = await owner<{ id: string }[]>`INSERT INTO practice ${owner(practice)} RETURNING id`
    return { id: row!.id, slug, key: await createKey(slug, ['read', 'write']) }
  }
  const practice = await createPractice()

  /** Creates a verified person with the password `three words make one`, with the role in the practice, if any. */
  const createPerson = async (
    role: Role | null,
    of: { id: string } = practice,
    more: Partial<NewPersonOfTest> = {},
  ) => {
    const name = more.name ?? 'Priya Shah'
    const email = more.email ?? `${randomUUID().slice(0, 8)}@staff.example`
    const passwordHash = await passwordHashed
    const id = await owner.begin(async (tx) => {
      const made = await insertPerson(tx, { name, email, passwordHash })
      if (made && role === 'support') await tx`INSERT INTO identity.support_person (user_id) VALUES (${made})`
      else if (made && role) {
        await tx`INSERT INTO membership (practice_id, user_id, role, add_clients)
          VALUES (${of.id}, ${made}, ${role}, ${more.addClients ?? false})`
      }
      return made
    })
    // Support people must have a second factor.
    if (role === 'support') await setUpFactor({ email })
    return { id: id!, name, email, password: PASSWORD }
  }

  /** The recovery codes of people with a second factor, by address: each sign-in uses one. */
  const recoveryCodes = new Map<string, string[]>()
  const auth = (path: string, body: unknown, cookie = '') =>
    call(`/api/auth/${path}`, {
      method: 'POST',
      body,
      key: null,
      headers: { origin: changes.publicUrl ?? url, ...(cookie && { cookie }) },
    })
  /** Sets up a second factor for a person without one; returns the cookie of their session. */
  const setUpFactor = async (person: { email: string }): Promise<string> => {
    const cookie = await signIn(person)
    const begun = await auth('two-factor/enable', { password: PASSWORD }, cookie)
    const secret = new URL(begun.body.totpURI).searchParams.get('secret') ?? ''
    const on = await auth('two-factor/verify-totp', { code: totp(secret) }, cookie)
    if (on.status !== 200) throw new Error(`no second factor: ${on.text}`)
    recoveryCodes.set(person.email, begun.body.backupCodes)
    return cookiesOf(on)
  }

  /** Signs a person in; returns the session's cookie. */
  const signIn = async ({ email }: { email: string }, password = PASSWORD): Promise<string> => {
    const answer = await auth('sign-in/email', { email, password })
    if (answer.status !== 200) throw new Error(`not signed in: ${answer.text}`)
    if (!answer.body.twoFactorRedirect) return cookiesOf(answer)
    const code = recoveryCodes.get(email)?.shift()
    const whole = await auth('two-factor/verify-backup-code', { code }, cookiesOf(answer))
    if (whole.status !== 200) throw new Error(`not signed in: ${whole.text}`)
    return cookiesOf(whole)
  }

  /** Calls the API by a session, as our own pages do. */
  const callAs = (cookie: string, path: string, given: Call & { practice?: string } = {}) => {
    const { practice: named, headers, ...rest } = given
    const own = { cookie, 'sec-fetch-site': 'same-origin', origin: url, ...(named && { 'embark-practice': named }) }
    return call(path, { ...rest, key: null, headers: { ...own, ...Object.fromEntries(new Headers(headers)) } })
  }

  /** Calls the API as the first practice, unless another key (or null for none) is given. */
  const call = async (path: string, { method, body, raw, key, headers }: Call = {}): Promise<Answer> => {
    const given = new Headers(headers)
    const token = key === undefined ? practice.key : key
    if (token !== null && !given.has('authorization')) given.set('authorization', `Bearer ${token}`)
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    if (sent !== undefined && !given.has('content-type')) given.set('content-type', 'application/json')
    const response = await fetch(path.startsWith('/') ? `${url}${path}` : `${url}/api/v1/${path}`, {
      method: method ?? (sent === undefined ? 'GET' : 'POST'),
      headers: given,
      redirect: 'manual',
      ...(sent !== undefined && { body: sent }),
    })
    const text = await response.text()
    const json = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : null }
  }
  const post = (path: string, body: unknown = {}, more: Call = {}) => call(path, { method: 'POST', body, ...more })

  let made = 0
  /** Creates an onboarding of a client with Xero, and an invitation to a unique address, by default. */
  const create = async ({ organisation, ...changes }: Record<string, unknown> = {}, key?: string) => {
    made += 1
    const answer = await post(
      'onboardings',
      {
        organisation: { name: `Harbour Bakery ${made} Ltd`, software: 'xero', ...(organisation ?? {}) },
        invitation: { name: 'Jo Marsden', email: `jo.${made}.${randomUUID().slice(0, 6)}@harbour.example` },
        ...changes,
      },
      key ? { key } : {},
    )
    if (answer.status !== 201) throw new Error(`not created: ${answer.text}`)
    return answer.body
  }

  const order = (id: string, command: Command, of: { id: string }) =>
    execute(deps.commands, { practiceId: of.id, onboardingId: id }, { actor: { type: 'system', id: null }, command })
  /** Executes a command on a client of the practice as the system does. Throws unless it changes something. */
  const perform = async (id: string, command: Command, of: { id: string } = practice): Promise<void> => {
    const { result } = await order(id, command, of)
    if (result !== 'changed') throw new Error(`${command.do} of ${id}: ${result}`)
  }
  /** Sends the newest message of a client and reports what became of it. */
  const report = async (id: string, to: MessageState, reason: string | null = null, of: { id: string } = practice) => {
    const [message] = await owner`SELECT id FROM message WHERE onboarding_id = ${id} ORDER BY id DESC LIMIT 1`
    await order(id, { do: 'claim', messageId: message?.id }, of)
    await perform(id, { do: 'move_message', messageId: message?.id, to, reason }, of)
  }
  /** Accepts the invitation of a client through its mailed link. */
  const accept = async (id: string, of: { id: string } = practice): Promise<void> => {
    const target = { practiceId: of.id, onboardingId: id }
    await order(id, { do: 'provision' }, of)
    const { result } = await acceptWith(deps.commands, target, (await mailedLink(deps, target)).id, null)
    if (result !== 'changed') throw new Error(`accept of ${id}: ${result}`)
  }

  /** Returns the number of rows of every table. */
  const countRows = async (): Promise<Record<string, number>> => {
    // A mail about signing in is recorded after the answer.
    await identity.settled()
    const tables = await owner<{ name: string }[]>`
      SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'rate_limit' ORDER BY 1`
    const each = tables.map(({ name }) => `SELECT '${name}' AS name, count(*)::int AS n FROM "${name}"`)
    const counted = await owner.unsafe<{ name: string; n: number }[]>(each.join(' UNION ALL '))
    return Object.fromEntries(counted.map(({ name, n }) => [name, n]))
  }

  return {
    url,
    deps,
    database,
    owner,
    logged,
    practice,
    createPractice,
    createKey,
    createPerson,
    setUpFactor,
    signIn,
    callAs,
    call,
    post,
    create,
    perform,
    report,
    accept,
    countRows,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await identity.close()
      await deps.feed.close()
      await Promise.allSettled([db.close(), owner.end()])
      if (!on) await database.drop()
    },
  }
}
