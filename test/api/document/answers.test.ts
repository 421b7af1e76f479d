import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { endpoints, openEndpoints } from '../../../api/staff/endpoints.ts'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { bodyOf, idIn, kindOf, type Operation, operationsOf, type Things } from '../operations.ts'
import { type Callers, preparationsOf } from '../repeatable.ts'
import { type Answer, startStaffApi } from '../staffHarness.ts'
import { makeOne, makeThings } from '../things.ts'
import { complaintsAbout } from './complaints.ts'
import { type Described, type ReadDocument, readDocument } from './document.ts'
import { type Probe, probesOf } from './probes.ts'
import { sendRaw } from './sendRaw.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() =>
  startStaffApi({
    email: sandbox.resend(),
    ledgers: connectors(sandbox.xero()),
    banks: connectors(sandbox.plaid()),
    register: sandbox.companiesHouse(),
  }),
)
let read: ReadDocument
let operations: Map<string, Operation>
let everything: Things
/** The headers of each caller. */
let callers: Record<'admin' | 'standard' | 'support' | 'key' | 'readKey' | 'nobody', Record<string, string>>
let preparing: Callers

beforeAll(async () => {
  read = await readDocument(api)
  operations = new Map((await operationsOf(api)).map((one) => [one.name, one]))
  everything = await makeThings(api, api.practice, 'Open')
  await letSupportIn()
  const session = async (role: 'practice_admin' | 'standard' | 'support') => ({
    cookie: await api.signIn(await api.createPerson(role)),
    'sec-fetch-site': 'same-origin',
    origin: api.url,
    'embark-practice': api.practice.id,
  })
  callers = {
    admin: await session('practice_admin'),
    standard: await session('standard'),
    support: await session('support'),
    key: { authorization: `Bearer ${api.practice.key}` },
    readKey: { authorization: `Bearer ${await api.createKey(api.practice.slug, ['read'])}` },
    nobody: {},
  }
  const as =
    (headers: Record<string, string>): Callers['admin'] =>
    (path, given) =>
      api.call(path, {
        ...given,
        key: null,
        headers: { ...headers, ...Object.fromEntries(new Headers(given.headers)) },
      })
  preparing = { admin: as(callers.admin), support: as(callers.support), nobody: as({}) }
})

/** Resets the effects of earlier probes: support access, counters of open addresses, a required second factor. */
const letSupportIn = () => api.owner`UPDATE practice SET support_access = 'always', second_factor_required = false
  WHERE id = ${api.practice.id}`
const forgetCounts = () => api.owner`DELETE FROM rate_limit`

const all = [...openEndpoints, ...endpoints].map(({ method, path }) => `${method} /api/v1${path}`)

