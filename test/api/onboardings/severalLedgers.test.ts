import { expect, test } from 'vitest'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { writeConnection } from '../../writtenConnection.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)

/** Gives Embark a second ledger, which cannot be connected while a client is added. */
function withSecond(): void {
  const { first } = api.deps.ledgers
  const later = { ...first, name: 'sage', label: 'Sage', can: { ...first.can, duringSetup: false } }
  api.deps.ledgers = connectors(first, later)
}

test('the ledgers on offer are what can be connected', async () => {
  const offered = async () => (await api.call('me')).body.ledgers
  const xero = { id: 'xero', name: 'Xero', duringSetup: true }
  expect(await offered()).toMatchObject([xero])
  withSecond()
  expect(await offered()).toMatchObject([xero, { id: 'sage', name: 'Sage', duringSetup: false }])
})

test('a ledger is connected by its name; a draft takes only one that can be connected during setup', async () => {
  withSecond()
  const { id } = await api.create({ organisation: { name: 'Sage Ltd' } })
  const draft = (await api.post('drafts', {})).body.id
  const connect = async (path: string, provider: string) => {
    const { status, body } = await api.post(path, { ...(path.startsWith('onb') && { step: 'books' }), provider })
    return [status, body.errors?.[0]]
  }
  expect(await connect(`onboardings/${id}/connections`, 'sage')).toEqual([201, undefined])
  const [session] = await api.owner`SELECT provider, institution_name FROM auth_session WHERE onboarding_id = ${id}`
  expect(session).toEqual({ provider: 'sage', institution_name: 'Sage' })
  expect(await connect(`onboardings/${id}/connections`, 'plum')).toEqual([
    422,
    { field: 'provider', code: 'not_an_option', message: 'Choose one of xero, sage.' },
  ])
  expect(await connect(`drafts/${draft}/connections`, 'sage')).toEqual([
    422,
    { field: 'provider', code: 'not_an_option', message: 'Choose one of xero.' },
  ])
})

test('the number of organisations that a ledger still lets Embark connect is answered', async () => {
  const { first } = api.deps.ledgers
  const left = async (mostConnections: number | null) => {
    api.deps.ledgers = connectors({ ...first, mostConnections })
    return (await api.call('me')).body.ledgers[0].left
  }
  expect([await left(null), await left(2)]).toEqual([null, 2])
  const { id } = await api.create({ organisation: { name: 'Counted Ltd' } })
  await writeConnection(api.owner, id, 'books', { provider: first.name })
  expect([await left(2), await left(1), await left(0)]).toEqual([1, 0, 0])
})
