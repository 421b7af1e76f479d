import { z } from 'zod'
import type { Tx } from '../../../db/client.ts'
import { EVERYTHING, findCandidates, type ListQuery, readIds } from '../../../db/list/list.ts'
import { readManyFacts } from '../../../db/onboardings/facts.ts'
import { describe } from '../../../domain/describe.ts'
import { COLUMNS } from '../../../domain/rows/conditions.ts'
import { endpoint } from '../../endpoint.ts'
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
  right: 'see_clients',
  about: 'clients',
  summary: 'The heads of the board',
  description: `How many clients stand in each column, counted up to ${FURTHEST}, and since when the longest has. Narrowed as a list is. A column's clients: \`GET /onboardings?column=…\` with the same filters.`,
  query,
  answer: { status: 200, description: 'Every column, in the order of the journey.', schema: boardSchema },
  problems: { 403: ['not_in_plan'] },
  handle: async (deps, { caller, query }) => {
    await demandView(deps, query, caller)
    const columns = await deps.db.inPractice(caller.practiceId, async (tx) => {
      const candidates = await findCandidates(tx, narrowedOf(query, caller))
      const found = await Promise.all(
        COLUMNS.map(async (column) => {
          const narrowed = { ...EVERYTHING, ...narrowedOf({ ...query, column }, caller), candidates }
          return { column, ...(await findIn(tx, narrowed)) }
        }),
      )
      const facts = await readManyFacts(
        tx,
        found.flatMap(({ longest }) => longest ?? []),
      )
      return found.map(({ column, count, longest }) => {
        const waiting = longest === undefined ? undefined : facts.get(longest)
        return { column, count, waitingSince: waiting ? iso(describe(waiting.facts, waiting.now).since) : null }
      })
    })
    return { body: { columns, upTo: FURTHEST } }
  },
})

/** Returns how many clients a column holds, and which waits longest. */
async function findIn(tx: Tx, query: Omit<ListQuery, 'sort' | 'limit'>) {
  const [ids, [longest]] = await Promise.all([
    readIds(tx, { ...query, sort: 'newest', limit: FURTHEST }),
    readIds(tx, { ...query, sort: 'waiting', limit: 1 }),
  ])
  return { count: ids.length, longest }
}
