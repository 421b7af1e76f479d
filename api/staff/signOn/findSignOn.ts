import { z } from 'zod'
import { resolveSignOn } from '../../../db/people/signOn.ts'
import { openEndpoint } from '../../endpoint.ts'
import { emailAddress } from '../fields.ts'
import { practiceText } from '../texts.ts'

export const findSignOn = openEndpoint({
  method: 'post',
  path: '/sign-on/find',
  writes: 'nothing',
  summary: 'Where an address may sign in',
  description:
    'Besides by password: the practices whose single sign-on is for its domain, whether or not anybody has it.',
  body: z.strictObject({ email: emailAddress }),
  answer: {
    status: 200,
    description: 'Often none.',
    schema: z.object({ items: z.array(z.object({ name: practiceText, url: z.url() })) }),
  },
  handle: async ({ db, publicUrl }, { body }) => {
    const found = await resolveSignOn(db, body.email.split('@')[1] ?? '')
    const items = found.map(({ practiceId, name }) => ({
      name,
      url: `${publicUrl}/api/auth/sign-on/begin/${practiceId}`,
    }))
    return { body: { items } }
  },
})
