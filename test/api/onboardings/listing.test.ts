import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { DAY_MS } from '../../../domain/situation.ts'
import { age } from '../../age.ts'
import { forFile } from '../../forFile.ts'
import { type GivenConsent, giveConsent } from '../../giveConsent.ts'
import { startStaffApi } from '../staffHarness.ts'

type Item = { id: string; status: string; organisation: { name: string }; situation: Record<string, unknown> }

const api = forFile(startStaffApi)
const ids: Record<string, string> = {}

beforeAll(async () => {
  const add = async (name: string, changes: Record<string, unknown> = {}) => {
    const { invitation, ...organisation } = changes
    const created = await api.create({
      organisation: { name, ...organisation },
      ...(invitation === null && { invitation }),
    })
    ids[name] = created.id
    return created.id as string
  }
  await add('Expiring Ltd')
  await add('Anchor Ltd', { practiceCode: 'BAKERY' })
  await add('Bakery Lane Ltd')
  await add('Cancelled Ltd')
  await add('Draft Ltd', { invitation: null })
  await add('Fifty%_Ltd')
  await api.post(`onboardings/${ids['Cancelled Ltd']}/cancel`, { reason: 'No' })
  await api.perform(ids['Draft Ltd'] ?? '', { do: 'provision' })
  // Its window has passed, and the expiry is not recorded.
  await age(api.owner, ids['Expiring Ltd'] ?? '', 8 * DAY_MS)
})

const names = async (query: string): Promise<string[]> => {
  const { status, body, text } = await api.call(`onboardings?${query}`)
  if (status !== 200) throw new Error(text)
  return body.items.map((one: Item) => one.organisation.name)
}

test('newest first, each as its detail says', async () => {
  expect(await names('')).toEqual([
    'Fifty%_Ltd',
    'Draft Ltd',
    'Cancelled Ltd',
    'Bakery Lane Ltd',
    'Anchor Ltd',
    'Expiring Ltd',
  ])
  const { body } = await api.call('onboardings')
  for (const item of body.items as Item[]) {
    const detail = await api.call(`onboardings/${item.id}`)
    expect(detail.body).toMatchObject(item)
  }
})

test('a search finds contacts and everyone invited or joined, by name, address and number however it is written', async () => {
  const own = await api.createPractice()
  const rosa = await api.createPerson('practice_admin', own)
  const ann = await api.createPerson('standard', own)
  const [admin, standard] = [await api.signIn(rosa), await api.signIn(ann)]
  const add = async (body: object) => {
    const made = await api.callAs(admin, 'onboardings', { method: 'POST', body })
    if (made.status !== 201) throw new Error(made.text)
    return made.body as { id: string; organisation: { id: string } }
  }
  const harbour = await add({
    organisation: { name: 'Harbour Ltd', contact: { name: 'Una Contact', email: 'una@quay.example' } },
    invitation: { name: 'Ida Invited', email: 'ida@pier.example', phone: '07400 123456', channels: ['email', 'sms'] },
  })
  await add({ organisation: { name: 'Hidden Ltd' }, invitation: { name: 'Ida Other', email: 'ida@other.example' } })
  await api.callAs(admin, `organisations/${harbour.organisation.id}/users`, {
    method: 'POST',
    body: { name: 'Joe Joining', email: 'joe@later.example' },
  })
  await api.callAs(admin, `organisations/${harbour.organisation.id}/access`, {
    method: 'PUT',
    body: { everyone: true, people: [], teams: [] },
  })
  const find = async (cookie: string, q: string) => {
    const { body, status, text } = await api.callAs(cookie, `onboardings?q=${encodeURIComponent(q)}`)
    if (status !== 200) throw new Error(text)
    return body.items.map((one: Item) => one.organisation.name)
  }
  const written = ['07400 123456', '+44 7400 123456', '0044 7400 123456', '+44 (0)7400-123456', '07400 123', '123456']
  for (const cookie of [admin, standard]) {
    for (const q of [
      'una contact',
      'una@quay',
      'ida invited',
      'IDA@PIER.example',
      'joe joining',
      'later.example',
      ...written,
    ]) {
      expect([q, await find(cookie, q)]).toEqual([q, ['Harbour Ltd']])
    }
    expect(await find(cookie, '07400 999999')).toEqual([])
  }
  // A person who may not see a client does not find its people.
  expect(await find(admin, 'ida')).toEqual(['Hidden Ltd', 'Harbour Ltd'])
  expect(await find(standard, 'ida')).toEqual(['Harbour Ltd'])
  expect(await find(standard, 'other.example')).toEqual([])
})

