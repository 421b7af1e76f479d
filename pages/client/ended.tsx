import type { ReactNode } from 'react'
import { clientInstant, longDate } from '../dates.ts'
import { Frame } from './frame.tsx'
import { PostButton, TellButton, Ways } from './parts.tsx'
import { words as portal } from './portal/words.ts'
import type { EndedView } from './view.ts'
import { words } from './words.ts'

const through = { email: 'email', sms: 'text message', link: 'copied link' } as const

/** A link that can no longer be answered: why, and the way on. */
export function EndedPage({ view }: { view: EndedView }) {
  const { title, body } = ended(view)
  return (
    <Frame practice={view.page === 'unknown-link' ? null : view.practice} title={title}>
      <h1>{title}</h1>
      {body}
    </Frame>
  )
}

function ended(view: EndedView): { title: string; body: ReactNode } {
  const w = words.ended
  if (view.page === 'unknown-link') return { title: w.unknownTitle, body: <p>{w.unknown}</p> }
  const { organisation, zone, base } = view
  const practice = view.practice.name
  const newLink = (label: string) => <PostButton to={`${base}/new-link`} label={label} />
  switch (view.page) {
    case 'already-accepted':
      return {
        title: w.acceptedTitle,
        body: (
          <>
            <p>{w.accepted(organisation, longDate(view.acceptedAt, zone), through[view.acceptedThrough])}</p>
            {newLink(w.linkToCarryOn(view.sendBy))}
            <Ways>{w.wasntYou(practice)}</Ways>
          </>
        ),
      }
    case 'expired':
      return {
        title: w.expiredTitle,
        body: (
          <>
            <p>{w.expired(clientInstant(view.expiredAt, zone))}</p>
            <p>{view.sentBy === 'link' ? w.knownAddress(practice) : w.sameWay}</p>
            {newLink(words.sendNewLink)}
          </>
        ),
      }
    case 'new-link-asked':
      return {
        title: w.askedTitle,
        body: (
          <>
            <p>{w.asked}</p>
            <h2>{w.nothingCame}</h2>
            <p>{w.lookInSpam(practice)}</p>
          </>
        ),
      }
    case 'replaced':
      return {
        title: w.replacedTitle,
        body: (
          <>
            <p>{w.replaced(practice, longDate(view.replacedAt, zone))}</p>
            {newLink(w.sendTheNewLink)}
          </>
        ),
      }
    case 'declined':
      return {
        title: w.declinedTitle,
        body: (
          <>
            <p>{w.declined(practice, longDate(view.declinedAt, zone), view.reason)}</p>
            <p>{w.ifChanged}</p>
            {newLink(words.sendNewLink)}
          </>
        ),
      }
    case 'cancelled':
      return {
        title: w.cancelledTitle(practice),
        body: (
          <>
            <p>
              {w.nothingToDo} <Standing bank={view.connectedBank} manageHref={view.manageHref} />
            </p>
            <p>{w.mistake(practice)}</p>
          </>
        ),
      }
    case 'gave-up':
      return {
        title: w.closedTitle,
        body: (
          <>
            <p>{w.closed}</p>
            <TellButton base={base} about="open_again" label={w.openAgain(practice)} look="go" />
          </>
        ),
      }
    case 'finished':
      return {
        title: w.finishedTitle,
        body: (
          <>
            <p>{w.finished(organisation, longDate(view.completedAt, zone))}</p>
            <p>{view.canSignIn ? w.signInToSee : w.toSeeOrStop}</p>
            {view.canSignIn ? (
              <PostButton to={`${base}/sign-in`} label={portal.signIn.ask} />
            ) : (
              newLink(words.sendNewLink)
            )}
          </>
        ),
      }
  }
}

function Standing({ bank, manageHref }: { bank: string | null; manageHref: string | null }) {
  const w = words.ended
  if (bank === null) return w.nothingRead
  const link = words.seeOrStop.toLowerCase()
  return (
    <>
      {w.stillConnected(bank)}: {manageHref ? <a href={manageHref}>{link}</a> : w.stopInApp}
      {manageHref && '.'}
    </>
  )
}
