import { z } from 'zod'
import { countUnread, type NoticeRow, readNotices } from '../../../db/notices/notices.ts'
import { NOTICE_KINDS, noticeSentence } from '../../../domain/practice/notices.ts'
import { endpoint } from '../../endpoint.ts'
import { clientText, idText } from '../texts.ts'
import { readerOf } from './reader.ts'

const AT_MOST = 50

const noticesSchema = z
  .object({
    unread: z.int().meta({ description: 'Of all of them, those that are too old to be listed included.' }),
    clients: z
      .array(
        z.object({
          onboarding: z.object({ id: idText, name: clientText }),
          notices: z.array(
            z.object({
              id: idText,
              kind: z.enum(NOTICE_KINDS),
              sentence: z.string().meta({ example: 'Jo connected Northgate' }),
              at: z.iso.datetime(),
              read: z.boolean(),
            }),
          ),
        }),
      )
      .meta({ description: 'Whoever something happened to last comes first.' }),
  })
  .meta({ id: 'Notices' })

type Group = z.infer<typeof noticesSchema>['clients'][number]

export const listNotices = endpoint({
  method: 'get',
  path: '/notices',
  right: 'have_notices',
  about: 'clients',
  summary: 'What you were told of',
  description: 'The last 50, newest first, by client. Clients you may not see any more are left out.',
  answer: { status: 200, description: 'They.', schema: noticesSchema },
  handle: async ({ db }, { caller }) => {
    const reader = readerOf(caller)
    const [rows, unread] = await db.inPractice(caller.practiceId, (tx) =>
      Promise.all([readNotices(tx, reader, AT_MOST), countUnread(tx, reader)]),
    )
    return { body: { unread, clients: byClient(rows) } }
  },
})

/** Groups notices by client, in the order of each client's newest. */
function byClient(rows: NoticeRow[]): Group[] {
  const groups = new Map<string, Group>()
  for (const { id, kind, at, isRead, onboardingId, client, event, data } of rows) {
    const group = groups.get(onboardingId) ?? { onboarding: { id: onboardingId, name: client }, notices: [] }
    groups.set(onboardingId, group)
    const sentence = noticeSentence(kind, event, data)
    group.notices.push({ id, kind, sentence, at: new Date(at).toISOString(), read: isRead })
  }
  return [...groups.values()]
}
