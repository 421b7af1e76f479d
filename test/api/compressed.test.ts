import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StaffApi, startStaffApi } from './staffHarness.ts'

const webRoot = mkdtempSync(join(tmpdir(), 'embark-page-'))
let api: StaffApi
beforeAll(async () => {
  mkdirSync(join(webRoot, 'assets'))
  writeFileSync(
    join(webRoot, 'index.html'),
    `<!doctype html><script nonce="%NONCE%"></script>${'<p>page</p>'.repeat(200)}`,
  )
  api = await startStaffApi({ webRoot })
  for (let n = 0; n < 3; n += 1) await api.create()
})
afterAll(async () => {
  await api?.stop()
  rmSync(webRoot, { recursive: true })
})

type Sent = { status: number; encoding: string; vary: string; type: string; bytes: Buffer; etag: string }

/** Returns an answer as it is on the wire. */
const sent = (path: string, encodings: string, more: Record<string, string> = {}): Promise<Sent> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${api.practice.key}`, 'accept-encoding': encodings, ...more }
    get(`${api.url}${path}`, { headers }, async (response) => {
      const bytes = Buffer.concat(await response.toArray())
      const of = (name: string) => String(response.headers[name] ?? '')
      resolve({
        status: response.statusCode ?? 0,
        encoding: of('content-encoding'),
        vary: of('vary'),
        type: of('content-type'),
        etag: of('etag'),
        bytes,
      })
    }).on('error', reject)
  })

const BROWSERS = 'gzip, deflate, br, zstd'

test.each(['/api/v1/onboardings', '/openapi.json', '/clients'])('%s says the same, compressed', async (path) => {
  const [plain, brotli, gzipped] = await Promise.all([
    sent(path, ''),
    sent(path, BROWSERS),
    sent(path, 'gzip, deflate'),
  ])
  const text = (bytes: Buffer) => bytes.toString().replace(/nonce="[^"]+"/, '')
  expect([plain.encoding, brotli.encoding, gzipped.encoding]).toEqual(['', 'br', 'gzip'])
  expect(text(brotliDecompressSync(brotli.bytes))).toBe(text(plain.bytes))
  expect(text(gunzipSync(gzipped.bytes))).toBe(text(plain.bytes))
  expect(brotli.bytes.length).toBeLessThan(plain.bytes.length / 2)
  expect([brotli.type, gzipped.type]).toEqual([plain.type, plain.type])
  expect([plain.vary, brotli.vary]).toEqual(['Accept-Encoding', 'Accept-Encoding'])
})

test('an answer that a browser has is not sent again', async () => {
  const { etag } = await sent('/api/v1/onboardings', BROWSERS)
  const again = await sent('/api/v1/onboardings', BROWSERS, { 'if-none-match': etag })
  expect([again.status, again.bytes.length]).toEqual([304, 0])
})

test('small answers, other sites’ requests, clients’ pages and sign-ins are not compressed', async () => {
  const encodings = await Promise.all([
    sent('/api/v1/onboardings/counts', BROWSERS),
    sent('/api/v1/onboardings', BROWSERS, { 'sec-fetch-site': 'cross-site' }),
    sent('/j/no-such-link', BROWSERS),
    sent('/home', BROWSERS),
    sent('/api/auth/get-session', BROWSERS),
  ])
  expect(encodings.map(({ encoding }) => encoding)).toEqual(['', '', '', '', ''])
  // The body is large enough for compression to pay.
  expect(encodings[2]?.bytes.length).toBeGreaterThan(1_000)
})

test('a stream of changes is told of as they happen, whatever its reader takes', async () => {
  const first = await new Promise<string>((resolve, reject) => {
    const headers = { authorization: `Bearer ${api.practice.key}`, 'accept-encoding': BROWSERS }
    const request = get(`${api.url}/api/v1/live`, { headers }, (response) => {
      response.once('data', (bytes: Buffer) => {
        resolve(`${response.headers['content-encoding'] ?? 'plain'} ${bytes}`)
        request.destroy()
      })
    }).on('error', reject)
  })
  expect(first).toMatch(/^plain retry: /)
})
