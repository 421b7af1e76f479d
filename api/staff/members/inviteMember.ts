import { z } from 'zod'
import { inviteColleague } from '../../../commands/people/inviteColleague.ts'
import { stampMailed } from '../../../db/people/invitations.ts'
import { readPractice } from '../../../db/practices.ts'
import { inMails } from '../../../messages/compose/brand.ts'
import { endpoint } from '../../endpoint.ts'
import { practiceLimitProblem } from '../../practiceLimit.ts'
import { Problem } from '../../problem.ts'
import { personAddress, personName } from '../fields.ts'
import { doerOf, invitedOf, memberRole, memberSchema, teamProblem } from './schema.ts'

export const inviteMember = endpoint({
  method: 'post',
  path: '/members',
  right: 'manage_team',
  about: 'colleagues',
  summary: 'Invite a colleague',
  description:
    'By mail, for seven days. To an address that is invited already a new link goes out, and the older one dies.',
  body: z
    .strictObject({
      name: personName.optional(),
      email: personAddress,
      role: memberRole,
      addClients: z.boolean().default(false),
    })
    .meta({ example: { name: 'Priya Shah', email: 'priya@marsh-lowe.example', role: 'standard' } }),
  answer: { status: 201, description: 'The invitation.', schema: memberSchema },
  problems: { 409: ['already_member'], 429: ['practice_limit'] },
  handle: async (deps, { caller, body }) => {
    const { practiceId, staff } = caller
    const doer = doerOf(caller)
    if (body.role === 'practice_admin' && doer.role !== 'practice_admin') {
      throw await teamProblem(deps, caller, { result: 'admins_only' })
    }
    const { invited, practice } = await deps.db.inPractice(practiceId, async (tx) => ({
      practice: await readPractice(tx),
      invited: await inviteColleague(tx, deps.linkKeys, doer, { ...body, name: body.name ?? null }),
    }))
    if (invited.result === 'already_member') {
      throw new Problem(409, 'already_member', `${invited.name} is in the team already.`)
    }
    if (invited.result === 'practice_limit') throw practiceLimitProblem(invited.at, practice.timeZone, deps.emailFrom)
    const { invitation, token } = invited
    const { name, timeZone, senderName } = practice
    await deps.db.afterCommit(async () =>
      deps.identity.mail(
        {
          mail: 'colleague',
          email: invitation.email,
          actionUrl: `${deps.publicUrl}/join/${token}`,
          practice: inMails(practice, deps.publicUrl),
          inviter: staff?.name ?? null,
          role: invitation.role,
          expiresAt: invitation.expiresAt,
          zone: timeZone,
        },
        senderName ?? name,
        () => deps.db.inPractice(practiceId, (tx) => stampMailed(tx, invitation.id)),
      ),
    )
    return { body: invitedOf(invitation, Date.now()) }
  },
})
