import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'
import { makeOne } from '../things.ts'

const api = forFile(startStaffApi)

const client = async () => {
  const things = await makeOne(api, api.practice, 'Users', 'user')
  return { ...things, path: `organisations/${things.organisation}/users` }
}

describe('the users of a client', () => {
  test('are listed with name, address and role, with who is invited; the onboarding’s own invitation among them', async () => {
    const { path, onboarding } = await client()
    const { body } = await api.call(path)
    expect(
      body.items.map((one: Record<string, unknown>) => `${one.state} ${one.role} ${one.email !== null}`).sort(),
    ).toEqual(['active business_admin true', 'active member true', 'invited member true', 'invited member true'])
    const kinds = body.items.map((one: { invitation: null | object }) => one.invitation)
    expect(kinds[2]).toMatchObject({ kind: 'onboarding', onboarding, mailed: null })
    expect(kinds[3]).toMatchObject({ kind: 'user', onboarding: null, mailed: false })
  })

  test('get another role, and go; the last Business Admin is kept, in words that name the client', async () => {
    const { path, user } = await client()
    const { body } = await api.call(path)
    const admin = body.items.find((one: { role: string; state: string }) => one.role === 'business_admin').id
    for (const refused of [
      await api.call(`${path}/${admin}`, { method: 'DELETE' }),
      await api.call(`${path}/${admin}`, { method: 'PATCH', body: { role: 'member' } }),
    ]) {
      expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
        409,
        'last_admin',
        'Harbour Users Ltd needs at least one Business Admin. Give someone else the role first.',
      ])
    }
    expect((await api.call(`${path}/${user}`, { method: 'PATCH', body: { role: 'business_admin' } })).status).toBe(200)
    const left = await api.call(`${path}/${admin}`, { method: 'DELETE' })
    expect(left.body.items.filter((one: { state: string }) => one.state === 'active')).toMatchObject([{ id: user }])
    expect((await api.call(`${path}/${admin}`, { method: 'DELETE' })).status).toBe(404)
  })

  test('are invited once a minute to an address, anew by the same, and not who is there already', async () => {
    const { path } = await client()
    const email = `sam.${randomUUID().slice(0, 8)}@harbour.example`
    const invited = await api.post(path, { name: 'Sam Reed', email })
    expect([invited.status, invited.body.state, invited.body.role]).toEqual([201, 'invited', 'member'])
    const again = await api.post(`${path}/${invited.body.id}/resend`)
    expect([again.status, again.body.code]).toEqual([429, 'resend_too_soon'])
    await api.owner`UPDATE rate_limit SET resets_at = now() WHERE key LIKE 'user:%'`
    const anew = await api.post(`${path}/${invited.body.id}/resend`)
    expect([anew.status, anew.body.email, anew.body.id === invited.body.id]).toEqual([201, email, false])
    expect((await api.post(`${path}/${invited.body.id}/resend`)).status).toBe(404)
    const { body } = await api.call(path)
    const there = body.items[0].email
    expect((await api.post(path, { email: there })).body.code).toBe('already_member')
  })

  test('of another client are not reached by its path', async () => {
    const one = await client()
    const other = await client()
    for (const id of [other.user, other.userInvitation]) {
      expect((await api.call(`${one.path}/${id}`, { method: 'DELETE' })).status).toBe(404)
    }
    expect((await api.post(`${one.path}/${other.userInvitation}/resend`)).status).toBe(404)
  })

  test('leave ids and choices in the log, and nothing that names them', async () => {
    const { path, user, onboarding } = await client()
    await api.call(`${path}/${user}`, { method: 'DELETE' })
    const events = await api.owner<{ data: unknown }[]>`
      SELECT data FROM event WHERE onboarding_id = ${onboarding!} AND kind = 'users_changed'`
    expect(events.map((one) => one.data)).toEqual([{ what: 'removed', user, role: null }])
  })

  test.each([
    ['an address that is none', { email: 'sam' }, 'email', 'not_an_email'],
    ['an unknown role', { email: 'sam@harbour.example', role: 'owner' }, 'role', 'not_an_option'],
    ['no address', {}, 'email', 'required'],
  ])('%s is refused at the field', async (_name, body, field, code) => {
    const answer = await api.post((await client()).path, body)
    expect([answer.status, answer.body.errors[0].field, answer.body.errors[0].code]).toEqual([422, field, code])
  })
})

