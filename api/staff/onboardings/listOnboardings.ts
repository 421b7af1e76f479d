import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type ListPlace, readPage } from '../../../db/list.ts'
import { BLOCKERS, MOVES } from '../../../domain/describe.ts'
import { STATUSES } from '../../../domain/situation.ts'
import { badCursor, endpoint } from '../../endpoint.ts'
import { instantField, line, problem } from '../fields.ts'
import { summaryOf } from './resource.ts'
import { summarySchema } from './schema.ts'

/** One value or several of the same name. */
const several = <T extends string>(values: readonly [T, ...T[]]) =>
  z
    .union([z.enum(values).transform((one) => [one]), z.array(z.enum(values)).max(values.length)])
    .default([])
    .meta({ override: { type: 'array', items: { type: 'string', enum: [...values] }, default: [] } })

const query = z.strictObject({
  status: several(STATUSES),
  move: several(MOVES),
  blockedBy: several(BLOCKERS),
  q: line(100, 'Search with at least 2 characters.')
    .transform((text, context) => {
      if ([...text].length < 2) problem(context, 'too_short', 'Search with at least 2 characters.')
      return text
    })
    .optional()
    .meta({
      description:
        'Name, email, phone, reference or code; reference and code match exactly first. Two characters are looked for at the beginning of words. At most 1,000 matches are sorted and shown.',
    }),
  updatedSince: instantField.optional(),
  sort: z.enum(['newest', 'waiting', 'updated']).default('newest').meta({
    description: '`waiting`: longest first, without what is finished. `updated`: the latest change first.',
  }),
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: z.string().min(1).max(400).optional().meta({ description: 'The `nextCursor` of the page before.' }),
})

const cursorSchema = z.tuple([z.string(), z.int().min(0).max(1), z.string().regex(/^\d{1,16}$/), z.uuid()])

/** What a cursor belongs to: the same filters and order. */
const listOf = ({ cursor: _cursor, limit: _limit, ...rest }: z.output<typeof query>): string =>
  createHash('sha256').update(JSON.stringify(rest)).digest('base64url').slice(0, 8)

function readCursor(cursor: string, list: string): ListPlace {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const [of, rank, key, id] = cursorSchema.parse(parsed)
    if (of === list) return { rank, key, id }
  } catch {
    // Whatever it is, it is none of ours.
  }
  throw badCursor()
}

const cursorAt = ({ rank, key, id }: ListPlace, list: string): string =>
  Buffer.from(JSON.stringify([list, rank, key, id])).toString('base64url')

export const listOnboardings = endpoint({
  method: 'get',
  path: '/onboardings',
  scope: 'read',
  right: 'see_clients',
  tag: 'Onboardings',
  summary: 'The clients on their way',
  description: 'Filters of one name widen, of different names narrow. Each is shown and filtered as it stands now.',
  query,
  answer: {
    status: 200,
    description: 'One page.',
    schema: z.object({ items: z.array(summarySchema), nextCursor: z.string().nullable() }),
  },
  handle: async ({ db }, { caller, query }) => {
    const list = listOf(query)
    const rows = await db.inPractice(caller.practiceId, (tx) =>
      readPage(tx, {
        statuses: query.status,
        moves: query.move,
        blockers: query.blockedBy,
        search: query.q ?? null,
        updatedSince: query.updatedSince === undefined ? null : new Date(query.updatedSince),
        sort: query.sort,
        after: query.cursor === undefined ? null : readCursor(query.cursor, list),
        limit: query.limit + 1,
      }),
    )
    const page = rows.slice(0, query.limit)
    const last = page.at(-1)
    return {
      body: {
        items: page.map(({ view, locked }) => summaryOf(view, locked)),
        nextCursor: rows.length > page.length && last ? cursorAt(last.place, list) : null,
      },
    }
  },
})
