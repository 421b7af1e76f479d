import { z } from 'zod'
import type { Tx } from '../../../db/client.ts'
import { readTimeline as readRows, type TimelineRow } from '../../../db/eventLog.ts'
import { readNames } from '../../../db/people/audit.ts'
import { readPractice } from '../../../db/practices.ts'
import { ACTOR_TYPES, EVENT_KINDS } from '../../../domain/events.ts'
import { listed } from '../../../domain/practice/rightWords.ts'
import { namedAs } from '../../../domain/practice/support.ts'
import { reasonWords } from '../../../domain/rows/deliveryWord.ts'
import { STEP_KINDS } from '../../../domain/situation.ts'
import { SHOWN_BY, TIMELINE_FILTERS } from '../../../domain/timeline/filters.ts'
import { eventSentence } from '../../../domain/timeline/sentence.ts'
import { staffInstant } from '../../../domain/words/dates.ts'
import { endpoint } from '../../endpoint.ts'
import { badCursor, notFound } from '../../problem.ts'
import { onboardingParams } from '../fields.ts'
import { instant } from './schema.ts'
import { iso } from './summary.ts'

export const entrySchema = z
  .object({
    seq: z.int(),
    kind: z.enum(EVENT_KINDS),
    at: instant,
    actor: z.object({
      type: z.enum(ACTOR_TYPES),
      name: z.string().nullable().meta({ description: 'Null where there is none to name.' }),
    }),
    step: z.enum(STEP_KINDS).nullable().meta({ description: 'Which step it is about, if one.' }),
    sentence: z.string().meta({ example: 'Invited by email' }),
    note: z.string().nullable().meta({ description: 'What was written with it: why, or how one knows.' }),
  })
  .meta({ id: 'TimelineEntry' })

export const readTimeline = endpoint({
  method: 'get',
  path: '/onboardings/{id}/timeline',
  right: 'see_clients',
  about: 'onboarding',
  summary: 'What happened, in plain words',
  description: 'Newest first. Times in sentences are in the practice’s zone.',
  params: onboardingParams,
  query: z.strictObject({
    only: z.enum(TIMELINE_FILTERS).default('all').meta({ description: '`us`: what the practice did.' }),
    limit: z.coerce.number().int().min(1).max(100).default(50),
    cursor: z.string().min(1).max(100).optional().meta({ description: 'The `nextCursor` of the page before.' }),
  }),
  answer: {
    status: 200,
    description: 'One page.',
    schema: z.object({ items: z.array(entrySchema), nextCursor: z.string().nullable() }),
  },
  handle: async ({ db }, { caller, params, query }) => {
    const { only, limit, cursor } = query
    const before = cursor === undefined ? null : readCursor(cursor)
    const entries = await db.inPractice(caller.practiceId, (tx) =>
      readEntries(tx, params.id, { ...SHOWN_BY[only], before, limit: limit + 1 }),
    )
    if (!entries) throw notFound()
    const items = entries.slice(0, limit)
    const last = items.at(-1)
    return { body: { items, nextCursor: entries.length > limit && last ? cursorAt(last.seq) : null } }
  },
})

/** Returns events in plain words, newest first; null for an unknown onboarding. */
export async function readEntries(
  tx: Tx,
  onboardingId: string,
  narrow: Parameters<typeof readRows>[2],
): Promise<z.infer<typeof entrySchema>[] | null> {
  const rows = await readRows(tx, onboardingId, narrow)
  if (!rows) return null
  const [people, { timeZone }] = await Promise.all([readNames(tx, rows.flatMap(peopleOf)), readPractice(tx)])
  return rows.map((row) => entryOf(row, people, timeZone))
}

/** Returns the ids of the staff that an entry names. */
const peopleOf = ({ actorId, data }: TimelineRow): (string | null)[] => [actorId, managerOf(data)]
const managerOf = ({ manager }: TimelineRow['data']) => (typeof manager === 'string' ? manager : null)

function entryOf(row: TimelineRow, people: ReadonlyMap<string, string>, timeZone: string): z.infer<typeof entrySchema> {
  const { seq, kind, at, actorType, actorId, actorName, data, note, banks, reason, cause, ...names } = row
  const manager = people.get(managerOf(data) ?? '') ?? null
  const moment = (instant: number) => staffInstant(instant, timeZone)
  return {
    seq,
    kind,
    at: iso(at),
    step: STEP_KINDS.find((one) => one === data.step) ?? null,
    actor: { type: actorType, name: namedAs(actorType, actorName ?? people.get(actorId ?? '') ?? null) },
    sentence: eventSentence(kind, data, {
      ...names,
      reason: reasonWords({ reason, cause }),
      ...(banks && banks.length > 0 && { bank: listed(banks) }),
      manager,
      moment,
    }),
    note,
  }
}

const cursorAt = (seq: number): string => Buffer.from(`before:${seq}`).toString('base64url')

function readCursor(cursor: string): number {
  const [, seq] = /^before:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (seq === undefined) throw badCursor()
  return Number(seq)
}
