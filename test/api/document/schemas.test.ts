import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { type Answer, startStaffApi } from '../staffHarness.ts'
import { type Described, type JsonSchema, type ReadDocument, readDocument } from './document.ts'

const api = forFile(startStaffApi)
let read: ReadDocument
let admin: string
let support: string
beforeAll(async () => {
  read = await readDocument(api)
  admin = await api.signIn(await api.createPerson('practice_admin'))
  support = await api.signIn(await api.createPerson('support'))
  await api.owner`UPDATE practice SET support_access = 'always' WHERE id = ${api.practice.id}`
})

const successOf = ({ answers }: Described) => Object.entries(answers).find(([status]) => status < '300')![1]

describe('every example', () => {
  test('stands by each request and success answer, and is as its own schema says', () => {
    const wrong: string[] = []
    for (const operation of read.operations) {
      const { body, name } = operation
      const success = successOf(operation)
      if (body) {
        if (body.example === undefined) wrong.push(`${name}: no request`)
        else wrong.push(...told(`${name}: request`, read.wrongBy(body.pointer, body.example)))
      }
      for (const [kind, media] of Object.entries(success.content)) {
        const shared = Object.values(media.examples ?? {})[0]
        const example = media.example ?? (shared && read.resolved(shared).value)
        if (example === undefined) wrong.push(`${name}: no answer`)
        else
          wrong.push(
            ...told(
              `${name}: answer`,
              read.wrongBy(`${success.pointer}/content/${kind.replace('/', '~1')}/schema`, example),
            ),
          )
      }
    }
    expect(wrong).toEqual([])
  })

  test('of a request is taken, as far as its schema is asked', async () => {
    const refused: string[] = []
    for (const operation of read.operations.filter(({ body }) => body)) {
      const answer = await send(operation, operation.body!.example)
      if (answer.status === 422 && !KNOWN_TO_NAME_OTHERS.has(operation.id))
        refused.push(`${operation.name}: ${answer.text}`)
      if (answer.body?.code === 'internal') refused.push(`${operation.name}: ${answer.text}`)
    }
    expect(refused).toEqual([])
  })
})

/** Operations whose examples name people, addresses and files that do not exist. */
const KNOWN_TO_NAME_OTHERS = new Set(['joinTeam', 'connectDraft', 'openConnection', 'changeLogo', 'changeSignOn'])

