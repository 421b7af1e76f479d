import { z } from 'zod'
import { createOffers } from '../../client/offer/offer.ts'
import { endpoint } from '../../endpoint.ts'
import { line } from '../fields.ts'

/** The most banks in one answer: a search narrows them. */
const MOST_FOUND = 10

export const listBankChoices = endpoint({
  method: 'get',
  path: '/bank-choices',
  right: 'work_clients',
  about: 'practice',
  summary: 'Banks to ask a client for',
  description: 'Those that the practice’s clients can choose, the most used first, or those that a search finds.',
  query: z.strictObject({ q: line(60, 'Enter part of a name.').optional().meta({ example: 'northgate' }) }),
  answer: {
    status: 200,
    description: `At most ${MOST_FOUND}.`,
    schema: z
      .object({
        items: z
          .array(
            z.object({
              id: z.string().meta({ example: 'ob-northgate' }),
              name: z.string().meta({ example: 'Northgate Bank' }),
            }),
          )
          .max(MOST_FOUND)
          .nullable()
          .meta({ description: 'Null while the banks are not known here: the client chooses at the provider.' }),
      })
      .meta({ id: 'BankChoices' }),
  },
  handle: async (deps, { caller, query }) => {
    const asked = { q: query.q ?? null, all: false, suggested: null, business: true }
    const { choice } = await createOffers(deps).offer(caller.practiceId, asked)
    if (choice.by !== 'tiles') return { body: { items: null } }
    const found = choice.isUnknown ? [] : choice.tiles.slice(0, MOST_FOUND)
    return { body: { items: found.map(({ id, name }) => ({ id, name })) } }
  },
})
