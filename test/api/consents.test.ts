import { beforeAll, expect, test } from 'vitest'
import { DAY_MS } from '../../domain/situation.ts'
import { forFile } from '../forFile.ts'
import { giveConsent } from '../giveConsent.ts'
import { startStaffApi, type TestPractice } from './staffHarness.ts'

const api = forFile(startStaffApi)
let practice: TestPractice
/** Consents by the name of their client. */
const ids: Record<string, string> = {}

const consentOf = async (name: string, given: Parameters<typeof giveConsent>[2], more: object = {}) => {
  const { id, organisation } = await api.create({ organisation: { name }, ...more }, practice.key)
  ids[name] = await giveConsent(api.owner, id, given)
  return { id, organisation }
}
const get = (path: string) => api.call(path, { key: practice.key })
const names = (body: { items: { organisation: { name: string } }[] }) =>
  body.items.map(({ organisation }) => organisation.name)

beforeAll(async () => {
  practice = await api.createPractice()
  await consentOf('Working Ltd', { ends: 60 })
  await consentOf('Soon Ltd', { ends: 9, accounts: 2 })
  await consentOf('Call Ltd', { ends: 1.5, bank: 'Juniper' })
  await consentOf('=HYPERLINK("http://x")', { ends: 40, ended: -1, state: 'lost', health: 'ended' })
  await consentOf('Stopped Ltd', { ends: 40, ended: -2, state: 'disconnected', by: 'client' })
})

test('each view says who has to act, by when, what ends first first, in pages', async () => {
  const { body } = await get('consents?view=act_now')
  expect(names(body)).toEqual(['Stopped Ltd', '=HYPERLINK("http://x")', 'Call Ltd'])
  expect(body.items.map((one: { situation: unknown }) => one.situation)).toMatchObject([
    { is: 'stopped', move: 'practice', sentence: 'Jo stopped sharing: ask why' },
    { is: 'lost', move: 'practice', sentence: 'Access ended early: at the bank' },
    { is: 'unanswered', move: 'practice' },
  ])
  const [soon] = (await get('consents?view=next_30_days&sort=latest')).body.items
  expect(soon).toMatchObject({ accounts: 2, bank: 'Northgate Bank', contact: 'Jo', state: 'standing' })
  expect((await get('consents/counts')).body).toEqual({ act_now: 3, next_30_days: 2, ended: 2, all: 5, upTo: 100 })
  expect((await get('consents/counts?bank=Juniper')).body).toMatchObject({ act_now: 1, all: 1 })

  const pages: string[] = []
  for (let cursor = ''; ; ) {
    const { body: page } = await get(`consents?limit=2${cursor}`)
    pages.push(...names(page))
    if (!page.nextCursor) break
    cursor = `&cursor=${page.nextCursor}`
  }
  expect(pages).toEqual(['Stopped Ltd', '=HYPERLINK("http://x")', 'Call Ltd', 'Soon Ltd', 'Working Ltd'])
  const next = (await get('consents?limit=2')).body.nextCursor
  expect((await get(`consents?limit=2&sort=latest&cursor=${next}`)).body.code).toBe('bad_cursor')
})

test('a consent says which accounts are shared and what happened to it', async () => {
  const { body } = await get(`consents/${ids['Soon Ltd']}`)
  expect(body.shared).toEqual([
    { name: 'Current account', last4: '3340', sortCode: '123456' },
    { name: 'Savings account', last4: '3341', sortCode: '123456' },
  ])
  expect(body.history).toEqual([])
  const [connection] = await api.owner`SELECT onboarding_id FROM connection WHERE id = ${ids['Soon Ltd'] ?? ''}`
  const lose = { do: 'lose', connectionId: ids['Soon Ltd'] ?? '', step: 'bank', health: 'ended' } as const
  await api.perform(connection?.onboarding_id, lose, practice)
  const { history } = (await get(`consents/${ids['Soon Ltd']}`)).body
  expect(history.map(({ kind }: { kind: string }) => kind)).toEqual(['connection_lost'])
})

test('the state of a request is shown: asked, begun or bounced, and the next request', async () => {
  const situationOf = async (name: string, given: Parameters<typeof giveConsent>[2]) => {
    await consentOf(name, given)
    return (await get(`consents/${ids[name]}`)).body
  }
  const asked = await situationOf('Asked Ltd', { ends: 10.5, asked: 1 })
  expect(asked.situation).toMatchObject({ is: 'to_confirm', move: 'client' })
  expect(Date.now() - Date.parse(asked.askedAt)).toBeGreaterThan(DAY_MS - 60_000)
  const left = Date.parse(asked.nextAskAt) - Date.now()
  expect(left / DAY_MS).toBeGreaterThan(2)
  expect(left / DAY_MS).toBeLessThan(5)
  expect(await situationOf('Begun Ltd', { ends: 10, asked: 1, opened: true })).toMatchObject({
    situation: { is: 'opened', move: 'client', sentence: 'Jo opened it, hasn’t confirmed' },
  })
  expect(await situationOf('Bounced Ltd', { ends: 10, asked: 1, mail: 'bounced' })).toMatchObject({
    situation: { is: 'bounced', move: 'practice', sentence: 'Email bounced: correct it' },
    nextAskAt: null,
  })
})

