import { z } from 'zod'
import { countUpTo } from '../../../db/list/list.ts'
import { conditionOfView, VIEWS } from '../../../domain/rows/conditions.ts'
import { endpoint } from '../../endpoint.ts'

/** The highest count: more is shown as many. */
const FURTHEST = 100

const count = z.int().max(FURTHEST)

export const countOnboardings = endpoint({
  method: 'get',
  path: '/onboardings/counts',
  right: 'see_clients',
  about: 'clients',
  summary: 'How many clients each view holds',
  description: `Each counted up to ${FURTHEST}. \`mine\` is null for a key, which manages no clients.`,
  answer: {
    status: 200,
    description: 'A count for each view.',
    schema: z.object({
      attention: count,
      us: count,
      client: count,
      not_invited: count,
      expired: count,
      completed: count,
      mine: count.nullable(),
      all: count,
      upTo: z.int(),
    }),
  },
  handle: async ({ db }, { caller }) => {
    const { type, id } = caller.actor
    const person = type === 'staff' ? id : null
    const found = await db.inPractice(caller.practiceId, (tx) =>
      Promise.all(
        VIEWS.map(async (view) => {
          if (view === 'mine' && person === null) return [view, null] as const
          const query = { conditions: [conditionOfView(view, person)], sight: caller.sight }
          return [view, await countUpTo(tx, query, FURTHEST)] as const
        }),
      ),
    )
    const { mine = null, ...counts } = Object.fromEntries(found) as Record<(typeof VIEWS)[number], number>
    return { body: { ...counts, mine, upTo: FURTHEST } }
  },
})
