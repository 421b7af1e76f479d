import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectors } from '../../../providers/connectors.ts'
import { type StaffApi, startStaffApi } from '../staffHarness.ts'

let api: StaffApi
beforeAll(async () => {
  api = await startStaffApi()
})
afterAll(() => api?.stop())

/** Gives Embark a second ledger, which cannot be connected while a client is added. */
function withSecond(): void {
  const { first } = api.deps.ledgers
  const later = { ...first, name: 'ledger-b', label: 'Ledger B', can: { ...first.can, duringSetup: false } }
  api.deps.ledgers = connectors(first, later)
}

test('the ledgers on offer, and the sentence about books that nobody has chosen one for, are what can be connected', async () => {
  const { id } = await api.create({ organisation: { name: 'Undecided Ltd' } })
  await api.post(`onboardings/${id}/steps/bank/skip`)
  await api.owner`UPDATE onboarding SET accepted_at = now() WHERE id = ${id}`
  const seen = async () => {
    const { ledgers } = (await api.call('me')).body
    const listed = (await api.call('onboardings?q=Undecided')).body.items[0]
    const one = (await api.call(`onboardings/${id}`)).body
    return [ledgers, listed.situation.sentence, one.situation.sentence]
  }
  const xero = { id: 'xero', name: 'Xero', duringSetup: true }
  expect(await seen()).toEqual([[xero], 'Connect Xero', 'Connect Xero'])
  withSecond()
  const second = { id: 'ledger-b', name: 'Ledger B', duringSetup: false }
  expect(await seen()).toEqual([[xero, second], 'Connect the books', 'Connect the books'])
})

test('a ledger is connected by its name; a draft takes only one that can be connected during setup', async () => {
  withSecond()
  const { id } = await api.create({ organisation: { name: 'Ledger B Ltd' } })
  const draft = (await api.post('drafts', {})).body.id
  const connect = async (path: string, provider: string) => {
    const { status, body } = await api.post(path, { ...(path.startsWith('onb') && { step: 'books' }), provider })
    return [status, body.errors?.[0]]
  }
  expect(await connect(`onboardings/${id}/connections`, 'ledger-b')).toEqual([201, undefined])
  const [session] = await api.owner`SELECT provider, institution_name FROM auth_session WHERE onboarding_id = ${id}`
  expect(session).toEqual({ provider: 'ledger-b', institution_name: 'Ledger B' })
  expect(await connect(`onboardings/${id}/connections`, 'plum')).toEqual([
    422,
    { field: 'provider', code: 'not_an_option', message: 'Choose one of xero, ledger-b.' },
  ])
  expect(await connect(`drafts/${draft}/connections`, 'ledger-b')).toEqual([
    422,
    { field: 'provider', code: 'not_an_option', message: 'Choose one of xero.' },
  ])
})
