import { z } from 'zod'
import { readAudit, withNames } from '../../../db/people/audit.ts'
import { AUDIT_KINDS } from '../../../domain/practice/audit.ts'
import { endpoint } from '../../endpoint.ts'
import { badCursor } from '../../problem.ts'
import { instant } from '../onboardings/schema.ts'
import { idText } from '../texts.ts'

const who = z.object({ id: z.string().nullable(), name: z.string().nullable() })

const auditSchema = z
  .object({
    id: idText,
    at: instant,
    kind: z.enum(AUDIT_KINDS),
    actor: who.extend({ type: z.enum(['staff', 'support', 'api_key', 'system']) }),
    subject: who.nullable().meta({ description: 'Whom or what it is about.' }),
    data: z.record(z.string(), z.unknown()),
    address: z.string().nullable().meta({ description: 'Where the request came from.' }),
  })
  .meta({ id: 'AuditEvent' })

const cursorId = z.uuid()

export const listAudit = endpoint({
  method: 'get',
  path: '/audit',
  right: 'see_audit',
  about: 'practice',
  summary: 'Sign-ins, and changes of rights, keys and settings',
  query: z.strictObject({
    kind: z.enum(AUDIT_KINDS).optional(),
    person: z.uuid().optional().meta({ description: 'By or about this person.' }),
    limit: z.coerce.number().int().min(1).max(100).default(50),
    cursor: z.string().min(1).max(100).optional().meta({ description: 'The `nextCursor` of the page before.' }),
  }),
  answer: {
    status: 200,
    description: 'Newest first.',
    schema: z.object({ items: z.array(auditSchema), nextCursor: z.string().nullable() }),
  },
  handle: async ({ db }, { caller, query }) => {
    const { kind = null, person = null, limit, cursor } = query
    const before = cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString('latin1')
    if (before !== null && !cursorId.safeParse(before).success) throw badCursor()
    const rows = await db.inPractice(caller.practiceId, async (tx) =>
      withNames(tx, await readAudit(tx, { before, kind, person, limit: limit + 1 })),
    )
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      body: {
        items: page.map(({ id, at, kind, actorType, actorId, actorName, subjectId, subjectName, data, address }) => ({
          id,
          at: new Date(at).toISOString(),
          kind,
          actor: { type: actorType, id: actorId, name: actorName },
          subject: subjectId === null ? null : { id: subjectId, name: subjectName },
          data,
          address,
        })),
        nextCursor: rows.length > page.length && last ? Buffer.from(last.id).toString('base64url') : null,
      },
    }
  },
})
