import { z } from 'zod'
import { mayRevealAddressInUse } from '../../../db/invitations/invitations.ts'
import { endpoint } from '../../endpoint.ts'
import { emailAddress } from '../fields.ts'

export const checkAddress = endpoint({
  method: 'post',
  path: '/addresses/check',
  writes: 'nothing',
  right: 'work_clients',
  about: 'clients',
  summary: 'Whether somebody on Embark has an address already',
  description:
    'Ask before inviting. The answer is the same wherever the address is used, and never says where. A practice in its first day is told of its own clients’ people alone. An invitation is checked again when it leaves.',
  body: z
    .strictObject({
      email: emailAddress,
      organisation: z.uuid().nullable().default(null).meta({ description: 'Its own users do not count.' }),
    })
    .meta({ example: { email: 'jo@harbour.example' } }),
  answer: { status: 200, description: 'Whether it is in use.', schema: z.object({ inUse: z.boolean() }) },
  handle: async ({ db }, { caller, body }) => ({
    body: {
      inUse: await db.inPractice(caller.practiceId, (tx) => mayRevealAddressInUse(tx, body.email, body.organisation)),
    },
  }),
})
