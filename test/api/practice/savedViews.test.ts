import { expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)

const save = (cookie: string, body: Record<string, unknown>) => api.callAs(cookie, 'views', { method: 'POST', body })
const namesFor = async (cookie: string) =>
  (await api.callAs(cookie, 'views')).body.items.map((one: { name: string }) => one.name)

test('a saved view is its owner’s alone; admins give one to everyone and take it back', async () => {
  const admin = await api.signIn(await api.createPerson('client_admin'))
  const tom = await api.createPerson('standard')
  const standard = await api.signIn(tom)
  const search = { view: 'client', stage: ['accepted'], q: 'bakery' }
  const own = await save(standard, { name: 'Stuck at the bank', search })
  expect([own.status, own.body]).toEqual([
    201,
    { id: own.body.id, name: 'Stuck at the bank', place: 'list', search, everyone: false },
  ])
  const shared = await save(admin, { name: 'Ours to do', place: 'board', search: { view: 'us' }, everyone: true })
  expect(shared.status).toBe(201)
  expect(await namesFor(standard)).toEqual(['Ours to do', 'Stuck at the bank'])
  expect(await namesFor(admin)).toEqual(['Ours to do'])
  const read = await api.call('views')
  expect(read.body.items).toEqual([shared.body])

  const refused = await save(standard, { name: 'For all', search: {}, everyone: true })
  expect([refused.status, refused.body.right]).toEqual([403, 'assign_clients'])
  const taken = await save(standard, { name: 'STUCK at the bank', search: {} })
  expect([taken.status, taken.body.errors]).toMatchObject([422, [{ field: 'name', code: 'name_taken' }]])
  const wrong = await save(standard, { name: 'Odd', search: { view: 'nothing', to: 'https://elsewhere.example' } })
  expect(wrong.status).toBe(422)
  const byKey = await api.post('views', { name: 'Mine', search: {} })
  expect(byKey.body.errors).toMatchObject([{ field: 'everyone', code: 'needs_person' }])

  const forget = (cookie: string, id: string) => api.callAs(cookie, `views/${id}`, { method: 'DELETE' })
  expect((await forget(admin, own.body.id)).status).toBe(404)
  expect((await forget(standard, shared.body.id)).status).toBe(403)
  expect((await forget(admin, shared.body.id)).status).toBe(200)
  expect(await namesFor(standard)).toEqual(['Stuck at the bank'])
  // A leaving colleague's own views are deleted.
  await api.owner`DELETE FROM membership WHERE user_id = ${tom.id}`
  expect(await api.owner`SELECT FROM saved_view WHERE user_id = ${tom.id}`).toHaveLength(0)
})

test('a view that searches for a client’s people goes with the client, and no other', async () => {
  const rosa = await api.signIn(await api.createPerson('practice_admin'))
  const { organisation } = await api.create({
    organisation: { name: 'Kelp & Sons Ltd', contact: { name: 'Morwenna Kelp', email: 'morwenna@kelp.example' } },
  })
  for (const [name, q] of [
    ['By person', 'morwenna'],
    ['By address', 'morwenna@kelp'],
    ['By name', 'Kelp & Sons Ltd'],
    ['About Kelp & Sons Ltd', 'bank'],
    ['By a word of many', 'ltd'],
    ['By nothing', undefined],
  ]) {
    expect((await save(rosa, { name, search: q ? { q } : {} })).status).toBe(201)
  }
  const erased = await api.callAs(rosa, `organisations/${organisation.id}/erase`, {
    method: 'POST',
    body: { name: organisation.name },
  })
  expect(erased.status).toBe(200)
  expect(await namesFor(rosa)).toEqual(['By a word of many', 'By nothing'])
})
