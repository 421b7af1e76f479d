import { z } from 'zod'
import { openSession } from '../../commands/connections/sessions.ts'
import { ensureLink } from '../../commands/invitations/linkTokens.ts'
import { readFacts } from '../../db/onboardings/facts.ts'
import { readMembers } from '../../db/users/members.ts'
import { type Home, type HomeContext, readIntegrations } from '../../db/users/portal.ts'
import type { IntegrationsWay } from '../../pages/client/portal/view.ts'
import { labelOf } from '../client/offer/offer.ts'
import { behindOf, tilesOf } from '../client/page/source.ts'
import type { Dependencies } from '../dependencies.ts'
import { connectable } from './open.ts'
import type { PortalGet, PortalPost } from './router.ts'

/** Returns the link with which the invited person goes on, made if there is none. */
export function linkToGoOn(
  { db, linkKeys }: Dependencies,
  { practiceId }: Home,
  { onboardingId, invitationId }: NonNullable<HomeContext['open']>,
) {
  const of = { practiceId, onboardingId, invitationId, channel: 'link', purpose: 'continue' } as const
  return db.inPractice(practiceId, async (tx) => {
    const now = (await readFacts(tx, onboardingId))?.now ?? Date.now()
    return ensureLink(tx, linkKeys, of, now)
  })
}

/** Serves the page on which a client connects the accounting software of one organisation. */
export function integrationRoutes(get: PortalGet, post: PortalPost, deps: Dependencies): void {
  get('/home/:org/integrations', false, async (opened) => {
    const { home, context } = opened
    const { allowed, connected, members } = await deps.db.inPractice(home.practiceId, async (tx) => ({
      ...(await readIntegrations(tx, home.organisationId)),
      members: await readMembers(tx, home.organisationId),
    }))
    const admin = members.find(
      ({ role, address }) => role === 'business_admin' && address.toLowerCase() === context.open?.address,
    )
    const ledgers = deps.ledgers.all.map(({ name: id, label: name }) => ({ id, name }))
    const way = (): IntegrationsWay => {
      if (!allowed) return { is: 'practice' }
      if (!context.open?.books) return { is: 'nothing' }
      if (connectable(opened).books) return { is: 'tiles', ledgers: tilesOf(ledgers, context).ledgers }
      return admin ? { is: 'another', admin: admin.name ?? admin.address } : { is: 'practice' }
    }
    // One that cannot be read any more is connected again by a tile, if the reader may.
    const standing = connected?.isLost && connectable(opened).books ? null : connected
    const shown = standing && {
      ...{ id: standing.id, organisation: standing.organisation, at: standing.at },
      ledger: labelOf(deps, standing.provider),
      by: byOf(standing.by, context.practice.name),
    }
    return {
      view: { ...behindOf(opened), page: 'integrations', role: home.role, connected: shown, way: way() },
    }
  })
  post('/home/:org/integrations', z.object({ ledger: z.string().max(40) }), true, async (opened, form) => {
    const here = { to: `${opened.base}/integrations` }
    const ledger = deps.ledgers.find(form.ledger)
    const { open } = opened.context
    if (!ledger || !open || !connectable(opened).books) return here
    const link = await linkToGoOn(deps, opened.home, open)
    const target = { practiceId: opened.home.practiceId, onboardingId: open.onboardingId }
    const session = await openSession(deps.commands, target, {
      ...{ step: 'books', provider: ledger.name, institution: ledger.name, institutionName: ledger.label },
      ...{ openedBy: 'client', linkId: link.id },
    })
    // The connection's own page asks for consent, in the same words as always.
    return session.result === 'opened' ? { to: `/connect/${session.sessionId}` } : here
  })
}

/** Returns who connected, as the client reads it; null if that is not known by name. */
function byOf(by: { type: string; name: string | null } | null, practice: string): string | null {
  if (by?.name == null) return by && by.type !== 'client' ? practice : null
  return by.type === 'client' ? by.name : `${by.name} of ${practice}`
}
