import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { endpoints, openEndpoints } from '../../api/staff/endpoints.ts'
import { openDatabase } from '../../db/client.ts'
import { clearIdempotencyKeys } from '../../db/idempotency.ts'
import { connectors } from '../../providers/connectors.ts'
import { createSealer } from '../../providers/seal.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { type Operation, operationsOf } from './operations.ts'
import { type Callers, preparationsOf } from './repeatable.ts'
import { startStaffApi } from './staffHarness.ts'

/** POSTs that only read: their input would be too long for an address, or may not be logged. */
const READS = [
  'post /api/v1/addresses/check',
  'post /api/v1/consents/export',
  'post /api/v1/practice/preview',
  'post /api/v1/sign-on/find',
]

const sandbox = forFile(againstSandbox)
const api = forFile(() =>
  startStaffApi({
    email: sandbox.resend(),
    ledgers: connectors(sandbox.xero()),
    banks: connectors(sandbox.plaid()),
  }),
)
let callers: Callers
let operations: Operation[]
beforeAll(async () => {
  await api.owner`UPDATE practice SET support_access = 'always' WHERE id = ${api.practice.id}`
  const as = async (role: 'practice_admin' | 'support'): Promise<Callers['admin']> => {
    const cookie = await api.signIn(await api.createPerson(role))
    return (path, given) => api.callAs(cookie, path, { practice: api.practice.id, ...given })
  }
  callers = {
    admin: await as('practice_admin'),
    support: await as('support'),
    nobody: (path, given) => api.call(path, { ...given, key: null }),
  }
  operations = (await operationsOf(api)).filter(({ method }) => method === 'POST')
})

const changing = [...openEndpoints, ...endpoints]
  .filter(({ method }) => method === 'post')
  .map(({ path }) => `post /api/v1${path}`)
  .filter((name) => !READS.includes(name))

const inSteps = [...openEndpoints, ...endpoints]
  .filter(({ once }) => once === 'in_steps')
  .map(({ path }) => `post /api/v1${path}`)

const testMails = async () => {
  const { messages } = await sandbox.control<{ messages: { subject: string }[] }>('messages')
  return messages.filter(({ subject }) => subject.startsWith('Test:')).length
}

describe('every POST that creates, sends or changes', () => {
  test('says in the document that it takes an Idempotency-Key, and no other does', () => {
    const takes = operations.filter(({ takesKey }) => takesKey).map(({ name }) => name)
    expect(takes.sort()).toEqual([...changing].sort())
    expect(takes.length).toBeGreaterThan(30)
  })

  test.each(changing)('%s: a repeat is answered the same and does nothing, another body is refused', async (name) => {
    const prepare = preparationsOf({ api, sandbox, callers })[name]
    if (!prepare) throw new Error(`say in preparationsOf how ${name} succeeds`)
    const { path, body, other, as = 'admin' } = await prepare()
    const headers = { 'idempotency-key': randomUUID() }
    const send = (sent: unknown) =>
      callers[as](path, { method: 'POST', headers, ...(sent !== undefined && { body: sent }) })
    const first = await send(body)
    expect(first.status, first.text).toBeLessThan(300)
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    const rows = await api.countRows()
    const repeats = await Promise.all([send(body), send(body)])
    for (const repeat of repeats) {
      expect([repeat.status, repeat.text]).toEqual([first.status, first.text])
      expect(repeat.headers.get('idempotency-replayed')).toBe('true')
      for (const header of ['location', 'etag']) expect(repeat.headers.get(header)).toBe(first.headers.get(header))
    }
    expect(await api.countRows()).toEqual(rows)
    if (other === null) return
    const conflict = await send(other)
    expect([conflict.status, conflict.body.code]).toEqual([422, 'idempotency_conflict'])
    expect(await api.countRows()).toEqual(rows)
  })

  test.each(inSteps)(
    '%s: one that broke off before it answered does nothing twice when it is repeated',
    async (name) => {
      const { path, body, as = 'admin' } = await preparationsOf({ api, sandbox, callers })[name]!()
      const headers = { 'idempotency-key': randomUUID() }
      const send = () => callers[as](path, { method: 'POST', headers, ...(body !== undefined && { body }) })
      expect((await send()).status).toBeLessThan(300)
      // Simulates a process that died after its last step and before it stored the answer.
      const key = headers['idempotency-key']
      await api.owner`UPDATE idempotency_key SET response = NULL WHERE key = ${key} AND response ? 'sealed'`
      const [rows, mails] = [await api.countRows(), await testMails()]
      const repeat = await send()
      expect(repeat.status, repeat.text).toBeLessThan(500)
      expect(repeat.headers.get('idempotency-replayed')).toBeNull()
      // A repeated sign-up mails the link again, because the first mail may never have left.
      const again = { ...(await api.countRows()), account_mail: rows.account_mail }
      if (repeat.status < 300) expect(again).toEqual(rows)
      expect(await testMails()).toBe(mails)
    },
  )

  test('keeps no answer that can be read, nor a token: they hold names, addresses and new keys', async () => {
    const secret = `secret-${randomUUID()}`
    const headers = { 'idempotency-key': randomUUID() }
    const made = await callers.admin('api-keys', { method: 'POST', headers, body: { name: secret, scopes: ['read'] } })
    const rows = await api.owner`SELECT to_jsonb(k)::text AS row FROM idempotency_key k`
    const kept = rows.map(({ row }) => row).join('\n')
    expect(kept).toContain(headers['idempotency-key'])
    for (const text of [secret, made.body.key, 'Harbour', '@']) expect(kept).not.toContain(text)
  })

  test('is not done twice if the key that sealed its answer is gone', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const send = () => api.post('onboardings', { organisation: { name: 'Sealed Ltd' } }, { headers })
    expect((await send()).status).toBe(201)
    const gone = createSealer([{ id: 'gone', key: randomBytes(32) }]).seal('{}', 'request')
    await api.owner`UPDATE idempotency_key SET response = ${api.owner.json({ sealed: gone })}
      WHERE key = ${headers['idempotency-key']}`
    const rows = await api.countRows()
    const again = await send()
    expect([again.status, again.body.code]).toEqual([409, 'already_done'])
    expect(await api.countRows()).toEqual(rows)
  })

  test('is kept for a day: then the worker clears it, of practices that send nothing any more and of nobody too', async () => {
    const quiet = await api.createPractice()
    const [old, nobody, young] = [randomUUID(), randomUUID(), randomUUID()]
    const withKey = (key: string) => ({ headers: { 'idempotency-key': key } })
    const client = { organisation: { name: 'Quiet Ltd' } }
    await api.post('onboardings', client, { ...withKey(old), key: quiet.key })
    const signingUp = await preparationsOf({ api, sandbox, callers })['post /api/v1/sign-up']!()
    await api.post('sign-up', signingUp.body, { ...withKey(nobody), key: null })
    await api.post('onboardings', client, withKey(young))
    const kept = async () =>
      (await api.owner`SELECT key FROM idempotency_key WHERE key IN ${api.owner([old, nobody, young])}`).length
    await api.owner`UPDATE idempotency_key SET created_at = created_at - interval '25 hours'
      WHERE key IN ${api.owner([old, nobody])}`
    expect(await kept()).toBe(3)
    const worker = openDatabase(api.database.workerUrl, 1)
    expect(await clearIdempotencyKeys(worker)).toBe(2)
    await worker.close()
    expect(await kept()).toBe(1)
  })
})
