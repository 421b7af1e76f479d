import type { Request } from 'express'
import { z } from 'zod'
import { changeUserRole, removeUser } from '../../commands/users/changeUser.ts'
import type { Actor } from '../../domain/events.ts'
import { normaliseEmail } from '../../domain/fields/emailAddress.ts'
import { USER_ROLES } from '../../domain/practice/users.ts'
import type { PortalRefusal } from '../../pages/client/portal/view.ts'
import { behindOf } from '../client/page/source.ts'
import type { Answer } from '../client/respond.ts'
import type { Dependencies } from '../dependencies.ts'
import { inviteAndMail } from './inviteAndMail.ts'
import type { OpenedHome } from './open.ts'
import type { PortalGet, PortalPost } from './router.ts'
import { readPortalUsers } from './users.ts'

const userActor = ({ person }: OpenedHome): Actor => ({ type: 'client', id: person.personId })
const ofOrganisation = ({ home, context }: OpenedHome) => ({ ...home, organisation: context.organisation })

/** Serves the pages of an organisation's users, for its Business Admin. */
export function userRoutes(get: PortalGet, post: PortalPost, deps: Dependencies): void {
  const role = z.enum(USER_ROLES)
  const invite = z.object({ name: z.string().trim().max(160).default(''), email: z.string().max(300), role })

  async function managePage(opened: OpenedHome, id: string, refused: PortalRefusal | null): Promise<Answer> {
    const user = (await readPortalUsers(deps, opened)).find((one) => one.id === id)
    if (!user) return { to: `${opened.base}/users` }
    const view = { ...behindOf(opened), page: 'manage-user' as const, user, refused }
    return refused ? { view, status: 409 } : { view }
  }
  const named = (request: Request) => String(request.params.user)

  get('/home/:org/users', true, async (opened, request) => {
    const done = (['invited', 'resent'] as const).find((one) => one === request.query.done) ?? null
    return { view: { ...behindOf(opened), page: 'users', users: await readPortalUsers(deps, opened), done } }
  })
  get('/home/:org/users/new', true, (opened) => ({
    view: { ...behindOf(opened), page: 'invite-user', refused: null, name: '', email: '' },
  }))
  get('/home/:org/users/:user', true, (opened, request) => managePage(opened, named(request), null))
  for (const form of ['role', 'remove', 'resend']) {
    get(`/home/:org/users/:user/${form}`, true, ({ base }, request) => ({
      to: `${base}/users/${encodeURIComponent(named(request))}`,
    }))
  }

  post('/home/:org/users', invite, true, async (opened, form) => {
    const { name, email, role } = form
    const again = (refused: PortalRefusal): Answer => ({
      view: { ...behindOf(opened), page: 'invite-user', refused, name, email },
      status: 400,
    })
    const read = normaliseEmail(email)
    if (!read.ok) return again('not_an_email')
    const me = (await readPortalUsers(deps, opened)).find(({ isReader }) => isReader)
    const wanted = { name: name || null, email: read.email, role, inviterName: me?.name ?? null }
    const { result } = await inviteAndMail(deps, ofOrganisation(opened), userActor(opened), wanted)
    if (result === 'invited') return { to: `${opened.base}/users?done=invited` }
    return result === 'not_found' ? { to: '/home' } : again(result)
  })
  post('/home/:org/users/:user/resend', z.object({}), true, async (opened, _form, request) => {
    const users = await readPortalUsers(deps, opened)
    const user = users.find(({ id, state }) => id === named(request) && state !== 'active')
    if (!user) return { to: `${opened.base}/users` }
    const inviterName = users.find(({ isReader }) => isReader)?.name ?? null
    const wanted = { name: user.name, email: user.address, role: user.role, inviterName }
    const { result } = await inviteAndMail(deps, ofOrganisation(opened), userActor(opened), wanted)
    if (result === 'too_soon' || result === 'practice_limit') return managePage(opened, user.id, result)
    return { to: `${opened.base}/users?done=resent` }
  })
  post('/home/:org/users/:user/role', z.object({ role }), true, async (opened, form, request) => {
    const { practiceId, organisationId } = opened.home
    const user = named(request)
    const done = await changeUserRole(deps.commands, practiceId, userActor(opened), organisationId, user, form.role)
    return done.result === 'last_admin' ? managePage(opened, user, done.result) : { to: `${opened.base}/users` }
  })
  post('/home/:org/users/:user/remove', z.object({}), true, async (opened, _form, request) => {
    const { practiceId, organisationId } = opened.home
    const user = named(request)
    const done = await removeUser(deps.commands, practiceId, userActor(opened), organisationId, user)
    return done.result === 'last_admin' ? managePage(opened, user, done.result) : { to: `${opened.base}/users` }
  })
}