test('a snoozed one leaves what is to be acted on until its day, and comes back by itself or when woken', async () => {
  await consentOf('Later Ltd', { ends: 1 })
  const id = ids['Later Ltd'] ?? ''
  const isToActOn = async () => {
    const { body } = await get('consents?view=act_now&q=later')
    const counts = (await get('consents/counts?q=later')).body
    expect(counts).toMatchObject({ act_now: body.items.length, all: 1 })
    return body.items.length === 1
  }
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()
  const snooze = (until: string) => api.post(`consents/${id}/snooze`, { until }, { key: practice.key })
  expect(await isToActOn()).toBe(true)
  const { status, body } = await snooze(inDays(2))
  expect([status, body.snoozedUntil === null]).toEqual([200, false])
  expect(body.situation.is).toBe('unanswered')
  expect(await isToActOn()).toBe(false)
  const { history } = (await get(`consents/${id}`)).body
  expect(history[0]).toMatchObject({
    kind: 'access_snoozed',
    sentence: expect.stringMatching(/^Bank left alone until /),
  })
  expect((await api.post(`consents/${id}/resume`, undefined, { key: practice.key })).body.snoozedUntil).toBeNull()
  expect(await isToActOn()).toBe(true)
  await snooze(inDays(2))
  await api.owner`UPDATE connection SET snoozed_until = now() - interval '1 second' WHERE id = ${id}`
  expect(await isToActOn()).toBe(true)
  for (const days of [-1, 61]) expect((await snooze(inDays(days))).body.code).toBe('date_out_of_range')
  const other = await api.createPractice()
  expect((await api.post(`consents/${id}/snooze`, { until: inDays(2) }, { key: other.key })).status).toBe(404)
})

test('a provider that cannot be asked is said, with since when', async () => {
  await consentOf('Unasked Ltd', { ends: 50, ended: -0.1, health: 'unanswered' })
  const { body } = await get(`consents/${ids['Unasked Ltd']}`)
  expect(body.unanswered).toMatchObject({ since: expect.any(String) })
  expect((await get(`consents/${ids['Working Ltd']}`)).body.unanswered).toBeNull()
})

test('a bank that is down for clients of any practice is said, and that its client is not asked', async () => {
  const { id } = await consentOf('Held Back Ltd', { ends: 9, bank: 'Mill Bank', institution: 'ob-mill' })
  const shown = async () => {
    const { body } = await get(`consents/${ids['Held Back Ltd']}`)
    const [connection] = (await get(`onboardings/${id}`)).body.connections
    expect(connection.downSince).toBe(body.downSince)
    return { downSince: body.downSince, sentence: body.situation.sentence }
  }
  expect(await shown()).toEqual({ downSince: null, sentence: 'Jo to approve again at Mill Bank' })
  const since = new Date('2026-03-02T09:40:00Z')
  await api.owner`INSERT INTO bank_outage (institution, since, retry_at) VALUES ('ob-mill', ${since}, now())`
  const down = { downSince: since.toISOString(), sentence: 'Mill Bank is down, Jo isn’t asked' }
  expect(await shown()).toEqual(down)
  expect((await get(`consents/${ids['Working Ltd']}`)).body.downSince).toBeNull()
  await api.owner`UPDATE bank_outage SET ended_at = now()`
  expect(await shown()).toMatchObject({ downSince: null })
})

test('the list is saved as a file, in which nothing is read as a formula', async () => {
  const file = await get('consents/export?view=act_now')
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="bank-access.csv"')
  const [head, , lost] = file.text.replace(/^\uFEFF/, '').split('\r\n')
  expect(head).toBe(
    'Client,Reference,Bank,Accounts,Access,Given (UTC),Ends or ended (UTC),Situation,Waiting for,Manager',
  )
  expect(lost).toMatch(/^"'=HYPERLINK\(""http:\/\/x""\)",/)
  expect(lost).toContain('Ended early')
})

test('a Standard person finds only the consents of clients that he may see, in list, counts, file and by id', async () => {
  const person = await api.createPerson('standard', practice)
  const sam = await api.signIn(person)
  const seen = await consentOf('Seen Ltd', { ends: 3 }, { access: { people: [person.id] } })
  expect(names((await api.callAs(sam, 'consents')).body)).toEqual(['Seen Ltd'])
  expect((await api.callAs(sam, 'consents/counts')).body).toMatchObject({ act_now: 1, all: 1 })
  const { text } = await api.callAs(sam, 'consents/export')
  expect(text.trim().split('\r\n')).toHaveLength(2)
  expect((await api.callAs(sam, `consents/${ids['Seen Ltd']}`)).status).toBe(200)
  expect((await api.callAs(sam, `consents/${ids['Working Ltd']}`)).status).toBe(404)
  expect(names((await api.callAs(sam, 'consents?q=ltd')).body)).toEqual(['Seen Ltd'])
  await api.call(`organisations/${seen.organisation.id}/access`, { method: 'PUT', body: {}, key: practice.key })
  expect((await api.callAs(sam, 'consents')).body.items).toEqual([])
})
