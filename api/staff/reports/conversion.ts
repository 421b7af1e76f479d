import { z } from 'zod'
import { readPractice } from '../../../db/practices.ts'
import { readConversion } from '../../../db/reports.ts'
import { endOfDay } from '../../../domain/calendar.ts'
import { zonedDate } from '../../../domain/fields/days.ts'
import type { Span } from '../../../domain/metrics/cohorts.ts'
import type { Instant } from '../../../domain/situation.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { validationProblem } from '../../problem.ts'
import { instantField, readAs } from '../fields.ts'
import { bySpan } from '../lists/filters.ts'
import { instant } from '../onboardings/schema.ts'
import { timeZoneText } from '../texts.ts'

const FIRST_DAY = '2000-01-01'

/** An instant, or a day as text. */
const asOfField = readAs(
  (text): Instant | string | null => {
    if (z.iso.date().safeParse(text).success && text >= FIRST_DAY) return text
    return instantField.safeParse(text).data ?? null
  },
  'not_an_instant',
  'Give a day like 2026-03-10, or a date and time with its offset.',
)
  .optional()
  .meta({
    description:
      'The report as it was then: at an instant, or at the end of a day in the practice’s time zone. Today’s is as of now.',
    example: '2026-03-10',
  })

/** The query of the report, as of then and by span. */
export const reportFields = {
  asOf: asOfField,
  by: bySpan.meta({ description: 'A row for each week, from Monday, or each month.' }),
}
type ReportQuery = { asOf?: Instant | string | undefined; by: Span }

const days = z.union([z.literal(7), z.literal(14), z.literal(30)])
const horizon = z.object({
  days,
  mature: z.boolean().meta({ description: 'Every client of the row has had that many days.' }),
  eligible: z.int().meta({ description: 'Clients that have had that many days.' }),
  converted: z.int().meta({ description: 'Of these, those whose bank was connected within them.' }),
  rate: z.number().nullable().meta({ description: 'Converted ÷ n; null until mature.' }),
  interval: z
    .object({ low: z.number(), high: z.number() })
    .nullable()
    .meta({ description: 'Wilson interval at 95 %; null until mature.' }),
})

const outcomes = z
  .object({
    accepted: z.int().meta({ description: 'Accepted, whatever came after.' }),
    declined: z.int(),
    expired: z.int().meta({ description: 'The link ended without an answer; also those closed after that.' }),
    cancelled: z.int().meta({ description: 'Cancelled by the practice before they accepted.' }),
    open: z.int().meta({ description: 'None of these yet.' }),
  })
  .meta({ description: 'The answers to the invitations; they add up to `n`.' })

export const conversionReport = endpoint({
  method: 'get',
  path: '/reports/conversion',
  right: 'see_reports',
  about: 'clients',
  summary: 'From invitation to connected bank',
  description:
    'By week or month of the first invitation, in the practice’s time zone, over the last half year. Left out: clients whose bank is skipped, or was connected before they were invited.',
  query: z.strictObject(reportFields),
  answer: {
    status: 200,
    description: 'One row a week or month, oldest first.',
    schema: z.object({
      asOf: instant,
      timeZone: timeZoneText,
      medians: z
        .array(
          z.object({
            days,
            hours: z.int().nullable().meta({ description: 'Rounded up; null for fewer than five.' }),
          }),
        )
        .meta({
          description:
            'The hours that half of those took who connected a bank within so many days, over the weeks or months that are counted in full.',
        }),
      weeks: z.array(
        z.object({
          week: z.string().meta({ description: 'The Monday, or the first day of the month.', example: '2026-03-09' }),
          from: instant,
          to: instant,
          n: z.int(),
          outcomes,
          horizons: z.array(horizon),
        }),
      ),
    }),
  },
  handle: async (deps, { caller, query }) => {
    const { asOf, timeZone, cohorts, medians } = await readReport(deps, caller, query)
    return {
      body: {
        asOf: asOf.toISOString(),
        timeZone,
        medians,
        weeks: cohorts.map(({ firstDay, from, to, ...row }) => ({
          week: firstDay,
          ...row,
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
        })),
      },
    }
  },
})

/** Reads the report for the clients that the caller may see. */
export async function readReport({ db }: Dependencies, caller: Caller, { asOf, by }: ReportQuery) {
  const now = new Date()
  return db.inPractice(caller.practiceId, async (tx) => {
    const { timeZone } = await readPractice(tx)
    const then = asOf === undefined ? undefined : instantOf(asOf, timeZone, now.getTime())
    return { asOf: then ?? now, timeZone, ...(await readConversion(tx, timeZone, now, caller.sight, then, by)) }
  })
}

/** Returns the instant to report as of; undefined for today. Refuses one that has not passed. */
function instantOf(asOf: Instant | string, timeZone: string, now: Instant): Date | undefined {
  const today = zonedDate(now, timeZone).date
  if (asOf === today) return undefined
  if (asOf > (typeof asOf === 'string' ? today : now)) {
    throw validationProblem([
      { field: 'asOf', code: 'in_future', message: 'Choose a day or an instant that has passed.' },
    ])
  }
  return new Date(typeof asOf === 'string' ? endOfDay(asOf, timeZone) : asOf)
}
