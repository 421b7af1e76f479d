import { z } from 'zod'
import { readAudit, withNames } from '../../../db/people/audit.ts'
import { readPractice } from '../../../db/practices.ts'
import { AUDIT_KINDS } from '../../../domain/practice/audit.ts'
import { AUDIT_WORDS, auditDetail, NAMELESS } from '../../../domain/practice/auditWords.ts'
import { staffInstant } from '../../../domain/words/dates.ts'
import { csvFile, csvLines } from '../../csv.ts'
import { endpoint } from '../../endpoint.ts'
import { practiceQuery } from '../fields.ts'

/** The most rows of an export; older ones are found by filters on kind or person. */
const MOST_RECORDS = 10_000

export const exportAudit = endpoint({
  method: 'get',
  path: '/audit/export',
  right: 'see_audit',
  about: 'practice',
  summary: 'The audit log as a file',
  description: `The newest ${MOST_RECORDS} records that are asked for, as comma-separated values.`,
  query: z.strictObject({
    kind: z.enum(AUDIT_KINDS).optional(),
    person: z.uuid().optional().meta({ description: 'By or about this person.' }),
    practice: practiceQuery,
  }),
  answer: {
    status: 200,
    description: 'Newest first.',
    schema: z.string().meta({ example: 'Time (UTC),Who,What\r\n2026-03-10T14:02:00.000Z,Rosa Marsh,Signed in\r\n' }),
    mediaType: 'text/csv',
    headers: ['Content-Disposition'],
  },
  handle: async ({ db }, { caller, query }) => {
    const { kind = null, person = null } = query
    const { practice, rows } = await db.inPractice(caller.practiceId, async (tx) => {
      const rows = await readAudit(tx, { before: null, kind, person, limit: MOST_RECORDS })
      return { practice: await readPractice(tx), rows: await withNames(tx, rows) }
    })
    const lines = rows.map((row) => [
      new Date(row.at).toISOString(),
      staffInstant(row.at, practice.timeZone),
      row.actorName ?? NAMELESS[row.actorType],
      AUDIT_WORDS[row.kind],
      row.subjectName ?? '',
      auditDetail(row.data),
      row.address ?? '',
    ])
    const head = ['Time (UTC)', `Time (${practice.timeZone})`, 'Who', 'What', 'Whom', 'Details', 'From']
    return csvFile('audit.csv', csvLines([head, ...lines]))
  },
})
