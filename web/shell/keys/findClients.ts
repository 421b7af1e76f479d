import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf, isHelping } from '../../api/client.ts'
import { useMay } from '../useMe.ts'
import { useKnows } from './useKnows.ts'

const SEARCH_MS = 150
const RECENT = 5
const FOUND = 8

const read = async (query: { q?: string; limit: number }) =>
  (await bodyOf(api.GET('/api/v1/onboardings', { params: { query: { ...query, sort: 'updated' } } }))).items

/** The five clients that changed last. */
const recentQuery = queryOptions({
  queryKey: ['onboardings', 'recent'],
  queryFn: () => read({ limit: RECENT }),
})

/** The clients that match the words, exact matches of reference and code first. */
export const foundQuery = (q: string) =>
  queryOptions({
    queryKey: ['onboardings', 'found', q],
    queryFn: () => read({ q, limit: FOUND }),
    placeholderData: keepPreviousData,
  })

/** Returns the clients that match what was typed (`isSearch`), or the recent ones until a search has answered. */
export function useFoundClients(typed: string) {
  const may = useMay()
  const knows = useKnows()
  const [words] = useDebouncedValue(typed.trim(), SEARCH_MS)
  const asks = [...words].length >= 2
  // Clients opened through support are not cached under these keys: they must vanish when the access ends.
  const seesClients = may('see_clients') && !isHelping() && knows('/clients')
  const { data: recent = [] } = useQuery({ ...recentQuery, enabled: seesClients })
  const { data: found } = useQuery({ ...foundQuery(words), enabled: seesClients && asks })
  const isSearch = asks && found !== undefined
  return { seesClients, words, isSearch, clients: isSearch ? found : recent }
}
