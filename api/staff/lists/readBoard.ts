import { z } from 'zod'
import type { Tx } from '../../../db/client.ts'
import { EVERYTHING, readIds, readPage } from '../../../db/list/list.ts'
import { describe } from '../../../domain/describe.ts'
import { COLUMNS, type Column } from '../../../domain/rows/conditions.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { instant } from '../onboardings/schema.ts'
import { iso } from '../onboardings/summary.ts'
import { demandView, filterFields, narrowedOf } from './filters.ts'

/** The highest count, as in the list. */
const FURTHEST = 100

const { column: _ofTheBoardItself, ...boardFilters } = filterFields
const query = z.strictObject(boardFilters)

const boardSchema = z
  .object({
    columns: z.array(
      z.object({
        column: z.enum(COLUMNS),
        count: z.int().max(FURTHEST),
        waitingSince: instant.nullable().meta({ description: 'Null where nobody waits.' }),
      }),
    ),
    upTo: z.int(),
  })
  .meta({ id: 'Board' })

export const readBoard = endpoint({
  method: 'get',
  path: '/onboardings/board',
  scope: 'read',
  right: 'see_clients',
  about: 'clients',
  tag: 'Onboardings',
  summary: 'The heads of the board',
  description: `How many clients stand in each column, counted up to ${FURTHEST}, and since when the longest has. Narrowed as a list is. A column's clients: \`GET /onboardings?column=…\` with the same filters.`,
  query,
  answer: { status: 200, description: 'Every column, in the order of the journey.', schema: boardSchema },
  problems: { 403: ['not_in_plan'] },
  handle: async (deps, { caller, query }) => {
    await demandView(deps, query, caller)
    const columns = await deps.db.inPractice(caller.practiceId, (tx) =>
      Promise.all(COLUMNS.map((column) => headOf(tx, caller, { ...query, column }))),
    )
    return { body: { columns, upTo: FURTHEST } }
  },
})

type Filter = Parameters<typeof narrowedOf>[0]

/** How many a column holds, and since when the longest waits. */
async function headOf(tx: Tx, caller: Caller, filter: Filter & { column: Column }) {
  const { column } = filter
  const query = { ...EVERYTHING, ...narrowedOf(filter, caller) }
  const [ids, [longest]] = await Promise.all([
    readIds(tx, { ...query, limit: FURTHEST }),
    readPage(tx, { ...query, sort: 'waiting', limit: 1 }),
  ])
  const since = longest ? describe(longest.locked.facts, longest.locked.now).since : null
  return { column, count: ids.length, waitingSince: since === null ? null : iso(since) }
}