describe('what the document says of a request, the API enforces', () => {
  test('the longest texts, and the characters that a text may have', async () => {
    const wrong: string[] = []
    let checked = 0
    for (const operation of read.operations.filter(({ body }) => body)) {
      for (const { path, schema } of textsIn(operation.body!.schema)) {
        const { maxLength, pattern } = schema
        const field = path.reduce((text, part) => (part === '0' ? `${text}[0]` : text ? `${text}.${part}` : part), '')
        const problemsOf = async (value: string): Promise<string[]> => {
          const { body } = await send(operation, withValue(operation.body!.example, path, value))
          return (body?.errors ?? []).filter((one: Problem) => one.field === field).map((one: Problem) => one.code)
        }
        if (maxLength !== undefined) {
          checked += 1
          const filled = await problemsOf('x'.repeat(maxLength))
          if (filled.some((code) => /too_(long|big)/.test(code))) wrong.push(`${operation.name} ${field}: ${filled}`)
          if ((await problemsOf('x'.repeat(maxLength + 1))).length === 0)
            wrong.push(`${operation.name} ${field} is longer`)
        }
        if (pattern !== undefined && !new RegExp(pattern, 'u').test('\u0001')) {
          if ((await problemsOf('\u0001')).length === 0) wrong.push(`${operation.name} ${field} takes anything`)
        }
      }
    }
    expect(wrong).toEqual([])
    expect(checked).toBeGreaterThan(50)
  })

  test('the fields that a self-employed client needs, and those that only they have', async () => {
    const operation = read.operations.find(({ id }) => id === 'createOnboarding')!
    const contact = { name: 'Sam Fell', email: 'sam@windows.example' }
    const incomeSources = [{ name: 'Cabs', type: 'self_employment' }]
    const self = { name: 'Sam Fell', kind: 'self_employed' }
    for (const [organisation, isRight] of [
      [{ ...self, contact, incomeSources }, true],
      [{ ...self, contact, incomeSources, niNumber: 'AB123456C' }, true],
      [{ ...self, incomeSources }, false],
      [{ ...self, contact: null, incomeSources }, false],
      [{ ...self, contact: { name: 'Sam Fell' }, incomeSources }, false],
      [{ ...self, contact }, false],
      [{ ...self, contact, incomeSources: [] }, false],
      [{ name: 'Quay Ltd' }, true],
      [{ name: 'Quay Ltd', kind: 'business', contact }, true],
      [{ name: 'Quay Ltd', niNumber: 'AB123456C' }, false],
      [{ name: 'Quay Ltd', incomeSources }, false],
    ] as const) {
      const answer = await api.post('onboardings', { organisation })
      const said = read.wrongBy(operation.body!.pointer, { organisation }) === null
      expect([JSON.stringify(organisation), said, answer.status]).toEqual([
        JSON.stringify(organisation),
        isRight,
        isRight ? 201 : 422,
      ])
    }
  })

  test('which operations no key can use, and which scopes the others need', async () => {
    const keys = {
      read: await api.createKey(api.practice.slug, ['read']),
      write: await api.createKey(api.practice.slug, ['write']),
      'read write': await api.createKey(api.practice.slug, ['read', 'write']),
    }
    const wrong: string[] = []
    for (const operation of read.operations.filter(
      ({ security, path }) => security.length > 0 && !path.endsWith('/live'),
    )) {
      const needed = operation.security.find((one) => one.apiKey)?.apiKey
      for (const [scopes, key] of Object.entries(keys)) {
        const { status, body } = await send(operation, operation.body?.example, { authorization: `Bearer ${key}` })
        const isRefused = status === 403 && ['forbidden', 'no_right'].includes(body.code)
        const isEnough = needed?.every((one) => scopes.split(' ').includes(one)) ?? false
        if (isRefused === isEnough) wrong.push(`${operation.name} with ${scopes}: ${status} ${body?.code}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

type Problem = { field: string; code: string }

const told = (what: string, wrong: string | null): string[] => (wrong === null ? [] : [`${what}: ${wrong}`])

/** Sends a body to an operation, for a thing that does not exist, by a caller who has the right. */
function send(operation: Described, body: unknown, as?: Record<string, string>): Promise<Answer> {
  const path = operation.path
    .replace('{step}', 'bank')
    .replace('{token}', 'a'.repeat(22))
    .replace(/\{\w+\}/g, () => randomUUID())
  const isOpen = operation.security.length === 0
  const cookie = operation.description.includes('help_practices') ? support : admin
  const session = { cookie, 'sec-fetch-site': 'same-origin', 'embark-practice': api.practice.id }
  const needed = operation.parameters.filter(({ required, in: where }) => required && where === 'query')
  const query = needed.length > 0 ? `?${needed.map(({ name }) => `${name}=Harbour`).join('&')}` : ''
  const takesBody = operation.method !== 'GET' && operation.method !== 'DELETE'
  return forgetCounts().then(() =>
    api.call(path + query, {
      method: operation.method,
      key: null,
      headers: { 'if-match': '*', ...(isOpen ? {} : (as ?? session)) },
      ...(takesBody && body !== undefined && { body }),
    }),
  )
}

const forgetCounts = () => api.owner`DELETE FROM rate_limit WHERE key LIKE 'open:%'`

/** Returns the texts in a body's schema with their paths; for lists the first item. */
function textsIn(schema: JsonSchema, path: string[] = []): { path: string[]; schema: JsonSchema }[] {
  const own = read.resolved(schema)
  const texts = (part: JsonSchema, at: string[]) => textsIn(part, at)
  return [
    ...(own.maxLength !== undefined || own.pattern !== undefined ? [{ path, schema: own }] : []),
    ...(own.anyOf ?? []).flatMap((one: JsonSchema) => texts(one, path)),
    ...Object.entries<JsonSchema>(own.properties ?? {}).flatMap(([name, one]) => texts(one, [...path, name])),
    ...(own.items ? texts(own.items, [...path, '0']) : []),
  ]
}

/** Returns a body with a value at a path; creates missing objects on the way. */
function withValue(body: unknown, [first, ...rest]: string[], value: string): unknown {
  if (first === undefined) return value
  if (first === '0') return [withValue((body as unknown[] | undefined)?.[0], rest, value)]
  return {
    ...(body as object),
    [first]: withValue((body as Record<string, unknown> | undefined)?.[first], rest, value),
  }
}
