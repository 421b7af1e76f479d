import { z } from 'zod'
import { sha256 } from '../../../commands/invitations/linkTokens.ts'
import { readColleagueInvitation, resolveColleagueInvitation } from '../../../db/people/invitations.ts'
import { readPractice } from '../../../db/practices.ts'
import type { Dependencies } from '../../dependencies.ts'
import { openEndpoint } from '../../endpoint.ts'
import { memberRole } from '../members/schema.ts'
import { instant } from '../onboardings/schema.ts'
import { colleagueEmailText, practiceText } from '../texts.ts'
import { invitationEnded, joinParams } from './invitation.ts'

export const lookAtInvitation = openEndpoint({
  method: 'get',
  path: '/join/{token}',
  summary: 'Look at an invitation to a team',
  params: joinParams,
  answer: {
    status: 200,
    description: 'Who invites to what.',
    schema: z
      .object({
        practice: z.object({ name: practiceText }),
        name: z.string().nullable().meta({ description: 'What whoever invites calls them.' }),
        email: colleagueEmailText,
        role: memberRole,
        expiresAt: instant,
        known: z.boolean().meta({ description: 'The address has a sign-in: no password is needed.' }),
      })
      .meta({ id: 'TeamInvitation' }),
  },
  problems: { 404: ['invitation_ended'] },
  handle: async (deps, { params }) => {
    const found = await readOpen(deps, params.token)
    if (!found) throw invitationEnded()
    const { invitation, practice } = found
    const { name, email, role, expiresAt } = invitation
    const known = await deps.identity.hasSignIn(email)
    return {
      body: {
        practice: { name: practice.name },
        name,
        email,
        role,
        expiresAt: new Date(expiresAt).toISOString(),
        known,
      },
    }
  },
})

async function readOpen({ db }: Dependencies, token: string) {
  const owned = await resolveColleagueInvitation(db, sha256(token))
  if (!owned) return null
  return db.inPractice(owned.practiceId, async (tx) => {
    const invitation = await readColleagueInvitation(tx, owned.id)
    if (!invitation || invitation.expiresAt <= Date.now()) return null
    return { invitation, practice: await readPractice(tx) }
  })
}
