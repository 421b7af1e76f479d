import { z } from 'zod'
import { refreshSignIn } from '../../../commands/connections/ledgers/signIns.ts'
import type { Tx } from '../../../db/client.ts'
import { hastenLooksOf, readHeldSignIns } from '../../../db/connections/signInHolders.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { signInOf, signInSchema } from './signIn.ts'

export const checkSignIn = endpoint({
  method: 'post',
  path: '/sign-ins/{id}/check',
  writes: 'in_steps',
  right: 'work_clients',
  about: 'sign_in',
  summary: 'Check a sign-in now',
  description: 'Uses it, which also keeps it from ending of disuse. Its clients are looked at within a minute.',
  params: z.object({ id: z.uuid().meta({ description: 'The id of the sign-in.' }) }),
  answer: { status: 200, description: 'As it stands now.', schema: signInSchema },
  handle: async (deps, { caller, params: { id } }) => {
    const { db } = deps
    const read = (tx: Tx) => readHeldSignIns(tx, caller.sight, { signInId: id })
    const [found] = await db.inPractice(caller.practiceId, read)
    if (!found) throw notFound()
    if (deps.ledgers.find(found.provider)) {
      const signIn = { signInId: id, provider: found.provider }
      await refreshSignIn(db, deps, caller.practiceId, signIn, async () => true)
    }
    const [now] = await db.inPractice(caller.practiceId, async (tx) => {
      await hastenLooksOf(tx, id)
      return read(tx)
    })
    if (!now) throw notFound()
    return { body: signInOf(deps, now) }
  },
})
