import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StaffApi, startStaffApi } from './staffHarness.ts'

let api: StaffApi
beforeAll(async () => {
  api = await startStaffApi()
})
afterAll(() => api?.stop())

/** A practice of its own with its admin, who calls. */
async function practiceOf(name = 'Rosa Marsh') {
  const practice = await api.createPractice()
  const cookie = await api.signIn(await api.createPerson('practice_admin', practice, { name }))
  const as = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    api.callAs(cookie, path, { method, headers, ...(body && { body }) })
  return { practice, as }
}

test('two who change the settings at once do not undo each other', async () => {
  const { as } = await practiceOf()
  const read = await as('GET', 'practice')
  const etag = read.headers.get('etag') ?? ''
  expect(etag).toBe(`"v${read.body.version}"`)
  const first = await as('PATCH', 'practice', { phone: '0113 496 0000' }, { 'if-match': etag })
  expect([first.status, first.body.version]).toEqual([200, read.body.version + 1])
  const second = await as('PATCH', 'practice', { phone: '0113 496 0001' }, { 'if-match': etag })
  expect([second.status, second.body.code, second.body.by]).toEqual([412, 'changed_meanwhile', 'Rosa Marsh'])
  expect(Date.parse(second.body.at)).toBeGreaterThan(Date.now() - 60_000)
  const third = await as(
    'PATCH',
    'practice',
    { phone: '0113 496 0001' },
    { 'if-match': first.headers.get('etag') ?? '' },
  )
  expect([third.status, third.body.phone]).toEqual([200, '0113 496 0001'])
})

test('of many changes on the same version one is made', async () => {
  const { as } = await practiceOf()
  const { version } = (await as('GET', 'practice')).body
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      as('PATCH', 'practice', { inviteExpiryDays: n + 10 }, { 'if-match': `"v${version}"` }),
    ),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412])
  const made = answers.find(({ status }) => status === 200)
  expect((await as('GET', 'practice')).body).toEqual(made?.body)
})

test('the audit log is saved as a file: who, what, when, from where, and no formula of a spreadsheet', async () => {
  const { as, practice } = await practiceOf()
  await as('POST', 'api-keys', { name: '=HYPERLINK("https://x.example")', scopes: ['read'] })
  await as('PATCH', 'practice', { inviteExpiryDays: 9 })
  const answer = await as('GET', 'audit/export')
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"')
  const [head, ...lines] = answer.text.replace('\uFEFF', '').trim().split('\r\n')
  expect(head).toBe('Time (UTC),Time (Europe/London),Who,What,Whom,Details,From')
  expect(lines).toHaveLength(3)
  expect(lines[0]).toMatch(/^\d{4}-.*Z,.*,Rosa Marsh,Settings changed,,link lifetime,.*127\.0\.0\.1$/)
  expect(lines[1]).toContain(`"'=HYPERLINK(""https://x.example"")"`)
  const [, ...filtered] = (await as('GET', `audit/export?kind=signed_in&practice=${practice.id}`)).text
    .trim()
    .split('\r\n')
  expect(filtered).toHaveLength(1)
})
