import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { organisationParams } from '../organisations/resource.ts'
import { readUsers, usersSchema } from './schema.ts'

export const listUsers = endpoint({
  method: 'get',
  path: '/organisations/{id}/users',
  right: 'see_clients',
  about: 'organisation',
  summary: 'Who of a client has access, and who is invited',
  description: 'As this practice knows them. Where else they are users is nobody’s to see.',
  params: organisationParams,
  answer: { status: 200, description: 'The users, the longest there first.', schema: usersSchema },
  handle: async ({ db }, { caller, params }) => {
    const items = await db.inPractice(caller.practiceId, (tx) => readUsers(tx, params.id))
    if (!items) throw notFound()
    return { body: { items } }
  },
})
