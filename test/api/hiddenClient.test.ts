import { beforeAll, expect, test } from 'vitest'
import { isOfClient } from '../../api/sight.ts'
import { rightsOf } from '../../domain/rights.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { bodyOf, idIn, type Operation, operationsOf, type Things } from './operations.ts'
import { lineOf } from './rightsTable.ts'
import { startStaffApi } from './staffHarness.ts'
import { makeThings } from './things.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ email: sandbox.resend() }))
let cookie: string
let hidden: Things
let operations: Operation[]

const mayDo = rightsOf('standard', { addClients: true })

beforeAll(async () => {
  const practice = await api.createPractice()
  hidden = await makeThings(api, practice, 'Hidden')
  const closed = await api.call(`organisations/${hidden.organisation}/access`, {
    method: 'PUT',
    body: {},
    key: practice.key,
  })
  expect(closed.status).toBe(200)
  cookie = await api.signIn(await api.createPerson('standard', practice, { name: 'Sam Standard', addClients: true }))
  operations = (await operationsOf(api)).filter(({ right }) => right !== undefined)
})

const tryAs = (operation: Operation, things: Things) =>
  api.callAs(cookie, idIn(operation, things), { method: operation.method, body: bodyOf(operation, things) })

/** Returns all rows of the hidden client. */
async function snapshot(): Promise<string> {
  const tables = await api.owner<{ name: string; column: string }[]>`
    SELECT table_name AS name, min(column_name) AS column FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name IN ('onboarding_id', 'organisation_id') GROUP BY 1 ORDER BY 1`
  const rows = await Promise.all(
    tables.map(({ name, column }) => {
      const id = column === 'onboarding_id' ? hidden.onboarding : hidden.organisation
      return api.owner`SELECT to_jsonb(t)::text AS row FROM ${api.owner(name)} t WHERE ${api.owner(column)} = ${id} ORDER BY 1`
    }),
  )
  const itself = await api.owner`
    SELECT to_jsonb(o)::text AS onboarding, to_jsonb(c)::text AS organisation
    FROM onboarding o JOIN organisation c ON c.id = o.organisation_id WHERE o.id = ${hidden.onboarding}`
  return JSON.stringify([itself, rows])
}

test('a Standard person finds a hidden client of the same practice at no operation, and changes nothing of it', async () => {
  const before = await snapshot()
  const ids = [hidden.onboarding, hidden.organisation, hidden.connection, hidden.user, hidden.userInvitation]
  let tried = 0
  for (const operation of operations) {
    const { right, about } = lineOf(operation.name)
    const answer = await tryAs(operation, hidden)
    const what = `${operation.name}: ${answer.status} ${answer.body?.code ?? ''}`
    if (right !== null && !mayDo.includes(right)) expect(answer.status, what).toBe(403)
    else if (isOfClient(about)) expect(answer.status, what).toBe(404)
    for (const secret of [...ids, hidden.draft, 'Harbour Hidden', '@hidden.example', 'Draft Hidden']) {
      expect(answer.text.includes(secret), `${what} says ${secret}`).toBe(false)
    }
    tried += 1
  }
  expect(tried).toBe(operations.length)
  expect(await snapshot()).toBe(before)
}, 120_000)

test('the same operations reach a client that the person may see', async () => {
  const seen = await makeThings(api, api.practice, 'Seen')
  const person = await api.createPerson('standard', api.practice, { name: 'Kim Standard', addClients: true })
  const kim = await api.signIn(person)
  const reached: string[] = []
  for (const operation of operations.filter(({ method }) => method === 'GET')) {
    const { right, about } = lineOf(operation.name)
    if (!isOfClient(about) || about === 'draft' || (right !== null && !mayDo.includes(right))) continue
    const answer = await api.callAs(kim, idIn(operation, seen), { method: 'GET' })
    if (answer.status === 200) reached.push(operation.name.replace('get /api/v1', ''))
  }
  expect(reached).toEqual([
    '/onboardings/{id}',
    '/onboardings/{id}/events',
    '/onboardings/{id}/timeline',
    '/onboardings/{id}/ledger-choice',
    '/connections/{id}/reconnected',
    '/consents/{id}',
    '/organisations/{id}',
    '/organisations/{id}/access',
    '/organisations/{id}/users',
  ])
})
