import type { Response, Router } from 'express'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import { acceptUserInvitation } from '../../commands/users/inviteUser.ts'
import { readUserInvitation, resolveUserInvitation } from '../../db/users/invitations.ts'
import { readHomeContext } from '../../db/users/portal.ts'
import { onPages } from '../../pages/brand.ts'
import { isFromElsewhere } from '../client/browser.ts'
import { missed, tooManyForms } from '../client/guard.ts'
import type { Answer } from '../client/respond.ts'
import type { Dependencies } from '../dependencies.ts'

const TOKEN = /^[A-Za-z0-9_-]{22}$/

/** Serves the page of a user's mailed invitation. Accepting starts no session: the next mail proves the mailbox. */
export function joinRoutes(router: Router, deps: Dependencies, send: (response: Response, answer: Answer) => void) {
  async function find(token: string) {
    const owned = TOKEN.test(token) ? await resolveUserInvitation(deps.db, sha256(token)) : null
    if (!owned) return null
    return deps.db.inPractice(owned.practiceId, async (tx) => {
      const invitation = await readUserInvitation(tx, owned.id)
      const context = invitation && (await readHomeContext(tx, invitation.organisationId))
      if (!invitation || !context) return { practiceId: owned.practiceId, open: null }
      const practice = onPages(context.practice)
      const open =
        invitation.expiresAt > Date.now() ? { invitation, practice, zone: context.practice.timeZone, context } : null
      return { practiceId: owned.practiceId, open }
    })
  }

  router.get('/home/join/:token', async (request, response) => {
    const token = String(request.params.token)
    const found = await find(token)
    if (!found) return send(response, await missed(deps, request))
    if (!found.open) return send(response, { view: { page: 'join-ended', practice: null } })
    const { invitation, practice, zone, context } = found.open
    const { inviterName: inviter, role, expiresAt } = invitation
    const { organisation } = context
    send(response, {
      view: { page: 'join-users', practice, organisation, inviter, role, expiresAt, zone, token },
    })
  })
  router.post('/home/join/:token', async (request, response) => {
    const token = String(request.params.token)
    const found = await find(token)
    if (!found) return send(response, await missed(deps, request))
    if (!found.open || isFromElsewhere(request)) return send(response, { to: `/home/join/${token}` })
    const { invitation, practice, zone, context } = found.open
    const waits = await tooManyForms(deps, invitation.id, zone, `/home/join/${token}`)
    if (waits) return send(response, waits)
    const { result } = await acceptUserInvitation(deps.commands, found.practiceId, invitation)
    if (result !== 'changed') return send(response, { to: `/home/join/${token}` })
    const { organisation } = context
    send(response, { view: { page: 'joined-users', practice, organisation, email: invitation.email } })
  })
}