test('users of the business on Embark can be asked to let the practice in; not others, and not after acceptance', async () => {
  const other = await api.createPractice({ name: 'Secrets LLP' })
  const { organisation } = await makeOne(api, other, 'Secrets', 'user')
  const [there] = await api.owner<{ address: string }[]>`
    SELECT address FROM organisation_member WHERE organisation_id = ${organisation!} LIMIT 1`
  const made = await api.create({ organisation: { name: 'Harbour Bakery Ltd' }, invitation: null })
  const path = `onboardings/${made.id}/access-requests`
  const free = await api.post(path, { email: `nobody.${randomUUID()}@harbour.example` })
  expect([free.status, free.body.code]).toEqual([409, 'address_unknown'])
  const nobody = await api.post(path)
  expect([nobody.status, nobody.body.code]).toEqual([409, 'no_contact'])
  const headers = { 'idempotency-key': randomUUID() }
  const body = { name: 'Jo Marsden', email: there!.address }
  const asked = await api.post(path, body, { headers })
  expect(asked.status).toBe(201)
  expect(asked.body.invitation).toMatchObject({ asks: true, email: there!.address, channels: ['email'] })
  expect((await api.post(path, body, { headers })).body).toEqual(asked.body)
  const again = await api.post(path, body)
  expect([again.status, again.body.code]).toEqual([429, 'resend_too_soon'])
  const timeline = await api.call(`onboardings/${made.id}/timeline`)
  expect(timeline.body.items.map((one: { sentence: string }) => one.sentence)).toContain('Asked to be let in')
  expect(JSON.stringify([asked.body, timeline.body])).not.toContain('Secrets')
  const atOnce = { organisation: { name: 'Quay Ltd' }, invitation: { ...body, phone: '07400 123456', asks: true } }
  expect((await api.create(atOnce)).invitation).toMatchObject({ asks: true, channels: ['email'] })
  const stranger = { ...atOnce, invitation: { ...atOnce.invitation, email: `nobody.${randomUUID()}@quay.example` } }
  expect((await api.post('onboardings', stranger)).body.code).toBe('address_unknown')
  await api.accept(made.id)
  expect((await api.post(path, body)).body.code).toBe('already_accepted')
})

test('a practice younger than a day is told nothing of other practices’ people, and all of its own', async () => {
  const young = await api.createPractice()
  const there = await makeOne(api, await api.createPractice(), 'There', 'user')
  const own = await makeOne(api, young, 'Own', 'user')
  const memberOf = async (organisation: string) => {
    const [row] = await api.owner<{ address: string }[]>`
      SELECT address FROM organisation_member WHERE organisation_id = ${organisation} LIMIT 1`
    return row!.address
  }
  const inUse = async (organisation: string, except: string | null = null) => {
    const body = { email: await memberOf(organisation), organisation: except }
    return (await api.post('addresses/check', body, { key: young.key })).body
  }
  expect(await inUse(there.organisation!)).toEqual({ inUse: false })
  expect(await inUse(own.organisation!)).toEqual({ inUse: true })
  expect(await inUse(own.organisation!, own.organisation!)).toEqual({ inUse: false })
  // The wizard uses the same check.
  const invitation = { name: 'Jo', email: await memberOf(there.organisation!), channels: ['email'] }
  const data = { organisation: { name: 'Quay Ltd' }, invitation }
  const draft = await api.post('drafts', { data }, { key: young.key })
  const look = () => api.call(`drafts/${draft.body.id}/check`, { key: young.key })
  expect(JSON.stringify((await look()).body)).not.toContain('address_in_use')
  await api.owner`UPDATE practice SET created_at = now() - interval '25 hours' WHERE id = ${young.id}`
  expect(await inUse(there.organisation!)).toEqual({ inUse: true })
  expect(await inUse(own.organisation!)).toEqual({ inUse: true })
  expect(JSON.stringify((await look()).body)).toContain('address_in_use')
})

test('an address in use is reported as such, without the practice or client', async () => {
  await api.owner`UPDATE practice SET created_at = now() - interval '25 hours' WHERE id = ${api.practice.id}`

  const other = await api.createPractice({ name: 'Secrets LLP' })
  const { organisation } = await makeOne(api, other, 'Secrets', 'user')
  const [there] = await api.owner<{ address: string }[]>`
    SELECT address FROM organisation_member WHERE organisation_id = ${organisation!} LIMIT 1`
  const used = await api.post('addresses/check', { email: there!.address.toUpperCase() })
  expect([used.status, used.body]).toEqual([200, { inUse: true }])
  const free = await api.post('addresses/check', { email: `nobody.${randomUUID()}@harbour.example` })
  expect([free.status, free.body]).toEqual([200, { inUse: false }])
  const own = await api.post('addresses/check', { email: there!.address, organisation }, { key: other.key })
  expect(own.body).toEqual({ inUse: false })
})
