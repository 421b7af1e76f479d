import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { resealAll, resealed, SEALED_COLUMNS } from '../../dev/resealing.ts'
import { createSealer } from '../../providers/seal.ts'
import { startStaffApi } from '../api/staffHarness.ts'
import { forFile } from '../forFile.ts'

const key = (id: string) => ({ id, key: randomBytes(32) })
const old = key('old')
const fresh = key('new')

const api = forFile(() => startStaffApi({ sealer: createSealer([old]) }))

/** Returns the sealed text of a column for one row. */
const sealedOf = async (table: string, column: string): Promise<string> => {
  const [row] = await api.owner<{ sealed: string }[]>`
    SELECT ${api.owner(column)} AS sealed FROM ${api.owner(table)} WHERE ${api.owner(column)} IS NOT NULL`
  return row?.sealed ?? ''
}

test('every sealed column of the schema is known to it', async () => {
  const columns = await api.owner<{ name: string }[]>`
    SELECT table_name || '.' || column_name AS name FROM information_schema.columns
    WHERE table_schema IN ('public', 'portal') AND column_name LIKE '%\\_sealed' ORDER BY 1`
  expect(columns.map(({ name }) => name)).toEqual(SEALED_COLUMNS.map((one) => `${one.table}.${one.column}`).sort())
})

test('a seal key is rotated to the end: everything opens with the new key alone, and the old one may go', async () => {
  const { practice } = api
  const admin = await api.createPerson('practice_admin', practice, { email: `rosa@${practice.slug}.example` })
  const cookie = await api.signIn(admin)
  const signOn = { issuer: 'https://login.marsh-lowe.example', clientId: 'embark', clientSecret: 'idp secret' }
  expect((await api.callAs(cookie, 'sign-on', { method: 'PATCH', body: signOn })).status).toBe(200)
  const self = { name: 'Sam', kind: 'self_employed', niNumber: 'AB123456C' }
  const more = {
    contact: { name: 'Sam', email: 'sam@windows.example' },
    incomeSources: [{ name: 'Cabs', type: 'self_employment' }],
  }
  for (let n = 0; n < 2; n++) await api.create({ organisation: { ...self, ...more }, invitation: null })
  const draft = await api.callAs(cookie, 'drafts', { method: 'POST', body: { data: { name: 'Half Ltd' } } })
  expect(draft.status).toBeLessThan(300)
  const columns: [table: string, column: string, context: string][] = [
    ['sign_on', 'client_secret_sealed', `sign_on.client_secret:${practice.id}`],
    ['organisation', 'ni_number_sealed', `organisation.ni_number:${practice.id}`],
  ]
  const before = await Promise.all(columns.map(([table, column]) => sealedOf(table, column)))
  for (const one of before) expect(one).toMatch(/^s1\.old\./)

  const told: string[] = []
  const ring = [fresh, old]
  const left = await resealAll(api.owner, ring, (line) => told.push(line))
  expect(resealed(ring, left)).toEqual({
    isDone: true,
    text: 'Everything is sealed under "new".\n"old" may go from SEAL_KEYS, 15 minutes after every api and worker runs with "new" in front.',
  })
  expect(told).toContain('organisation.ni_number_sealed: 2 of 2')
  const sealer = createSealer([fresh])
  const plain = await Promise.all(
    columns.map(async ([table, column, context]) => sealer.open(await sealedOf(table, column), context)),
  )
  expect(plain).toEqual(['idp secret', 'AB123456C'])
  for (const { table, column } of SEALED_COLUMNS) expect(await sealedOf(table, column)).not.toMatch(/^s1\.old\./)
  told.length = 0
  await resealAll(api.owner, ring, (line) => told.push(line))
  expect(told).toEqual([])
})

test('a value that no key opens is named and left as it is', async () => {
  const lost = createSealer([key('lost')]).seal('secret', `sign_on.client_secret:${api.practice.id}`)
  await api.owner`UPDATE sign_on SET client_secret_sealed = ${lost} WHERE practice_id = ${api.practice.id}`
  const ring = [key('newer'), fresh]
  const left = await resealAll(api.owner, ring, () => undefined)
  expect([...left]).toEqual([['lost', 1]])
  const { isDone, text } = resealed(ring, left)
  expect([isDone, text]).toEqual([false, expect.stringContaining('1 under "lost", which is not in SEAL_KEYS')])
  expect(text).toContain('"new" may go from SEAL_KEYS')
  expect(await sealedOf('sign_on', 'client_secret_sealed')).toBe(lost)
})
