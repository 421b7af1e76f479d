import type { ReactNode } from 'react'
import { bankConsent, booksConsent } from '../consent.ts'
import { noPage } from './aboutWords.ts'
import { Frame } from './frame.tsx'
import { GoLink, PostButton, ReportButton, Rows, Success, Ways } from './parts.tsx'
import type { ConnectionView } from './view.ts'
import { words } from './words.ts'

/** The pages of one connection: before the redirect, on the return, and the choice of organisation. */
export function ConnectionPage({ view }: { view: ConnectionView }) {
  if (view.page === 'books-connected') return <BooksConnectedPage view={view} />
  const { title, body } = connection(view)
  return (
    <Frame practice={view.practice} title={title}>
      <h1>{title}</h1>
      {body}
      {'back' in view && view.back && (
        <Ways>
          <a href={view.back}>{words.connect.backTo(view.organisation)}</a>
        </Ways>
      )}
    </Frame>
  )
}

type BooksConnected = Extract<ConnectionView, { page: 'books-connected' }>

function connection(view: Exclude<ConnectionView, BooksConnected>): { title: string; body: ReactNode } {
  if (view.page === 'late-return') return late(view.base)
  if (view.page === 'return-elsewhere') return returnElsewhere()
  const { organisation, base, byStaff } = view
  const practice = view.practice.name
  const to = `/connect/${view.session}`
  const w = words.books
  switch (view.page) {
    case 'connect':
      return {
        title: words.connect.title(view.target, view),
        body: (
          <>
            <p>
              {byStaff
                ? words.connect.leadStaff(practice, view.target, organisation)
                : words.connect.lead(practice, view.target, view)}
            </p>
            {!byStaff && (
              <Rows
                rows={
                  view.kind === 'bank'
                    ? bankConsent(view.ask, view.words, view.zone).full
                    : booksConsent(practice, view.target, view.words, view.person)
                }
              />
            )}
            <PostButton
              to={to}
              label={words.connect.goOn(view.kind === 'bank' ? view.ask.connector.name : view.target)}
            />
          </>
        ),
      }
    case 'confirm-return':
      return {
        title: words.connect.otherBrowserTitle(view, practice),
        body: (
          <>
            <p>
              {view.bank === null ? words.connect.otherBrowser(practice) : words.connect.approved(view.bank, practice)}
            </p>
            <div className="row">
              <PostButton to={`${to}/confirm`} fields={{ answer: 'yes' }} label={words.connect.yes(view, practice)} />
              <PostButton to={`${to}/confirm`} fields={{ answer: 'no' }} label={words.connect.no} look="no" />
            </div>
            <Ways>{base && <a href={base}>{words.whereThingsStand}</a>}</Ways>
          </>
        ),
      }
    case 'choose-organisation':
      return {
        title: w.chooseTitle(view),
        body: (
          <>
            <p>{w.choose}</p>
            <form method="post" action={`${to}/organisation`} className="tiles">
              {view.reached.map((reached) => (
                <button type="submit" key={reached.id} name="organisation" value={reached.id}>
                  <span>
                    {w.connectNamed(reached.name)}
                    {reached.detail && <small>{reached.detail}</small>}
                  </span>
                </button>
              ))}
            </form>
            <Ways>
              <PostButton to={to} label={w.noneOfThese} look="link" />
            </Ways>
          </>
        ),
      }
    case 'wrong-organisation':
      return {
        title: w.wrongTitle,
        body: (
          <>
            <p>{w.wrong(view.chosen, practice, organisation)}</p>
            <PostButton to={to} label={w.chooseAgain} />
            <Ways>
              <PostButton to={`${to}/same-business`} label={w.sameBusiness} look="link" />
            </Ways>
          </>
        ),
      }
    case 'books-being-checked':
      return {
        title: w.beingCheckedTitle(practice),
        body: (
          <>
            <p>{w.beingChecked(view.chosen, practice)}</p>
            <Ways>{base && <a href={base}>{words.whereThingsStand}</a>}</Ways>
          </>
        ),
      }
    case 'books-permission':
    case 'books-refused-us':
      return {
        title: w.permissionTitle(view.ledger),
        body: (
          <>
            <p>{view.page === 'books-permission' ? w.permission(view.role) : w.refusedUs(view.ledger, practice)}</p>
            <PostButton to={to} label={words.tryAgain} />
            <Ways>
              {view.colleagueUrl && (
                <a href={mailTo(w.colleagueSubject(view.ledger, organisation), view.colleagueUrl)}>{w.colleague}</a>
              )}
            </Ways>
          </>
        ),
      }
    case 'books-nothing-chosen':
      return {
        title: w.nothingChosenTitle,
        body: again(w.nothingChosen(view.ledger), words.bank.tryBankAgain(view.ledger)),
      }
    case 'books-already-linked':
      return {
        title: w.linkedTitle(view.linked),
        body: (
          <>
            <p>{w.linked(practice)}</p>
            {base && <ReportButton base={base} about="already_linked" label={words.tell(practice)} look="go" />}
            <Ways>
              <PostButton to={to} label={w.chooseAnother} look="link" />
            </Ways>
          </>
        ),
      }
    case 'books-stopped':
      return {
        title: words.bank.stoppedTitle,
        body: again(words.bank.stopped, words.bank.tryBankAgain(view.ledger)),
      }
    case 'books-not-started':
      return { title: words.bank.cantReachTitle(view.ledger), body: again(w.notStarted, words.tryAgain) }
    case 'books-too-long':
      return {
        title: words.bank.tooLongTitle,
        body: again(words.connect.tooLong(view.ledger), words.bank.startAgain(view.ledger)),
      }
  }

  /** Returns an outcome's text, the button to try again, and links for clients who do not want to. */
  function again(text: string, label: string): ReactNode {
    return (
      <>
        <p>{text}</p>
        <PostButton to={to} label={label} />
        <Ways>
          {base && <ReportButton base={base} about="uses_none" label={words.resume.usesElse} />}
          {base && <a href={base}>{words.whereThingsStand}</a>}
        </Ways>
      </>
    )
  }
}

