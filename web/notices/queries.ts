import { useThrottledCallback } from '@mantine/hooks'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, bodyOf, isHelping, type Schema } from '../api/client.ts'
import { useLive } from '../api/live.ts'
import { toastFailure } from '../components/toast.ts'
import { useMay } from '../shell/useMe.ts'

export type Notices = Schema['Notices']

/** The notices of the member, grouped by client. */
export const noticesQuery = queryOptions({
  queryKey: ['notices'],
  queryFn: () => bodyOf(api.GET('/api/v1/notices')),
})

/** Returns the number on the bell: what is unread, and the sign-ins that wait to be taken over. */
export const countOf = (notices: Notices | undefined): number =>
  notices ? notices.unread + notices.takeOvers.length : 0

const AT_MOST_EVERY_MS = 2_000

/** Reads the notices again after live changes: at once, then at most every two seconds. */
export function useLiveNotices(): void {
  const queries = useQueryClient()
  const readAnew = useThrottledCallback(
    () => void queries.invalidateQueries({ queryKey: noticesQuery.queryKey }),
    AT_MOST_EVERY_MS,
  )
  useLive({ changed: readAnew, reload: readAnew })
}

/** The notices to mark as read: all up to one (its id), or those of one onboarding. */
type Read = { upTo?: string; onboardingId?: string }

/** Marks notices as read on screen at once. A refusal restores them and calls `onFailure`. */
export function useMarkRead(onFailure: (error: unknown) => void = toastFailure) {
  const queries = useQueryClient()
  const { queryKey } = noticesQuery
  return useMutation({
    // `keepalive` lets the request finish when the page is left.
    mutationFn: (body: Read) => bodyOf(api.POST('/api/v1/notices/read', { body, keepalive: true })),
    onMutate: async (read) => {
      await queries.cancelQueries({ queryKey })
      const before = queries.getQueryData(queryKey)
      queries.setQueryData(queryKey, before && afterReading(before, read))
      return { before }
    },
    onError: (error, _read, context) => {
      queries.setQueryData(queryKey, context?.before)
      onFailure(error)
    },
    onSettled: () => queries.invalidateQueries({ queryKey }),
  })
}

/** Marks a client's notices as read when its page opens, once per client opened. */
export function useReadOnOpening(onboardingId: string): void {
  const may = useMay()
  const { data } = useQuery({ ...noticesQuery, enabled: may('have_notices') && !isHelping() })
  // No toast on failure: the person did not ask for this, and the notices stay unread.
  const { mutate } = useMarkRead(() => undefined)
  const opened = useRef<string | null>(null)
  useEffect(() => {
    if (!data || opened.current === onboardingId) return
    opened.current = onboardingId
    const mine = data.clients.find(({ onboarding }) => onboarding.id === onboardingId)
    if (mine?.notices.some(({ read }) => !read)) mutate({ onboardingId })
  }, [data, onboardingId, mutate])
}

function afterReading({ unread, clients, takeOvers }: Notices, { onboardingId }: Read): Notices {
  const isMeant = (id: string) => onboardingId === undefined || id === onboardingId
  const marked = clients
    .filter(({ onboarding }) => isMeant(onboarding.id))
    .flatMap(({ notices }) => notices.filter(({ read }) => !read)).length
  return {
    takeOvers,
    unread: onboardingId === undefined ? 0 : Math.max(0, unread - marked),
    clients: clients.map((client) =>
      isMeant(client.onboarding.id)
        ? { ...client, notices: client.notices.map((notice) => ({ ...notice, read: true })) }
        : client,
    ),
  }
}
