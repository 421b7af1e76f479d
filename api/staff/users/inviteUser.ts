import { z } from 'zod'
import { readOrganisationDetails } from '../../../db/onboardings/organisationDetails.ts'
import { readPractice } from '../../../db/practices.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { inviteAndMail } from '../../portal/inviteAndMail.ts'
import { practiceLimitProblem } from '../../practiceLimit.ts'
import { notFound } from '../../problem.ts'
import { inviterOf } from '../command.ts'
import { personAddress, personName } from '../fields.ts'
import { organisationParams } from '../organisations/resource.ts'
import { invitedOf, type User, userRole, userSchema, usersProblem } from './schema.ts'

export const inviteUserEndpoint = endpoint({
  method: 'post',
  path: '/organisations/{id}/users',
  right: 'work_clients',
  about: 'organisation',
  summary: 'Invite a further user of a client',
  description:
    'By mail, for seven days, at most once a minute to an address. To one that is invited already a new link goes out, and the older one dies.',
  params: organisationParams,
  body: z
    .strictObject({ name: personName.nullable().default(null), email: personAddress, role: userRole.default('member') })
    .meta({ example: { name: 'Sam Reed', email: 'sam@harbour.example', role: 'member' } }),
  answer: { status: 201, description: 'The invitation.', schema: userSchema },
  problems: { 409: ['already_member'], 429: ['resend_too_soon', 'practice_limit'] },
  handle: async (deps, { caller, params, body }) => ({ body: await sendInvitation(deps, caller, params.id, body) }),
})

/** Mails the invitation; throws a problem when it is refused. */
export async function sendInvitation(
  deps: Dependencies,
  caller: Caller,
  organisationId: string,
  wanted: { name: string | null; email: string; role: User['role'] },
): Promise<User> {
  const { practiceId, actor } = caller
  const details = await deps.db.inPractice(practiceId, (tx) => readOrganisationDetails(tx, organisationId))
  if (!details) throw notFound()
  const of = { practiceId, organisationId, organisation: details.name }
  const sent = await inviteAndMail(deps, of, actor, { ...wanted, inviterName: inviterOf(caller) ?? null })
  if (sent.result === 'practice_limit') {
    const { timeZone } = await deps.db.inPractice(practiceId, readPractice)
    throw practiceLimitProblem(sent.at, timeZone, deps.emailFrom)
  }
  if (sent.result !== 'invited') throw usersProblem(sent.result, details.name)
  return invitedOf(sent.invitation)
}
