import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readConfig, warningsOf } from '../../api/config.ts'
import { sandboxProviders } from '../../dev/stack/environment.ts'

const random = () => randomBytes(32).toString('base64')
const base64 = (bytes: Iterable<number>) => Buffer.from([...bytes]).toString('base64')

/** Returns a production environment with which the api starts. */
const good = () => ({
  ...sandboxProviders('http://127.0.0.1:1'),
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://embark_api:a@postgres:5432/embark',
  AUTH_DATABASE_URL: 'postgres://embark_auth:a@postgres:5432/embark',
  TEMPORAL_ADDRESS: 'temporal:7233',
  PUBLIC_URL: 'https://embark.example.com',
  PORT: '4310',
  LINK_KEYS: `k1:${random()}`,
  SEAL_KEYS: `s1:${random()}`,
  AUTH_SECRETS: `1:${random()}`,
})
const problemsWith = (changes: Record<string, string>): string => {
  try {
    readConfig({ ...good(), ...changes })
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

describe('in production', () => {
  test('random keys and https start, again and again', () => {
    for (let tries = 0; tries < 2_000; tries += 1) expect(problemsWith({})).toBe('')
  })

  test.each(['http://embark.example.com', 'http://10.0.0.7:4310', 'http://localhost.example.com'])(
    'an origin without https is refused: %s',
    (PUBLIC_URL) => expect(problemsWith({ PUBLIC_URL })).toContain('PUBLIC_URL must be https'),
  )

  test.each(['http://127.0.0.1:4310', 'http://[::1]:4310', 'http://localhost:4310', 'http://app.localhost:4310'])(
    'a process that never leaves the machine may do without: %s',
    (PUBLIC_URL) => expect(problemsWith({ PUBLIC_URL })).toBe(''),
  )

  const guessable: [name: string, key: string][] = [
    ['all zero', base64(new Uint8Array(32))],
    ['one byte repeated', base64(new Uint8Array(32).fill(7))],
    [
      'eight bytes repeated',
      base64(Array.from({ length: 32 }, (_, at) => [9, 120, 3, 77, 250, 31, 8, 199][at % 8] ?? 0)),
    ],
    ['counting', base64(Array.from({ length: 32 }, (_, at) => at))],
    ['a sentence', Buffer.from('correct horse battery staple 123').toString('base64')],
  ]
  test.each(guessable)('a key that is %s is refused in every ring', (_name, key) => {
    for (const ring of ['LINK_KEYS', 'SEAL_KEYS', 'AUTH_SECRETS']) {
      const problems = problemsWith({ [ring]: `1:${random()},2:${key}` })
      expect(problems).toContain(`${ring} key "2" is not random`)
      expect(problems).not.toContain(key)
    }
  })

  test('a sign-in secret that somebody typed is refused', () => {
    expect(problemsWith({ AUTH_SECRETS: `1:${'changeme-'.repeat(5)}` })).toContain('AUTH_SECRETS key "1" is not random')
  })

  test('a key that stands there twice is refused, in one ring or in two', () => {
    const key = random()
    expect(problemsWith({ SEAL_KEYS: `a:${key},b:${key}` })).toContain(
      'SEAL_KEYS key "b" is the same as SEAL_KEYS key "a"',
    )
    expect(problemsWith({ LINK_KEYS: `a:${key}`, SEAL_KEYS: `b:${key}` })).toContain('is the same as LINK_KEYS key "a"')
  })

  test('all problems are named at once, those of other variables too', () => {
    const zero = base64(new Uint8Array(32))
    const named = problemsWith({
      PUBLIC_URL: 'http://x.example',
      LINK_KEYS: `k1:${zero}`,
      PORT: 'none',
      AUTH_SECRETS: '',
    })
    for (const name of ['PUBLIC_URL must be https', 'LINK_KEYS key "k1"', 'PORT', 'AUTH_SECRETS is missing']) {
      expect(named).toContain(name)
    }
  })

  test('production is what is assumed where nothing is said', () => {
    expect(problemsWith({ NODE_ENV: '', PUBLIC_URL: 'http://x.example' })).toContain('PUBLIC_URL must be https')
    expect(problemsWith({ NODE_ENV: 'development', PUBLIC_URL: 'http://x.example' })).toBe('')
  })

  test('no trusted proxy behind https is warned about, and starts', () => {
    const warned = (changes: object) => warningsOf(readConfig({ ...good(), ...changes }))
    expect(warned({})).toEqual([expect.stringContaining('TRUSTED_PROXIES is 0')])
    expect(warned({ TRUSTED_PROXIES: '1' })).toEqual([])
    expect(warned({ PUBLIC_URL: 'http://127.0.0.1:1' })).toEqual([])
  })
})
