import { z } from 'zod'
import { readTroubles } from '../../../db/troubles.ts'
import { endpoint } from '../../endpoint.ts'

const instant = z.iso.datetime()

export const listTroubles = endpoint({
  method: 'get',
  path: '/support/troubles',
  right: 'help_practices',
  about: 'support',
  summary: 'List what providers do not accept',
  description:
    'What the providers of mails and texts and the register met in the last day that whoever runs Embark must mend. It is about no client: messages wait meanwhile.',
  answer: {
    status: 200,
    description: 'The latest first.',
    schema: z.object({
      items: z.array(
        z.object({
          service: z.enum(['email', 'sms', 'registry']),
          code: z.string().meta({ description: 'The provider’s error number.' }),
          reason: z.string(),
          firstAt: instant,
          lastAt: instant,
          times: z.int(),
        }),
      ),
    }),
  },
  handle: async ({ db }) => {
    const troubles = await readTroubles(db)
    const items = troubles.map(({ firstAtMs, lastAtMs, ...trouble }) => ({
      ...trouble,
      firstAt: new Date(firstAtMs).toISOString(),
      lastAt: new Date(lastAtMs).toISOString(),
    }))
    return { body: { items } }
  },
})
