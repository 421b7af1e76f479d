import { z } from 'zod'
import { countUnread, markNoticesRead } from '../../../db/notices/notices.ts'
import { endpoint } from '../../endpoint.ts'
import { readerOf } from './reader.ts'

export const readNoticesEndpoint = endpoint({
  method: 'post',
  path: '/notices/read',
  right: 'have_notices',
  about: 'self',
  summary: 'Mark notices as read',
  description:
    'All of yours; with `upTo` none that came after it, with `onboardingId` only those of one client. Again changes nothing.',
  body: z
    .strictObject({
      upTo: z.uuid().nullable().default(null).meta({ description: 'The newest one that was seen.' }),
      onboardingId: z.uuid().nullable().default(null),
    })
    .meta({ example: { upTo: '01980000-0000-7000-8000-000000000000' } }),
  bodyOptional: true,
  answer: { status: 200, description: 'How many are unread now.', schema: z.object({ unread: z.int() }) },
  handle: async ({ db }, { caller, body }) => {
    const reader = readerOf(caller)
    const unread = await db.inPractice(caller.practiceId, async (tx) => {
      await markNoticesRead(tx, reader.personId, body)
      return countUnread(tx, reader)
    })
    return { body: { unread } }
  },
})
