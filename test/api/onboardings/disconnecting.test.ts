import { expect, test } from 'vitest'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { atLedger, browse } from '../client/clientHarness.ts'
import { startStaffApi } from '../staffHarness.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ ledgers: connectors(sandbox.xero()) }))

const held = async () =>
  (await sandbox.control<{ connections: { tenantId: string }[] }>('xero/connections')).connections.map(
    (one) => one.tenantId,
  )

/** Returns a client whose books are connected by staff. */
async function withBooks(name: string) {
  const { id } = await api.create({ organisation: { name } })
  const { tenantId } = await sandbox.control<{ tenantId: string }>('xero/organisations', { name })
  const opened = await api.post(`onboardings/${id}/connections`, { step: 'books', provider: 'xero' })
  const browser = browse(api.url)
  await browser.open(await atLedger(await browser.send(new URL(opened.body.url).pathname), { organisation: tenantId }))
  const { body } = await api.call(`onboardings/${id}`)
  return { id, tenantId, connectionId: body.connections[0].id as string }
}

test('staff end one connection: here, at the ledger, and its step comes back', async () => {
  const one = await withBooks('Disconnected Ltd')
  const other = await withBooks('Untouched Ltd')
  expect(await held()).toEqual(expect.arrayContaining([one.tenantId, other.tenantId]))
  const { status, body } = await api.post(`connections/${one.connectionId}/disconnect`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ endedThere: true, connections: [], mapping: [], unmatched: 0 })
  expect(body.steps[1]).toMatchObject({
    kind: 'books',
    state: 'open',
    progress: 'lost',
    allowed: expect.arrayContaining(['connect']),
  })
  expect(await held()).not.toContain(one.tenantId)
  expect(await held()).toContain(other.tenantId)
  const { body: timeline } = await api.call(`onboardings/${one.id}/timeline?only=connections`)
  expect(timeline.items.map((entry: { sentence: string }) => entry.sentence)).toEqual([
    'Xero disconnected',
    'Xero connected, 3 accounts',
    'Went to Xero',
  ])
  const again = await api.post(`connections/${one.connectionId}/disconnect`)
  expect([again.status, again.body.endedThere]).toEqual([200, false])
})

test('a ledger that is away does not keep it: reading stops here at once', async () => {
  const one = await withBooks('Away Ltd')
  await sandbox.fault({ provider: 'xero', operation: 'disconnect', kind: 'server_error', times: 3 })
  const { body } = await api.post(`connections/${one.connectionId}/disconnect`)
  expect(body).toMatchObject({ endedThere: false, connections: [] })
  const [row] = await api.owner`SELECT state, sign_in_id FROM connection WHERE id = ${one.connectionId}`
  expect(row).toEqual({ state: 'disconnected', sign_in_id: null })
})
