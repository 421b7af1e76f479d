import type { BulkVerb, Result } from './bulk.ts'

/** The texts of each bulk action: its button, preview, result and explanation. */
export const BULK_WORDS: Record<BulkVerb, { verb: string; will: string; done: string; what: string }> = {
  resend: {
    verb: 'Resend',
    will: 'will be sent',
    done: 'sent',
    what: 'Each gets a new invitation through the ways of the last one. The old links stop working.',
  },
  extend: { verb: 'Extend', will: 'will be extended', done: 'extended', what: 'Same links, new date; nobody is told.' },
  assign: { verb: 'Assign', will: 'will be assigned', done: 'assigned', what: 'The account manager gets the notices.' },
  cancel: {
    verb: 'Cancel onboarding',
    will: 'will be cancelled',
    done: 'cancelled',
    what: 'Links stop working, reminders stop, open bank sessions close, half-made connections are removed. The clients stay in your list.',
  },
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
}

/** Returns `1 already accepted, 1 sent a moment ago`. */
function reasonsOf(results: Result[]): string {
  const counts = new Map<string, number>()
  for (const { code } of results) {
    const reason = REASONS[code ?? ''] ?? 'was refused'
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ')
}

/** Returns `10 will be sent. 2 won’t: 1 already accepted, 1 sent a moment ago.` */
export function previewSentence(verb: BulkVerb, results: Result[]): string {
  const not = results.filter(({ done }) => !done)
  const yes = `${results.length - not.length} ${BULK_WORDS[verb].will}.`
  return not.length === 0 ? yes : `${yes} ${not.length} won’t: ${reasonsOf(not)}.`
}

/** Returns `10 sent, 2 not.` */
export function doneSentence(verb: BulkVerb, results: Result[]): string {
  const not = results.filter(({ done }) => !done).length
  const yes = `${results.length - not} ${BULK_WORDS[verb].done}`
  return not === 0 ? `${yes}.` : `${yes}, ${not} not.`
}

/** Returns the results as CSV. */
export function resultsFile(verb: BulkVerb, results: Result[], names: ReadonlyMap<string, string>): string {
  // The leading quote stops a spreadsheet from reading the cell as a formula.
  const cell = (text: string) => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`
  const lines = results.map(({ id, done, detail }) =>
    [names.get(id) ?? id, done ? BULK_WORDS[verb].done : 'not done', detail ?? ''].map(cell).join(','),
  )
  return `${['Client', 'Result', 'Why'].map(cell).join(',')}\r\n${lines.join('\r\n')}\r\n`
}
