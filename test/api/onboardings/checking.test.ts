import { expect, test } from 'vitest'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { giveConsent } from '../../giveConsent.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { startStaffApi } from '../staffHarness.ts'
import { acceptedAt, signInToLedger } from './ledgerSignIn.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ ledgers: connectors(sandbox.xero()) }))

test('a connection is checked when staff ask, and says what was found, since when', async () => {
  const name = 'Checked Now Ltd'
  const id = await acceptedAt(api, name)
  const { tenantId } = await sandbox.control<{ tenantId: string }>('xero/organisations', { name })
  await signInToLedger(api, id, [tenantId])
  const [made] = (await api.call(`onboardings/${id}`)).body.connections
  expect(made).toMatchObject({ health: 'working', consent: null, signIn: { clients: 1 } })
  const { status, body } = await api.post(`connections/${made.id}/check`)
  expect(status).toBe(200)
  expect(body.connections[0]).toMatchObject({ state: 'connected', health: 'working' })
  expect(Date.parse(body.connections[0].checkedAt)).toBeGreaterThan(Date.parse(made.checkedAt))

  await sandbox.fault({ provider: 'xero', operation: 'accounts', kind: 'server_error', times: 3 })
  const [away] = (await api.post(`connections/${made.id}/check`)).body.connections
  expect(away).toMatchObject({ state: 'connected', health: 'unanswered' })
  expect(Date.parse(away.healthSince)).toBeGreaterThan(Date.parse(made.checkedAt))
  expect((await api.post(`connections/${made.id}/check`)).body.connections[0].health).toBe('working')

  await api.post(`connections/${made.id}/disconnect`)
  const ended = await api.post(`connections/${made.id}/check`)
  expect([ended.status, ended.body.code]).toEqual([409, 'not_connected'])
})

test('each bank says how its access stands; one that the client stopped is listed until they share again', async () => {
  const id = await acceptedAt(api, 'Several Healths Ltd')
  await giveConsent(api.owner, id, { ends: 60 })
  await giveConsent(api.owner, id, { ends: 9, bank: 'Juniper' })
  await giveConsent(api.owner, id, { ends: 40, ended: -1, state: 'lost', health: 'ended', bank: 'Quay Bank' })
  const stopped = await giveConsent(api.owner, id, { ended: -2, state: 'disconnected', by: 'client', bank: 'Old Bank' })
  await giveConsent(api.owner, id, { ended: -2, state: 'disconnected', by: 'staff', bank: 'Cut Bank' })
  const { body } = await api.call(`onboardings/${id}`)
  const stands = Object.fromEntries(
    body.connections.map((one: { institution: string; consent: { is: string } }) => [one.institution, one.consent.is]),
  )
  expect(stands).toEqual({ 'Northgate Bank': 'working', Juniper: 'to_confirm', 'Quay Bank': 'lost' })
  expect(body.stoppedBanks).toEqual([{ id: stopped, institution: 'Old Bank', stoppedAt: expect.any(String) }])
  await api.owner`UPDATE connection SET created_at = now() WHERE onboarding_id = ${id} AND institution_name = 'Juniper'`
  expect((await api.call(`onboardings/${id}`)).body.stoppedBanks).toEqual([])
})
