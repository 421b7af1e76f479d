import type { Schema } from '../../api/client.ts'

export type Result = Schema['BulkResult']

/** The word for the things acted on, for one and for several. One heads its column in a file. */
export type Noun = { one: string; many: string }

/** The texts of a bulk action: its button, preview, result and explanation. */
export type BulkWords = { verb: string; will: string; done: string; what: string; noun: Noun }

const THINGS_PER_REQUEST = 50

/**
 * Acts on many, about 50 per request, and reports progress. `send` gets a key of its own for each request: repeating an
 * `attempt` does nothing twice. `clientOf`: those of one client, which stand beside each other, go in one request.
 */
export async function inBatches(
  ids: readonly string[],
  attempt: string,
  send: (ids: string[], key: string) => Promise<{ results: Result[] }>,
  onProgress: (through: number) => void = () => undefined,
  clientOf: (id: string) => string = (id) => id,
): Promise<Result[]> {
  const results: Result[] = []
  let from = 0
  while (from < ids.length) {
    let to = Math.min(from + THINGS_PER_REQUEST, ids.length)
    while (to < ids.length && clientOf(ids[to - 1] ?? '') === clientOf(ids[to] ?? '')) to += 1
    results.push(...(await send(ids.slice(from, to), `${attempt}-${from}`)).results)
    onProgress(results.length)
    from = to
  }
  return results
}

/** Short reasons by the code of the refusal. */
const REASONS: Record<string, string> = {
  already_accepted: 'already accepted',
  resend_too_soon: 'sent a moment ago',
  address_limit: 'had too many messages today',
  practice_limit: 'over what a new practice sends a day',
  no_contact: 'has no contact',
  not_allowed: 'isn’t at a stage where it can be',
  unchanged: 'already has it',
  date_out_of_range: 'can’t have this date',
  not_found: 'is no longer here',
  asked_today: 'asked already today',
  not_due: 'goes on for more than 14 days',
  stopped: 'stopped by the client',
  bank_down: 'whose bank isn’t answering',
}

/** Returns `1 already accepted, 1 sent a moment ago`. */
function reasonsOf(results: readonly Result[]): string {
  const counts = new Map<string, number>()
  for (const { code } of results) {
    const reason = REASONS[code ?? ''] ?? 'was refused'
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ')
}

/** Returns `10 will be sent. 2 won’t: 1 already accepted, 1 sent a moment ago.` */
export function previewSentence({ will }: BulkWords, results: readonly Result[]): string {
  const not = results.filter(({ done }) => !done)
  const yes = `${results.length - not.length} ${will}.`
  return not.length === 0 ? yes : `${yes} ${not.length} won’t: ${reasonsOf(not)}.`
}

/** Returns `10 sent, 2 not.` */
export function doneSentence(words: BulkWords, results: readonly Result[]): string {
  const not = results.filter(({ done }) => !done).length
  const yes = `${results.length - not} ${words.done}`
  return not === 0 ? `${yes}.` : `${yes}, ${not} not.`
}

/** Returns the results as CSV. */
export function resultsFile(words: BulkWords, results: readonly Result[], names: ReadonlyMap<string, string>): string {
  // The leading quote stops a spreadsheet from reading the cell as a formula.
  const cell = (text: string) => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`
  const lines = results.map(({ id, done, detail }) =>
    [names.get(id) ?? id, done ? words.done : 'not done', detail ?? ''].map(cell).join(','),
  )
  const head = words.noun.one.replace(/^./, (first) => first.toUpperCase())
  return `${[head, 'Result', 'Why'].map(cell).join(',')}\r\n${lines.join('\r\n')}\r\n`
}
