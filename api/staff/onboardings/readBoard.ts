import { z } from 'zod'
import { EVERYTHING, readIds, readPage } from '../../../db/list.ts'
import { describe } from '../../../domain/describe.ts'
import { endpoint } from '../../endpoint.ts'
import { COLUMNS, columnOf } from './filters.ts'
import { instant } from './schema.ts'
import { iso } from './summary.ts'

/** Counted no further, as the list is. */
const FURTHEST = 100

export const readBoard = endpoint({
  method: 'get',
  path: '/onboardings/board',
  scope: 'read',
  right: 'see_clients',
  tag: 'Onboardings',
  summary: 'The heads of the board',
  description: `How many clients stand in each column, counted up to ${FURTHEST}, and since when the longest has. A column's clients: \`GET /onboardings?column=…\`.`,
  answer: {
    status: 200,
    description: 'Every column, in the order of the journey.',
    schema: z.object({
      columns: z.array(
        z.object({
          column: z.enum(COLUMNS),
          count: z.int().max(FURTHEST),
          waitingSince: instant.nullable().meta({ description: 'Null where nobody waits.' }),
        }),
      ),
      upTo: z.int(),
    }),
  },
  handle: async ({ db }, { caller }) => {
    const columns = await db.inPractice(caller.practiceId, (tx) =>
      Promise.all(
        COLUMNS.map(async (column) => {
          const query = { ...EVERYTHING, ...columnOf(column) }
          const [ids, [longest]] = await Promise.all([
            readIds(tx, { ...query, limit: FURTHEST }),
            readPage(tx, { ...query, sort: 'waiting', limit: 1 }),
          ])
          const since = longest ? describe(longest.locked.facts, longest.locked.now).since : null
          return { column, count: ids.length, waitingSince: since === null ? null : iso(since) }
        }),
      ),
    )
    return { body: { columns, upTo: FURTHEST } }
  },
})
