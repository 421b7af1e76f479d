import { z } from 'zod'
import { readPage } from '../../../db/list/list.ts'
import { endpoint } from '../../endpoint.ts'
import { instantField } from '../fields.ts'
import { summarySchema } from '../onboardings/schema.ts'
import { summaryOf } from '../onboardings/summary.ts'
import { cursorField, readCursor, writeCursor } from './cursor.ts'
import { demandView, filterFields, narrowedOf, sortField } from './filters.ts'

const query = z.strictObject({
  ...filterFields,
  updatedSince: instantField.optional(),
  sort: sortField,
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: cursorField,
})

const place = z.tuple([z.int().min(0).max(1), z.string().regex(/^\d{1,16}$/), z.uuid()])

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
    const { cursor, limit, ...list } = query
    const { updatedSince, sort, ...filter } = list
    await demandView(deps, filter, caller)
    const narrowed = narrowedOf(filter, caller)
    const [rank, key, id] = readCursor(cursor, list, place) ?? []
    const after = rank === undefined || key === undefined || id === undefined ? null : { rank, key, id }
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
        nextCursor:
          rows.length > page.length && last
            ? writeCursor(list, [last.place.rank, last.place.key, last.place.id])
            : null,
      },
    }
  },
})
