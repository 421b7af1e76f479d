import { useMutation } from '@tanstack/react-query'
import { queries } from '../../api/queries.ts'
import { toastFailure } from '../../components/toast.ts'
import { onboardingQuery } from '../detail/queries.ts'
import { LISTS, type Pages, withRows } from '../listQuery.ts'
import type { Row } from '../row/rowWords.ts'

/** The fields that can change on screen before the server answers. */
type Change = Partial<Pick<Row, 'snoozedUntil' | 'situation' | 'accountManager'>>

/** Changes a client in every cached query: its page, all lists and the board. */
function show(id: string, change: Change): void {
  queries.setQueryData(onboardingQuery(id).queryKey, (client) => client && { ...client, ...change })
  // The board's heads share the lists' key prefix but have no pages.
  queries.setQueriesData<Partial<Pages>>({ queryKey: LISTS }, (data) =>
    data?.pages ? withRows(data as Pages, (row) => (row.id === id ? { ...row, ...change } : row)) : data,
  )
}

/** An optimistic act: the client, the change to show, the request, and what to do on success. */
type Act = { client: Row; change: Change; ask: () => Promise<unknown>; done?: () => void }

/** The acts whose answers are pending. */
const underWay = new Set<Act>()

// A read that finishes before the server has decided brings old values; pending changes are applied over it.
let isShowing = false
queries.getQueryCache().subscribe(({ type, ...event }) => {
  if (type !== 'updated' || !('action' in event) || event.action.type !== 'success' || isShowing) return
  isShowing = true
  for (const { client, change } of underWay) show(client.id, change)
  isShowing = false
})

/** Returns a function that runs an act and shows its change at once. A refusal restores the old values. */
export function useAtOnce(): (act: Act) => void {
  const { mutate } = useMutation({
    mutationFn: (act: Act) => act.ask().finally(() => underWay.delete(act)),
    onMutate: (act) => {
      underWay.add(act)
      show(act.client.id, act.change)
    },
    onSuccess: (_answer, { done }) => done?.(),
    onError: (error, { client, change }) => {
      const names = Object.keys(change) as (keyof Change)[]
      show(client.id, Object.fromEntries(names.map((name) => [name, client[name]])))
      toastFailure(error)
      // A colleague may have acted first, so the current values are read.
      void queries
        .fetchQuery({ ...onboardingQuery(client.id), staleTime: 0 })
        .then(({ snoozedUntil, situation, accountManager }) =>
          show(client.id, { snoozedUntil, situation, accountManager }),
        )
        .catch(() => undefined)
    },
  })
  return mutate
}
