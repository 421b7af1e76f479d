import { z } from 'zod'
import { ASK_HOLDS_MS } from '../../../commands/support/askForAccess.ts'
import { readNames } from '../../../db/people/audit.ts'
import { readPractice } from '../../../db/practices.ts'
import { type Ask, readAsks } from '../../../db/support/asks.ts'
import { readSupportRecords, type SupportRecord } from '../../../db/support/visits.ts'
import { eventSentence } from '../../../domain/timeline/sentence.ts'
import { staffInstant } from '../../../domain/words/dates.ts'
import type { Dependencies } from '../../dependencies.ts'
import { endpoint } from '../../endpoint.ts'
import { badCursor } from '../../problem.ts'
import { instant } from '../onboardings/schema.ts'
import { iso } from '../onboardings/summary.ts'
import { clientText, idText } from '../texts.ts'
import { practiceOf, supportSchema } from './schema.ts'

const SHOWN_ASKS = 10

const person = z.object({ id: idText, name: z.string().nullable() })

const askSchema = z.object({
  id: z.uuid(),
  by: person,
  at: instant,
  state: z.enum(['open', 'granted', 'declined', 'lapsed']).meta({ description: '`lapsed`: not answered in a day.' }),
})

const recordSchema = z.object({
  at: instant,
  by: person,
  client: z
    .object({ onboardingId: z.uuid(), name: clientText })
    .nullable()
    .meta({ description: 'Null for a look at a list.' }),
  did: z.enum(['looked', 'acted']),
  sentence: z.string().meta({ example: 'Opened by support' }),
  note: z.string().nullable().meta({ description: 'Why support looked.' }),
})

export const getSupportAccess = endpoint({
  method: 'get',
  path: '/practice/support-access',
  right: 'manage_support',
  about: 'practice',
  summary: 'Whether support may look in, what it asked, and what it looked at and did',
  description: 'Newest first.',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(50),
    cursor: z.string().min(1).max(100).optional().meta({ description: 'The `nextCursor` of the page before.' }),
  }),
  answer: {
    status: 200,
    description: 'The choice, the last asks, and one page of looks and acts.',
    schema: supportSchema
      .extend({ asks: z.array(askSchema), items: z.array(recordSchema), nextCursor: z.string().nullable() })
      .meta({ id: 'SupportAccess' }),
  },
  handle: async ({ db, ledgers }, { caller, query }) => {
    const { limit, cursor } = query
    const before = cursor === undefined ? null : readCursor(cursor)
    const { practice, asks, records, names } = await db.inPractice(caller.practiceId, async (tx) => {
      const practice = await readPractice(tx)
      const asks = await readAsks(tx, SHOWN_ASKS)
      const records = await readSupportRecords(tx, before, limit + 1)
      const people = [...asks, ...records].map(({ personId }) => personId)
      return { practice, asks, records, names: await readNames(tx, people) }
    })
    const by = (id: string) => ({ id, name: names.get(id) ?? null })
    const page = records.slice(0, limit)
    const last = page.at(-1)
    return {
      body: {
        ...practiceOf(practice).support,
        asks: asks.map((ask) => ({ id: ask.id, by: by(ask.personId), at: iso(ask.askedAt), state: stateOf(ask) })),
        items: page.map((record) => ({
          at: iso(Number(record.micros) / 1000),
          by: by(record.personId),
          client:
            record.onboardingId === null || record.client === null
              ? null
              : { onboardingId: record.onboardingId, name: record.client },
          did: record.kind === null || record.kind === 'support_looked' ? ('looked' as const) : ('acted' as const),
          sentence: recordSentence(record, ledgers, practice.timeZone),
          note: record.reason,
        })),
        nextCursor: records.length > page.length && last ? Buffer.from(last.micros).toString('base64url') : null,
      },
    }
  },
})

function stateOf({ granted, askedAt }: Ask): z.infer<typeof askSchema>['state'] {
  if (granted !== null) return granted ? 'granted' : 'declined'
  return askedAt > Date.now() - ASK_HOLDS_MS ? 'open' : 'lapsed'
}

function recordSentence({ kind, data }: SupportRecord, ledgers: Dependencies['ledgers'], timeZone: string): string {
  if (kind === null) return 'Saw clients in a list'
  const ledger = ledgers.find(String(data.provider))?.label ?? null
  const moment = (at: number) => staffInstant(at, timeZone)
  return eventSentence(kind, data, { bank: null, ledger, address: null, reason: null, manager: null, moment })
}

function readCursor(cursor: string): string {
  const micros = Buffer.from(cursor, 'base64url').toString('latin1')
  if (!/^\d{1,16}$/.test(micros)) throw badCursor()
  return micros
}
