import { z } from 'zod'
import { readEvents } from '../../../db/eventLog.ts'
import { readNames } from '../../../db/people/audit.ts'
import { ACTOR_TYPES, EVENT_KINDS } from '../../../domain/events.ts'
import { endpoint } from '../../endpoint.ts'
import { badCursor, notFound } from '../../problem.ts'
import { onboardingParams } from '../fields.ts'
import { instant } from './schema.ts'

const eventSchema = z
  .object({
    seq: z.int(),
    kind: z.enum(EVENT_KINDS),
    at: instant,
    recordedAt: instant,
    actor: z.object({
      type: z.enum(ACTOR_TYPES),
      id: z.string().nullable(),
      name: z.string().nullable().meta({ description: 'Of one of the staff.' }),
    }),
    data: z.record(z.string(), z.unknown()).meta({ description: 'Ids and choices; nothing personal.' }),
  })
  .meta({ id: 'Event' })

type Order = 'asc' | 'desc'

const cursorAt = (order: Order, seq: number): string => Buffer.from(`${order}:${seq}`).toString('base64url')

function readCursor(cursor: string, order: Order): number {
  const [, given, seq] = /^(asc|desc):(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (given !== order || seq === undefined) throw badCursor()
  return Number(seq)
}

export const listEvents = endpoint({
  method: 'get',
  path: '/onboardings/{id}/events',
  right: 'see_clients',
  about: 'onboarding',
  summary: 'What happened',
  params: onboardingParams,
  query: z.strictObject({
    order: z.enum(['asc', 'desc']).default('asc'),
    limit: z.coerce.number().int().min(1).max(100).default(50),
    cursor: z.string().min(1).max(100).optional().meta({ description: 'The `nextCursor` of the page before.' }),
  }),
  answer: {
    status: 200,
    description: 'One page of the log.',
    schema: z.object({ items: z.array(eventSchema), nextCursor: z.string().nullable() }),
  },
  handle: async ({ db }, { caller, params, query }) => {
    const { order, limit } = query
    const after = query.cursor === undefined ? null : readCursor(query.cursor, order)
    const { events, people } = await db.inPractice(caller.practiceId, async (tx) => {
      const events = await readEvents(tx, params.id, { order, after, limit: limit + 1 })
      if (!events) throw notFound()
      const people = await readNames(
        tx,
        events.map(({ actorId }) => actorId),
      )
      return { events, people }
    })
    const page = events.slice(0, limit)
    const last = page.at(-1)
    return {
      body: {
        items: page.map(({ seq, kind, at, recordedAt, actorType, actorId, data }) => ({
          seq,
          kind,
          at: new Date(at).toISOString(),
          recordedAt: new Date(recordedAt).toISOString(),
          actor: { type: actorType, id: actorId, name: people.get(actorId ?? '') ?? null },
          data,
        })),
        nextCursor: events.length > page.length && last ? cursorAt(order, last.seq) : null,
      },
    }
  },
})
