import { z } from 'zod'
import { setAccess } from '../../../commands/support/setAccess.ts'
import { readPractice } from '../../../db/practices.ts'
import { endpoint } from '../../endpoint.ts'
import { practiceOf, practiceSchema } from './schema.ts'

export const changeSupportAccess = endpoint({
  method: 'patch',
  path: '/practice/support-access',
  right: 'manage_support',
  about: 'practice',
  summary: 'Say whether support may look in',
  description:
    'Always, when it asks, or never. With `on_request`, `hours` opens it for so long; without, it is closed now. That answers whatever support has asked.',
  body: z
    .strictObject({
      access: z.enum(['always', 'on_request', 'never']),
      hours: z.int().min(1).max(72).nullable().default(null),
    })
    .meta({ example: { access: 'on_request', hours: 4 } }),
  answer: { status: 200, description: 'As it then stands.', schema: practiceSchema },
  handle: async ({ db }, { caller, body }) => {
    const practice = await db.inPractice(caller.practiceId, async (tx) => {
      await setAccess(tx, caller, body)
      return readPractice(tx)
    })
    return { body: practiceOf(practice) }
  },
})