test('an expiry that is not recorded yet is filtered and shown as expired', async () => {
  expect(await names('status=expired')).toEqual(['Expiring Ltd'])
  expect(await names('blockedBy=expired')).toEqual(['Expiring Ltd'])
  expect(await names('status=invited')).toEqual(['Fifty%_Ltd', 'Bakery Lane Ltd', 'Anchor Ltd'])
  expect(await names('move=practice')).toEqual(['Draft Ltd', 'Expiring Ltd'])
  expect(await names('move=practice&status=expired')).toEqual(['Expiring Ltd'])
  expect(await names('blockedBy=sending')).toEqual(['Fifty%_Ltd', 'Bakery Lane Ltd', 'Anchor Ltd'])
  const { body } = await api.call('onboardings?status=expired')
  expect(body.items[0]).toMatchObject({ status: 'expired', situation: { blockedBy: 'expired', move: 'practice' } })
})

test('filters of one name widen, of different names narrow', async () => {
  expect(await names('status=cancelled&status=not_invited')).toEqual(['Draft Ltd', 'Cancelled Ltd'])
  expect(await names('status=cancelled&status=not_invited&move=practice')).toEqual(['Draft Ltd'])
  expect(await names('status=completed')).toEqual([])
})

test('clients are filtered by solution and by software, noted or told by a connection, in list, board, file and saved view alike', async () => {
  const own = await api.createPractice()
  const add = async (name: string, organisation: object) =>
    (await api.create({ organisation: { name, ...organisation }, invitation: null }, own.key)).id as string
  await add('Noted Ltd', { solutions: ['vat', 'payroll'], software: 'sage' })
  const connected = await add('Connected Ltd', { solutions: ['payroll'], software: 'sage' })
  await add('Plain Ltd', { solutions: ['bookkeeping'], software: 'unknown' })
  const ids = { sessionId: randomUUID(), connectionId: randomUUID() }
  await api.perform(connected, { do: 'connect', step: 'books', provider: 'xero', accounts: 1, ...ids }, own)
  const call = (path: string, given: object = {}) => api.call(path, { key: own.key, ...given })
  const listed = async (query: string) =>
    (await call(`onboardings?${query}`)).body.items.map((one: Item) => one.organisation.name)
  expect(await listed('solution=payroll')).toEqual(['Connected Ltd', 'Noted Ltd'])
  expect(await listed('solution=vat&solution=bookkeeping')).toEqual(['Plain Ltd', 'Noted Ltd'])
  expect(await listed('software=sage')).toEqual(['Noted Ltd'])
  expect(await listed('software=xero&solution=payroll')).toEqual(['Connected Ltd'])
  expect(await listed('software=xero&solution=vat')).toEqual([])
  expect(await listed('software=sage&q=ltd')).toEqual(['Noted Ltd'])
  const { body: board } = await call('onboardings/board?software=xero')
  expect(board.columns.map(({ count }: { count: number }) => count)).toEqual([1, 0, 0, 0, 0, 0])
  const { text } = await call('onboardings/export?solution=payroll&software=sage')
  expect(text.match(/\w+ Ltd/g)).toEqual(['Noted Ltd'])
  const bulk = { do: 'cancel', filter: { software: ['xero'] }, dryRun: true }
  expect((await call('onboardings/actions', { method: 'POST', body: bulk })).body.results).toMatchObject([
    { id: connected },
  ])
  const search = { solution: ['payroll'], software: ['sage'] }
  const view = { name: 'Payroll on Sage', search, everyone: true }
  expect((await call('views', { method: 'POST', body: view })).body).toMatchObject({ search })
  expect((await call('onboardings?software=abacus')).status).toBe(422)
})

