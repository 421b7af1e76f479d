import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { Described, JsonSchema } from './document.ts'
import type { Raw } from './sendRaw.ts'

/** The fuzzing seed: every run sends the same requests. */
const SEED = 20261129
const FUZZED = 14

/** A request that is wrong in one part. */
export type Probe = Partial<Raw> & { what: string }

const JSON_TYPE = { 'content-type': 'application/json' }

/** Values that are wrong in every place, or in most. */
const ODD: unknown[] = [
  null,
  '',
  '  ',
  'x'.repeat(300),
  'x'.repeat(6_000),
  'a\u0000b',
  '\ud800',
  'a\u202eb',
  '%s {{7*7}} <b>',
  "'; DROP TABLE event",
  0,
  -1,
  1.5,
  1e308,
  true,
  [],
  [[[[]]]],
  {},
  { $ne: null },
  '2026-02-30',
  '9999-12-31T23:59:59Z',
  '00000000-0000-0000-0000-000000000000',
  '01980000-0000-7000-8000-00000000beef',
  Array(600).fill('x'),
]

/** Returns requests to one operation that are wrong in every way known from clients and attackers. */
export function probesOf(operation: Described, path: string, good: unknown): Probe[] {
  return [
    ...aboutAddress(operation, path),
    ...aboutHeaders(operation),
    ...aboutBody(operation, good),
    ...aboutQuery(operation, path),
  ]
}

function aboutAddress({ path: template }: Described, path: string): Probe[] {
  if (!template.includes('{')) return []
  const parts = template.split('/')
  const own = path.split('/')
  const at = parts.findIndex((part) => part.startsWith('{'))
  const with_ = (value: string) => own.map((part, n) => (n === at ? value : part)).join('/')
  return ['%E0%A4%A', '42', '%00', randomUUID(), "'%20OR%201=1"].map((value) => ({
    what: `${value} in the address`,
    path: with_(value),
  }))
}

function aboutHeaders({ parameters }: Described): Probe[] {
  const takes = (name: string) => parameters.some((one) => one.name === name)
  return [
    { what: 'a practice that is none', headers: { 'embark-practice': 'mine' } },
    { what: 'a practice nobody has', headers: { 'embark-practice': randomUUID() } },
    ...(takes('Idempotency-Key')
      ? ['a b', 'k'.repeat(256)].map((key) => ({ what: 'a bad key', headers: { 'idempotency-key': key } }))
      : []),
    ...(takes('If-Match')
      ? ['"v999"', 'latest'].map((tag) => ({ what: 'another version', headers: { 'if-match': tag } }))
      : []),
    {
      what: 'what a browser of another site sends',
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://x.example' },
    },
  ]
}

function aboutBody({ method, body }: Described, good: unknown): Probe[] {
  if (method === 'GET' || method === 'DELETE') {
    return ['{"a":1}', '{', 'x'.repeat(200_000)].map((text) => ({
      what: `a body: ${text.slice(0, 9)}`,
      body: text,
      headers: JSON_TYPE,
    }))
  }
  const raw = (what: string, text: string | Buffer, headers: Record<string, string> = JSON_TYPE): Probe => ({
    what,
    body: text,
    headers,
  })
  const probes = [
    raw('broken JSON', '{"a":'),
    raw('a list', '[]'),
    raw('null', 'null'),
    raw('a word', '"word"'),
    raw('deep JSON', `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`),
    raw('a field nobody knows', '{"surprise":1}'),
    raw('a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    raw('another character set', '{}', { 'content-type': 'application/json; charset=latin1' }),
    raw('what is not gzipped', '{}', { ...JSON_TYPE, 'content-encoding': 'gzip' }),
    raw('an unknown encoding', '{}', { ...JSON_TYPE, 'content-encoding': 'rot13' }),
    raw('gzipped JSON', gzipSync('{}'), { ...JSON_TYPE, 'content-encoding': 'gzip' }),
    raw('2 MB', `{"a":"${'x'.repeat(2_000_000)}"}`),
    raw('nothing', ''),
  ]
  if (!body) return probes
  const names = fieldsOf(body.schema)
  const changes = fc.sample(
    fc.record({ at: fc.nat(), value: fc.constantFrom(...ODD), also: fc.nat(), isLeftOut: fc.boolean() }),
    { seed: SEED, numRuns: FUZZED },
  )
  const fuzzed = changes.map(({ at, value, also, isLeftOut }) => {
    const changed: Record<string, unknown> = { ...(good as object) }
    const name = names[at % names.length] ?? 'a'
    changed[name] = value
    if (isLeftOut) delete changed[names[also % names.length] ?? '']
    return raw(`${name}: ${JSON.stringify(value)?.slice(0, 40)}`, JSON.stringify(changed))
  })
  const unknown = names
    .filter((name) => JSON.stringify(body.schema.properties[name]).includes('"uuid"'))
    .flatMap((name) => [randomUUID(), [randomUUID()]].map((value) => ({ name, value })))
  const strangers = unknown.map(({ name, value }) =>
    raw(`an unknown ${name}`, JSON.stringify({ ...(good as object), [name]: value })),
  )
  return [...probes, ...strangers, ...fuzzed]
}

function fieldsOf(schema: JsonSchema): string[] {
  return Object.keys(schema.properties ?? {})
}

function aboutQuery({ parameters }: Described, path: string): Probe[] {
  const query = parameters.filter((one) => one.in === 'query')
  const asked = (what: string, text: string): Probe => ({ what, path: `${path}?${text}` })
  const odd = ODD.filter(
    (value): value is string => typeof value === 'string' && value.length < 400 && value !== '\ud800',
  )
  const values = fc.sample(fc.constantFrom(...odd), { seed: SEED, numRuns: 4 })
  return [
    asked('a parameter nobody knows', 'surprise=1'),
    asked('a nested parameter', 'a[b][c]=1&a[b]=2'),
    ...query.flatMap(({ name, schema }) => [
      ...values.map((value) => asked(`${name}=${value.slice(0, 20)}`, `${name}=${encodeURIComponent(value)}`)),
      asked(`${name} twice`, `${name}=a&${name}=b`),
      asked(`${name} nested`, `${name}[x]=1`),
      ...optionsOf(schema).map((value) => asked(`${name}=${value}`, `${name}=${encodeURIComponent(value)}`)),
    ]),
  ]
}

/** Returns values that a parameter accepts. */
function optionsOf(schema: JsonSchema): string[] {
  const one = schema.items ?? schema
  if (one.enum) return one.enum.map(String)
  if (one.format === 'uuid') return [randomUUID()]
  if (one.format === 'date-time') return ['2026-03-10T14:02:00Z']
  if (one.format === 'date') return ['2026-03-09']
  if (one.type === 'integer' || one.type === 'number') return ['1', '7']
  return ['Harbour']
}