describe('the API answers only what its document declares', () => {
  test.each(all)('%s', async (name) => {
    const operation = read.operations.find((one) => one.name === name)!
    const complaints: string[] = []
    const succeeded = await tryAll(operation, (what, answer, isHead) => {
      for (const one of complaintsAbout(read, operation, answer, isHead)) complaints.push(`${what}: ${one}`)
    })
    expect([...new Set(complaints)]).toEqual([])
    expect(succeeded, 'nothing succeeded').toBe(true)
  })

  test('a stream is refused as it says', async () => {
    const operation = read.operations.find(({ path }) => path === '/api/v1/live')!
    const found: string[] = []
    for (const headers of [
      {},
      { ...callers.key, 'last-event-id': 'yesterday' },
      { ...callers.admin, 'embark-practice': 'mine' },
    ]) {
      const answer = await sendRaw(api.url, { method: 'GET', path: operation.path, headers: headers as never })
      found.push(...complaintsAbout(read, operation, answer))
    }
    const withBody = { method: 'GET', path: operation.path, headers: callers.key, body: '{}' }
    found.push(...complaintsAbout(read, operation, await sendRaw(api.url, withBody)))
    expect(found).toEqual([])
  })

  test('too many requests are told by header when to come again', async () => {
    const operation = read.operations.find(({ path }) => path === '/api/v1/sign-on/find')!
    await forgetCounts()
    const body = JSON.stringify({ email: 'jo@harbour.example' })
    const headers = { 'content-type': 'application/json' }
    const ask = () => sendRaw(api.url, { method: 'POST', path: operation.path, headers, body })
    const answers: Answer[] = []
    for (let n = 0; n < 31; n += 1) answers.push(await ask())
    const last = answers.at(-1)!
    expect([last.status, Number(last.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect(answers.flatMap((one) => complaintsAbout(read, operation, one))).toEqual([])
    await forgetCounts()
  })

  test.each(all)('%s: another method is refused before anybody is asked who calls, TRACE too', async (name) => {
    const { path } = read.operations.find((one) => one.name === name)!
    const served = Object.keys(read.document.paths[path]).map((method) => method.toUpperCase())
    const allowed = served.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    const others = ['TRACE', 'OPTIONS', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((one) => !allowed.includes(one))
    for (const method of others) {
      const answer = await sendRaw(api.url, {
        method,
        path: idIn(operations.get(name)!, everything).replace('{token}', 'x'),
      })
      expect([method, answer.status, answer.headers.get('allow')?.split(', ').sort()]).toEqual([
        method,
        405,
        allowed.sort(),
      ])
      expect(read.wrongBy('/components/schemas/Problem', answer.body)).toBeNull()
    }
  })
})

type Look = (what: string, answer: Answer, isHead?: boolean) => void

/** Sends all probes to one operation. Returns true if one of them succeeded. */
async function tryAll(described: Described, look: Look): Promise<boolean> {
  const operation = operations.get(described.name)!
  let hasSucceeded = false
  let unused: Things | null = null
  /** Returns things that no request has changed. What is refused changes nothing. */
  const fresh = async () => {
    unused ??= reads ? everything : await freshThings(operation)
    return unused
  }
  const seen: Look = (what, answer, isHead) => {
    if (answer.status < 300) hasSucceeded = true
    look(what, answer, isHead)
  }
  const reads = described.method === 'GET'
  const isOpen = described.security.length === 0
  const send = async (what: string, raw: { path: string; headers: Record<string, string>; body?: string | Buffer }) => {
    if (isOpen) await forgetCounts()
    const answer = await sendRaw(api.url, { method: described.method, ...raw })
    seen(what, answer)
    if (answer.status < 300 && !reads) {
      unused = null
      await letSupportIn()
    }
    return answer
  }
  const json = (body: unknown) => ({
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

  await succeed(described, send)
  for (const [who, own] of Object.entries(callers)) {
    const things = await fresh()
    const body = isOpen ? described.body?.example : bodyOf(operation, things)
    const headers = { ...own, ...(described.parameters.some((one) => one.name === 'If-Match') && { 'if-match': '*' }) }
    const path = pathOf(operation, things) + queryOf(described)
    const answer = await send(who, {
      path,
      ...(body === undefined ? {} : json(body)),
      headers: { ...json(body).headers, ...headers },
    })
    if (described.body?.example !== undefined) {
      await send(`${who}, the example`, {
        path,
        ...json(described.body.example),
        headers: { ...json(1).headers, ...headers },
      })
    }
    if (reads && who === 'admin') {
      const tag = { ...headers, 'if-none-match': answer.headers.get('etag') ?? '' }
      seen('unchanged', await sendRaw(api.url, { method: 'GET', path, headers: tag }))
      seen('HEAD', await sendRaw(api.url, { method: 'HEAD', path, headers }), true)
    }
  }

  const things = await fresh()
  const path = pathOf(operation, things)
  const good = isOpen ? described.body?.example : bodyOf(operation, things)
  for (const [n, probe] of probesOf(described, path, good).entries()) {
    for (const who of isOpen ? (['nobody'] as const) : sendersOf(probe, n)) {
      const body = probe.body ?? (described.body ? JSON.stringify(good) : undefined)
      const headers = { 'if-match': '*', ...json(body).headers, ...callers[who], ...probe.headers }
      await send(`${probe.what} as ${who}`, { path: probe.path ?? path, headers, ...(body !== undefined && { body }) })
    }
  }
  return hasSucceeded
}

/** Returns who sends a probe: both for a wrong header, in turns for what is read alike from either. */
const sendersOf = ({ path, body }: Probe, n: number): ('admin' | 'key')[] =>
  path === undefined && body === undefined ? ['admin', 'key'] : [n % 2 === 0 ? 'admin' : 'key']

/** Sends a request that succeeds, and repeats it under its key. */
async function succeed(
  { name }: Described,
  send: (what: string, raw: { path: string; headers: Record<string, string>; body?: string }) => Promise<Answer>,
) {
  const stage = { api, sandbox, callers: preparing }
  // Reading an invitation needs one that is still valid.
  const by = name === 'get /api/v1/join/{token}' ? 'post /api/v1/join/{token}' : name
  const prepared = await preparationsOf(stage)[by]?.()
  if (!prepared) return
  const { path, body, as = 'admin' } = prepared
  const headers = {
    ...callers[as],
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
    'if-match': '*',
  }
  const raw = {
    path: `/api/v1/${path}`,
    headers,
    ...(body !== undefined && by === name && { body: JSON.stringify(body) }),
  }
  await send('as it should be', raw)
  await send('again', raw)
  if (body !== undefined && by === name) await send('again, but otherwise', { ...raw, body: '{"otherwise":1}' })
}

/** Returns things that no earlier request has used up and that every caller may see. */
async function freshThings(operation: Operation): Promise<Things> {
  const kind = operation.path.includes('{token}') ? null : kindOf(operation)
  if (kind === null || kind === 'practice') return everything
  return { ...everything, ...(await makeOne(api, api.practice, 'Open', kind)) }
}

const pathOf = (operation: Operation, things: Things): string =>
  (operation.path.includes('{token}') ? operation.path : idIn(operation, things)).replace('{token}', 'a'.repeat(22))

/** Returns the required query parameters. */
const queryOf = ({ parameters }: Described): string => {
  const needed = parameters.filter(({ required, in: where }) => required && where === 'query')
  return needed.length > 0 ? `?${needed.map(({ name }) => `${name}=Harbour`).join('&')}` : ''
}
