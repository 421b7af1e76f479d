import { nameOfSoftware, softwareLabel } from '../../../../domain/connections/ledgers.ts'
import { listed } from '../../../../domain/practice/rightWords.ts'
import { accountsOf } from '../../../consents/consentWords.ts'
import type { StepKind } from '../../verbs/words.ts'
import type { Onboarding } from '../queries.ts'

export type Step = Onboarding['steps'][number]

const WORDS_OF_STEP: Record<StepKind, { within: string; done: string }> = {
  bank: { within: 'the bank', done: 'How you know, for example: statements come by post.' },
  books: { within: 'the books', done: 'How you know, for example: kept by us in our own ledger.' },
  mapping: { within: 'matching', done: 'How you know, for example: matched in the ledger by hand.' },
}

/** Returns a step's name within a sentence, and the hint for its evidence. */
export const stepWords = (kind: StepKind) => WORDS_OF_STEP[kind]

/**
 * Returns the label of the button when the ledger's sign-in waits for an answer: to choose an organisation or to check
 * one. Null if nothing is asked, or if the client has to choose: only the client may see what the client's sign-in
 * reaches.
 */
export function ledgerAsks({ kind, state, owner, progress, reason }: Step): 'Choose' | 'Check' | null {
  if (kind !== 'books' || state !== 'open') return null
  if (progress === 'choose_organisation') return owner === 'practice' ? 'Choose' : null
  return progress === 'check_organisation' || reason === 'already_linked' ? 'Check' : null
}

/** Returns the sentence part for the side of the matching that was skipped or marked done without a connection. */
function missingSide(steps: Onboarding['steps']): string {
  const lacks = (kind: Step['kind']) =>
    steps.some(
      (one) =>
        one.kind === kind && (['skipped', 'done'].includes(one.progress) || ['by_hand', 'none'].includes(one.way)),
    )
  return `the ${lacks('books') && !lacks('bank') ? 'books are' : 'bank is'} not connected in Embark`
}

/** Returns a step's detail: the connection, the matched accounts, or the reason of a skip or failure. */
export function stepDetail(step: Step, client: Onboarding): string | null {
  const { connections, mapping, suggestions, steps } = client
  if (step.state === 'skipped') {
    if (step.way === 'none') return 'uses no accounting software'
    if (step.skipReason) return step.skipReason
    return step.skippedBecause === 'nothing_to_do' ? missingSide(steps) : 'not needed'
  }
  const working = (wanted: string) => connections.filter(({ kind, state }) => kind === wanted && state === 'connected')
  const [connection, ...more] = working(step.kind)
  if (step.kind === 'mapping') {
    const shared = working('bank').flatMap((bank) => bank.accounts)
    if (step.evidence) return step.evidence
    if (shared.length === 0 || !suggestions) return step.state === 'done' ? null : 'after the bank and the books'
    const known = new Set(shared.map(({ id }) => id))
    const matched = mapping.filter((one) => known.has(one.bankAccount) && one.ledgerAccount !== null).length
    return `${matched} of ${shared.length} matched`
  }
  if (connection && (step.state === 'done' || step.progress === 'more_banks')) {
    return step.kind === 'bank'
      ? bankWords([connection, ...more], step.state === 'done')
      : `${softwareLabel(connection.provider)}: ${connection.institution ?? ''}`
  }
  if (step.kind === 'books' && step.state === 'open' && !step.lastError) return openBooksDetail(step, client)
  return step.evidence ?? step.lastError
}

/** Returns `Northgate, 3 accounts`, or `Northgate and 1 more, 5 accounts`; before the client said that it is all, every name. */
function bankWords(banks: Onboarding['connections'], areAll: boolean): string {
  const [first = 'Bank', ...more] = banks.map(({ institution }) => institution ?? 'Bank')
  const names = areAll && more.length > 0 ? [first, `${more.length} more`] : [first, ...more]
  return `${listed(names)}, ${accountsOf(banks.flatMap((bank) => bank.accounts).length)}`
}

/** Returns the obstacle of open books: the software, while no sign-in is under way. */
function openBooksDetail({ way, phase }: Step, { organisation }: Onboarding): string | null {
  if (phase !== null) return null
  if (way === 'find_out') return 'Which software?'
  const name = nameOfSoftware(organisation) ?? 'This software'
  return way === 'by_hand' ? `${name} can’t be connected to Embark` : `${name}, not connected yet`
}
