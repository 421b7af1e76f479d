import { describe, expect, test } from 'vitest'
import { readConfig } from '../../api/config.ts'
import { loggedUrl } from '../../api/log.ts'
import { plainError } from '../../db/plainError.ts'
import { awayEngine } from '../awayEngine.ts'
import { forFile } from '../forFile.ts'
import { METRICS_TOKEN, startStaffApi } from './staffHarness.ts'

const api = forFile(() => startStaffApi({ requestsPerMinute: 5 }))

describe('checks', () => {
  test('the api is ready with the engine away, and says so', async () => {
    expect((await api.call('/healthz', { key: null })).body).toEqual({ status: 'ok' })
    const ready = await api.call('/readyz', { key: null })
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready', database: 'ok', engine: 'unreachable' }])
  })

  test('not without its migrations', async () => {
    const [row] = await api.owner<{ name: string }[]>`DELETE FROM migration WHERE name LIKE '0009%' RETURNING name`
    const ready = await api.call('/readyz', { key: null })
    expect([ready.status, ready.body.database]).toEqual([503, `migrations are missing: ${row?.name}`])
    await api.owner`INSERT INTO migration (name, sha256) VALUES (${row?.name ?? ''}, '')`
  })

  test('metrics count answers by route and problems by code, and name nobody', async () => {
    const { id } = await api.create()
    await api.call('onboardings/42')
    for (const key of [null, 'wrong', api.practice.key]) {
      const { status, body } = await api.call('/metrics', { key })
      expect([status, body.code]).toEqual([401, 'unauthorized'])
    }
    const { text } = await api.call('/metrics', { key: METRICS_TOKEN })
    for (const why of ['not_started', 'not_told', 'overslept', 'due']) {
      expect(text).toContain(`embark_reconcile_oldest_age_seconds{why="${why}"}`)
    }
    expect(text).toMatch(
      /embark_http_request_duration_seconds_count\{method="POST",route="\/api\/v1\/onboardings",status="201"\} 1/,
    )
    expect(text).toMatch(/embark_http_problems_total\{code="not_found"\} 1/)
    expect(text).not.toContain(id)
  })
})

test('a key makes so many requests a minute; another key is not held back', async () => {
  const practice = await api.createPractice()
  const answers = await Promise.all(Array.from({ length: 7 }, () => api.call('onboardings', { key: practice.key })))
  const limited = answers.filter((one) => one.status === 429)
  expect(limited).toHaveLength(2)
  expect(limited[0]?.body).toMatchObject({ code: 'rate_limited', at: expect.any(String) })
  expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(limited[0]?.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const other = await api.createPractice()
  expect((await api.call('onboardings', { key: other.key })).status).toBe(200)
})

test('our own fault shows its trace and nothing else; a database that is away is said to be', async () => {
  const broken = await startStaffApi({ sealer: null as never })
  try {
    const fault = await broken.post('drafts', {})
    expect([fault.status, fault.body.code]).toEqual([500, 'internal'])
    const trace = fault.headers.get('x-request-id')
    expect(fault.body.detail).toBe(`Something went wrong on our side. Nothing was changed. Reference ${trace}.`)
    expect(fault.text).not.toMatch(/null|TypeError|seal/)
    expect(broken.logged.some((line) => line.includes(`"trace":"${trace}"`) && line.includes('TypeError'))).toBe(true)
    const request = broken.logged.find((line) => line.includes('"status":500'))
    expect(JSON.parse(request ?? '{}').err).toMatchObject({ name: 'Error', message: 'failed with status code 500' })
    await broken.deps.db.close()
    const away = await broken.call('onboardings')
    expect([away.status, away.body.code, away.headers.get('retry-after')]).toEqual([503, 'unavailable', '2'])
  } finally {
    await broken.stop()
  }
})

test('unsignalled situations are handed on, and the answer does not wait for the engine', async () => {
  const unsignalled: string[] = []
  const never = () => new Promise<never>(() => undefined)
  const slow = await startStaffApi()
  try {
    slow.deps.commands.onSignalFailed = (id) => unsignalled.push(id)
    const { id } = await slow.create()
    expect(unsignalled).toEqual([id])
    slow.deps.commands.engine = { ...awayEngine, start: never, signal: never }
    const begun = performance.now()
    expect((await slow.post(`onboardings/${id}/cancel`)).status).toBe(200)
    expect(performance.now() - begun).toBeLessThan(5_000)
  } finally {
    await slow.stop()
  }
})

test('headers forbid frames, sniffing, referrers and foreign content', async () => {
  const { headers } = await api.call('/nothing', { key: null })
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
  )
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('x-powered-by')).toBeNull()
})

test('addresses are logged without what opens doors', () => {
  expect(loggedUrl('/j/AbCdEf/bank?b=1')).toBe('/j/*/bank?b=*')
  expect(loggedUrl('/connect/return?code=abc&state=def')).toBe('/connect/*?code=*&state=*')
  expect(loggedUrl('/connect/0190-abc')).toBe('/connect/*')
  expect(loggedUrl('/reset/AbCdEf')).toBe('/reset/*')
  expect(loggedUrl('/join/AbCdEf')).toBe('/join/*')
  expect(loggedUrl('/api/v1/join/AbCdEf')).toBe('/api/v1/join/*')
  expect(loggedUrl('/api/auth/reset-password/AbCdEf?callbackURL=/')).toBe('/api/auth/reset-password/*?callbackURL=*')
  expect(loggedUrl('/api/v1/onboardings?q=jo@harbour.example')).toBe('/api/v1/onboardings?q=*')
})

test('values that a database or a parser quotes stay out of the log', async () => {
  const errors = await Promise.all(
    [() => api.owner`SELECT ${'jo@harbour.example'}::text::uuid`, async () => JSON.parse('jo@harbour.example')].map(
      (fail) => fail().then(() => null, plainError),
    ),
  )
  const quoted = new Error('a step failed', {
    cause: await api.owner`SELECT ${'x@y.example'}::text::int`.catch((e) => e),
  })
  expect(JSON.stringify([...errors, plainError(quoted)])).not.toMatch(/@harbour|@y/)
  expect(errors).toMatchObject([{ name: 'PostgresError', code: '22P02' }, { name: 'SyntaxError' }])
})

test('a bad environment is named whole', () => {
  const wrong = () =>
    readConfig({
      PORT: '0',
      DATABASE_URL: 'mysql://x',
      LINK_KEYS: 'k1:short',
      TRUSTED_PROXIES: 'all',
      LOG_LEVEL: 'loud',
      QUICKBOOKS_CLIENT_ID: 'given by half',
      PLAID_CLIENT_ID: 'given by half',
    })
  for (const name of [
    'PORT',
    'DATABASE_URL',
    'LINK_KEYS',
    'SEAL_KEYS is missing',
    'TRUSTED_PROXIES',
    'LOG_LEVEL',
    'QUICKBOOKS_CLIENT_SECRET is missing',
    'PLAID_FRN is missing',
  ]) {
    expect(wrong).toThrow(name)
  }
  expect(wrong).toThrow('The api cannot start')
})
