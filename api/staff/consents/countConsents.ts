import { z } from 'zod'
import { countConsents as count } from '../../../db/connections/consents.ts'
import { CONSENT_VIEWS } from '../../../domain/connections/consents.ts'
import { endpoint } from '../../endpoint.ts'
import { consentFields, consentQueryOf } from './filters.ts'

/** The highest count: more is shown as many. */
const FURTHEST = 100

const counted = z.int().max(FURTHEST)
const { view: _ofEachCount, ...fields } = consentFields

export const countConsents = endpoint({
  method: 'get',
  path: '/consents/counts',
  right: 'see_clients',
  about: 'clients',
  summary: 'How many consents each view holds',
  description: `Each counted up to ${FURTHEST}, with the same filters as a list.`,
  query: z.strictObject(fields),
  answer: {
    status: 200,
    description: 'A count for each view.',
    schema: z.object({ act_now: counted, next_30_days: counted, ended: counted, all: counted, upTo: z.int() }),
  },
  handle: async ({ db }, { caller, query }) => {
    const found = await db.inPractice(caller.practiceId, (tx) =>
      Promise.all(
        CONSENT_VIEWS.map(
          async (view) => [view, await count(tx, consentQueryOf({ ...query, view }, caller), FURTHEST)] as const,
        ),
      ),
    )
    const counts = Object.fromEntries(found) as Record<(typeof CONSENT_VIEWS)[number], number>
    return { body: { ...counts, upTo: FURTHEST } }
  },
})
