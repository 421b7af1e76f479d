import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Call, type StaffApi, startStaffApi } from './staffHarness.ts'

let api: StaffApi
let id: string
let readKey: string
let before: Record<string, number>

beforeAll(async () => {
  api = await startStaffApi()
  id = (await api.create({ organisation: { name: 'Harbour Bakery Ltd', practiceCode: 'HAR01' } })).id
  readKey = await api.createKey(api.practice.slug, ['read'])
  before = await api.countRows()
})
afterAll(() => api?.stop())

/** Every answer is a problem with a stable code and a sentence, and says nothing about our insides. */
function expectProblem(answer: Answer, status: number, code: string) {
  expect([answer.status, answer.body?.code]).toEqual([status, code])
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(answer.body).toMatchObject({ type: 'about:blank', status, title: expect.any(String) })
  expect(answer.body.detail.length).toBeGreaterThan(5)
  expect(answer.body.trace).toBe(answer.headers.get('x-request-id'))
  expect(answer.text).not.toMatch(/\bat \/|node_modules|postgres|SELECT|zod/i)
}

type Case = [name: string, path: string, call: Call, status: number, code: string]
/** A body of `POST /onboardings`, the field it is wrong in, and the field's code. */
type BodyCase = [name: string, body: unknown, field: string, code: string]

const post = (body: unknown): Call => ({ method: 'POST', body })
const raw = (text: string, type = 'application/json'): Call => ({
  method: 'POST',
  raw: text,
  headers: { 'content-type': type },
})
const withHeader = (name: string, value: string, call: Call = {}): Call => ({ ...call, headers: { [name]: value } })
const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const good = { organisation: { name: 'Fine Ltd' } }

