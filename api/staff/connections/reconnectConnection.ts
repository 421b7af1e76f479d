import { z } from 'zod'
import { openReconnect } from '../../../commands/connections/ledgers/handOver.ts'
import { readConnection } from '../../../db/connections/connections.ts'
import { HAND_OVER_OUTCOMES, readReconnected } from '../../../db/connections/handOvers.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { notFound, Problem } from '../../problem.ts'

const params = z.object({ id: z.uuid().meta({ description: 'The id of the ledger connection.' }) })

const reconnected = z
  .object({
    outcome: z.enum(HAND_OVER_OUTCOMES).meta({
      description:
        '`unreached`: the new sign-in cannot read this organisation. `renamed`: it reads it under another name. `unanswered`: the software did not answer. Nothing was changed then.',
    }),
    kept: z.int().meta({ description: 'Matches whose account in the books was read again.' }),
    matched: z.int().meta({ description: 'Matches that there were.' }),
    added: z.int().meta({ description: 'Accounts that were not there before.' }),
    found: z.array(z.string()).meta({ description: 'The organisations that the new sign-in reaches.' }),
  })
  .meta({ id: 'Reconnected' })

export const reconnectConnection = endpoint({
  method: 'post',
  path: '/connections/{id}/reconnect',
  right: 'work_clients',
  about: 'connection',
  summary: 'Reconnect a ledger',
  description:
    'Answers the address at which the caller signs in to the ledger again. The connection, its accounts and its matches stay; it works as before until the new sign-in has read the same organisation. A bank is reconnected by its account holder, with a link.',
  params,
  answer: {
    status: 201,
    description: 'Where to go.',
    schema: z.object({ url: z.url().meta({ description: 'For the caller alone. Works for 7 days, once.' }) }),
  },
  problems: { 409: ['not_a_colleague', 'not_connected', 'not_allowed'] },
  handle: async (deps, { caller, params: { id } }) => {
    const connection = await deps.db.inPractice(caller.practiceId, (tx) => readConnection(tx, id))
    if (!connection) throw notFound()
    const { kind, signInId, provider, state } = connection
    if (kind === 'bank') {
      throw new Problem(409, 'not_allowed', 'A bank is reconnected by its account holder. Send them the link.')
    }
    const to = colleagueOf(caller)
    if (to === null) {
      const words = 'A colleague signs in to the software themselves. Send them the link.'
      throw new Problem(409, 'not_a_colleague', words)
    }
    if ((state !== 'connected' && state !== 'lost') || signInId === null) {
      throw new Problem(409, 'not_connected', 'This connection has ended. Connect the books again.')
    }
    const of = { signInId, provider, connectionId: id, to }
    const sessionId = await openReconnect(deps.commands, deps, caller.practiceId, of)
    return { body: { url: `${deps.publicUrl}/connect/${sessionId}` } }
  },
})

export const getReconnected = endpoint({
  method: 'get',
  path: '/connections/{id}/reconnected',
  right: 'work_clients',
  about: 'connection',
  summary: 'What came of reconnecting',
  description: 'What came of the last time that the caller reconnected this ledger.',
  params,
  answer: {
    status: 200,
    description: 'Whether it was reconnected, and what changed; null while nothing has come of it.',
    schema: z.object({ result: reconnected.nullable() }),
  },
  handle: async ({ db }, { caller, params: { id } }) => {
    const to = colleagueOf(caller)
    const found = await db.inPractice(caller.practiceId, async (tx) => {
      if (!(await readConnection(tx, id))) throw notFound()
      return to === null ? null : readReconnected(tx, id, to)
    })
    return { body: { result: found } }
  },
})

/** Returns the id of the colleague who calls; null for a key and for support, who sign in to no software. */
const colleagueOf = ({ actor, staff }: Caller): string | null => (actor.type === 'staff' && staff ? staff.userId : null)
