import { z } from 'zod'
import { HAND_OVER_OUTCOMES, readHandOvers } from '../../../db/connections/handOvers.ts'
import { readHeldSignIns } from '../../../db/connections/signInHolders.ts'
import { endpoint } from '../../endpoint.ts'
import { instant } from '../onboardings/schema.ts'
import { iso, isoOrNull } from '../onboardings/summary.ts'
import { signInOf, signInSchema, softwareOf } from './signIn.ts'

const handOverSchema = z
  .object({
    id: z.uuid(),
    signInId: z.uuid(),
    software: z.string(),
    to: z.object({ id: z.uuid(), name: z.string().nullable() }),
    askedAt: instant,
    doneAt: instant.nullable(),
    url: z.url().nullable().meta({ description: 'Where the caller signs in, if they were asked and have not yet.' }),
    results: z.array(z.object({ onboardingId: z.uuid(), name: z.string(), outcome: z.enum(HAND_OVER_OUTCOMES) })).meta({
      description:
        '`unreached`: the new sign-in cannot read the client. `renamed`: it reads one of another name. `unanswered`: the software did not answer.',
    }),
  })
  .meta({ id: 'HandOver', description: 'A request that a colleague takes over the clients of a sign-in.' })

export const listSignIns = endpoint({
  method: 'get',
  path: '/sign-ins',
  right: 'see_clients',
  about: 'clients',
  summary: 'Whose sign-ins hold which clients',
  description:
    'When a colleague leaves, connections made with their sign-in stop working. Only clients that the caller sees are named.',
  answer: {
    status: 200,
    description: 'All of them, those with the most clients first, and the hand-overs of the last 7 days.',
    schema: z.object({ items: z.array(signInSchema), handOvers: z.array(handOverSchema) }),
  },
  handle: async (deps, { caller }) => {
    const { sight, actor } = caller
    const [held, asked] = await deps.db.inPractice(caller.practiceId, (tx) =>
      Promise.all([readHeldSignIns(tx, sight), readHandOvers(tx, sight)]),
    )
    const isMine = (to: string) => actor.type === 'staff' && actor.id === to
    // Requests are shown to those who may hand over, and to those who were asked.
    const shown = asked.filter(({ to }) => isMine(to.id) || caller.rights.includes('assign_clients'))
    const handOvers = shown.map(({ provider, askedAt, doneAt, sessionId, ...one }) => ({
      ...one,
      software: softwareOf(deps, provider),
      askedAt: iso(askedAt),
      doneAt: isoOrNull(doneAt),
      url: doneAt === null && sessionId && isMine(one.to.id) ? `${deps.publicUrl}/connect/${sessionId}` : null,
    }))
    return { body: { items: held.map((one) => signInOf(deps, one)), handOvers } }
  },
})
