import { z } from 'zod'
import { readConnectedBanks } from '../../../db/list/connectedBanks.ts'
import { endpoint } from '../../endpoint.ts'

export const listBanks = endpoint({
  method: 'get',
  path: '/banks',
  right: 'see_clients',
  about: 'clients',
  summary: 'The banks of the clients',
  description: 'To choose from as a filter: the banks that clients are connected to, among those the caller sees.',
  answer: {
    status: 200,
    description: 'All of them, by name.',
    schema: z.object({ items: z.array(z.string().meta({ example: 'Northgate Bank' })) }),
  },
  handle: async ({ db }, { caller }) => ({
    body: { items: await db.inPractice(caller.practiceId, (tx) => readConnectedBanks(tx, caller.sight)) },
  }),
})
