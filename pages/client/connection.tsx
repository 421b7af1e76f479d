import type { ReactNode } from 'react'
import { bankConsent, booksConsent } from '../sharing.ts'
import { Frame } from './frame.tsx'
import { Consent, GoLink, PostButton, TellButton, Ways } from './parts.tsx'
import type { ConnectionView } from './view.ts'
import { words } from './words.ts'

/** The pages of one connection: before the redirect, on the return, and the choice of organisation. */
export function ConnectionPage({ view }: { view: ConnectionView }) {
  const { title, body } = connection(view)
  return (
    <Frame practice={view.practice} title={title}>
      <h1>{title}</h1>
      {body}
    </Frame>
  )
}

function connection(view: ConnectionView): { title: string; body: ReactNode } {
  if (view.page === 'late-return') return late(view.base)
  if (view.page === 'books-connected') return booksConnected(view)
  const { organisation, base, byStaff } = view
  const practice = view.practice.name
  const to = `/connect/${view.session}`
  const w = words.books
  switch (view.page) {
    case 'connect':
      return {
        title: words.connect.title(view.target, organisation),
        body: (
          <>
            <p>
              {byStaff
                ? words.connect.leadStaff(practice, view.target, organisation)
                : words.connect.lead(practice, view.target, organisation)}
            </p>
            {!byStaff && (
              <Consent
                rows={
                  view.kind === 'bank'
                    ? bankConsent(view.ask, view.words, view.zone)
                    : booksConsent(practice, view.target, view.words)
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
        title: words.connect.otherBrowserTitle(organisation),
        body: (
          <>
            <p>
              {view.bank === null ? words.connect.otherBrowser(practice) : words.connect.approved(view.bank, practice)}
            </p>
            <div className="row">
              <PostButton to={`${to}/confirm`} fields={{ answer: 'yes' }} label={words.connect.yes(organisation)} />
              <PostButton to={`${to}/confirm`} fields={{ answer: 'no' }} label={words.connect.no} look="no" />
            </div>
          </>
        ),
      }
    case 'choose-organisation':
      return {
        title: w.chooseTitle(organisation),
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
    case 'books-permission':
      return {
        title: w.permissionTitle(view.ledger),
        body: (
          <>
            <p>{w.permission(view.role)}</p>
            <PostButton to={to} label={words.tryAgain} />
            <Ways>
              {view.colleagueUrl && (
                <a href={mailTo(w.colleagueSubject(view.ledger, organisation), view.colleagueUrl)}>{w.colleague}</a>
              )}
            </Ways>
          </>
        ),
      }
    case 'books-already-linked':
      return {
        title: w.linkedTitle(view.linked),
        body: (
          <>
            <p>{w.linked(practice)}</p>
            {base && <TellButton base={base} about="already_linked" label={words.forms.tell(practice)} look="go" />}
            <Ways>
              <PostButton to={to} label={w.chooseAnother} look="link" />
            </Ways>
          </>
        ),
      }
    case 'books-stopped':
    case 'books-not-started':
      return {
        title: view.page === 'books-stopped' ? words.bank.stoppedTitle : words.bank.cantReachTitle(view.ledger),
        body: (
          <>
            <p>{view.page === 'books-stopped' ? words.bank.stopped : w.notStarted}</p>
            <PostButton
              to={to}
              label={view.page === 'books-stopped' ? words.bank.tryBankAgain(view.ledger) : words.tryAgain}
            />
            <Ways>{base && <TellButton base={base} about="uses_none" label={words.resume.usesNone} />}</Ways>
          </>
        ),
      }
  }
}

function late(base: string | null): { title: string; body: ReactNode } {
  return {
    title: words.connect.lateTitle,
    body: (
      <>
        <p>{words.connect.late}</p>
        <Ways>{base && <a href={base}>{words.connect.whereThingsStand}</a>}</Ways>
      </>
    ),
  }
}

function booksConnected(view: Extract<ConnectionView, { page: 'books-connected' }>): {
  title: string
  body: ReactNode
} {
  const next = view.bankNext && view.base
  return {
    title: words.books.connectedTitle(view.ledger),
    body: (
      <>
        <p>{view.byStaff ? words.books.connectedByStaff : words.books.connected(view.practice.name)}</p>
        {!view.bankNext && !view.byStaff && (
          <p>
            <strong>{words.nothingElse}</strong>
          </p>
        )}
        {next && <GoLink href={next} label={words.books.nextBank} />}
      </>
    ),
  }
}

function mailTo(subject: string, body: string): string {
  return `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`
}
