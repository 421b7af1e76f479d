import { z } from 'zod'
import { readColleagueInvitations } from '../../../db/people/invitations.ts'
import { readColleagues } from '../../../db/people/members.ts'
import { endpoint } from '../../endpoint.ts'
import { invitedOf, memberOf, memberRole, memberSchema } from './schema.ts'

export const listMembers = endpoint({
  method: 'get',
  path: '/members',
  scope: 'read',
  right: 'manage_team',
  tag: 'People',
  summary: 'The team, and who is invited to it',
  answer: {
    status: 200,
    description: 'Everybody, by name, then the invitations that stand.',
    schema: z.object({ items: z.array(memberSchema) }),
  },
  handle: async ({ db }, { caller }) => {
    const items = await db.inPractice(caller.practiceId, async (tx) => {
      const team = await readColleagues(tx)
      const invited = await readColleagueInvitations(tx)
      return [...team.map(memberOf), ...invited.map((one) => invitedOf(one, Date.now()))]
    })
    return { body: { items } }
  },
})

export const listColleagues = endpoint({
  method: 'get',
  path: '/colleagues',
  scope: 'read',
  right: 'see_clients',
  tag: 'People',
  summary: 'Who works in the practice',
  description: 'Names to choose from: as account manager, or for access.',
  answer: {
    status: 200,
    description: 'Everybody, by name.',
    schema: z.object({
      items: z.array(z.object({ id: z.string(), name: z.string(), role: memberRole }).meta({ id: 'Colleague' })),
    }),
  },
  handle: async ({ db }, { caller }) => {
    const team = await db.inPractice(caller.practiceId, readColleagues)
    return { body: { items: team.map(({ userId, name, role }) => ({ id: userId, name, role })) } }
  },
})
