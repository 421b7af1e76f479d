import { z } from 'zod'
import { allowingOf, untilOf } from '../../../commands/connections/renewals/renew.ts'
import { readConsent } from '../../../db/connections/consents.ts'
import { readRenewable } from '../../../db/connections/renewals.ts'
import { readPractice } from '../../../db/practices.ts'
import { canBeAsked } from '../../../domain/connections/consents.ts'
import { refusalForClient } from '../../../domain/connections/renewal.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { entrySchema, readEntries } from '../onboardings/readTimeline.ts'
import { instant } from '../onboardings/schema.ts'
import { iso } from '../onboardings/summary.ts'
import { consentOf, consentSchema } from './consent.ts'

/** The most entries of a consent's history. */
const MOST_ENTRIES = 50

export const getConsent = endpoint({
  method: 'get',
  path: '/consents/{id}',
  right: 'see_clients',
  about: 'connection',
  summary: 'One consent',
  description: 'With the accounts that are shared, and what happened to it, newest first.',
  params: z.object({ id: z.uuid().meta({ description: 'The id of the connection.' }) }),
  answer: {
    status: 200,
    description: 'The consent as it stands now.',
    schema: consentSchema.extend({
      shared: z.array(z.object({ name: z.string(), last4: z.string(), sortCode: z.string().nullable() })),
      history: z.array(entrySchema),
      forClient: z.object({ until: instant.nullable() }).nullable().meta({
        description:
          'Where the client could answer now and colleagues may confirm for them: until when that would be, null where the bank needs the client.',
      }),
    }),
  },
  handle: async (deps, { caller, params }) => {
    const body = await deps.db.inPractice(caller.practiceId, async (tx) => {
      const row = await readConsent(tx, params.id)
      if (!row) throw notFound()
      const narrow = { kinds: null, actors: null, connectionId: row.id, before: null, limit: MOST_ENTRIES }
      const history = (await readEntries(tx, row.onboardingId, narrow)) ?? []
      const { timeZone, confirmForClients } = await readPractice(tx)
      const consent = consentOf(deps, row, timeZone)
      const renewable = confirmForClients && canBeAsked(consent.situation.is) ? await readRenewable(tx, row.id) : null
      const refusal = renewable && refusalForClient(allowingOf(deps, renewable, confirmForClients))
      const until = renewable && refusal === null ? iso(untilOf(deps, renewable)) : null
      const forClient = renewable && (refusal === null || refusal === 'bank_needs_client') ? { until } : null
      return { ...consent, shared: row.shared, history, forClient }
    })
    return { body }
  },
})
