import { randomBytes, randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import pino from 'pino'
import postgres from 'postgres'
import { createApp } from '../../../api/app.ts'
import type { Dependencies } from '../../../api/dependencies.ts'
import { createFeed } from '../../../api/live/feed.ts'
import { createMetrics } from '../../../api/metrics.ts'
import { loseConnection } from '../../../commands/connections/connectionHealth.ts'
import { createOnboarding, type NewOnboarding } from '../../../commands/createOnboarding.ts'
import { execute, type Target } from '../../../commands/execute.ts'
import { openDatabase } from '../../../db/client.ts'
import { moveClock } from '../../../dev/demo/advance.ts'
import { freePort } from '../../../dev/stack/ports.ts'
import type { LossReason } from '../../../domain/connections/connectionLife.ts'
import type { Channel } from '../../../domain/situation.ts'
import { connectors } from '../../../providers/connectors.ts'
import { createOutbound } from '../../../providers/outbound.ts'
import { createSealer } from '../../../providers/seal.ts'
import { awayEngine } from '../../awayEngine.ts'
import { createTestDatabase } from '../../database.ts'
import { ordinaryClient } from '../../ordinaryClient.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { EMAIL_FROM, testIdentity } from '../practice/testIdentity.ts'
import { mailedLink } from './mailedLink.ts'

export type NewClient = {
  name?: string
  email?: string | null
  phone?: string | null
  channels?: Channel[] | null
  steps?: Partial<NewOnboarding['steps']>
}

type Sandbox = Awaited<ReturnType<typeof againstSandbox>>

/**
 * Starts the client side of the api on a port of its own, with a real database and the providers of a sandbox.
 * `banksOf`: other bank providers of the sandbox than the one of most tests.
 */
export async function startClientSide(
  changes: Partial<Dependencies> = {},
  banksOf = (sandbox: Sandbox): Dependencies['banks'] => connectors(sandbox.truelayer()),
) {
  const [database, sandbox, port] = await Promise.all([createTestDatabase(), againstSandbox(), freePort()])
  const localUrl = `http://127.0.0.1:${port}`
  const publicUrl = changes.publicUrl ?? localUrl
  await sandbox.control('setup', {
    truelayer: { returnUris: [`${publicUrl}/connect/return`], webhookUrl: `${localUrl}/hooks/truelayer` },
  })
  const db = openDatabase(database.apiUrl, 20)
  const owner = postgres(database.ownerUrl, { max: 3, onnotice: () => undefined })
  const logged: string[] = []
  const email = changes.email ?? sandbox.resend()
  const sealer = createSealer([{ id: 's1', key: randomBytes(32) }])
  const identity = testIdentity(database, { db, publicUrl, email, breach: sandbox.pwned(), sealer, logged })
  const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) })
  const deps: Dependencies = {
    db,
    feed: createFeed(db, logger),
    register: null,
    // No act of a client may depend on the engine.
    commands: { db, engine: awayEngine },
    linkKeys: [{ id: 'k1', key: randomBytes(32) }],
    sealer,
    email,
    identity,
    // Pages fetch nothing unless a test allows it.
    outbound: createOutbound(),
    sms: sandbox.twilio(),
    banks: banksOf(sandbox),
    ledgers: connectors(sandbox.xero()),
    publicUrl,
    emailFrom: EMAIL_FROM,
    logger,
    metrics: createMetrics(db),
    trustProxy: false,
    requestsPerMinute: 1_000,
    ...changes,
  }
  const server = await new Promise<Server>((resolve) => {
    const listening = createApp(deps).listen(port, '127.0.0.1', () => resolve(listening))
  })

  const createPractice = async (values: Record<string, string | number | null> = {}): Promise<string> => {
    const slug = `practice-${randomUUID().slice(0, 8)}`
    const practice = {
      slug,
      name: 'Marsh & Lowe Accountants',
      notification_email: `office@${slug}.example`,
      limit_lifted_at: new Date(),
      ...values,
    }
    const [row] = await owner<{ id: string }[]>`INSERT INTO practice ${owner(practice)} RETURNING id`
    return row!.id
  }
  const practiceId = await createPractice()

  /** Creates and invites a client as staff do. */
  const invite = async (given: NewClient = {}, practice = practiceId) => {
    const { name = 'Harbour Bakery Ltd', channels = ['email'], steps } = given
    const email = given.email === undefined ? `jo.${randomUUID().slice(0, 8)}@harbour.example` : given.email
    const phone = given.phone ?? null
    const inviterName = 'Rosa Marsh'
    const input = ordinaryClient({ name, contactName: 'Jo Carter', email, phone, channels, inviterName, steps })
    const created = await createOnboarding(
      deps.commands,
      practice,
      { type: 'api_key', id: null },
      input,
      async (_tx, onboardingId) => onboardingId,
    )
    if (created.result !== 'created') throw new Error(JSON.stringify(created))
    const id = created.response as string
    const target = { practiceId: practice, onboardingId: id }
    await execute(deps.commands, target, { actor: { type: 'system', id: null }, command: { do: 'provision' } })
    return { id, email: email ?? '', phone, target }
  }
  type Client = Awaited<ReturnType<typeof invite>>

  /** Returns the link token of the present generation for a channel, as a mail or text carries it. */
  const tokenFor = async ({ target }: Pick<Client, 'target'>, channel: Channel = 'email') =>
    (await mailedLink(deps, target, channel)).token

  return {
    deps,
    publicUrl,
    /** The address it really listens on, whatever its public address. */
    localUrl,
    /** The database as the api's role. */
    databaseUrl: database.apiUrl,
    /** The same as the worker's role. */
    workerUrl: database.workerUrl,
    sandbox,
    owner,
    logged,
    /** Registers another return address at this side's bank provider, for a side that borrows its connector. */
    alsoReturnTo: (url: string) =>
      sandbox.control('setup', { truelayer: { returnUris: [publicUrl, url].map((one) => `${one}/connect/return`) } }),
    createPractice,
    invite,
    tokenFor,
    /** Moves one onboarding's own clock by `ms`. */
    shift: ({ id }: { id: string }, ms: number) => moveClock(owner, id, ms),
    row: async (id: string) => {
      const [row] = await owner<{ status: string; accepted_at: Date | null; expires_at: Date; generation: number }[]>`
        SELECT * FROM onboarding WHERE id = ${id}`
      return row!
    },
    step: async (id: string, kind: string) => {
      const [row] = await owner<Record<string, unknown>[]>`
        SELECT * FROM onboarding_step WHERE onboarding_id = ${id} AND kind = ${kind}`
      return row!
    },
    events: (id: string) =>
      owner<{ kind: string; key: string; data: Record<string, unknown>; actor_type: string }[]>`
        SELECT kind, key, data, actor_type FROM event WHERE onboarding_id = ${id} ORDER BY seq`,
    /** Records that the client's connected bank or ledger is lost, as a look does. Returns the connection's id. */
    lose: async ({ target }: { target: Target }, kind: 'bank' | 'books', reason: LossReason): Promise<string> => {
      const { practiceId, onboardingId } = target
      const [connection] = await owner<{ id: string }[]>`
        SELECT id FROM connection WHERE onboarding_id = ${onboardingId} AND kind = ${kind} AND state = 'connected'`
      if (!connection) throw new Error(`no ${kind} is connected`)
      await loseConnection(deps.commands, practiceId, connection.id, reason, 'Lost.')
      return connection.id
    },
    /** Returns all rows of all tables except the given ones, to prove that nothing changed. */
    everything: async (except: string[]) => {
      const tables = await owner<{ name: string }[]>`
        SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`
      const rows: Record<string, unknown> = {}
      for (const { name } of tables) {
        if (!except.includes(name))
          rows[name] = (await owner`SELECT to_jsonb(t) AS row FROM ${owner(name)} t ORDER BY 1`).map((one) => one.row)
      }
      return rows
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await identity.close()
      await deps.feed.close()
      await Promise.allSettled([db.close(), owner.end(), sandbox.close()])
      await database.drop()
    },
  }
}

