import { api, bodyOf } from '../../api/client.ts'
import { type BulkWords, inBatches, type Result } from '../../components/bulk/bulk.ts'
import { filterOf } from '../listQuery.ts'
import type { ListSearch } from '../listSearch.ts'

export type BulkVerb = 'resend' | 'extend' | 'assign' | 'cancel'

/** The clients of a bulk action: a list of ids, or everything that a search matches. */
export type Target = { ids: string[] } | { search: ListSearch }

/** The parameters of a bulk action. */
export type Choice = { until?: string; reason?: string; manager?: string | null }

const CLIENT = { one: 'client', many: 'clients' }

/** The texts of each bulk action: its button, preview, result and explanation. */
export const BULK_WORDS: Record<BulkVerb, BulkWords> = {
  resend: {
    verb: 'Resend',
    will: 'will be sent',
    done: 'sent',
    noun: CLIENT,
    what: 'Each gets a new invitation through the ways of the last one. The old links stop working.',
  },
  extend: {
    noun: CLIENT,
    verb: 'Extend',
    will: 'will be extended',
    done: 'extended',
    what: 'Same links, new date; nobody is told.',
  },
  assign: {
    noun: CLIENT,
    verb: 'Assign',
    will: 'will be assigned',
    done: 'assigned',
    what: 'The account manager gets the notices.',
  },
  cancel: {
    verb: 'Cancel onboarding',
    will: 'will be cancelled',
    done: 'cancelled',
    noun: CLIENT,
    what: 'Links stop working, reminders stop, open bank sessions close, half-made connections are removed. The clients stay in your list.',
  },
}

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

/** Runs a bulk action and reports progress. Repeating an `attempt` does nothing twice. */
export const runBulk = (
  verb: BulkVerb | 'undo_cancel',
  ids: string[],
  choice: Choice,
  attempt: string,
  onProgress?: (through: number) => void,
): Promise<Result[]> =>
  inBatches(ids, attempt, (some, key) => send({ do: verb, ...choice, dryRun: false, ids: some }, key), onProgress)
