import { z } from 'zod'
import { askToTakeOver } from '../../../commands/connections/ledgers/handOver.ts'
import { readHeldSignIns } from '../../../db/connections/signInHolders.ts'
import { readColleagues } from '../../../db/people/members.ts'
import { readPractice } from '../../../db/practices.ts'
import { inMails } from '../../../messages/compose/brand.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { doerOf } from '../members/schema.ts'
import { softwareOf } from './signIn.ts'

export const handOverSignIn = endpoint({
  method: 'post',
  path: '/sign-ins/{id}/hand-over',
  right: 'assign_clients',
  about: 'sign_in',
  summary: 'Ask a colleague to take over a sign-in’s clients',
  description:
    'They sign in themselves. Each client is switched once the new sign-in has read its organisation; the others stay where they are. An earlier request that is open is withdrawn. A colleague is told by mail and under the bell.',
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
    const asked = colleagues.find(({ userId }) => userId === to)
    if (asked && to !== caller.staff?.userId) await mailTakeOver(deps, caller, asked.email, id)
    return { body: { url: `${deps.publicUrl}/connect/${sessionId}` } }
  },
})

/** Mails the colleague who is asked. The button leads to the page on which only they sign in. */
async function mailTakeOver(
  deps: Dependencies,
  { practiceId }: Caller,
  email: string,
  signInId: string,
): Promise<void> {
  const { db, identity, publicUrl } = deps
  const { practice, held } = await db.inPractice(practiceId, async (tx) => ({
    practice: await readPractice(tx),
    held: (await readHeldSignIns(tx, { of: 'all' }, { signInId }))[0],
  }))
  if (!held) return
  const { provider, person, clients } = held
  identity.mail({
    mail: 'take-over',
    email,
    actionUrl: `${publicUrl}/consents/sign-ins`,
    practice: inMails(practice, publicUrl),
    from: person?.name ?? null,
    software: softwareOf(deps, provider),
    clients: clients.length,
  })
}
