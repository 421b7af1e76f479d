import { z } from 'zod'
import { countUpTo } from '../../../db/list/list.ts'
import { endpoint } from '../../endpoint.ts'
import { VIEW_FILTERS } from './filters.ts'

/** Counted no further: whoever has a hundred to do has many. */
const FURTHEST = 100

export const countOnboardings = endpoint({
  method: 'get',
  path: '/onboardings/counts',
  scope: 'read',
  right: 'see_clients',
  about: 'clients',
  tag: 'Onboardings',
  summary: 'How much is to do',
  description: `How many clients need attention, and how many wait for the practice. Counted up to ${FURTHEST}.`,
  answer: {
    status: 200,
    description: 'Both counts.',
    schema: z.object({ attention: z.int().max(FURTHEST), us: z.int().max(FURTHEST), upTo: z.int() }),
  },
  handle: async ({ db }, { caller }) => {
    const [attention = 0, us = 0] = await db.inPractice(caller.practiceId, (tx) =>
      Promise.all(
        [VIEW_FILTERS.attention, VIEW_FILTERS.us].map((filters) =>
          countUpTo(tx, { ...filters, sight: caller.sight }, FURTHEST),
        ),
      ),
    )
    return { body: { attention, us, upTo: FURTHEST } }
  },
})
