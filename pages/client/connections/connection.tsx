import type { ReactNode } from 'react'
import { bankConsent, booksConsent, connectorNames } from '../../consent.ts'
import { noPage } from '../aboutWords.ts'
import { Frame, Titled } from '../frame.tsx'
import { GoLink, PostButton, ReportButton, Rows, Success, Ways } from '../parts.tsx'
import { words } from '../words.ts'
import type { ConnectionView, InSession } from './view.ts'

type BooksConnected = Extract<ConnectionView, { page: 'books-connected' }>

/** The pages of one connection: before the redirect, on the return, and the choice of organisation. */
export function ConnectionPage({ view }: { view: ConnectionView }) {
  switch (view.page) {
    case 'books-connected':
      return <BooksConnectedPage view={view} />
    case 'late-return':
      return (
        <Titled practice={view.practice} title={words.connect.lateTitle}>
          <p>{words.connect.late}</p>
          <Ways>
            {view.base ? (
              <a href={view.base}>{words.whereThingsStand}</a>
            ) : (
              <a href="/home">{words.connect.seeAtHome}</a>
            )}
          </Ways>
        </Titled>
      )
    case 'return-elsewhere':
      return (
        <Titled practice={view.practice} title={words.connect.elsewhereTitle}>
          <p>{words.connect.elsewhere}</p>
          <p>{words.connect.elsewhereLost}</p>
          <Ways>
            <a href="/home">{words.connect.seeAtHome}</a>
          </Ways>
        </Titled>
      )
    default:
      return <OpenSession view={view} />
  }
}

function OpenSession({
  view,
}: {
  view: Exclude<ConnectionView, BooksConnected | { page: 'late-return' | 'return-elsewhere' }>
}) {
  const { organisation, base, byStaff } = view
  const practice = view.practice.name
  const to = `/connect/${view.session}`
  const w = words.books
  switch (view.page) {
    case 'connect':
      return (
        <SessionPage view={view} title={words.connect.title(view.target, view)}>
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
            label={words.connect.goOn(view.kind === 'bank' ? connectorNames(view.ask) : view.target)}
          />
        </SessionPage>
      )
    case 'confirm-return':
      return (
        <SessionPage view={view} title={words.connect.otherBrowserTitle(view, practice)}>
          <p>
            {view.bank === null ? words.connect.otherBrowser(practice) : words.connect.approved(view.bank, practice)}
          </p>
          <div className="row">
            <PostButton to={`${to}/confirm`} fields={{ answer: 'yes' }} label={words.connect.yes(view, practice)} />
            <PostButton to={`${to}/confirm`} fields={{ answer: 'no' }} label={words.connect.no} look="no" />
          </div>
          <Ways>{base && <a href={base}>{words.whereThingsStand}</a>}</Ways>
        </SessionPage>
      )
    case 'choose-organisation':
      return (
        <SessionPage view={view} title={w.chooseTitle(view)}>
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
        </SessionPage>
      )
    case 'wrong-organisation':
      return (
        <SessionPage view={view} title={w.wrongTitle}>
          <p>{w.wrong(view.chosen, practice, organisation)}</p>
          <PostButton to={to} label={w.chooseAgain} />
          <Ways>
            <PostButton to={`${to}/same-business`} label={w.sameBusiness} look="link" />
          </Ways>
        </SessionPage>
      )
    case 'books-being-checked':
      return (
        <SessionPage view={view} title={w.beingCheckedTitle(practice)}>
          <p>{w.beingChecked(view.chosen, practice, view.bankNext)}</p>
          <Ways>{base && <a href={base}>{words.whereThingsStand}</a>}</Ways>
        </SessionPage>
      )
    case 'books-permission':
    case 'books-refused-us':
      return (
        <SessionPage view={view} title={w.permissionTitle(view.ledger)}>
          <p>
            {view.page === 'books-permission'
              ? w.permission(view.ledger, view.why)
              : w.refusedUs(view.ledger, practice)}
          </p>
          <PostButton to={to} label={words.tryAgain} />
          <Ways>
            {view.colleagueUrl && (
              <a href={mailTo(w.colleagueSubject(view.ledger, organisation), view.colleagueUrl)}>{w.colleague}</a>
            )}
          </Ways>
        </SessionPage>
      )
    case 'books-nothing-chosen':
      return again(w.nothingChosenTitle, w.nothingChosen(view.ledger), words.bank.tryBankAgain(view.ledger))
    case 'books-already-linked':
      return (
        <SessionPage view={view} title={w.linkedTitle(view.linked)}>
          <p>{w.linked(practice)}</p>
          {base && <ReportButton base={base} about="already_linked" label={words.tell(practice)} look="go" />}
          <Ways>
            <PostButton to={to} label={w.chooseAnother} look="link" />
          </Ways>
        </SessionPage>
      )
    case 'books-stopped':
      return again(words.bank.stoppedTitle, words.bank.stopped, words.bank.tryBankAgain(view.ledger))
    case 'books-not-started':
      return again(words.bank.cantReachTitle(view.ledger), w.notStarted, words.tryAgain)
    case 'books-too-long':
      return again(words.bank.tooLongTitle, words.connect.tooLong(view.ledger), words.bank.startAgain(view.ledger))
  }

  /** Returns the page of an outcome: its text, the button to try again, and links for clients who do not want to. */
  function again(title: string, text: string, label: string) {
    return (
      <SessionPage view={view} title={title}>
        <p>{text}</p>
        <PostButton to={to} label={label} />
        <Ways>
          {base && <ReportButton base={base} about="uses_none" label={words.resume.usesElse} />}
          {base && <a href={base}>{words.whereThingsStand}</a>}
        </Ways>
      </SessionPage>
    )
  }
}

/** A page of an open session; a colleague's ends with the way back into the app. */
function SessionPage({ view, title, children }: { view: InSession; title: string; children: ReactNode }) {
  return (
    <Titled practice={view.practice} title={title}>
      {children}
      {view.back && (
        <Ways>
          <a href={view.back}>{words.connect.backTo(view.organisation)}</a>
        </Ways>
      )}
    </Titled>
  )
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
