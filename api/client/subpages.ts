import { type NoAbout, REPORT_ABOUTS, type ReportAbout } from '../../pages/client/view.ts'
import { nationalNumber } from '../../providers/phone.ts'
import type { Dependencies } from '../dependencies.ts'
import { maySeeSharing, maySignIn, stillShared } from './acts.ts'
import type { Opened } from './open.ts'
import { sharedOf, stopView } from './page/shared.ts'
import { behindOf } from './page/source.ts'
import { standingOf } from './page/standing.ts'
import type { Answer } from './respond.ts'

type NoForm = 'decline' | 'wrong-company' | 'wrong-person'

/** The report that each form sends. */
const NO_ABOUTS: Record<NoForm, NoAbout> = {
  decline: 'no_wish_to_share',
  'wrong-company': 'not_my_company',
  'wrong-person': 'not_the_right_person',
}
export const formFor = (about: ReportAbout): NoForm | undefined =>
  (Object.keys(NO_ABOUTS) as NoForm[]).find((form) => NO_ABOUTS[form] === about)

/** Returns a form behind "not for you". A link that can no longer be answered redirects to the page that says why. */
export function formPage(opened: Opened, page: NoForm): Answer {
  const standing = standingOf(opened.facts, opened.context.link, opened.now)
  if (standing !== 'open' && standing !== 'own') return { to: opened.base }
  const behind = behindOf(opened)
  const about = NO_ABOUTS[page]
  const shared = stillShared(opened, about)
  if (shared.length > 0) return { view: { ...behind, page: 'still-sharing', about, shared } }
  // The page of a request to be let in has its own "no" button.
  if (page === 'decline' && standing === 'open' && opened.facts.invitation?.asks) return { to: opened.base }
  return { view: page === 'decline' ? { ...behind, page, accepted: standing === 'own' } : { ...behind, page } }
}

/** Returns the confirmation of a report. The report is in the address, so that a reload does not send it again. */
export function reportedPage(opened: Opened, about: unknown): Answer {
  const told = REPORT_ABOUTS.find((one) => one === about)
  if (!told) return { to: opened.base }
  const accepted = standingOf(opened.facts, opened.context.link, opened.now) === 'own'
  const shared = stillShared(opened, told)
  return { view: { ...behindOf(opened), page: 'told', about: told, accepted, shared } }
}

export function newLinkAskedPage(opened: Opened): Answer {
  return { view: { ...behindOf(opened), page: 'new-link-asked' } }
}

export function textsStoppedPage(opened: Opened): Answer {
  const { link, hasEmail } = opened.context
  if (link.phone === null || !link.textsStopped) return { to: opened.base }
  const number = nationalNumber(link.phone)
  return { view: { ...behindOf(opened), page: 'texts-stopped', number, emailWorks: hasEmail } }
}

/** Returns the page with everything shared, for the client who shares it. */
export function sharingPage(opened: Opened): Answer {
  if (!maySeeSharing(opened)) return { to: opened.base }
  return { view: { ...behindOf(opened), page: 'sharing', shared: sharedOf(opened.context) } }
}

/** Returns the page about stopping one connection, for the client who shares it. */
export function stopPage(opened: Opened, connectionId: string, deps: Dependencies): Answer {
  if (!maySeeSharing(opened)) return { to: opened.base }
  const connection = opened.context.connections.find((one) => one.id === connectionId)
  if (!connection) return { to: `${opened.base}/stop` }
  return { view: stopView(deps, behindOf(opened), connection, opened.now) }
}

/** Returns the page that says that a sign-in link is on its way, if the invited person has a sign-in. */
export function signInAskedPage(opened: Opened): Answer {
  const { email } = opened.context.link
  return email === null || !maySignIn(opened) ? { to: opened.base } : { view: { page: 'sign-in-asked', email } }
}
