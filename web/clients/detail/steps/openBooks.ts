import { api, bodyOf } from '../../../api/client.ts'

/** Opens a connection to the client's books: the address of the page that leads there, which works once. */
export async function openBooks(id: string): Promise<string> {
  const params = { path: { id } }
  const body = { step: 'books', provider: 'xero' } as const
  return (await bodyOf(api.POST('/api/v1/onboardings/{id}/connections', { params, body }))).url
}
