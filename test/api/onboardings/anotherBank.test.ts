import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { age } from '../../age.ts'
import { giveConsent } from '../../giveConsent.ts'
import { type StaffApi, startStaffApi } from '../staffHarness.ts'

// A practice asks a client for another bank, by mail or with a link that leads to the banks.

let api: StaffApi
beforeAll(async () => {
  api = await startStaffApi()
})
afterAll(() => api?.stop())

const ask = (id: string, send: 'email' | null) => api.post(`onboardings/${id}/links`, { send, for: 'another_bank' })
const connectBank = (id: string) =>
  api.perform(id, {
    do: 'connect',
    sessionId: randomUUID(),
    step: 'bank',
    connectionId: randomUUID(),
    provider: 'a-bank',
    accounts: 2,
  })

test('another bank is asked for once the first is connected, and the link leads to the banks', async () => {
  const { id } = await api.create()
  await api.accept(id)
  const early = await ask(id, null)
  expect([early.status, early.body.code]).toEqual([409, 'bank_first'])
  await connectBank(id)
  const copied = await ask(id, null)
  expect([copied.status, copied.body.url]).toEqual([200, expect.stringMatching(/\/j\/[\w-]{22}\/another$/)])
  await age(api.owner, id, 61_000)
  expect((await ask(id, 'email')).status).toBe(200)
  const [message] = await api.owner<{ purpose: string }[]>`
    SELECT purpose FROM message WHERE onboarding_id = ${id} ORDER BY id DESC LIMIT 1`
  expect(message?.purpose).toBe('another_bank')
  const timeline = await api.call(`onboardings/${id}/timeline`)
  const said = JSON.stringify(timeline.body)
  expect(said).toContain('Asked for another bank by email')
  expect(said).toContain('Link to add a bank copied')
})

test('a client who shares ten banks is not asked for one more', async () => {
  const { id } = await api.create()
  await api.accept(id)
  await connectBank(id)
  await api.owner`
    WITH trip AS (
      INSERT INTO auth_session (id, practice_id, onboarding_id, step, provider, opened_by, status, status_at, created_at, expires_at)
      SELECT gen_random_uuid(), practice_id, id, 'bank', 'a-bank', 'client', 'done', now(), now(), now()
      FROM onboarding, generate_series(1, 10) WHERE id = ${id} RETURNING id)
    INSERT INTO connection (practice_id, onboarding_id, organisation_id, session_id, kind, provider, institution, external_id,
      state, consent_given_at, created_at)
    SELECT o.practice_id, o.id, o.organisation_id, trip.id, 'bank', 'a-bank', trip.id::text, trip.id::text, 'connected', now(), now()
    FROM onboarding o, trip WHERE o.id = ${id}`
  const refused = await ask(id, null)
  expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
    409,
    'too_many_banks',
    '10 banks at most. Disconnect one first.',
  ])
})

test('a link to reconnect leads to that bank of this client, and to no other', async () => {
  const [{ id }, stranger] = [await api.create(), await api.create()]
  await api.accept(id)
  const bank = await giveConsent(api.owner, id, { ends: 60 })
  const link = (reconnects: string) => api.post(`onboardings/${id}/links`, { reconnects })
  expect((await link(bank)).body.url).toMatch(new RegExp(`/j/[\\w-]{22}/keep/${bank}$`))
  for (const other of [await giveConsent(api.owner, stranger.id), randomUUID()]) {
    const refused = await link(other)
    expect([refused.status, refused.body.errors?.[0]]).toEqual([
      422,
      expect.objectContaining({ field: 'reconnects', code: 'not_an_option' }),
    ])
  }
})