export type ClientSide = Awaited<ReturnType<typeof startClientSide>>

/** A page as seen: its status, h1 and text without markup. */
export type Seen = { status: number; h1: string; text: string; html: string; url: string; headers: Headers }

/** A minimal browser: keeps cookies per host and follows redirects, forms included. */
export function browse(publicUrl: string) {
  const jar = new Map<string, Map<string, string>>()
  const request = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { host } = new URL(url)
    const cookies = [...(jar.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      ...init,
      headers: { ...(cookies && { cookie: cookies }), ...init.headers },
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = line.match(/^([^=]+)=([^;]*)/) ?? []
      const kept = jar.get(host) ?? new Map<string, string>()
      if (/max-age=0/i.test(line)) kept.delete(name)
      else kept.set(name, value)
      jar.set(host, kept)
    }
    return response
  }
  const absolute = (path: string) => new URL(path, publicUrl).href
  const seen = async (response: Response, url: string): Promise<Seen> => {
    const html = await response.text()
    const plain = (part: string) =>
      part
        .replace(/<style>.*?<\/style>/gs, ' ')
        .replace(/<[^>]+>/g, ' ')
        .replace(/&amp;/g, '&')
        .replace(/\s+/g, ' ')
        .trim()
    const h1 = plain(html.match(/<h1[^>]*>(.*?)<\/h1>/s)?.[1] ?? '')
    return { status: response.status, h1, text: plain(html), html, url, headers: response.headers }
  }
  /** Opens an address and follows redirects. */
  const open = async (path: string): Promise<Seen> => {
    let url = absolute(path)
    for (let hops = 0; hops < 10; hops++) {
      const response = await request(url)
      const to = response.headers.get('location')
      if (!to) return seen(response, url)
      url = new URL(to, url).href
    }
    throw new Error(`${path} leads in circles`)
  }
  /** Sends a form and returns the redirect's address, without following it. */
  const send = async (path: string, fields: Record<string, string> = {}): Promise<string> => {
    const url = absolute(path)
    const response = await request(url, { method: 'POST', body: new URLSearchParams(fields) })
    const to = response.headers.get('location')
    if (response.status !== 303 || !to)
      throw new Error(`${path}: ${response.status} ${(await response.text()).slice(0, 400)}`)
    return new URL(to, url).href
  }
  return {
    jar,
    request: (path: string, init?: RequestInit) => request(absolute(path), init),
    open,
    send,
    /** Sends a form and follows redirects. */
    submit: async (path: string, fields: Record<string, string> = {}) => open(await send(path, fields)),
  }
}

