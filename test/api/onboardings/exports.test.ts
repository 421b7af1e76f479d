import { expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)

const read = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, '')
    .trim()
    .split('\r\n')
const firstCells = (lines: string[]) => lines.map((line) => line.split(',')[0])

test('the list is saved as a file: what its filters match, in its order, however many pages', async () => {
  const practice = await api.createPractice()
  const client = (n: number, invitation: object | null) =>
    api.create({ organisation: { name: `Client ${n}` }, invitation }, practice.key)
  for (let n = 0; n < 260; n += 1) await client(n, null)
  const { id } = await client(500, { name: 'Jo Marsden', email: 'jo@harbour.example' })
  const file = await api.call('onboardings/export', { key: practice.key })
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="clients.csv"')
  const [head, ...lines] = read(file.text)
  expect(head).toBe(
    'Client,Reference,Practice code,Type,Stage,Waiting for,Situation,Also,Since (UTC),Needs attention,Invited,Email,Mobile,Accepted (UTC),Link expires (UTC),Bank,Books,Match,Manager,Added (UTC),Changed (UTC),Software',
  )
  expect(firstCells(lines)).toEqual(['Client 500', ...Array.from({ length: 260 }, (_, n) => `Client ${259 - n}`)])
  const { body } = await api.call(`onboardings/${id}`, { key: practice.key })
  expect(lines[0]).toContain(`${body.situation.sentence},,${body.situation.since}`)
  expect(lines[0]).toContain('Jo Marsden,jo@harbour.example')

  const invited = await api.call('onboardings/export?status=invited&sort=updated', { key: practice.key })
  expect(firstCells(read(invited.text).slice(1))).toEqual(['Client 500'])
  const none = await api.call('onboardings/export?status=invited&view=completed', { key: practice.key })
  expect(read(none.text)).toHaveLength(1)
})

test('the list as a file ends with the last client and not before, however many there are', async () => {
  const practice = await api.createPractice()
  await api.owner`
    WITH org AS (INSERT INTO organisation (practice_id, name, kind, country, currency)
      SELECT ${practice.id}, 'Client ' || n, 'business', 'GB', 'GBP' FROM generate_series(1, 10300) AS n RETURNING id),
    made AS (INSERT INTO onboarding (practice_id, organisation_id, window_days, give_up_days)
      SELECT ${practice.id}, id, 7, 90 FROM org RETURNING id)
    INSERT INTO onboarding_step (practice_id, onboarding_id, kind, owner)
    SELECT ${practice.id}, made.id, s.kind, s.owner FROM made
    CROSS JOIN (VALUES ('bank', 'client'), ('books', 'practice'), ('mapping', 'practice')) AS s (kind, owner)`
  const { text } = await api.call('onboardings/export', { key: practice.key })
  const names = firstCells(read(text).slice(1))
  expect([names.length, new Set(names).size]).toEqual([10_300, 10_300])
})

test('the list as a file holds no formula of a spreadsheet, and no National Insurance number', async () => {
  const practice = await api.createPractice()
  const self = {
    name: '=HYPERLINK("https://x.example")',
    kind: 'self_employed',
    contact: { name: 'Sam Fell', email: 'sam@windows.example' },
    incomeSources: [{ name: 'Cabs', type: 'self_employment' }],
    niNumber: 'AB123456C',
  }
  await api.create({ organisation: self, invitation: { name: '@SUM(1)', email: 'sam@windows.example' } }, practice.key)
  const { text } = await api.call('onboardings/export', { key: practice.key })
  expect(text).toContain(`"'=HYPERLINK(""https://x.example"")"`)
  expect(text).toContain(",'@SUM(1),")
  expect(text).not.toMatch(/AB123456C|4 56 C/)
})

test('a file of the list holds the clients that one may see, of the practice that one names', async () => {
  const [own, other] = [await api.createPractice(), await api.createPractice()]
  const standard = await api.createPerson('standard', own)
  const admin = await api.createPerson('practice_admin', own)
  await api.owner`INSERT INTO membership (practice_id, user_id, role) VALUES (${other.id}, ${admin.id}, 'practice_admin')`
  const make = (name: string, key: string, access: object | null) => api.create({ organisation: { name }, access }, key)
  await make('Seen', own.key, { people: [standard.id] })
  await make('Unseen', own.key, null)
  await make('Elsewhere', other.key, null)
  const saved = async (person: { email: string }, query: string, given = {}) => {
    const cookie = await api.signIn(person)
    const answer = await api.callAs(cookie, `onboardings/export${query}`, given)
    return answer.status === 200 ? firstCells(read(answer.text).slice(1)) : answer.body.code
  }
  expect(await saved(standard, '')).toEqual(['Seen'])
  expect(await saved(admin, `?practice=${own.id}`)).toEqual(['Unseen', 'Seen'])
  expect(await saved(admin, `?practice=${other.id}`)).toEqual(['Elsewhere'])
  expect(await saved(standard, `?practice=${other.id}`)).toBe('no_practice')
  expect(await saved(admin, '', { practice: other.id })).toEqual(['Elsewhere'])

  await api.owner`UPDATE practice SET support_access = 'always' WHERE id = ${own.id}`
  const support = await api.createPerson('support')
  expect(await saved(support, `?practice=${own.id}`)).toEqual(['Unseen', 'Seen'])
  const cookie = await api.signIn(admin)
  const looked = await api.callAs(cookie, 'practice/support-access', { practice: own.id })
  expect(looked.body.items).toHaveLength(1)
})

test('the conversion report is saved as a file, with the figures that it shows', async () => {
  const practice = await api.createPractice()
  const made = [await api.create({}, practice.key), await api.create({}, practice.key)]
  const invitedAt = new Date(Date.now() - 40 * 86_400_000)
  const bankAt = new Date(invitedAt.getTime() + 86_400_000)
  await api.owner`UPDATE conversion SET invited_at = ${invitedAt}, bank_at = ${bankAt} WHERE onboarding_id = ${made[0].id}`
  const { weeks } = (await api.call('reports/conversion', { key: practice.key })).body
  const file = await api.call('reports/conversion/export', { key: practice.key })
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="conversion.csv"')
  const [head, ...lines] = read(file.text)
  expect(head).toBe(
    'Week of,Invited,Old enough for 7 days,Within 7 days,Old enough for 14 days,Within 14 days,Old enough for 30 days,Within 30 days,Accepted,Declined,Expired,Cancelled,Still open',
  )
  type Week = {
    week: string
    n: number
    outcomes: Record<string, number>
    horizons: { eligible: number; converted: number }[]
  }
  expect(lines).toEqual(
    weeks.map(({ week, n, outcomes: { accepted, declined, expired, cancelled, open }, horizons }: Week) =>
      [
        week,
        n,
        ...horizons.flatMap(({ eligible, converted }) => [eligible, converted]),
        ...[accepted, declined, expired, cancelled, open],
      ].join(','),
    ),
  )
  expect(lines.some((line) => line.endsWith(',1,1,1,1,1,1,1,0,0,0,0,1'))).toBe(true)
  const byMonth = await api.call('reports/conversion/export?by=month', { key: practice.key })
  expect(read(byMonth.text)[0]).toMatch(/^Month from,Invited,/)
  expect(read(byMonth.text).some((line) => /^\d{4}-\d{2}-01,1,/.test(line))).toBe(true)
  const before = await api.call('reports/conversion/export?asOf=2020-01-01T00:00:00Z', { key: practice.key })
  expect(
    read(before.text)
      .slice(1)
      .every((line) => line.split(',')[1] === '0'),
  ).toBe(true)
})