const cases: Case[] = [
  ['no token', 'onboardings', { key: null }, 401, 'unauthorized'],
  ['no token, creating', 'onboardings', { ...post(good), key: null }, 401, 'unauthorized'],
  ['an unknown token', 'onboardings', { key: 'emb_unknown' }, 401, 'unauthorized'],
  ['another scheme', 'onboardings', withHeader('authorization', 'Basic YTpi'), 401, 'unauthorized'],
  ['a bearer without token', 'onboardings', withHeader('authorization', 'Bearer '), 401, 'unauthorized'],
  ['a token of strange characters', 'onboardings', withHeader('authorization', "Bearer ' OR 1=1"), 401, 'unauthorized'],
  ['a very long token', 'onboardings', withHeader('authorization', `Bearer ${'a'.repeat(4000)}`), 401, 'unauthorized'],
  ['an unknown address', 'nothing', {}, 404, 'not_found'],
  ['an unknown address outside the API', '/nothing', { key: null }, 404, 'not_found'],
  ['a wrong method', 'onboardings', { method: 'DELETE' }, 405, 'method_not_allowed'],
  ['a wrong method on one', 'onboardings/{id}', { method: 'PUT', body: good }, 405, 'method_not_allowed'],
  ['GET on a command', 'onboardings/{id}/cancel', {}, 405, 'method_not_allowed'],
  ['a wrong method on a check', '/healthz', { method: 'POST', body: {} }, 405, 'method_not_allowed'],
  ['an id that is none', 'onboardings/42', {}, 404, 'not_found'],
  ['an id of another shape', 'onboardings/00000000-0000-0000-0000-00000000000g', {}, 404, 'not_found'],
  ['an id nobody has', `onboardings/${randomUUID()}`, {}, 404, 'not_found'],
  ['an id with SQL', "onboardings/'%20OR%201=1", {}, 404, 'not_found'],
  ['an id with a NUL', 'onboardings/%00', {}, 404, 'not_found'],
  ['an address that cannot be decoded', 'onboardings/%E0%A4%A', {}, 400, 'malformed_url'],
  ['events of nobody', `onboardings/${randomUUID()}/events`, {}, 404, 'not_found'],
  ['cancelling nobody', `onboardings/${randomUUID()}/cancel`, post({}), 404, 'not_found'],
  ['inviting nobody', `onboardings/${randomUUID()}/invitations`, post({ email: 'a@b.example' }), 404, 'not_found'],
  ['a link for nobody', `onboardings/${randomUUID()}/links`, post({}), 404, 'not_found'],
  ['a step that is none', 'onboardings/{id}/steps/payroll/skip', post({}), 404, 'not_found'],
  [
    'a connection nobody has',
    `connections/${randomUUID()}/mapping`,
    post({ matches: [{ bankAccount: randomUUID(), ledgerAccount: null }] }),
    404,
    'not_found',
  ],
  ['a key that may only read', 'onboardings', post(good), 403, 'forbidden'],
  ['a key that may only read, cancelling', 'onboardings/{id}/cancel', post({}), 403, 'forbidden'],
  ['no body', 'onboardings', { method: 'POST' }, 422, 'validation'],
  ['an empty body', 'onboardings', raw(''), 422, 'validation'],
  ['no JSON', 'onboardings', raw('{"organisation":'), 400, 'malformed_json'],
  ['a lone string', 'onboardings', raw('"name"'), 400, 'malformed_json'],
  ['null', 'onboardings', raw('null'), 400, 'malformed_json'],
  ['a list', 'onboardings', raw('[]'), 422, 'validation'],
  ['JSON that repeats brackets', 'onboardings', raw('['.repeat(20_000)), 400, 'malformed_json'],
  ['a deep body', 'onboardings', raw(`{"organisation":${'['.repeat(9_000)}${']'.repeat(9_000)}}`), 422, 'validation'],
  ['a large body', 'onboardings', post({ organisation: { name: 'x'.repeat(120_000) } }), 413, 'too_large'],
  ['a form', 'onboardings', raw('name=x', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type'],
  ['plain text', 'onboardings', raw('{}', 'text/plain'), 415, 'unsupported_media_type'],
  [
    'another character set',
    'onboardings',
    raw('{}', 'application/json; charset=latin1'),
    415,
    'unsupported_media_type',
  ],
  [
    'an unknown encoding',
    'onboardings',
    { ...post(good), headers: { 'content-encoding': 'x-rot13' } },
    415,
    'unsupported_media_type',
  ],
  [
    'a body that is not gzipped',
    'onboardings',
    { ...post(good), headers: { 'content-encoding': 'gzip' } },
    400,
    'malformed_body',
  ],
  [
    'an empty idempotency key',
    'onboardings',
    { ...post(good), headers: { 'idempotency-key': '' } },
    400,
    'bad_idempotency_key',
  ],
  [
    'a long idempotency key',
    'onboardings',
    { ...post(good), headers: { 'idempotency-key': 'k'.repeat(256) } },
    400,
    'bad_idempotency_key',
  ],
  [
    'an idempotency key with blanks',
    'onboardings',
    { ...post(good), headers: { 'idempotency-key': 'a b' } },
    400,
    'bad_idempotency_key',
  ],
  ['a cursor that is none', 'onboardings?cursor=xyz', {}, 400, 'bad_cursor'],
  ['an empty cursor', 'onboardings?cursor=', {}, 400, 'bad_cursor'],
  [
    'a cursor of another list',
    `onboardings?sort=updated&cursor=${cursor(['AAAAAAAA', 1, '1', randomUUID()])}`,
    {},
    400,
    'bad_cursor',
  ],
  ['a cursor with SQL', `onboardings?cursor=${cursor(['x', 1, "1'; DROP TABLE event", 'x'])}`, {}, 400, 'bad_cursor'],
  ['a very long cursor', `onboardings?cursor=${'a'.repeat(500)}`, {}, 400, 'bad_cursor'],
  ['two cursors', 'onboardings?cursor=a&cursor=b', {}, 400, 'bad_cursor'],
  ['a cursor of events that is none', 'onboardings/{id}/events?cursor=xyz', {}, 400, 'bad_cursor'],
  [
    'a cursor of events beyond all numbers',
    `onboardings/{id}/events?cursor=${Buffer.from('asc:99999999999').toString('base64url')}`,
    {},
    400,
    'bad_cursor',
  ],
  ['an unknown status', 'onboardings?status=lost', {}, 422, 'validation'],
  ['one good status and one bad', 'onboardings?status=invited&status=lost', {}, 422, 'validation'],
  ['an unknown filter', 'onboardings?stage=invited', {}, 422, 'validation'],
  ['a nested filter', 'onboardings?status[x]=invited', {}, 422, 'validation'],
  ['an unknown move', 'onboardings?move=nobody', {}, 422, 'validation'],
  ['an unknown order', 'onboardings?sort=name', {}, 422, 'validation'],
  ['a limit of none', 'onboardings?limit=0', {}, 422, 'validation'],
  ['a limit too high', 'onboardings?limit=101', {}, 422, 'validation'],
  ['a limit in words', 'onboardings?limit=ten', {}, 422, 'validation'],
  ['a limit of half', 'onboardings?limit=1.5', {}, 422, 'validation'],
  ['a search for one letter', 'onboardings?q=h', {}, 422, 'validation'],
  ['a search for a NUL', 'onboardings?q=ab%00', {}, 422, 'validation'],
  ['a search for half a character', 'onboardings?q=ab%ED%A0%80', {}, 200, ''],
  ['a date that is none', 'onboardings?updatedSince=yesterday', {}, 422, 'validation'],
  ['a date without its offset', 'onboardings?updatedSince=2026-03-10T14:02:00', {}, 422, 'validation'],
  ['a date in the year 0', 'onboardings?updatedSince=0000-01-01T00:00:00Z', {}, 422, 'validation'],
  ['a report of the future', 'reports/conversion?asOf=2150-01-01T00:00:00Z', {}, 422, 'validation'],
  ['an extension to no date', 'onboardings/{id}/extend', post({}), 422, 'validation'],
  ['an extension to a number', 'onboardings/{id}/extend', post({ until: 1_800_000_000 }), 422, 'validation'],
  ['a snooze to the year 9999', 'onboardings/{id}/snooze', post({ until: '9999-12-31T23:59:59Z' }), 422, 'validation'],
  ['a decline without reason', 'onboardings/{id}/decline', post({}), 422, 'validation'],
  ['a decline for an unknown reason', 'onboardings/{id}/decline', post({ reason: 'because' }), 422, 'validation'],
  ['a reason with a NUL', 'onboardings/{id}/cancel', post({ reason: 'a\u0000b' }), 422, 'validation'],
  ['a reason of 501 characters', 'onboardings/{id}/cancel', post({ reason: 'x'.repeat(501) }), 422, 'validation'],
  ['half a character in a reason', 'onboardings/{id}/cancel', raw('{"reason":"\\ud800"}'), 422, 'validation'],
  [
    'a skip for another reason without it',
    'onboardings/{id}/steps/bank/skip',
    post({ because: 'other' }),
    422,
    'validation',
  ],
  ['marking done without evidence', 'onboardings/{id}/steps/bank/complete', post({}), 422, 'validation'],
  ['handing over to nobody', 'onboardings/{id}/steps/books', { method: 'PATCH', body: {} }, 422, 'validation'],
  ['reopening an unknown step', 'onboardings/{id}/reopen', post({ steps: ['payroll'] }), 422, 'validation'],
  ['sending a link by pigeon', 'onboardings/{id}/links', post({ send: 'pigeon' }), 422, 'validation'],
  ['inviting through no channel', 'onboardings/{id}/invitations', post({ channels: [] }), 422, 'validation'],
  [
    'inviting by mail without address',
    'onboardings/{id}/invitations',
    post({ channels: ['email'], email: null }),
    422,
    'validation',
  ],
  [
    'connecting the bank for the client',
    'onboardings/{id}/connections',
    post({ step: 'bank', provider: 'truelayer' }),
    422,
    'validation',
  ],
  [
    'connecting an unknown ledger',
    'onboardings/{id}/connections',
    post({ step: 'books', provider: 'abacus' }),
    422,
    'validation',
  ],
  ['matching nothing', `connections/${randomUUID()}/mapping`, post({ matches: [] }), 422, 'validation'],
  [
    'matching what is no id',
    `connections/${randomUUID()}/mapping`,
    post({ matches: [{ bankAccount: '1', ledgerAccount: null }] }),
    422,
    'validation',
  ],
  [
    'a practice code that is taken',
    'onboardings',
    post({ organisation: { name: 'X', practiceCode: 'har01' } }),
    409,
    'code_taken',
  ],
]

const self = {
  name: 'Sam',
  kind: 'self_employed',
  contact: { name: 'Sam', email: 'sam@windows.example' },
  incomeSources: [{ name: 'Cabs', type: 'self_employment' }],
}
const org = (changes: Record<string, unknown>) => ({ organisation: { name: 'Fine Ltd', ...changes } })
const invited = (changes: Record<string, unknown>) => ({
  ...good,
  invitation: { name: 'Jo', email: 'jo@harbour.example', ...changes },
})

const bodies: BodyCase[] = [
  ['nothing', {}, 'organisation', 'required'],
  ['a name alone', { name: 'Fine Ltd' }, 'name', 'unknown_field'],
  ['an organisation that is a name', { organisation: 'Fine Ltd' }, 'organisation', 'wrong_type'],
  ['an organisation that is nothing', { organisation: null }, 'organisation', 'wrong_type'],
  ['no name', { organisation: {} }, 'organisation.name', 'required'],
  ['an empty name', org({ name: '   ' }), 'organisation.name', 'required'],
  ['a name that is a number', org({ name: 42 }), 'organisation.name', 'wrong_type'],
  ['a name of 161 characters', org({ name: 'x'.repeat(161) }), 'organisation.name', 'too_long'],
  ['a name with a line break', org({ name: 'a\nb' }), 'organisation.name', 'unprintable'],
  ['a name with a NUL', org({ name: 'a\u0000b' }), 'organisation.name', 'unprintable'],
  ['a name that turns the reading direction', org({ name: 'a\u202eb' }), 'organisation.name', 'unprintable'],
  ['a misspelt field', org({ practicecode: 'A' }), 'organisation.practicecode', 'unknown_field'],
  ['__proto__', JSON.parse('{"organisation":{"name":"x"},"__proto__":{"a":1}}'), '__proto__', 'unknown_field'],
  ['an unknown kind', org({ kind: 'charity' }), 'organisation.kind', 'not_an_option'],
  ['a code with a blank', org({ practiceCode: 'A 1' }), 'organisation.practiceCode', 'wrong_format'],
  ['a code of 25 characters', org({ practiceCode: 'A'.repeat(25) }), 'organisation.practiceCode', 'wrong_format'],
  ['an industry of 81 characters', org({ industry: 'x'.repeat(81) }), 'organisation.industry', 'too_long'],
  ['another industry, unsaid', org({ industry: 'Other' }), 'organisation.industry', 'required'],
  ['no solution', org({ solutions: [] }), 'organisation.solutions', 'too_few'],
  ['an unknown solution', org({ solutions: ['juggling'] }), 'organisation.solutions', 'unknown_solution'],
  ['solutions that are no list', org({ solutions: 'vat' }), 'organisation.solutions', 'wrong_type'],
  ['no country', org({ country: 'XX' }), 'organisation.country', 'not_a_country'],
  ['a country in full', org({ country: 'France' }), 'organisation.country', 'not_a_country'],
  ['no currency', org({ currency: 'XYZ' }), 'organisation.currency', 'not_a_currency'],
  [
    'a company number of letters',
    org({ companiesHouseNumber: 'ABCDEFGH' }),
    'organisation.companiesHouseNumber',
    'not_a_company_number',
  ],
  [
    'a company number of zeros',
    org({ companiesHouseNumber: '0' }),
    'organisation.companiesHouseNumber',
    'not_a_company_number',
  ],
  ['a contact without name', org({ contact: { email: 'a@b.example' } }), 'organisation.contact.name', 'required'],
  [
    'an address without @',
    org({ contact: { name: 'Jo', email: 'jo.example' } }),
    'organisation.contact.email',
    'not_an_email',
  ],
  [
    'a number that is none',
    org({ contact: { name: 'Jo', phone: 'ring me' } }),
    'organisation.contact.phone',
    'not_a_number',
  ],
  ['an NI number on a business', org({ niNumber: 'AB123456C' }), 'organisation.niNumber', 'self_employed_only'],
  [
    'income sources of a business',
    org({ incomeSources: self.incomeSources }),
    'organisation.incomeSources',
    'self_employed_only',
  ],
  [
    'the dummy NI number',
    { organisation: { ...self, niNumber: 'QQ123456C' } },
    'organisation.niNumber',
    'not_an_ni_number',
  ],
  [
    'a temporary reference',
    { organisation: { ...self, niNumber: '11 A1 11 11' } },
    'organisation.niNumber',
    'not_an_ni_number',
  ],
  ['a postcode of 13 characters', org({ postcode: 'X'.repeat(13) }), 'organisation.postcode', 'not_a_postcode'],
  [
    'self-employed without contact',
    { organisation: { ...self, contact: undefined } },
    'organisation.contact.name',
    'required',
  ],
  [
    'self-employed without address',
    { organisation: { ...self, contact: { name: 'Sam' } } },
    'organisation.contact.email',
    'required',
  ],
  [
    'self-employed without income',
    { organisation: { ...self, incomeSources: [] } },
    'organisation.incomeSources',
    'too_few',
  ],
  [
    '21 income sources',
    { organisation: { ...self, incomeSources: Array(21).fill(self.incomeSources[0]) } },
    'organisation.incomeSources',
    'too_many',
  ],
  [
    'an income source of no type',
    { organisation: { ...self, incomeSources: [{ name: 'Cabs' }] } },
    'organisation.incomeSources[0].type',
    'required',
  ],
  [
    'an income source of an unknown type',
    { organisation: { ...self, incomeSources: [{ name: 'Cabs', type: 'gambling' }] } },
    'organisation.incomeSources[0].type',
    'not_an_option',
  ],
  [
    'an invitation without name',
    { ...good, invitation: { email: 'jo@harbour.example' } },
    'invitation.name',
    'required',
  ],
  ['an invitation to nowhere', invited({ email: undefined }), 'invitation.email', 'required'],
  ['an invitation by text without number', invited({ channels: ['sms'] }), 'invitation.phone', 'required'],
  ['an invitation through no channel', invited({ channels: [] }), 'invitation.channels', 'too_few'],
  ['an invitation by pigeon', invited({ channels: ['pigeon'] }), 'invitation.channels[0]', 'not_an_option'],
  ['a landline', invited({ phone: '020 7946 0018' }), 'invitation.phone', 'not_mobile'],
  ['a number one digit short', invited({ phone: '07400 12345' }), 'invitation.phone', 'one_digit_short'],
  ['a mobile from elsewhere', invited({ phone: '+33 6 12 34 56 78' }), 'invitation.phone', 'country'],
  ['an address of two', invited({ email: 'a@b.example, c@d.example' }), 'invitation.email', 'not_an_email'],
  [
    'an address with a line break',
    invited({ email: 'a@b.example\nBcc: c@d.example' }),
    'invitation.email',
    'not_an_email',
  ],
  ['a message of 501 characters', invited({ message: 'x'.repeat(501) }), 'invitation.message', 'too_long'],
  ['a message with a link', invited({ message: 'See https://evil.example/x' }), 'invitation.message', 'has_link'],
  ['a message with a bare domain', invited({ message: 'See evil.com now' }), 'invitation.message', 'has_link'],
  ['a message with a NUL', invited({ message: 'a\u0000' }), 'invitation.message', 'unprintable'],
  ['the bank done by the practice', { ...good, steps: { bank: 'practice' } }, 'steps.bank', 'not_an_option'],
  ['matching done by the client', { ...good, steps: { mapping: 'client' } }, 'steps.mapping', 'not_an_option'],
  ['an unknown step', { ...good, steps: { payroll: 'skip' } }, 'steps.payroll', 'unknown_field'],
]

describe('bad input', () => {
  test('is a table of more than 60', () => {
    expect(cases.length + bodies.length).toBeGreaterThan(120)
  })

  test.each(cases)('%s', async (_name, path, call, status, code) => {
    const key = code === 'forbidden' ? { key: readKey } : {}
    const answer = await api.call(path.replace('{id}', id), { ...call, ...key })
    if (status === 200) expect(answer.status).toBe(200)
    else expectProblem(answer, status, code)
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/^(GET|POST)/)
    if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="embark"/)
  })

  test.each(bodies)('%s', async (_name, body, field, code) => {
    const answer = await api.post('onboardings', body)
    expectProblem(answer, 422, 'validation')
    expect(answer.body.errors).toContainEqual({ field, code, message: expect.stringMatching(/\S.*[.?]$/) })
    const n = answer.body.errors.length
    expect(answer.body.detail).toBe(`There is a problem with ${n} ${n === 1 ? 'field' : 'fields'}.`)
  })

  test('several problems are named at once', async () => {
    const answer = await api.post('onboardings', {
      organisation: { name: '', country: 'XX', practiceCode: '!' },
      invitation: { email: 'no' },
    })
    expect(answer.body.errors.map((one: { field: string }) => one.field)).toEqual([
      'organisation.name',
      'organisation.practiceCode',
      'organisation.country',
      'invitation.name',
      'invitation.email',
    ])
  })

  test('bytes that are no HTTP, and requests that end early, disturb nobody', async () => {
    const { hostname, port } = new URL(api.url)
    const send = (text: string) =>
      new Promise<string>((resolve) => {
        let answer = ''
        const socket = connect(Number(port), hostname, () => socket.end(text))
        socket.on('data', (data) => {
          answer += data
        })
        socket.on('close', () => resolve(answer))
        socket.on('error', () => resolve(answer))
      })
    expect(await send('NONSENSE\r\n\r\n')).toContain('400')
    const head = `POST /api/v1/onboardings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.practice.key}\r\nContent-Type: application/json\r\n`
    await send(`${head}Content-Length: 500\r\n\r\n{"organisation":`)
    expect((await api.call('/healthz', { key: null })).status).toBe(200)
  })

  test('has written nothing', async () => {
    expect(await api.countRows()).toEqual(before)
    expect(api.logged.filter((one) => one.includes('"code":"internal"'))).toEqual([])
  })
})
