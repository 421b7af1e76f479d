import { z } from 'zod'
import { EVERYTHING, type ListPlace, type ListRow, readPage } from '../../../db/list/list.ts'
import { readColleagues } from '../../../db/people/members.ts'
import { softwareLabel } from '../../../domain/connections/ledgers.ts'
import { MOVE_WORDS, PROGRESS_WORDS, STAGE_WORDS } from '../../../domain/rows/stateWords.ts'
import type { StepKind } from '../../../domain/situation.ts'
import { type Column, csvFile, csvOfPages } from '../../csv.ts'
import { endpoint } from '../../endpoint.ts'
import { practiceQuery } from '../fields.ts'
import type { Summary } from '../onboardings/schema.ts'
import { summaryOf } from '../onboardings/summary.ts'
import { demandView, filterFields, narrowedOf, sortField } from './filters.ts'

/** Rows per read, so that no query and no transaction takes long. */
const ROWS_PER_READ = 250

/** A client as its line is made of it. */
type Line = Summary & { manager: string | null; step(kind: StepKind): string | null }

/** The columns in their order: head and value. */
const CSV_COLUMNS: Column<Line>[] = [
  ['Client', ({ organisation }) => organisation.name],
  ['Reference', ({ organisation }) => organisation.reference],
  ['Practice code', ({ organisation }) => organisation.practiceCode],
  ['Type', ({ organisation }) => (organisation.kind === 'business' ? 'Business' : 'Self-employed')],
  ['Stage', ({ situation }) => STAGE_WORDS[situation.stage]],
  ['Waiting for', ({ situation }) => situation.move && MOVE_WORDS[situation.move]],
  ['Situation', ({ situation }) => situation.sentence],
  ['Also', ({ situation }) => situation.also.map(({ sentence }) => sentence).join(' · ')],
  ['Since (UTC)', ({ situation }) => situation.since],
  ['Needs attention', ({ situation }) => (situation.needsAttention ? 'Yes' : 'No')],
  ['Invited', ({ invitation }) => invitation?.name ?? null],
  ['Email', ({ invitation }) => invitation?.email ?? null],
  ['Mobile', ({ invitation }) => invitation?.phone ?? null],
  ['Accepted (UTC)', ({ invitation }) => invitation?.acceptedAt ?? null],
  ['Link expires (UTC)', ({ invitation }) => invitation?.expiresAt ?? null],
  ['Bank', ({ step }) => step('bank')],
  ['Books', ({ step }) => step('books')],
  ['Match', ({ step }) => step('mapping')],
  ['Manager', ({ manager }) => manager],
  ['Added (UTC)', ({ createdAt }) => createdAt],
  ['Changed (UTC)', ({ updatedAt }) => updatedAt],
  ['Software', ({ organisation }) => organisation.softwareName ?? softwareLabel(organisation.software)],
]

export const exportOnboardings = endpoint({
  method: 'get',
  path: '/onboardings/export',
  right: 'see_clients',
  about: 'clients',
  summary: 'The list as a file',
  description: 'All clients that a list with the same filters and order holds, as comma-separated values.',
  query: z.strictObject({ ...filterFields, sort: sortField, practice: practiceQuery }),
  answer: {
    status: 200,
    description: 'One line a client.',
    schema: z.string().meta({ example: 'Client,Reference,Stage\r\nHarbour Bakery Ltd,EM-7K2P49,Invited\r\n' }),
    mediaType: 'text/csv',
    headers: ['Content-Disposition'],
  },
  problems: { 403: ['not_in_plan'] },
  handle: async (deps, { caller, query }) => {
    const { practice: _ofTheCaller, sort, ...filter } = query
    await demandView(deps, filter, caller)
    const narrowed = narrowedOf(filter, caller)
    const colleagues = await deps.db.inPractice(caller.practiceId, readColleagues)
    const managers = new Map(colleagues.map(({ userId, name }) => [userId, name]))
    const lines = await csvOfPages(
      CSV_COLUMNS,
      (after: ListPlace | null) =>
        deps.db.inPractice(caller.practiceId, (tx) =>
          readPage(tx, { ...EVERYTHING, ...narrowed, sort, after, limit: ROWS_PER_READ }),
        ),
      (row) => lineOf(row, managers),
    )
    return csvFile('clients.csv', ...lines)
  },
})

function lineOf(row: ListRow, managers: ReadonlyMap<string, string>): Line {
  const summary = summaryOf(row)
  const manager = summary.accountManager && (managers.get(summary.accountManager.id) ?? null)
  const step = (kind: StepKind) => {
    const found = summary.steps.find((one) => one.kind === kind)
    return found ? PROGRESS_WORDS[found.progress] : null
  }
  return { ...summary, manager, step }
}