test('clients are filtered by connected bank and by team, and the banks to choose from are those of clients in sight', async () => {
  const own = await api.createPractice()
  const rosa = await api.signIn(await api.createPerson('practice_admin', own))
  const sam = await api.createPerson('standard', own)
  const samSignedIn = await api.signIn(sam)
  const call = async (cookie: string, path: string, given: object = {}) => (await api.callAs(cookie, path, given)).body
  const team = await call(rosa, 'teams', { method: 'POST', body: { name: 'Payroll', members: [sam.id] } })
  const add = async (name: string, bank: string, teams: string[], state: GivenConsent['state'] = 'connected') => {
    const body = { organisation: { name }, invitation: null, access: { everyone: false, people: [], teams } }
    const { id } = await call(rosa, 'onboardings', { method: 'POST', body })
    await giveConsent(api.owner, id, { bank, state, ended: state === 'connected' ? undefined : 0 })
  }
  await add('North Ltd', 'The northgate', [team.id])
  await add('Lost Ltd', 'The northgate', [], 'lost')
  await add('Quay Ltd', 'The quay', [])
  await add('Ended Ltd', 'The gone', [], 'disconnected')
  const listed = async (cookie: string, query: string) =>
    (await call(cookie, `onboardings?${query}`)).items.map((one: Item) => one.organisation.name)
  expect(await call(rosa, 'banks')).toEqual({ items: ['The northgate', 'The quay'] })
  expect(await call(samSignedIn, 'banks')).toEqual({ items: ['The northgate'] })
  expect(await listed(rosa, 'bank=The northgate')).toEqual(['Lost Ltd', 'North Ltd'])
  expect(await listed(rosa, 'bank=The quay&bank=The gone')).toEqual(['Quay Ltd'])
  expect(await listed(samSignedIn, 'bank=The northgate&bank=The quay')).toEqual(['North Ltd'])
  expect(await listed(rosa, `team=${team.id}`)).toEqual(['North Ltd'])
  expect(await listed(rosa, `team=${team.id}&bank=The quay`)).toEqual([])
  const search = { bank: ['The quay'], team: [team.id] }
  const view = { name: 'Quay of Payroll', search, everyone: false }
  expect(await call(rosa, 'views', { method: 'POST', body: view })).toMatchObject({ search })
})

test('waiting longest leaves out what is finished; updated begins with the latest change', async () => {
  expect(await names('sort=waiting')).toEqual([
    'Expiring Ltd',
    'Anchor Ltd',
    'Bakery Lane Ltd',
    'Fifty%_Ltd',
    'Draft Ltd',
  ])
  await api.post(`onboardings/${ids['Anchor Ltd']}/snooze`, { until: new Date(Date.now() + 86_400_000).toISOString() })
  expect((await names('sort=updated'))[0]).toBe('Anchor Ltd')
  const { body } = await api.call(`onboardings/${ids['Anchor Ltd']}`)
  expect(await names(`updatedSince=${body.updatedAt}`)).toEqual(['Anchor Ltd'])
})

test('a code matches exactly first; then name, address and number; letters of any case', async () => {
  expect(await names('q=bakery')).toEqual(['Anchor Ltd', 'Bakery Lane Ltd'])
  expect(await names('q=LANE')).toEqual(['Bakery Lane Ltd'])
  expect(await names('q=la')).toEqual(['Bakery Lane Ltd'])
  expect(await names('q=an')).toEqual(['Anchor Ltd'])
  expect(await names(`q=${encodeURIComponent('%_')}`)).toEqual([])
  expect(await names(`q=${encodeURIComponent('y%_')}`)).toEqual(['Fifty%_Ltd'])
  expect(await names('q=ltd&status=expired')).toEqual(['Expiring Ltd'])
  expect(await names('q=lt&sort=waiting')).toHaveLength(4)
})

test.each([
  '',
  'sort=waiting',
  'sort=updated',
  'q=ltd',
  'status=invited&status=cancelled',
  'q=bakery&sort=waiting',
  'move=practice&move=us',
])('pages of one hold everything once: %s', async (query) => {
  const whole = await names(query)
  const found: string[] = []
  let cursor: string | null = null
  do {
    const { body } = (await api.call(`onboardings?${query}&limit=1${cursor ? `&cursor=${cursor}` : ''}`)) as {
      body: { items: Item[]; nextCursor: string | null }
    }
    found.push(...body.items.map((one) => one.organisation.name))
    cursor = body.nextCursor
  } while (cursor)
  expect(found).toEqual(whole)
  expect(whole.length).toBeGreaterThan(1)
})

test('a client added between two pages moves nothing', async () => {
  const first = await api.call('onboardings?limit=3')
  await api.create({ organisation: { name: 'Meanwhile Ltd' } })
  const second = await api.call(`onboardings?limit=3&cursor=${first.body.nextCursor}`)
  expect(second.body.items.map((one: Item) => one.organisation.name)).toEqual([
    'Bakery Lane Ltd',
    'Anchor Ltd',
    'Expiring Ltd',
  ])
})
