import { z } from 'zod'
import { askToTakeOver } from '../../../commands/connections/handOver.ts'
import { readHeldSignIns } from '../../../db/connections/signInHolders.ts'
import { readColleagues } from '../../../db/people/members.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { doerOf } from '../members/schema.ts'

export const handOverSignIn = endpoint({
  method: 'post',
  path: '/sign-ins/{id}/hand-over',
  right: 'assign_clients',
  about: 'sign_in',
  summary: 'Ask a colleague to take over a sign-in’s clients',
  description:
    'They sign in themselves. Each client is switched once the new sign-in has read its organisation; the others stay where they are. An earlier request that is open is withdrawn.',
  params: z.object({ id: z.uuid().meta({ description: 'The id of the sign-in.' }) }),
  body: z.strictObject({ to: z.uuid().meta({ description: 'The colleague, or the caller.' }) }),
  answer: {
    status: 201,
    description: 'They are asked.',
    schema: z.object({
      url: z.url().meta({
        description: 'Where that colleague, signed in to Embark, signs in to the software. Works for 7 days.',
      }),
    }),
  },
  handle: async (deps, { caller, params: { id }, body: { to } }) => {
    const { practiceId } = caller
    const [held, colleagues] = await deps.db.inPractice(practiceId, (tx) =>
      Promise.all([readHeldSignIns(tx, caller.sight, { signInId: id }), readColleagues(tx)]),
    )
    const [signIn] = held
    if (!signIn) throw notFound()
    if (!colleagues.some(({ userId }) => userId === to)) {
      throw validationProblem([{ field: 'to', code: 'unknown_colleague', message: 'Choose a colleague.' }])
    }
    const request = { signInId: id, provider: signIn.provider, to }
    const sessionId = await askToTakeOver(deps.commands, deps, practiceId, doerOf(caller), request)
    return { body: { url: `${deps.publicUrl}/connect/${sessionId}` } }
  },
})
