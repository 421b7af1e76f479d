import { DAY_MS } from '../../../domain/situation.ts'
import type { Schema } from '../../api/client.ts'
import { timeIn } from '../../components/Time.tsx'
import { MOVES, STAGES } from '../../words/states.ts'
import { ageOf, spokenOf } from '../../words/times.ts'
import { firstOf } from '../verbs/words.ts'

export type Row = Schema['OnboardingSummary']
/** An open thing: the situation itself, or one of `situation.also`. */
type Open = Pick<Row['situation'], 'blockedBy' | 'step' | 'since' | 'next'>
export type AlsoOpen = Schema['AlsoOpen']
type Next = Row['situation']['next'][number]
type Blocker = NonNullable<Row['situation']['blockedBy']>

/** The words before the time of each next move, and the style of that time. */
const NEXT: Record<Next['what'], [words: string, style: 'future' | 'date' | 'end']> = {
  reminder: ['reminder', 'future'],
  staff_reminder: ['you’re reminded', 'future'],
  expiry: ['expires', 'end'],
  check: ['checked', 'future'],
  close: ['closes on', 'date'],
  wake: ['wakes', 'future'],
  access_end: ['access ends', 'end'],
}

/** The words for blockers that have no next move with a time. */
const INSTEAD: Partial<Record<Blocker, string>> = {
  creating: 'continues automatically',
  bounced: 'nothing is sent until you do',
  blocked: 'nothing is sent until you do',
  sms_failed: 'nothing is sent until you do',
  send_unknown: 'not sent again automatically',
  wrong_org: 'nothing is read until you do',
  already_linked: 'nothing is read until you do',
}

/** Returns the words shown instead of the next moves; null if the next moves are shown. */
function insteadOf(row: Row, { blockedBy, step }: Open): string | null {
  if (blockedBy === 'bank_down') return `${firstOf(row)} is asked once it works`
  if (blockedBy === 'lost' && step === 'bank') {
    const hasStopped = row.steps.some(({ kind, reason }) => kind === 'bank' && reason === 'stopped')
    return hasStopped ? 'nothing is asked until you do' : null
  }
  return (blockedBy && INSTEAD[blockedBy]) ?? null
}

/** A piece of the second line: words, and the time that follows them; or another open thing (`also`). */
export type Piece = {
  words: string
  at: string | null
  as: 'since' | 'future' | 'date' | 'end' | 'past'
  also?: AlsoOpen
}

const isSnoozed = ({ snoozedUntil }: Row): boolean => snoozedUntil !== null

/** Returns the first line's sentence: the situation, or `Snoozed until …`, which moves it to the second line. */
export const rowSentence = (row: Row, now: number, zone: string): string =>
  row.snoozedUntil === null
    ? row.situation.sentence
    : `Snoozed until ${timeIn('future', row.snoozedUntil, now, zone).replace(/^in .*/, 'soon')}`

/** Returns the piece for a client that takes longer than others: `longer than usual (9 d, usually 4 d)`. */
function longerThanUsual({ longerThanUsual: longer }: Row['situation'], now: number): Piece[] {
  if (!longer) return []
  const usually = `${longer.over === 'usual' ? 'usually' : 'at most'} ${longer.ms < DAY_MS ? ageOf(0, longer.ms) : `${Math.round(longer.ms / DAY_MS)} d`}`
  return [{ words: `longer than usual (${ageOf(Date.parse(longer.since), now)}, ${usually})`, at: null, as: 'past' }]
}

const words = (text: string): Piece => ({ words: text, at: null, as: 'past' })

/** Returns the pieces of the situation: its start and at most two next moves. */
export function piecesOf(row: Row, now: number): Piece[] {
  const { situation } = row
  if (situation.stage === 'completed' && situation.blockedBy === null) {
    return [{ words: 'completed', at: row.completedAt ?? situation.since, as: 'past' }]
  }
  const own = isSnoozed(row) ? [words(situation.sentence)] : []
  const [since, ...next] = piecesOfOpen(row, situation, own.length > 0 ? 1 : 2)
  return [...own, ...(since ? [since] : []), ...longerThanUsual(situation, now), ...next]
}

/** Returns the pieces of the second line in a list; if another thing is open, that one's pieces. */
export function secondLineOf(row: Row, now: number): Piece[] {
  const [also] = row.situation.also
  if (!also) return piecesOf(row, now)
  const [what, ...when] = alsoPieces(row, also)
  // A snoozed client's situation is shown here too.
  if (isSnoozed(row)) return [words(row.situation.sentence), ...(what ? [what] : []), ...piecesOf(row, now).slice(1)]
  return [...(what ? [what] : []), ...when, ...longerThanUsual(row.situation, now)]
}

/** Returns the pieces of another open thing: move and sentence, start, and next move. */
export const alsoPieces = (row: Row, also: AlsoOpen): Piece[] => [
  { ...words(`also ${also.sentence}`), also },
  ...piecesOfOpen(row, also, 1),
]

/** Returns the start of an open thing, then its next moves (at most `most`) or the words instead of them. */
function piecesOfOpen(row: Row, open: Open, most: number): Piece[] {
  const instead = insteadOf(row, open)
  const next = open.next
    .filter(({ what }) => !(isSnoozed(row) && what === 'wake'))
    .map(({ what, at }): Piece => ({ words: NEXT[what][0], at, as: NEXT[what][1] }))
  return [{ words: 'since', at: open.since, as: 'since' }, ...(instead ? [words(instead)] : next.slice(0, most))]
}

/** Returns a sentence for use within a line: a leading verb of ours in lower case. */
export const withinLine = (sentence: string): string =>
  sentence.replace(/^(Connect|Choose|Match)\b/, (verb) => verb.toLowerCase())

/**
 * Returns the row's name for screen readers: `Harbour Bakery Ltd, invited, waiting for client: Jo to accept, since
 * Tuesday, expires Tuesday 10 March 14:02`.
 */
export function rowName(row: Row, now: number, zone: string): string {
  const { move, also } = row.situation
  const whose = (turn: typeof move) => (turn ? `${MOVES[turn].of}: ` : '')
  const stage = STAGES[row.status].label.toLowerCase()
  const spoken = (pieces: Piece[]) =>
    pieces.map(({ words: said, at, as, also: one }) => {
      if (one) return `also ${whose(one.move)}${one.sentence}`
      return at ? `${said} ${spokenOf(timeIn(as, at, now, zone))}` : said
    })
  return [
    row.organisation.name,
    stage,
    `${whose(move)}${rowSentence(row, now, zone)}`,
    ...spoken(piecesOf(row, now)),
    ...also.flatMap((one) => spoken(alsoPieces(row, one))),
  ].join(', ')
}

/** Returns the initials of the first two words that start with a letter: `ML` for Marsh & Lowe. */
export const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word))
    .map((word) => word.charAt(0).toUpperCase())
    .slice(0, 2)
    .join('')
