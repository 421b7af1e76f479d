import { z } from 'zod'
import { lookAt } from '../../../commands/connections/lookAtConnections.ts'
import { readConnection } from '../../../db/connections/connections.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound, Problem } from '../../problem.ts'
import { readOnboarding } from '../onboardings/resource.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

export const checkConnection = endpoint({
  method: 'post',
  path: '/connections/{id}/check',
  writes: 'in_steps',
  right: 'work_clients',
  about: 'connection',
  summary: 'Check a connection now',
  description: 'Asks the bank or ledger whether it can still be read, which happens daily by itself.',
  params: z.object({ id: z.uuid().meta({ description: 'The id of the connection.' }) }),
  answer: { status: 200, description: 'The onboarding with what was found.', schema: onboardingSchema },
  problems: { 409: ['not_connected'] },
  handle: async (deps, { caller, params: { id } }) => {
    const connection = await deps.db.inPractice(caller.practiceId, (tx) => readConnection(tx, id))
    if (!connection) throw notFound()
    if (connection.state !== 'connected' && connection.state !== 'lost') {
      throw new Problem(409, 'not_connected', 'This connection has ended. There is nothing to check.')
    }
    await lookAt(deps.commands, deps, caller.practiceId, id)
    return { body: await readOnboarding(deps, caller, connection.onboardingId) }
  },
})
