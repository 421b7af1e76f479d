import { z } from 'zod'
import { disconnect } from '../../../commands/connections/disconnect.ts'
import { readConnection } from '../../../db/connections/connections.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { targetOf } from '../command.ts'
import { onboardingExample } from '../onboardings/example.ts'
import { readOnboarding } from '../onboardings/resource.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

export const disconnectConnection = endpoint({
  method: 'post',
  path: '/connections/{id}/disconnect',
  writes: 'in_steps',
  right: 'work_clients',
  about: 'connection',
  summary: 'Disconnect a bank or ledger',
  description:
    'Reading stops at once, and its matches are removed. At a ledger only this organisation is disconnected: others on the same sign-in keep working. While the onboarding is open the step comes back.',
  params: z.object({ id: z.uuid().meta({ description: 'The id of the connection.' }) }),
  answer: {
    status: 200,
    description: 'The onboarding without it.',
    schema: onboardingSchema
      .extend({
        endedThere: z.boolean().meta({
          description:
            'Whether the provider has ended it, too; otherwise it can also be removed at the bank or ledger.',
        }),
      })
      .meta({ example: { ...onboardingExample, endedThere: true } }),
  },
  handle: async (deps, { caller, params }) => {
    const connection = await deps.db.inPractice(caller.practiceId, (tx) => readConnection(tx, params.id))
    if (!connection) throw notFound()
    const { onboardingId } = connection
    const target = targetOf(caller, onboardingId)
    const ended = await disconnect(deps.commands, deps, target, caller.actor, params.id)
    if (ended.result === 'not_found') throw notFound()
    const endedThere = ended.result === 'disconnected' && ended.endedThere
    return { body: { ...(await readOnboarding(deps, caller, onboardingId)), endedThere } }
  },
})
