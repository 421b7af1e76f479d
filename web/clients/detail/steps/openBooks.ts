import { api, bodyOf } from '../../../api/client.ts'
import type { Onboarding } from '../queries.ts'

/**
 * Starts a connection to a client's ledger and returns the address of its connection page, which works once. The ledger
 * is by default the client's software.
 */
export async function openBooks({ id, organisation }: Onboarding, provider?: string): Promise<string> {
  const params = { path: { id } }
  const body = { step: 'books', provider: provider ?? organisation.software } as const
  return (await bodyOf(api.POST('/api/v1/onboardings/{id}/connections', { params, body }))).url
}