function late(base: string | null): { title: string; body: ReactNode } {
  return {
    title: words.connect.lateTitle,
    body: (
      <>
        <p>{words.connect.late}</p>
        <Ways>
          {base ? <a href={base}>{words.whereThingsStand}</a> : <a href="/home">{words.connect.seeAtHome}</a>}
        </Ways>
      </>
    ),
  }
}

function returnElsewhere(): { title: string; body: ReactNode } {
  return {
    title: words.connect.elsewhereTitle,
    body: (
      <>
        <p>{words.connect.elsewhere}</p>
        <p>{words.connect.elsewhereLost}</p>
        <Ways>
          <a href="/home">{words.connect.seeAtHome}</a>
        </Ways>
      </>
    ),
  }
}

function BooksConnectedPage({ view }: { view: BooksConnected }) {
  const { base, byStaff, bankNext } = view
  const practice = view.practice.name
  const title = words.books.connectedTitle(view.ledger)
  return (
    <Frame practice={view.practice} title={title}>
      <Success title={title}>{byStaff ? words.books.connectedByStaff : words.books.connected(practice)}</Success>
      {!bankNext && !byStaff && (
        <p>
          <strong>{words.nothingElse}</strong> {words.bank.takesItFromHere(practice, false)}
        </p>
      )}
      {bankNext && base && <GoLink href={base} label={words.books.nextBank} />}
      {byStaff ? (
        <GoLink href="/clients" label={noPage.clients} />
      ) : (
        <Ways>{base ? <a href={`${base}/stop`}>{words.seeOrStop}</a> : <a href="/home">{words.seeOrStop}</a>}</Ways>
      )}
    </Frame>
  )
}

function mailTo(subject: string, body: string): string {
  return `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`
}
