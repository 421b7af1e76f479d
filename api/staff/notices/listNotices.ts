import { z } from 'zod'
import { type AskedHandOver, readAskedHandOvers } from '../../../db/connections/handOvers.ts'
import { countUnread, type NoticeRow, readNotices } from '../../../db/notices/notices.ts'
import { LEDGERS } from '../../../domain/connections/ledgers.ts'
import { NOTICE_KINDS, noticeSentence } from '../../../domain/practice/notices.ts'
import { takeOverSentence } from '../../../domain/words/takeOver.ts'
import type { Dependencies } from '../../dependencies.ts'
import { endpoint } from '../../endpoint.ts'
import { softwareOf } from '../signIns/signIn.ts'
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
    takeOvers: z
      .array(
        z.object({
          id: z.uuid(),
          software: z.string(),
          sentence: z
            .string()
            .meta({ example: takeOverSentence({ from: 'Rosa Marsh', software: LEDGERS[0].label, clients: 14 }) }),
          url: z.url().meta({ description: 'Where you sign in to the software.' }),
          at: z.iso.datetime(),
        }),
      )
      .meta({ description: 'The sign-ins that you are asked to take over, until you have.' }),
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
  handle: async (deps, { caller }) => {
    const reader = readerOf(caller)
    const [rows, unread, asked] = await deps.db.inPractice(caller.practiceId, (tx) =>
      Promise.all([readNotices(tx, reader, AT_MOST), countUnread(tx, reader), readAskedHandOvers(tx, reader.personId)]),
    )
    return { body: { unread, clients: byClient(rows), takeOvers: asked.map((one) => takeOverOf(deps, one)) } }
  },
})

function takeOverOf(deps: Dependencies, { id, provider, from, clients, askedAt, sessionId }: AskedHandOver) {
  const software = softwareOf(deps, provider)
  const sentence = takeOverSentence({ from, software, clients })
  return { id, software, sentence, url: `${deps.publicUrl}/connect/${sessionId}`, at: new Date(askedAt).toISOString() }
}

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
