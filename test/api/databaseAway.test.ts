import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../dev/stack/ports.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type FaultyProxy, startFaultyProxy } from '../faultyProxy.ts'
import { waitFor } from '../waitFor.ts'
import { type Answer, type StaffApi, startStaffApi } from './staffHarness.ts'

let database: TestDatabase
let proxy: FaultyProxy
let api: StaffApi
beforeAll(async () => {
  database = await createTestDatabase()
  proxy = await startFaultyProxy(database.apiUrl)
  const through = { ...database, apiUrl: proxy.through(database.apiUrl) }
  api = await startStaffApi({ on: { database: through, port: await freePort() } })
})
afterEach(() => proxy.restore())
afterAll(async () => {
  await api?.stop()
  await proxy?.stop()
  await database?.drop()
})

const withKey = (key: string) => ({ headers: { 'idempotency-key': key } })
const said = ({ status, headers, body }: Answer) => [status, body.code, Number(headers.get('retry-after')) > 0]
const UNTOUCHED = /Nothing was changed\./
const PERHAPS = /It may have been done all the same/
const named = async (name: string): Promise<number> => {
  const [row] = await api.owner<{ n: number }[]>`SELECT count(*)::int AS n FROM organisation WHERE name = ${name}`
  return row!.n
}
const clientsOf = (name: string) => ({ organisation: { name }, invitation: null })

/** Waits until the api has reconnected to the database. */
const back = () => waitFor('the api to answer', async () => (await api.call('onboardings?limit=1')).status === 200)

describe('a change whose COMMIT nobody answered', () => {
  test('may have been done, and says so; a repeat under the key finds it done', async () => {
    const name = `Committed ${randomUUID()}`
    const key = withKey(randomUUID())
    proxy.loseNext('answer to commit', name)
    const first = await api.post('onboardings', clientsOf(name), key)
    expect(proxy.hasLost()).toBe(true)
    expect(said(first)).toEqual([503, 'outcome_unknown', true])
    expect(first.body.detail).toMatch(PERHAPS)
    expect(first.body.detail).toContain('with the same Idempotency-Key')
    expect(first.body.detail).not.toMatch(UNTOUCHED)
    expect(await named(name)).toBe(1)
    await back()
    const again = await api.post('onboardings', clientsOf(name), key)
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
    expect(again.body.organisation.name).toBe(name)
    expect(await named(name)).toBe(1)
  })

  test('may as well not have been done: then a repeat under the key does it', async () => {
    const name = `Not committed ${randomUUID()}`
    const key = withKey(randomUUID())
    proxy.loseNext('commit', name)
    const first = await api.post('onboardings', clientsOf(name), key)
    expect(proxy.hasLost()).toBe(true)
    expect([said(first), first.body.detail]).toEqual([[503, 'outcome_unknown', true], expect.stringMatching(PERHAPS)])
    expect(await named(name)).toBe(0)
    await back()
    const again = await api.post('onboardings', clientsOf(name), key)
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, null])
    expect(await named(name)).toBe(1)
  })

  test('of a request without a key tells to look first', async () => {
    const { organisation } = await api.create()
    proxy.loseNext('answer to commit', 'LOST')
    const answer = await api.call(`organisations/${organisation.id}`, {
      method: 'PATCH',
      body: { practiceCode: 'LOST' },
      headers: { 'if-match': '*' },
    })
    expect(answer.status, answer.text).toBe(503)
    expect([said(answer), answer.body.detail]).toEqual([
      [503, 'outcome_unknown', true],
      expect.stringMatching(/^Embark is busy or restarting\. It may have been done all the same: look before/),
    ])
    await back()
  })
})

describe('a change whose connection is lost before its COMMIT', () => {
  test('changed nothing, and says so', async () => {
    const { id } = await api.create()
    const key = withKey(randomUUID())
    const cancelled = await api.owner.begin(async (tx) => {
      await tx`SELECT FROM onboarding WHERE id = ${id} FOR UPDATE`
      const cancelling = api.post(`onboardings/${id}/cancel`, {}, key)
      const waiting = async () => {
        const rows = await api.owner<{ pid: number }[]>`
          SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
        return rows[0]?.pid
      }
      await waitFor('the cancellation to wait for the row', async () => (await waiting()) !== undefined)
      await api.owner`SELECT pg_terminate_backend(${(await waiting())!})`
      return cancelling
    })
    expect([said(cancelled), cancelled.body.detail]).toEqual([
      [503, 'unavailable', true],
      expect.stringMatching(UNTOUCHED),
    ])
    await back()
    expect((await api.call(`onboardings/${id}`)).body.status).toBe('invited')
    const again = await api.post(`onboardings/${id}/cancel`, {}, key)
    expect([again.status, again.headers.get('idempotency-replayed'), again.body.status]).toEqual([
      200,
      null,
      'cancelled',
    ])
  })

  test('as with the database away, where reading says so too', async () => {
    const { id, organisation } = await api.create()
    await proxy.cut()
    for (const answer of [
      await api.call(`onboardings/${id}`),
      await api.post(`onboardings/${id}/cancel`, {}, withKey(randomUUID())),
      await api.call(`organisations/${organisation.id}`, {
        method: 'PATCH',
        body: { practiceCode: 'AWAY' },
        headers: { 'if-match': '*' },
      }),
    ]) {
      expect([said(answer), answer.body.detail]).toEqual([
        [503, 'unavailable', true],
        'Embark is busy or restarting. Nothing was changed. Try again in a moment.',
      ])
    }
    await proxy.restore()
    await back()
  })
})

describe('a client page with the database away', () => {
  const page = (path: string, method = 'GET') =>
    api.call(path, {
      method,
      key: null,
      ...(method === 'POST' && { headers: { origin: api.url, 'sec-fetch-site': 'same-origin' } }),
    })

  test('says when to try again, whatever page it is, and blames nobody', async () => {
    const { id } = await api.create()
    const { body } = await api.post(`onboardings/${id}/links`, {})
    const link = new URL(body.url).pathname
    await proxy.cut()
    for (const path of [
      link,
      `${link}/decline`,
      `/connect/${randomUUID()}`,
      `/connect/return?state=${'s'.repeat(32)}`,
      `/home/join/${randomUUID()}`,
      '/j/unknown',
    ]) {
      const answer = await page(path)
      expect([path, answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([path, 503, true])
      expect(answer.text).toContain('Please try again in a moment')
      expect(answer.text).not.toContain('on our side')
    }
    const sent = await page(`${link}/accept`, 'POST')
    expect([sent.status, Number(sent.headers.get('retry-after')) > 0]).toEqual([503, true])
    expect(sent.text).toContain('What you just did may have arrived')
    expect(sent.text).toContain(`href="${link}"`)
    await proxy.restore()
    await back()
    expect((await page(link)).status).toBe(200)
  })
})