/** Acts as a person at the bank's page; returns the address to which they are sent back. */
export async function atBank(
  hostedUrl: string,
  action = 'approve',
  fields: Record<string, string> = {},
): Promise<string> {
  const url = hostedUrl.replace(/\?.*$/, '')
  const response = await fetch(`${url}/decide`, {
    method: 'POST',
    body: new URLSearchParams({ action, ...fields }),
    redirect: 'manual',
  })
  const to = response.headers.get('location')
  if (response.status !== 303 || !to) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return new URL(to, url).href
}

/** Acts as a person at the ledger's consent page. */
export async function atLedger(
  authoriseUrl: string,
  fields: Record<string, string | string[]>,
  action = 'approve',
): Promise<string> {
  const page = await (await fetch(authoriseUrl)).text()
  const request = page.match(/name="request" value="([^"]+)"/)?.[1]
  const user = page.match(/name="user" value="([^"]+)"/)?.[1]
  const decide = page.match(/action="([^"]+\/decide)"/)?.[1]
  if (!request || !user || !decide) throw new Error(`no consent page: ${page.slice(0, 600)}`)
  const body = new URLSearchParams({ request, user, action })
  for (const [name, value] of Object.entries(fields)) {
    body.delete(name)
    for (const one of [value].flat()) body.append(name, one)
  }
  const response = await fetch(new URL(decide, authoriseUrl), { method: 'POST', body, redirect: 'manual' })
  const to = response.headers.get('location')
  if (response.status !== 303 || !to) throw new Error(`${response.status} ${(await response.text()).slice(0, 600)}`)
  return new URL(to, authoriseUrl).href
}
