import { z } from 'zod'
import { insertAudit } from '../../../db/people/audit.ts'
import { readPractice, updateSupportAccess } from '../../../db/practices.ts'
import { HOUR_MS } from '../../../domain/situation.ts'
import { endpoint } from '../../endpoint.ts'
import { practiceOf, practiceSchema } from './schema.ts'

export const changeSupportAccess = endpoint({
  method: 'patch',
  path: '/practice/support-access',
  scope: 'write',
  right: 'manage_support',
  tag: 'Settings',
  summary: 'Say whether support may look in',
  description:
    'Always, when it asks, or never. With `on_request`, `hours` opens it for so long; without, it is closed now.',
  body: z
    .strictObject({
      access: z.enum(['always', 'on_request', 'never']),
      hours: z.int().min(1).max(72).nullable().default(null),
    })
    .meta({ example: { access: 'on_request', hours: 4 } }),
  answer: { status: 200, description: 'As it then stands.', schema: practiceSchema },
  handle: async ({ db }, { caller, body }) => {
    const { access } = body
    const hours = access === 'on_request' ? body.hours : null
    const practice = await db.inPractice(caller.practiceId, async (tx) => {
      await updateSupportAccess(tx, access, hours === null ? null : hours * HOUR_MS)
      await insertAudit(tx, caller, { kind: 'support_access_changed', subjectId: null, data: { access, hours } })
      return readPractice(tx)
    })
    return { body: practiceOf(practice) }
  },
})
