import { z } from 'zod'
import { readColleagueInvitations } from '../../../db/people/invitations.ts'
import { readTeam } from '../../../db/people/members.ts'
import { endpoint } from '../../endpoint.ts'
import { invitedOf, memberOf, memberSchema } from './schema.ts'

export const listMembers = endpoint({
  method: 'get',
  path: '/members',
  right: 'manage_team',
  about: 'colleagues',
  summary: 'The team, and who is invited to it',
  answer: {
    status: 200,
    description: 'Everybody, by name, then the invitations that stand.',
    schema: z.object({ items: z.array(memberSchema) }),
  },
  handle: async ({ db }, { caller }) => {
    const items = await db.inPractice(caller.practiceId, async (tx) => {
      const team = await readTeam(tx)
      const invited = await readColleagueInvitations(tx)
      return [...team.map(memberOf), ...invited.map((one) => invitedOf(one, Date.now()))]
    })
    return { body: { items } }
  },
})
