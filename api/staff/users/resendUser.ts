import { readUserInvitation } from '../../../db/users/invitations.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { sendInvitation } from './inviteUser.ts'
import { invitationParams, userSchema } from './schema.ts'

export const resendUser = endpoint({
  method: 'post',
  path: '/organisations/{id}/users/{invitation}/resend',
  right: 'work_clients',
  about: 'organisation',
  summary: 'Send a user’s invitation anew',
  description: 'A new link for seven days; the older one dies.',
  params: invitationParams,
  answer: { status: 201, description: 'The new invitation.', schema: userSchema },
  problems: { 429: ['resend_too_soon', 'practice_limit'] },
  handle: async (deps, { caller, params }) => {
    const invitation = await deps.db.inPractice(caller.practiceId, (tx) => readUserInvitation(tx, params.invitation))
    if (invitation?.organisationId !== params.id) throw notFound()
    const { name, email, role } = invitation
    return { body: await sendInvitation(deps, caller, params.id, { name, email, role }) }
  },
})
