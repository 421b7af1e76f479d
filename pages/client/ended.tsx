import { clientInstant, longDate } from '../../domain/words/dates.ts'
import { Titled } from './frame.tsx'
import { PostButton, ReportButton, Ways } from './parts.tsx'
import { words as portal } from './portal/words.ts'
import type { EndedView } from './view.ts'
import { namesOf, words } from './words.ts'

const through = { email: 'email', sms: 'text message', link: 'copied link' } as const

/** The page of a link that can no longer be answered: the reason, and what to do next. */
export function EndedPage({ view }: { view: EndedView }) {
  const w = words.ended
  if (view.page === 'unknown-link') {
    return (
      <Titled practice={null} title={w.unknownTitle}>
        <p>{w.unknown}</p>
        <Ways>
          <a href="/home/sign-in">{w.joinedBefore}</a>
        </Ways>
      </Titled>
    )
  }
  const { zone, base } = view
  const practice = view.practice.name
  const page = { practice: view.practice, base }
  const ask = <ReportButton base={base} about="needs_link" label={w.askForLink(practice)} look="go" />
  /** Returns the button that sends a new link, or asks the practice for one when nothing can be sent. */
  const newLink = (label: string, canSend: boolean) =>
    canSend ? <PostButton to={`${base}/new-link`} label={label} /> : ask
  switch (view.page) {
    case 'already-accepted':
      return (
        <Titled {...page} title={w.acceptedTitle}>
          <p>{w.accepted(view, longDate(view.acceptedAt, zone), through[view.acceptedThrough])}</p>
          {view.sendBy === null ? ask : newLink(w.linkToCarryOn(view.sendBy), true)}
          <Ways>{w.wasntYou(practice)}</Ways>
        </Titled>
      )
    case 'expired':
      return (
        <Titled {...page} title={w.expiredTitle}>
          <p>{w.expired(clientInstant(view.expiredAt, zone))}</p>
          {view.canSend && <p>{view.sentBy === 'link' ? w.knownAddress(practice) : w.sameWay}</p>}
          {newLink(words.sendNewLink, view.canSend)}
        </Titled>
      )
    case 'new-link-asked':
      return (
        <Titled {...page} title={w.askedTitle}>
          <p>{w.asked}</p>
          <PostButton to={`${base}/new-link`} label={w.sendAgain} look="no" />
          <p className="s m">{w.afterAMinute}</p>
          <div className="ways inline">
            {w.nothingCame} <ReportButton base={base} about="needs_link" label={w.tellLower(practice)} />
          </div>
        </Titled>
      )
    case 'replaced':
      return (
        <Titled {...page} title={w.replacedTitle}>
          <p>{w.replaced(practice, longDate(view.replacedAt, zone))}</p>
          {newLink(w.sendTheNewLink, view.canSend)}
        </Titled>
      )
    case 'declined':
      return (
        <Titled {...page} title={w.declinedTitle}>
          <p>{w.declined(practice, longDate(view.declinedAt, zone), view.reason)}</p>
          <p>{w.ifChanged}</p>
          {newLink(words.sendNewLink, view.canSend)}
        </Titled>
      )
    case 'cancelled':
      return (
        <Titled {...page} title={w.cancelledTitle(practice)}>
          <p>
            {w.nothingToDo} <Standing names={namesOf(view.connected)} manageHref={view.manageHref} />
          </p>
          <p>{w.mistake}</p>
          <ReportButton base={base} about="mistake" label={words.tell(practice)} look="no" />
          {view.phone !== null && (
            <p>
              {w.orCall} <span className="f">{view.phone}</span>.
            </p>
          )}
        </Titled>
      )
    case 'gave-up':
      return (
        <Titled {...page} title={w.closedTitle}>
          <p>{w.closed}</p>
          <ReportButton base={base} about="open_again" label={w.openAgain(practice)} look="go" />
        </Titled>
      )
    case 'finished':
      return (
        <Titled {...page} title={w.finishedTitle}>
          <p>{w.finished(view, longDate(view.completedAt, zone))}</p>
          <p>{view.canSignIn ? w.signInToSee : w.toSeeOrStop}</p>
          {view.canSignIn ? (
            <PostButton to={`${base}/sign-in`} label={portal.signIn.ask} />
          ) : (
            newLink(words.sendNewLink, view.canSend)
          )}
        </Titled>
      )
  }
}

function Standing({ names, manageHref }: { names: string; manageHref: string | null }) {
  const w = words.ended
  if (names === '') return w.nothingRead
  return (
    <>
      {w.stillConnected(names)} {manageHref ? <a href={manageHref}>{w.seeOrStop}</a> : w.stopInApp}
      {manageHref && '.'}
    </>
  )
}
