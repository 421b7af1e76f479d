import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { eraseClient } from '../../../commands/organisations/eraseClient.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { doerOf } from '../members/schema.ts'
import { organisationParams } from './resource.ts'

export const eraseOrganisation = endpoint({
  method: 'post',
  path: '/organisations/{id}/erase',
  writes: 'in_steps',
  right: 'erase_clients',
  about: 'organisation',
  summary: 'Erase a client',
  description:
    'For good: people, addresses, connections and free text go; dates and events without names stay. What runs is cancelled. Doing it again changes nothing.',
  params: organisationParams,
  body: z.strictObject({
    name: z
      .string()
      .max(400)
      .meta({ description: 'The name of the client, as a second look.', example: 'Harbour Bakery Ltd' }),
  }),
  answer: {
    status: 200,
    description: 'It is erased.',
    schema: z.object({
      id: z.uuid(),
      endedThere: z.boolean().meta({
        description:
          'Whether what was connected is ended at its provider, too; otherwise it can also be removed at the bank or ledger.',
      }),
    }),
  },
  handle: async (deps, { caller, params, body }) => {
    const { practiceId } = caller
    const { commands } = deps
    const done = await eraseClient(commands, deps, practiceId, doerOf(caller), randomUUID(), params.id, body.name)
    if (done.result === 'not_found') throw notFound()
    if (done.result === 'other_name') {
      throw validationProblem([
        { field: 'name', code: 'other_name', message: 'Type the client’s name as it stands above.' },
      ])
    }
    return { body: { id: params.id, endedThere: done.endedThere } }
  },
})
