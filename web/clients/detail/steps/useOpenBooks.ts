import { api, bodyOf } from '../../../api/client.ts'
import { useMe } from '../../../shell/useMe.ts'
import type { Onboarding } from '../queries.ts'

/**
 * Returns a function that starts a connection to a client's ledger and returns the address of its connection page, which
 * works once. The ledger is by default the software that is noted for the client, else the first on offer.
 */
export function useOpenBooks() {
  const { ledgers } = useMe()
  return async ({ id, organisation }: Onboarding, provider?: string): Promise<string> => {
    const usual = ledgers.find((one) => one.id === organisation.software) ?? ledgers[0]
    const params = { path: { id } }
    const body = { step: 'books', provider: provider ?? usual?.id ?? '' } as const
    return (await bodyOf(api.POST('/api/v1/onboardings/{id}/connections', { params, body }))).url
  }
}
