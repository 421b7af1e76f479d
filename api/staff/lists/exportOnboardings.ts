import { z } from 'zod'
import { EVERYTHING, type ListPlace, type ListRow, readPage } from '../../../db/list/list.ts'
import { readColleagues } from '../../../db/people/members.ts'
import { softwareLabel } from '../../../domain/ledgers.ts'
import { MOVE_WORDS, PROGRESS_WORDS, STAGE_WORDS } from '../../../domain/rows/stateWords.ts'
import type { StepKind } from '../../../domain/situation.ts'
import { csvFile, csvLines } from '../../csv.ts'
import { endpoint } from '../../endpoint.ts'
import { practiceQuery } from '../fields.ts'
import { summaryOf } from '../onboardings/summary.ts'
import { demandView, filterFields, narrowedOf, sortField } from './filters.ts'

/** Rows per read, so that no query and no transaction takes long. */
const AT_ONCE = 250

const HEAD = [
  'Client',
  'Reference',
  'Practice code',
  'Type',
  'Stage',
  'Waiting for',
  'Situation',
  'Also',
  'Since (UTC)',
  'Needs attention',
  'Invited',
  'Email',
  'Mobile',
  'Accepted (UTC)',
  'Link expires (UTC)',
  'Bank',
  'Books',
  'Match',
  'Manager',
  'Added (UTC)',
  'Changed (UTC)',
  'Software',
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
    const lines = [csvLines([HEAD])]
    const colleagues = await deps.db.inPractice(caller.practiceId, readColleagues)
    const managers = new Map(colleagues.map(({ userId, name }) => [userId, name]))
    // A page may be short in the middle, if a client is erased while it is read: the list ends with an empty one.
    for (let after: ListPlace | null = null; ; ) {
      const page: ListRow[] = await deps.db.inPractice(caller.practiceId, (tx) =>
        readPage(tx, { ...EVERYTHING, ...narrowed, sort, after, limit: AT_ONCE }),
      )
      const last = page.at(-1)
      if (!last) break
      lines.push(csvLines(page.map((row) => lineOf(row, managers))))
      after = last.place
    }
    return csvFile('clients.csv', ...lines)
  },
})

function lineOf(row: ListRow, managers: ReadonlyMap<string, string>): (string | null)[] {
  const { organisation, situation, invitation, steps, accountManager, createdAt, updatedAt } = summaryOf(row)
  const step = (kind: StepKind) => {
    const found = steps.find((one) => one.kind === kind)
    return found ? PROGRESS_WORDS[found.progress] : null
  }
  return [
    organisation.name,
    organisation.reference,
    organisation.practiceCode,
    organisation.kind === 'business' ? 'Business' : 'Self-employed',
    STAGE_WORDS[situation.stage],
    situation.move && MOVE_WORDS[situation.move],
    situation.sentence,
    situation.also.map(({ sentence }) => sentence).join(' · '),
    situation.since,
    situation.needsAttention ? 'Yes' : 'No',
    invitation?.name ?? null,
    invitation?.email ?? null,
    invitation?.phone ?? null,
    invitation?.acceptedAt ?? null,
    invitation?.expiresAt ?? null,
    step('bank'),
    step('books'),
    step('mapping'),
    accountManager && (managers.get(accountManager.id) ?? null),
    createdAt,
    updatedAt,
    organisation.softwareName ?? softwareLabel(organisation.software),
  ]
}
