import { connect } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { forFile } from '../forFile.ts'
import { badBodies } from './badBodies.ts'
import { badRequests } from './badRequests.ts'
import { type Answer, startStaffApi } from './staffHarness.ts'

const api = forFile(startStaffApi)
let id: string
let readKey: string
let before: Record<string, number>

beforeAll(async () => {
  id = (await api.create({ organisation: { name: 'Harbour Bakery Ltd', practiceCode: 'HAR01' } })).id
  readKey = await api.createKey(api.practice.slug, ['read'])
  before = await api.countRows()
})

/** Expects a problem with a stable code and a sentence, and nothing about our internals. */
function expectProblem(answer: Answer, status: number, code: string) {
  expect([answer.status, answer.body?.code]).toEqual([status, code])
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(answer.body).toMatchObject({ type: 'about:blank', status, title: expect.any(String) })
  expect(answer.body.detail.length).toBeGreaterThan(5)
  expect(answer.body.trace).toBe(answer.headers.get('x-request-id'))
  expect(answer.text).not.toMatch(/\bat \/|node_modules|postgres|SELECT|zod/i)
}

describe('bad input', () => {
  test('is a table of more than 60', () => {
    expect(badRequests.length + badBodies.length).toBeGreaterThan(120)
  })

  test.each(badRequests)('%s', async (_name, path, call, status, code) => {
    const key = code === 'forbidden' ? { key: readKey } : {}
    const answer = await api.call(path.replace('{id}', id), { ...call, ...key })
    if (status === 200) expect(answer.status).toBe(200)
    else expectProblem(answer, status, code)
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/^(GET|POST)/)
    if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="embark"/)
  })

  test.each(badBodies)('%s', async (_name, body, field, code) => {
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
