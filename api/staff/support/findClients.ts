import { z } from 'zod'
import { readRows } from '../../../db/list/list.ts'
import { readAccountMails } from '../../../db/people/accountMails.ts'
import { searchPractices } from '../../../db/support/practices.ts'
import { noteListSeen } from '../../../db/support/visits.ts'
import { MESSAGE_STATES } from '../../../domain/messageFacts.ts'
import { ACCOUNT_MAILS, type AccountMailKind } from '../../../domain/practice/accountMails.ts'
import { STATUSES } from '../../../domain/situation.ts'
import { addressSha256 } from '../../../messages/outbox/accountMails.ts'
import { parseMobile } from '../../../providers/phone.ts'
import type { Dependencies } from '../../dependencies.ts'
import { endpoint } from '../../endpoint.ts'
import { line, problem } from '../fields.ts'
import { type Summary, summarySchema } from '../onboardings/schema.ts'
import { summaryOf } from '../onboardings/summary.ts'
import { clientText } from '../texts.ts'
import { supportPracticeOf, supportPracticeSchema } from './schema.ts'

const MOST_FOUND = 50
const MOST_MAILS = 10

export const findClients = endpoint({
  method: 'get',
  path: '/support/onboardings',
  right: 'help_practices',
  about: 'support',
  summary: 'Find a client of any practice',
  description: `By name, email, phone, reference, practice code or message id, at most ${MOST_FOUND}. Before a practice lets support in, practice, client and stage are all that is told.`,
  query: z.strictObject({
    q: line(200, 'Search with at least 3 characters.')
      .transform((text, context) => {
        if ([...text].length < 3) problem(context, 'too_short', 'Search with at least 3 characters.')
        return text
      })
      .meta({ minLength: 3, example: 'harbour' }),
  }),
  answer: {
    status: 200,
    description: 'Exact matches first, then by name.',
    schema: z.object({
      items: z.array(
        z.object({
          id: z.uuid().meta({ description: 'Of the onboarding.' }),
          practice: supportPracticeSchema,
          client: clientText,
          stage: z.enum(STATUSES),
          situation: summarySchema.shape.situation
            .nullable()
            .meta({ description: 'Null while support is not let in.' }),
        }),
      ),
      mails: z
        .array(
          z.object({
            mail: z.enum(Object.keys(ACCOUNT_MAILS) as [AccountMailKind]),
            at: z.iso.datetime(),
            state: z.enum(MESSAGE_STATES),
            reason: z.string().nullable().meta({ description: 'Why it did not arrive, in plain words.' }),
          }),
        )
        .meta({
          description: `Mails about signing in to the address searched for, at most ${MOST_MAILS}, newest first.`,
        }),
    }),
  },
  handle: async (deps, { caller, query }) => {
    const personId = caller.staff?.userId
    if (personId === undefined) return { body: { items: [], mails: [] } }
    const mobile = query.q.length <= 60 ? parseMobile(query.q) : null
    const phone = mobile?.ok ? mobile.number : null
    const found = await searchPractices(deps.db, personId, { text: query.q, phone, atMost: MOST_FOUND })
    const open = Map.groupBy(
      found.filter(({ access }) => access === 'given'),
      ({ practiceId }) => practiceId,
    )
    const read = await Promise.all(
      [...open].map(([practiceId, rows]) =>
        situationsIn(
          deps,
          practiceId,
          personId,
          rows.map(({ onboardingId }) => onboardingId),
        ),
      ),
    )
    const situations = new Map(read.flat())
    return {
      body: {
        items: found.map(({ onboardingId, client, stage, ...practice }) => ({
          id: onboardingId,
          practice: supportPracticeOf(practice),
          client,
          stage,
          situation: situations.get(onboardingId) ?? null,
        })),
        mails: await mailsTo(deps, query.q),
      },
    }
  },
})

/** Reads the situations of clients of a practice that has let support in. Records that support saw them. */
async function situationsIn(
  { db }: Dependencies,
  practiceId: string,
  personId: string,
  ids: string[],
): Promise<[string, Summary['situation']][]> {
  const rows = await db.inPractice(practiceId, async (tx) => {
    await noteListSeen(tx, personId)
    return readRows(tx, ids)
  })
  return rows.map((row) => [row.view.id, summaryOf(row).situation])
}

/** Returns the mails about sign-ins to an address, newest first; none if the text is no address. */
async function mailsTo({ db }: Dependencies, text: string) {
  if (!text.includes('@')) return []
  const mails = await readAccountMails(db, addressSha256(text), MOST_MAILS)
  return mails.map(({ mail, state, reason, at }) => ({ mail, state, reason, at: new Date(at).toISOString() }))
}
