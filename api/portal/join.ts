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
      const isOpen = invitation && context && invitation.expiresAt > Date.now()
      return { practiceId: owned.practiceId, open: isOpen ? { invitation, context } : null }
    })
  }

  router.get('/home/join/:token', async (request, response) => {
    const token = String(request.params.token)
    const found = await find(token)
    if (!found) return send(response, await missed(deps, request))
    if (!found.open) return send(response, { view: { page: 'join-ended', practice: null } })
    const { inviterName: inviter, role, expiresAt } = found.open.invitation
    const { practice, organisation } = found.open.context
    const shown = { practice: onPages(practice), organisation, zone: practice.timeZone }
    send(response, { view: { page: 'join-users', ...shown, inviter, role, expiresAt, token } })
  })
  router.post('/home/join/:token', async (request, response) => {
    const token = String(request.params.token)
    const found = await find(token)
    if (!found) return send(response, await missed(deps, request))
    if (!found.open || isFromElsewhere(request)) return send(response, { to: `/home/join/${token}` })
    const { invitation } = found.open
    const { practice, organisation } = found.open.context
    const waits = await tooManyForms(deps, invitation.id, practice.timeZone, `/home/join/${token}`)
    if (waits) return send(response, waits)
    const { result } = await acceptUserInvitation(deps.commands, found.practiceId, invitation)
    if (result !== 'changed') return send(response, { to: `/home/join/${token}` })
    const shown = { practice: onPages(practice), organisation }
    send(response, { view: { page: 'joined-users', ...shown, email: invitation.email } })
  })
}
