import { beforeAll, describe, expect, test } from 'vitest'
import { execute } from '../../commands/execute.ts'
import { forFile } from '../forFile.ts'
import { waitFor } from '../waitFor.ts'
import { startStaffApi, type TestPractice } from './staffHarness.ts'

const api = forFile(startStaffApi)
let practice: TestPractice
let sam: { id: string; cookie: string }
let seen: { id: string; organisation: { id: string } }
let hidden: { id: string; organisation: { id: string } }

const person = async (role: 'standard' | 'client_admin', addClients = false) => {
  const made = await api.createPerson(role, practice, { addClients })
  return { id: made.id, cookie: await api.signIn(made) }
}
const access = (organisation: string, rules: Record<string, unknown>) =>
  api.call(`organisations/${organisation}/access`, { method: 'PUT', body: rules, key: practice.key })
const ids = async (cookie: string, query = '') =>
  (await api.callAs(cookie, `onboardings${query}`)).body.items.map((one: { id: string }) => one.id)

beforeAll(async () => {
  practice = await api.createPractice()
  sam = await person('standard', true)
  seen = await api.create({ organisation: { name: 'Seen Bakery Ltd' }, invitation: undefined }, practice.key)
  hidden = await api.create({ organisation: { name: 'Hidden Bakery Ltd' }, invitation: undefined }, practice.key)
  for (const { id } of [seen, hidden]) {
    const target = { practiceId: practice.id, onboardingId: id }
    await execute(api.deps.commands, target, { actor: { type: 'system', id: null }, command: { do: 'provision' } })
  }
  expect((await access(seen.organisation.id, { people: [sam.id] })).status).toBe(200)
})

describe('a Standard person', () => {
  test('finds in lists, searches, views and counts only the clients he may see; admins find all', async () => {
    const admin = await person('client_admin')
    for (const query of ['', '?q=bakery', '?view=us', '?sort=waiting']) {
      expect(await ids(sam.cookie, query), query).toEqual([seen.id])
      expect((await ids(admin.cookie, query)).sort(), query).toEqual([seen.id, hidden.id].sort())
    }
    expect((await api.callAs(sam.cookie, 'onboardings/counts')).body).toMatchObject({ us: 1 })
    expect((await api.callAs(admin.cookie, 'onboardings/counts')).body).toMatchObject({ us: 2 })
  })

  test('loses and gets a client with the next request after the rules change', async () => {
    const kim = await person('standard')
    const status = async () => (await api.callAs(kim.cookie, `onboardings/${hidden.id}`)).status
    expect(await status()).toBe(404)
    await access(hidden.organisation.id, { people: [kim.id] })
    expect(await status()).toBe(200)
    await access(hidden.organisation.id, {})
    expect(await status()).toBe(404)
    const manager = (id: string | null) =>
      api.call(`organisations/${hidden.organisation.id}/manager`, {
        method: 'PUT',
        body: { manager: id },
        key: practice.key,
      })
    await manager(kim.id)
    expect(await status()).toBe(200)
    await manager(null)
    expect(await status()).toBe(404)
  })

  test('does nothing to others’ clients in a bulk action, named or filtered, and not what he has no right to', async () => {
    const act = (body: unknown) => api.callAs(sam.cookie, 'onboardings/actions', { method: 'POST', body })
    const named = await act({ do: 'cancel', ids: [hidden.id, seen.id], dryRun: true })
    expect(named.body.results.map((one: { id: string; code: string | null }) => [one.id, one.code])).toEqual([
      [hidden.id, 'not_found'],
      [seen.id, null],
    ])
    const filtered = await act({ do: 'cancel', filter: { view: 'all' }, dryRun: true })
    expect(filtered.body.results.map((one: { id: string }) => one.id)).toEqual([seen.id])
    const assigned = await act({ do: 'assign', manager: sam.id, ids: [seen.id] })
    expect([assigned.status, assigned.body.code, assigned.body.right]).toEqual([403, 'no_right', 'assign_clients'])
    const done = await act({ do: 'cancel', ids: [hidden.id] })
    expect(done.body).toMatchObject({ done: 0, notDone: 1 })
    const [row] = await api.owner`SELECT status FROM onboarding WHERE id = ${hidden.id}`
    expect(row?.status).not.toBe('cancelled')
  })

  test('keeps in sight the client that he adds, whomever else he names', async () => {
    const body = { organisation: { name: 'Added Ltd' }, access: { everyone: false } }
    const added = await api.callAs(sam.cookie, 'onboardings', { method: 'POST', body })
    expect(added.status).toBe(201)
    expect((await api.callAs(sam.cookie, `onboardings/${added.body.id}`)).status).toBe(200)
    const other = await person('standard')
    expect((await api.callAs(other.cookie, `onboardings/${added.body.id}`)).status).toBe(404)
  })

  test('is told live of the clients he may see, and of no other', async () => {
    const stopped = new AbortController()
    const stream = await fetch(`${api.url}/api/v1/live?practice=${practice.id}`, {
      headers: { cookie: sam.cookie },
      signal: stopped.signal,
    })
    expect(stream.status).toBe(200)
    let text = ''
    const reading = (async () => {
      for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) text += chunk
    })().catch(() => undefined)
    const snooze = (id: string) =>
      api.post(
        `onboardings/${id}/snooze`,
        { until: new Date(Date.now() + 86_400_000).toISOString() },
        { key: practice.key },
      )
    await waitFor('the first position', async () => text.includes('id: '))
    // The hidden client changes first, because events arrive in order.
    expect((await snooze(hidden.id)).status).toBe(200)
    expect((await snooze(seen.id)).status).toBe(200)
    await waitFor('the change of the client in sight', async () => text.includes(seen.id))
    expect(text).not.toContain(hidden.id)
    stopped.abort()
    await reading
  })
})

