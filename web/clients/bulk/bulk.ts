import { api, bodyOf } from '../../api/client.ts'
import { filterOf } from '../listQuery.ts'
import type { ListSearch } from '../listSearch.ts'

export type BulkVerb = 'resend' | 'extend' | 'assign' | 'cancel'

/** The clients of a bulk action: a list of ids, or everything that a search matches. */
export type Target = { ids: string[] } | { search: ListSearch }

/** The parameters of a bulk action. */
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

/** Returns the result that the action would have for each client, without doing it. */
export const previewBulk = (verb: BulkVerb, target: Target, choice: Choice) =>
  send({ do: verb, ...choice, dryRun: true, ...('ids' in target ? target : { filter: filterOf(target.search) }) })

/** Runs a bulk action, 50 clients per request, and reports progress. Repeating an `attempt` does nothing twice. */
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
