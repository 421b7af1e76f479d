import { useMutation } from '@tanstack/react-query'
import { queries } from '../../api/queries.ts'
import { tellFailure } from '../../components/tell.ts'
import { onboardingQuery } from '../detail/queries.ts'
import { LISTS, type Pages, withRows } from '../listQuery.ts'
import type { Row } from '../row/rowWords.ts'

/** What can be shown before the server says so. */
type Change = Partial<Pick<Row, 'snoozedUntil' | 'situation' | 'accountManager'>>

/** Changes a client wherever it is shown: on its own page, in every list and on the board. */
function show(id: string, change: Change): void {
  queries.setQueryData(onboardingQuery(id).queryKey, (client) => client && { ...client, ...change })
  // The heads of the board are kept among the lists, and have no pages.
  queries.setQueriesData<Partial<Pages>>({ queryKey: LISTS }, (data) =>
    data?.pages ? withRows(data as Pages, (row) => (row.id === id ? { ...row, ...change } : row)) : data,
  )
}

/** What is done to a client: what it shows before the server has answered, how it is asked for, what is told then. */
type Act = { client: Row; change: Change; ask: () => Promise<unknown>; done?: () => void }

/** What the server has yet to answer. */
const underWay = new Set<Act>()

// What was read on another's account meanwhile stands as it was before the server decided: what was done shows over it.
let isShowing = false
queries.getQueryCache().subscribe(({ type, ...event }) => {
  if (type !== 'updated' || !('action' in event) || event.action.type !== 'success' || isShowing) return
  isShowing = true
  for (const { client, change } of underWay) show(client.id, change)
  isShowing = false
})

/**
 * Does something to a client that shows at once, before the server has answered. Where that refuses, what stood there
 * stands there again, and the refusal is told.
 */
export function useAtOnce(): (act: Act) => void {
  const { mutate } = useMutation({
    mutationFn: (act: Act) => act.ask().finally(() => underWay.delete(act)),
    // What can't be sent now is refused now, not kept for later without a word.
    networkMode: 'always',
    onMutate: (act) => {
      underWay.add(act)
      show(act.client.id, act.change)
    },
    onSuccess: (_answer, { done }) => done?.(),
    onError: (error, { client, change }) => {
      const names = Object.keys(change) as (keyof Change)[]
      show(client.id, Object.fromEntries(names.map((name) => [name, client[name]])))
      tellFailure(error)
      // Somebody else may have been faster: what is so by now is read.
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
