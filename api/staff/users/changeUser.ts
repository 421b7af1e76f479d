import { z } from 'zod'
import { changeUserRole, removeUser } from '../../../commands/users/changeUser.ts'
import { readOrganisationDetails } from '../../../db/onboardings/organisationDetails.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { readUsers, userParams, userRole, usersProblem, usersSchema } from './schema.ts'

export const changeUserEndpoint = endpoint({
  method: 'patch',
  path: '/organisations/{id}/users/{user}',
  right: 'work_clients',
  about: 'organisation',
  summary: 'Change the role of a client’s user',
  description: 'Takes effect with their next request. A client with users keeps a Business Admin.',
  params: userParams,
  body: z.strictObject({ role: userRole }).meta({ example: { role: 'business_admin' } }),
  answer: { status: 200, description: 'The users as they then are.', schema: usersSchema },
  problems: { 409: ['last_admin'] },
  handle: async (deps, { caller, params, body }) => {
    const { practiceId, actor } = caller
    const done = await changeUserRole(deps.commands, practiceId, actor, params.id, params.user, body.role)
    return usersAfter(deps, caller, params.id, done)
  },
})

export const removeUserEndpoint = endpoint({
  method: 'delete',
  path: '/organisations/{id}/users/{user}',
  right: 'work_clients',
  about: 'organisation',
  summary: 'Remove a client’s user, or withdraw an invitation',
  description: 'They see and stop nothing there any more, also by older links. What is shared stays as it is.',
  params: userParams,
  answer: { status: 200, description: 'The users as they then are.', schema: usersSchema },
  problems: { 409: ['last_admin'] },
  handle: async (deps, { caller, params }) => {
    const { practiceId, actor } = caller
    return usersAfter(
      deps,
      caller,
      params.id,
      await removeUser(deps.commands, practiceId, actor, params.id, params.user),
    )
  },
})

async function usersAfter(
  { db }: Dependencies,
  { practiceId }: Caller,
  organisationId: string,
  done: Awaited<ReturnType<typeof removeUser>>,
) {
  if (!('facts' in done)) {
    const details = await db.inPractice(practiceId, (tx) => readOrganisationDetails(tx, organisationId))
    throw usersProblem(done.result, details?.name ?? 'The client')
  }
  const items = await db.inPractice(practiceId, (tx) => readUsers(tx, organisationId))
  if (!items) throw notFound()
  return { body: { items } }
}
