import { expect } from 'vitest'
import { sweepDrafts } from '../../../../commands/drafts/sweepDrafts.ts'
import { openDatabase } from '../../../../db/client.ts'
import { connectors } from '../../../../providers/connectors.ts'
import { forFile } from '../../../forFile.ts'
import { againstSandbox } from '../../../providers/againstSandbox.ts'
import { atLedger, browse } from '../../client/clientHarness.ts'
import { startStaffApi } from '../../staffHarness.ts'

/** Starts the API with a ledger of the sandbox for the tests of a file, with drafts and what people do with them. */
export function useDrafts() {
  const sandbox = forFile(againstSandbox)
  const api = forFile(() => startStaffApi({ ledgers: connectors(sandbox.xero()) }))
  const worker = forFile(() => openDatabase(api.database.workerUrl, 2))

  const begin = async (body: Record<string, unknown> = {}) => (await api.post('drafts', body)).body
  const save = (id: string, body: unknown, etag = '*') =>
    api.call(`drafts/${id}`, { method: 'PATCH', body, headers: { 'if-match': etag } })
  const remove = (path: string) => api.call(path, { method: 'DELETE' })
  const organisation = (name: string) => sandbox.control<{ tenantId: string }>('xero/organisations', { name })
  const connected = async () =>
    (await sandbox.control<{ connections: { tenantId: string }[] }>('xero/connections')).connections.map(
      (one) => one.tenantId,
    )
  const rowOf = async (id: string) => {
    const [row] = await api.owner`SELECT * FROM client_draft WHERE id = ${id}`
    return row!
  }
  const sweep = () => {
    const failed: string[] = []
    return sweepDrafts({ db: worker }, api.deps, (id) => failed.push(id)).then((ended) => ({ ended, failed }))
  }

  /** Connects a ledger organisation for a draft, as a person does. Returns the browser's last page. */
  async function connect(draftId: string, fields: Parameters<typeof atLedger>[1], browser = browse(api.url)) {
    const opened = await api.post(`drafts/${draftId}/connections`, { provider: 'xero' })
    const path = new URL(opened.body.url).pathname
    const consent = await browser.send(path)
    return { browser, path, page: await browser.open(await atLedger(consent, fields)) }
  }

  /** Returns a draft with a new organisation of this name connected. */
  async function withLedger(name: string) {
    const { id } = await begin()
    const { tenantId } = await organisation(name)
    const { page } = await connect(id, { organisation: tenantId })
    expect(new URL(page.url).pathname).toBe(`/clients/new/${id}/software`)
    return { id, tenantId }
  }

  return {
    api,
    sandbox,
    begin,
    save,
    remove,
    organisation,
    connected,
    rowOf,
    sweep,
    connect,
    withLedger,
  }
}
