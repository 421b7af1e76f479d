import type { ClientContext } from '../../../db/invitations/clientPage.ts'
import type { Place } from '../../../db/users/portal.ts'
import type { DeclineReason } from '../../../domain/commands.ts'
import { isSameBusiness } from '../../../domain/connections/matching.ts'
import { stateOf, stepOf } from '../../../domain/situation.ts'
import type { Behind } from '../../../pages/client/behind.ts'
import type { ClientView } from '../../../pages/client/view.ts'
import { acceptedPage } from './accepted.ts'
import { sharedOf } from './shared.ts'

import { bankStep, behindOf, booksIsTheirs, footOf, isOpen, manageOf, type PageSource, reachedBy } from './source.ts'
import { isAcceptors, standingOf } from './standing.ts'

/** Returns the id of the only organisation of a person with this business's name; null for none or several. */
export function samePlace(places: readonly Place[], organisation: string): string | null {
  const [place, another] = places.filter(({ name }) => isSameBusiness(name, organisation))
  return place && !another ? place.id : null
}

/** Returns the page that a link opens. Pure. */
export function pageFor(source: PageSource): ClientView {
  const { facts, now, context } = source
  const { link } = context
  const behind = behindOf(source)
  const canSend = reachedBy(context) !== null
  switch (standingOf(facts, link, now)) {
    case 'open':
      return invited(source, behind)
    case 'own':
      return acceptedPage(source, behind)
    case 'other':
      return {
        ...behind,
        page: 'already-accepted',
        acceptedAt: facts.instants.accepted ?? now,
        acceptedThrough: facts.invitation?.acceptedChannel ?? 'link',
        sendBy: reachedBy(context),
      }
    case 'replaced':
      return { ...behind, page: 'replaced', replacedAt: link.replacedAt ?? link.endedAt ?? now, canSend }
    case 'expired':
      return { ...behind, page: 'expired', expiredAt: facts.expiresAt ?? now, sentBy: link.channel, canSend }
    case 'declined':
      return {
        ...behind,
        page: 'declined',
        declinedAt: facts.instants.declined ?? now,
        reason: declineWords(context),
        canSend,
      }
    case 'cancelled':
      return cancelled(source, behind)
    case 'gave_up':
      return { ...behind, page: 'gave-up' }
    case 'finished':
      return {
        ...behind,
        page: 'finished',
        completedAt: facts.instants.completed ?? now,
        canSignIn: link.email !== null && isAcceptors(facts, link),
        canSend,
      }
    case 'unknown':
      return { page: 'unknown-link' }
  }
}

function invited(source: PageSource, behind: Behind): ClientView {
  const { facts, context, account } = source
  if (account.is === 'wrong') {
    return { ...behind, page: 'wrong-account', invited: account.invited, current: account.current }
  }
  if (account.is === 'existing' && !account.proven) return { ...behind, page: 'existing-sign-in', email: account.email }
  const existing = account.is === 'existing' ? account.email : null
  const shared = { ...behind, ...footOf(source), inviter: context.inviterName, existing }
  if (facts.invitation?.asks) {
    const { places = [] } = source
    const sees = { bank: isOpen(facts, 'bank'), books: booksIsTheirs(facts) && isOpen(facts, 'books') }
    return { ...shared, page: 'let-in', sees, places, suggested: samePlace(places, context.organisation) }
  }
  if (stateOf(stepOf(facts, 'bank')) === 'open') return { ...shared, page: 'invitation', bank: bankStep(source) }
  return { ...shared, page: 'join' }
}

/** Returns the page of a cancelled onboarding. The client who accepted may still see and stop sharing. */
function cancelled(source: PageSource, behind: Behind): ClientView {
  const { facts, context } = source
  const mine = isAcceptors(facts, context.link)
  const connected = sharedOf(context)
  const { phone } = context.practice
  // Neither sentence may be true for the holder of an older link: the page only says that the link is off.
  if (connected.length > 0 && context.link.replacedAt !== null)
    return { ...behind, page: 'replaced', replacedAt: context.link.replacedAt, canSend: reachedBy(context) !== null }
  return { ...behind, page: 'cancelled', connected, manageHref: mine ? manageOf(source) : null, phone }
}

const DECLINED: Record<DeclineReason, string | null> = {
  not_my_company: 'This isn’t my company',
  not_the_right_person: 'I’m not the right person',
  no_wish: 'I don’t want to share my bank',
  not_now: 'Not now',
  other: null,
}

/** Returns the client's reason for declining, in their own words if given. A named person is not shown again. */
function declineWords({ declineReason, declineNote }: ClientContext): string | null {
  const code = (Object.keys(DECLINED) as DeclineReason[]).find((one) => one === declineReason)
  if (code === 'not_the_right_person') return DECLINED[code]
  return declineNote ?? (code ? DECLINED[code] : null)
}
