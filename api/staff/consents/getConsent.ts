import { z } from 'zod'
import { readConsent } from '../../../db/connections/consents.ts'
import { readPractice } from '../../../db/practices.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { entrySchema, readEntries } from '../onboardings/readTimeline.ts'
import { consentOf, consentSchema } from './consent.ts'

/** The most entries of a consent's history. */
const MOST = 50

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
    }),
  },
  handle: async (deps, { caller, params }) => {
    const body = await deps.db.inPractice(caller.practiceId, async (tx) => {
      const row = await readConsent(tx, params.id)
      if (!row) throw notFound()
      const narrow = { kinds: null, actors: null, connectionId: row.id, before: null, limit: MOST }
      const history = (await readEntries(tx, row.onboardingId, narrow)) ?? []
      return { ...consentOf(deps, row, (await readPractice(tx)).timeZone), shared: row.shared, history }
    })
    return { body }
  },
})
