import { z } from 'zod'
import { readPractice } from '../../../db/practices.ts'
import { readConversion } from '../../../db/reports.ts'
import { endpoint } from '../../endpoint.ts'
import { narrowedTo } from '../../sight.ts'
import { instantField, problem } from '../fields.ts'
import { instant } from '../onboardings/schema.ts'

const horizon = z.object({
  days: z.union([z.literal(7), z.literal(14), z.literal(30)]),
  mature: z.boolean().meta({ description: 'Every client of the week has had that many days.' }),
  eligible: z.int().meta({ description: 'Clients that have had that many days.' }),
  converted: z.int().meta({ description: 'Of these, those whose bank was connected within them.' }),
  rate: z.number().nullable().meta({ description: 'Converted ÷ n; null until mature.' }),
  interval: z
    .object({ low: z.number(), high: z.number() })
    .nullable()
    .meta({ description: 'Wilson interval at 95 %; null until mature.' }),
})

export const conversionReport = endpoint({
  method: 'get',
  path: '/reports/conversion',
  scope: 'read',
  right: 'see_reports',
  tag: 'Reports',
  summary: 'From invitation to connected bank',
  description:
    'By week of the first invitation, in the practice’s time zone, over the last half year. Left out: clients whose bank is skipped, or was connected before they were invited.',
  query: z.strictObject({
    asOf: instantField
      .transform((at, context) => {
        if (at > Date.now()) problem(context, 'in_future', 'Choose an instant that has passed.')
        return at
      })
      .optional()
      .meta({ description: 'The report as it was then.' }),
  }),
  answer: {
    status: 200,
    description: 'One row a week, oldest first.',
    schema: z.object({
      asOf: instant,
      timeZone: z.string(),
      weeks: z.array(
        z.object({
          week: z.string().meta({ description: 'The Monday.' }),
          from: instant,
          to: instant,
          n: z.int(),
          horizons: z.array(horizon),
        }),
      ),
    }),
  },
  handle: async ({ db }, { caller, query }) => {
    const now = new Date()
    const asOf = query.asOf === undefined ? undefined : new Date(query.asOf)
    const { timeZone, rows } = await db.inPractice(caller.practiceId, async (tx) => {
      const { timeZone } = await readPractice(tx)
      return { timeZone, rows: await readConversion(tx, timeZone, now, asOf, narrowedTo(caller)) }
    })
    const weeks = rows.map(({ week, from, to, n, horizons }) => ({
      week,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      n,
      horizons,
    }))
    return { body: { asOf: (asOf ?? now).toISOString(), timeZone, weeks } }
  },
})
