import { connect } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { forFile } from '../forFile.ts'
import { startStaffApi } from './staffHarness.ts'

const api = forFile(startStaffApi)
/** Values for the placeholders of the table below. */
let values: Record<string, string>

beforeAll(async () => {
  const { id } = await api.create()
  const link = await api.post(`onboardings/${id}/links`)
  const connection = await api.post(`onboardings/${id}/connections`, { step: 'books', provider: 'xero' })
  values = {
    onboarding: id,
    link: new URL(link.body.url).pathname,
    connect: new URL(connection.body.url).pathname,
    cookie: await api.signIn(await api.createPerson('practice_admin')),
    key: api.practice.key,
  }
})

/** More than any route accepts. */
const SENT_BYTES = 4 * 1024 * 1024

/** Sends a chunked body of 4 MB without content-length; returns the answer. */
function pour(path: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(api.url)
  const [method, target] = path.split(' ')
  const head = { host: `${hostname}:${port}`, 'transfer-encoding': 'chunked', origin: api.url, ...headers }
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const part = Buffer.alloc(16 * 1024, 'x')
    let text = ''
    let sent = 0
    const more = () => {
      if (text !== '') return
      if (sent >= SENT_BYTES) return void socket.write('0\r\n\r\n')
      sent += part.length
      socket.write(`${part.length.toString(16)}\r\n`)
      socket.write(part)
      socket.write('\r\n', () => setImmediate(more))
    }
    socket.write(`${method} ${target} HTTP/1.1\r\n`)
    for (const [name, value] of Object.entries(head)) socket.write(`${name}: ${value}\r\n`)
    socket.write('\r\n')
    more()
    socket.on('data', (data) => {
      text += data
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
      if (!status || !text.includes('\r\n\r\n')) return
      socket.destroy()
      resolve({ status, text })
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('closed without an answer')))
  })
}

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

/** One route of every group that reads bodies, with the caller's headers. */
const GROUPS: [group: string, path: string, headers: Record<string, string>][] = [
  ['the sign-in', 'POST /api/auth/sign-in/email', { 'content-type': JSON_TYPE }],
  ['the sign-in, as a form', 'POST /api/auth/sign-in/email', { 'content-type': FORM_TYPE }],
  ['the sign-in, of no type', 'POST /api/auth/request-password-reset', {}],
  ['the sign-in, under no address of its own', 'POST /api/auth/nothing', { 'content-type': JSON_TYPE }],
  ['the sign-in, signed in', 'POST /api/auth/change-password', { 'content-type': JSON_TYPE, cookie: '{cookie}' }],
  ['what is open to everybody', 'POST /api/v1/sign-on/find', { 'content-type': JSON_TYPE }],
  ['the API by key', 'POST /api/v1/onboardings', { 'content-type': JSON_TYPE, authorization: 'Bearer {key}' }],
  ['a command', 'POST /api/v1/onboardings/{onboarding}/cancel', { 'content-type': JSON_TYPE, cookie: '{cookie}' }],
  ['the logo', 'PUT /api/v1/practice/logo', { 'content-type': JSON_TYPE, authorization: 'Bearer {key}' }],
  ['hooks of the mail provider', 'POST /hooks/resend', { 'content-type': JSON_TYPE }],
  ['hooks of the text provider', 'POST /hooks/twilio', { 'content-type': FORM_TYPE }],
  ['hooks of the bank provider', 'POST /hooks/truelayer', { 'content-type': JSON_TYPE }],
  ['a client’s page', 'POST {link}/decline', { 'content-type': FORM_TYPE }],
  ['a connection', 'POST {connect}/confirm', { 'content-type': FORM_TYPE }],
  ['a returning client’s sign-in', 'POST /home/sign-in', { 'content-type': FORM_TYPE }],
]

describe('bodies are bounded in every group of routes', () => {
  test.each(GROUPS)('%s answers 413 to a chunked body without a length', async (_group, path, headers) => {
    const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '')
    const sameSite = { 'sec-fetch-site': 'same-origin' }
    const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value)]))
    const { status, text } = await pour(filled(path), { ...sameSite, ...given })
    expect(status).toBe(413)
    expect(text).toMatch(/content-type: application\/problem\+json/i)
  })

  test('a smaller body is read', async () => {
    const admin = await api.createPerson('practice_admin')
    expect(await api.signIn(admin)).toContain('session_token')
    const padded = JSON.stringify({ email: admin.email, password: 'wrong', more: 'x'.repeat(19_000) })
    const answer = await api.call('/api/auth/sign-in/email', { raw: padded, key: null, headers: { origin: api.url } })
    expect(answer.status).toBe(401)
  })
})
