import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type ListPlace, readPage } from '../../../db/list/list.ts'
import { endpoint } from '../../endpoint.ts'
import { badCursor } from '../../problem.ts'
import { instantField } from '../fields.ts'
import { summarySchema } from '../onboardings/schema.ts'
import { summaryOf } from '../onboardings/summary.ts'
import { demandView, filterFields, narrowedOf, sortField } from './filters.ts'

const query = z.strictObject({
  ...filterFields,
  updatedSince: instantField.optional(),
  sort: sortField,
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: z.string().min(1).max(400).optional().meta({ description: 'The `nextCursor` of the page before.' }),
})

const cursorSchema = z.tuple([z.string(), z.int().min(0).max(1), z.string().regex(/^\d{1,16}$/), z.uuid()])

/** Returns a hash of the filters and the order, to which a cursor belongs. */
const listOf = ({ cursor: _cursor, limit: _limit, ...rest }: z.output<typeof query>): string =>
  createHash('sha256').update(JSON.stringify(rest)).digest('base64url').slice(0, 8)

function readCursor(cursor: string, list: string): ListPlace {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const [of, rank, key, id] = cursorSchema.parse(parsed)
    if (of === list) return { rank, key, id }
  } catch {
    // Not a cursor of ours.
  }
  throw badCursor()
}

const cursorAt = ({ rank, key, id }: ListPlace, list: string): string =>
  Buffer.from(JSON.stringify([list, rank, key, id])).toString('base64url')

export const listOnboardings = endpoint({
  method: 'get',
  path: '/onboardings',
  right: 'see_clients',
  about: 'clients',
  summary: 'The clients on their way',
  description: 'Filters of one name widen, of different names narrow. Each is shown and filtered as it stands now.',
  query,
  answer: {
    status: 200,
    description: 'One page.',
    schema: z.object({ items: z.array(summarySchema), nextCursor: z.string().nullable() }),
  },
  problems: { 403: ['not_in_plan'] },
  handle: async (deps, { caller, query }) => {
    const { db } = deps
    const list = listOf(query)
    const { cursor, updatedSince, sort, limit, ...filter } = query
    await demandView(deps, filter, caller)
    const narrowed = narrowedOf(filter, caller)
    const after = cursor === undefined ? null : readCursor(cursor, list)
    const rows = await db.inPractice(caller.practiceId, (tx) =>
      readPage(tx, {
        ...narrowed,
        updatedSince: updatedSince === undefined ? null : new Date(updatedSince),
        sort,
        after,
        limit: limit + 1,
      }),
    )
    const page = rows.slice(0, query.limit)
    const last = page.at(-1)
    return {
      body: {
        items: page.map((row) => summaryOf(row)),
        nextCursor: rows.length > page.length && last ? cursorAt(last.place, list) : null,
      },
    }
  },
})
