import { api, bodyOf } from '../../../api/client.ts'

/** Starts a connection to the client's ledger. Returns the address of its connection page, which works once. */
export async function openBooks(id: string): Promise<string> {
  const params = { path: { id } }
  const body = { step: 'books', provider: 'xero' } as const
  return (await bodyOf(api.POST('/api/v1/onboardings/{id}/connections', { params, body }))).url
}
