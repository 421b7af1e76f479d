import { atLedger, browse } from '../client/clientHarness.ts'
import type { StaffApi } from '../staffHarness.ts'

/** Creates an accepted client with books for the practice to connect. */
export async function acceptedAt(api: StaffApi, name: string, more: Record<string, unknown> = {}): Promise<string> {
  const { id } = await api.create({ organisation: { name }, ...more })
  await api.accept(id)
  return id
}

/**
 * Signs in to the ledger for a client, by the first practice's key or a person's session, and leaves the page that asks
 * for the organisation unanswered.
 */
export async function signInToLedger(api: StaffApi, id: string, tenants: string[], cookie?: string) {
  const request = { method: 'POST', body: { step: 'books', provider: 'xero' } }
  const path = `onboardings/${id}/connections`
  const opened = await (cookie ? api.callAs(cookie, path, request) : api.call(path, request))
  const browser = browse(api.url)
  const page = new URL(opened.body.url).pathname
  await browser.open(await atLedger(await browser.send(page), { organisation: tenants }))
  return { browser, page }
}