describe('a Standard person who adds clients', () => {
  test('finds the drafts of others neither to read nor to change nor to make a client of', async () => {
    const person = await api.createPerson('standard', api.practice, { addClients: true })
    const cookie = await api.signIn(person)
    const data = { organisation: { name: 'Not Yours Ltd' } }
    const { body: theirs } = await api.post('drafts', { data })
    const refused = [
      await api.callAs(cookie, `drafts/${theirs.id}`),
      await api.callAs(cookie, `drafts/${theirs.id}`, { method: 'PATCH', body: { data: {} } }),
      await api.callAs(cookie, `drafts/${theirs.id}/connections`, { body: { provider: 'xero' } }),
      await api.callAs(cookie, `drafts/${theirs.id}/connection`, { method: 'DELETE' }),
      await api.callAs(cookie, `drafts/${theirs.id}`, { method: 'DELETE' }),
      await api.callAs(cookie, 'onboardings', { body: { ...data, draft: theirs.id } }),
    ]
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404])
    expect((await api.call(`drafts/${theirs.id}`)).body.data).toEqual(data)
    const { body: own } = await api.callAs(cookie, 'drafts', { body: { data } })
    expect((await api.callAs(cookie, `drafts/${own.id}`)).status).toBe(200)
    expect((await api.callAs(cookie, 'onboardings', { body: { ...data, draft: own.id } })).status).toBe(201)
  })
})

test('the report of a Standard person counts only the clients he may see, now and as of a day', async () => {
  const person = await api.createPerson('standard')
  const cookie = await api.signIn(person)
  await api.create({ access: { people: [person.id] } })
  await api.create()
  const counted = async (query: string, as?: string) => {
    const path = `reports/conversion${query}`
    const { body } = await (as ? api.callAs(as, path) : api.call(path))
    return body.weeks.reduce((sum: number, { n }: { n: number }) => sum + n, 0)
  }
  for (const query of ['', `?asOf=${new Date().toISOString()}`]) {
    expect(await counted(query, cookie)).toBe(1)
    expect(await counted(query)).toBeGreaterThan(1)
  }
})

test('live updates need the right to see clients', async () => {
  const writing = await api.createKey(practice.slug, ['write'])
  expect((await api.call('live', { key: writing })).status).toBe(403)
  const nowhere = await api.signIn(await api.createPerson(null))
  expect((await api.callAs(nowhere, 'live')).body.code).toBe('no_practice')
})
