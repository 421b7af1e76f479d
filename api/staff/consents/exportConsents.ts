import { z } from 'zod'
import {
  type ConsentPlace,
  type ConsentQuery,
  type ConsentSort,
  readConsents,
} from '../../../db/connections/consents.ts'
import { readColleagues } from '../../../db/people/members.ts'
import { readPractice } from '../../../db/practices.ts'
import { MOVE_WORDS } from '../../../domain/rows/stateWords.ts'
import { type Column, csvFile, csvOfPages } from '../../csv.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { MOST_THINGS } from '../bulkResult.ts'
import { practiceQuery } from '../fields.ts'
import { type ConsentAnswer, consentOf } from './consent.ts'
import { consentFields, consentQueryOf, consentSort, EVERY_CONSENT } from './filters.ts'

/** Rows per read, so that no query and no transaction takes long. */
const ROWS_PER_READ = 250

const STATES: Record<ConsentAnswer['state'], string> = {
  standing: 'Shared',
  expired: 'Ended',
  stopped: 'Stopped by the client',
  lost: 'Ended early',
}

/** The columns in their order: head and value. */
const CSV_COLUMNS: Column<ConsentAnswer & { manager: string | null }>[] = [
  ['Client', ({ organisation }) => organisation.name],
  ['Reference', ({ organisation }) => organisation.reference],
  ['Bank', ({ bank }) => bank],
  ['Accounts', ({ accounts }) => accounts],
  ['Access', ({ state }) => STATES[state]],
  ['Given (UTC)', ({ givenAt }) => givenAt],
  ['Ends or ended (UTC)', ({ endsAt }) => endsAt],
  ['Situation', ({ situation }) => situation.sentence],
  ['Waiting for', ({ situation }) => situation.move && MOVE_WORDS[situation.move]],
  ['Manager', ({ manager }) => manager],
]

const answer = {
  status: 200,
  description: 'One line a bank.',
  schema: z.string().meta({ example: 'Client,Reference,Bank\r\nHarbour Bakery Ltd,EM-7K2P49,Northgate Bank\r\n' }),
  mediaType: 'text/csv',
  headers: ['Content-Disposition'],
} as const

export const exportConsents = endpoint({
  method: 'get',
  path: '/consents/export',
  right: 'see_clients',
  about: 'clients',
  summary: 'The consents as a file',
  description: 'All consents that a list with the same filters and order holds, as comma-separated values.',
  query: z.strictObject({ ...consentFields, sort: consentSort, practice: practiceQuery }),
  answer,
  handle: async (deps, { caller, query }) => {
    const { practice: _ofTheCaller, sort, ...filter } = query
    return fileOf(deps, caller, consentQueryOf(filter, caller), sort)
  },
})

export const exportChosenConsents = endpoint({
  method: 'post',
  path: '/consents/export',
  writes: 'nothing',
  right: 'see_clients',
  about: 'clients',
  summary: 'Chosen consents as a file',
  description: 'Those of the ids that the caller sees, what ends first first, as comma-separated values.',
  body: z
    .strictObject({ ids: z.array(z.uuid()).min(1).max(MOST_THINGS) })
    .meta({ example: { ids: ['0198c1a4-7c1e-7bb2-9d38-3f1f3b0a5f10'] } }),
  answer,
  handle: async (deps, { caller, body: { ids } }) =>
    fileOf(deps, caller, { ...EVERY_CONSENT, ids, sight: caller.sight }, 'earliest'),
})

async function fileOf(deps: Dependencies, { practiceId }: Caller, query: ConsentQuery, sort: ConsentSort) {
  const [colleagues, { timeZone }] = await deps.db.inPractice(practiceId, (tx) =>
    Promise.all([readColleagues(tx), readPractice(tx)]),
  )
  const managers = new Map(colleagues.map(({ userId, name }) => [userId, name]))
  const lines = await csvOfPages(
    CSV_COLUMNS,
    (after: ConsentPlace | null) =>
      deps.db.inPractice(practiceId, (tx) => readConsents(tx, query, { sort, after, limit: ROWS_PER_READ })),
    (row) => ({ ...consentOf(deps, row, timeZone), manager: managers.get(row.managerId ?? '') ?? null }),
  )
  return csvFile('bank-access.csv', ...lines)
}
