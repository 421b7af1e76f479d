import type { Schema } from '../../api/client.ts'
import { timeIn } from '../../components/Time.tsx'
import { MOVES, STAGES } from '../../words/states.ts'
import { ageOf, spokenOf } from '../../words/times.ts'

export type Row = Schema['OnboardingSummary']
type Next = Row['situation']['next'][number]
type Blocker = NonNullable<Row['situation']['blockedBy']>

/** What happens next by itself, before its time. */
const NEXT: Record<Next['what'], [words: string, style: 'future' | 'end']> = {
  reminder: ['reminder', 'future'],
  staff_reminder: ['you’re reminded', 'future'],
  expiry: ['expires', 'end'],
  check: ['checked', 'future'],
  retry: ['retried until', 'future'],
  close: ['closes by itself', 'future'],
  wake: ['wakes', 'future'],
  access_end: ['access ends', 'end'],
}

/** What is to be known where nothing happens at an hour. */
const INSTEAD: Partial<Record<Blocker, string>> = {
  creating: 'carries on by itself',
  bounced: 'nothing is sent until you do',
  blocked: 'nothing is sent until you do',
  sms_failed: 'nothing is sent until you do',
  send_unknown: 'not repeated by itself',
  wrong_org: 'nothing is read until you do',
  already_linked: 'nothing is read until you do',
}

/** A piece of the second line: its words, and the time that it ends with. */
export type Piece = { words: string; at: string | null; as: 'since' | 'future' | 'end' | 'past' }

const isSnoozed = ({ snoozedUntil }: Row): boolean => snoozedUntil !== null

/** The sentence in the first line; a snoozed client's own moves to the second. */
export const sentenceOf = (row: Row, now: number, zone: string): string =>
  row.snoozedUntil === null
    ? row.situation.sentence
    : `Snoozed until ${timeIn('future', row.snoozedUntil, now, zone).replace(/^in .*/, 'soon')}`

const DAY = 24 * 3_600_000

/** What takes longer than it does for others, or may: `longer than usual (9 d, usually 4 d)`. */
function longerThanUsual({ longerThanUsual: longer }: Row['situation'], now: number): Piece[] {
  if (!longer) return []
  const usually = `${longer.over === 'usual' ? 'usually' : 'at most'} ${longer.ms < DAY ? ageOf(0, longer.ms) : `${Math.round(longer.ms / DAY)} d`}`
  return [{ words: `longer than usual (${ageOf(Date.parse(longer.since), now)}, ${usually})`, at: null, as: 'past' }]
}

/** The second line: since when, and at most two things that happen next. */
export function piecesOf(row: Row, now: number): Piece[] {
  const { situation } = row
  if (situation.stage === 'completed') return [{ words: 'completed', at: situation.since, as: 'past' }]
  const since: Piece = { words: 'since', at: situation.since, as: 'since' }
  const own: Piece[] = isSnoozed(row) ? [{ words: situation.sentence, at: null, as: 'past' }] : []
  const known = situation.blockedBy && INSTEAD[situation.blockedBy]
  const instead: Piece[] = known ? [{ words: known, at: null, as: 'past' }] : []
  const next = situation.next
    .filter(({ what }) => !(isSnoozed(row) && what === 'wake'))
    .map(({ what, at }): Piece => ({ words: NEXT[what][0], at, as: NEXT[what][1] }))
  return [
    ...own,
    since,
    ...longerThanUsual(situation, now),
    ...(known ? instead : next.slice(0, own.length > 0 ? 1 : 2)),
  ]
}

/** The row read aloud: `Harbour Bakery Ltd, invited, client’s move: Jo to accept, since Tuesday, expires Tuesday 10 March 14:02`. */
export function rowName(row: Row, now: number, zone: string): string {
  const { move } = row.situation
  const whose = move ? `${MOVES[move].of}: ` : ''
  const stage = STAGES[row.status].label.toLowerCase()
  const pieces = piecesOf(row, now).map(({ words, at, as }) =>
    at ? `${words} ${spokenOf(timeIn(as, at, now, zone))}` : words,
  )
  return [row.organisation.name, stage, `${whose}${sentenceOf(row, now, zone)}`, ...pieces].join(', ')
}

/** The letters of a name, as `RM` of Rosa Marsh. */
export const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase())
    .slice(0, 2)
    .join('')
