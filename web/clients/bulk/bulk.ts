import { api, bodyOf } from '../../api/client.ts'
import { filterOf } from '../listQuery.ts'
import type { ListSearch } from '../listSearch.ts'

export type BulkVerb = 'resend' | 'extend' | 'assign' | 'cancel'

/** Whom it is done to: these, or whatever matches. */
export type Target = { ids: string[] } | { search: ListSearch }

/** What is chosen besides the verb. */
export type Choice = { until?: string; reason?: string; manager?: string | null }

type Answer = Awaited<ReturnType<typeof send>>
export type Result = Answer['results'][number]

const AT_ONCE = 50

const send = (
  given: { do: BulkVerb | 'undo_cancel'; dryRun: boolean } & Choice &
    ({ ids: string[] } | { filter: ReturnType<typeof filterOf> }),
  key?: string,
) =>
  bodyOf(
    api.POST('/api/v1/onboardings/actions', {
      body: given,
      params: { header: key ? { 'Idempotency-Key': key } : {} },
    }),
  )

/** What would come of it, client by client. Nothing is done. */
export const previewBulk = (verb: BulkVerb, target: Target, choice: Choice) =>
  send({ do: verb, ...choice, dryRun: true, ...('ids' in target ? target : { filter: filterOf(target.search) }) })

/** Does it, some at once, and tells after each how many are through. A repeat with the same `attempt` does none twice. */
export async function runBulk(
  verb: BulkVerb | 'undo_cancel',
  ids: string[],
  choice: Choice,
  attempt: string,
  onProgress: (through: number) => void,
): Promise<Result[]> {
  const results: Result[] = []
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE)
    const answer = await send({ do: verb, ...choice, dryRun: false, ids: some }, `${attempt}-${from}`)
    results.push(...answer.results)
    onProgress(results.length)
  }
  return results
}
