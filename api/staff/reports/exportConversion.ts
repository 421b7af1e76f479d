import { z } from 'zod'
import { HORIZON_DAYS } from '../../../domain/metrics/cohorts.ts'
import { OUTCOMES } from '../../../domain/metrics/outcomes.ts'
import { OUTCOME_WORDS } from '../../../domain/rows/stateWords.ts'
import { csvFile, csvLines } from '../../csv.ts'
import { endpoint } from '../../endpoint.ts'
import { practiceQuery } from '../fields.ts'
import { readReport, reportFields } from './conversion.ts'

export const exportConversion = endpoint({
  method: 'get',
  path: '/reports/conversion/export',
  right: 'see_reports',
  about: 'clients',
  summary: 'The conversion report as a file',
  description:
    'Its figures as comma-separated values: for each week or month, how many were invited, had so many days and connected in them, and their answers.',
  query: z.strictObject({ ...reportFields, practice: practiceQuery }),
  answer: {
    status: 200,
    description: 'One line a week or month, oldest first.',
    schema: z.string().meta({ example: 'Week of,Invited\r\n2026-03-09,12\r\n' }),
    mediaType: 'text/csv',
    headers: ['Content-Disposition'],
  },
  handle: async (deps, { caller, query }) => {
    const { cohorts } = await readReport(deps, caller, query)
    const head = [
      query.by === 'week' ? 'Week of' : 'Month from',
      'Invited',
      ...HORIZON_DAYS.flatMap((days) => [`Old enough for ${days} days`, `Within ${days} days`]),
      ...OUTCOMES.map((one) => OUTCOME_WORDS[one]),
    ]
    const lines = cohorts.map(({ firstDay, n, outcomes, horizons }) => [
      firstDay,
      n,
      ...horizons.flatMap(({ eligible, converted }) => [eligible, converted]),
      ...OUTCOMES.map((one) => outcomes[one]),
    ])
    return csvFile('conversion.csv', csvLines([head, ...lines]))
  },
})
