import type { ReactNode } from 'react'
import { clientClock, clientInstant, plainDate } from '../../domain/words/dates.ts'
import { Frame } from './frame.tsx'
import { Accounts, GoLink, PostButton, SeeOrStop, Success, Ways } from './parts.tsx'
import type { BankOutcomeView } from './view.ts'
import { words } from './words.ts'

/** The outcome of a session at the bank, and the one thing to do next. */
export function BankOutcomePage({ view }: { view: BankOutcomeView }) {
  if (view.page === 'bank-connected') return <ConnectedPage view={view} />
  const { title, body } = outcome(view)
  return (
    <Frame practice={view.practice} title={title} base={view.base}>
      <h1>{title}</h1>
      {body}
    </Frame>
  )
}

type Connected = Extract<BankOutcomeView, { page: 'bank-connected' }>

/** The page after a bank was connected: every shared account, and the next step. */
function ConnectedPage({ view }: { view: Connected }) {
  const w = words.bank
  const { base, zone, booksNext, sharedUntil } = view
  const practice = view.practice.name
  return (
    <Frame practice={view.practice} title={w.connectedTitle} base={base}>
      <Success title={w.connectedTitle}>
        {sharedUntil === null ? w.sharedOnce(practice) : w.sharedUntil(practice, plainDate(sharedUntil, zone))}
      </Success>
      <h2>{view.bankName}</h2>
      <Accounts accounts={view.accounts} />
      {booksNext === 'client' ? (
        <>
          <p>
            <strong>{words.stepOf(2, 2)}</strong>
          </p>
          <GoLink href={`${base}?books=1`} label={w.nextBooks} />
        </>
      ) : (
        <p>
          <strong>{words.nothingElse}</strong> {w.takesItFromHere(practice, booksNext === 'practice')}
        </p>
      )}
      <SeeOrStop href={view.manageHref} hint={view.hint} />
    </Frame>
  )
}

function outcome(view: Exclude<BankOutcomeView, Connected>): { title: string; body: ReactNode } {
  const { bankName: bank, bankId, base, zone } = view
  const practice = view.practice.name
  const w = words.bank
  const again = (label: string, look: 'go' | 'no' | 'link' = 'go') => (
    <PostButton to={`${base}/bank`} fields={{ bank: bankId }} label={label} look={look} />
  )
  // The query is needed: without it the browser would stay on this page when it is served under the same path.
  const choose = `${base}?choose=1#banks`
  const another = <a href={choose}>{words.chooseAnotherBank}</a>
  switch (view.page) {
    case 'bank-not-started': {
      const until = view.worksUntil === null ? null : clientInstant(view.worksUntil, zone)
      return {
        title: w.cantReachTitle(view.connector),
        body: (
          <>
            <p>{w.cantReach}</p>
            {again(words.tryAgain)}
            <Ways>{w.useLater(until)}</Ways>
          </>
        ),
      }
    }
    case 'bank-left':
      return {
        title: w.leftTitle(bank),
        body: (
          <>
            <p>{view.checked ? w.notYet(bank) : w.left(bank, clientClock(view.leftAt, zone))}</p>
            <PostButton to={`${base}/check`} label={w.checkNow} />
            <Ways>
              <a href={choose}>{w.startOver}</a>
            </Ways>
          </>
        ),
      }
    case 'bank-stopped':
      return {
        title: w.stoppedTitle,
        body: (
          <>
            <p>{w.stopped}</p>
            {again(w.tryBankAgain(bank))}
            <Ways>
              {another}
              <a href={`${base}/decline`}>{words.noBank}</a>
            </Ways>
          </>
        ),
      }
    case 'bank-too-long':
      return {
        title: w.tooLongTitle,
        body: (
          <>
            <p>{w.tooLong(bank)}</p>
            {again(w.startAgain(bank))}
            <Ways>{another}</Ways>
          </>
        ),
      }
    case 'bank-refused':
      return {
        title: w.refusedTitle(bank),
        body: (
          <>
            <p>{w.refused(view.reason)}</p>
            {again(words.tryAgain)}
            <Ways>{another}</Ways>
          </>
        ),
      }
    case 'bank-down':
      return {
        title: w.downTitle(bank),
        body: (
          <>
            <p>
              {w.down(bank, view.outage)}{' '}
              {view.tellBy === null ? w.comeBack : w.tellBy(view.tellBy === 'sms' ? 'text' : 'email')}
            </p>
            <GoLink href={choose} label={words.chooseAnotherBank} />
            <Ways>{again(w.tryAnyway(bank), 'link')}</Ways>
          </>
        ),
      }
    case 'bank-no-accounts':
      return {
        title: w.noAccountsTitle,
        body: (
          <>
            <p>{w.noAccounts(bank, view)}</p>
            {again(words.tryAgain)}
            <Ways>{another}</Ways>
          </>
        ),
      }
    // The provider does not tell a bank that is at work from a person who stopped there, so both have a way on.
    case 'bank-processing':
      return {
        title: w.processingTitle(bank),
        body: (
          <>
            <p>{view.checked ? w.notYet(bank) : w.processing(practice)}</p>
            <PostButton to={`${base}/check`} label={words.checkAgain} />
            <p>{w.ifStopped(bank)}</p>
            {again(w.startAgain(bank), 'no')}
            <Ways>{another}</Ways>
          </>
        ),
      }
    case 'bank-signatory':
      return {
        title: w.signatoryTitle,
        body: (
          <>
            <p>{w.signatory(bank, view, practice)}</p>
            <GoLink href={base} label={words.checkAgain} />
          </>
        ),
      }
    case 'bank-asked-elsewhere': {
      const back = view.where === 'back'
      return {
        title: back ? w.askedBackTitle(bank) : w.askedAtStartTitle,
        body: (
          <>
            <p>{back ? w.askedBack(bank) : w.askedAtStart(bank)}</p>
            <p>{w.cantFind}</p>
            {again(w.startAgain(bank), 'no')}
            <Ways>{another}</Ways>
          </>
        ),
      }
    }
    case 'bank-forgotten':
      return {
        title: w.tooLongTitle,
        body: (
          <>
            <p>{w.forgotten(bank)}</p>
            <p>{w.mayStillList(bank, view.connector)}</p>
            {again(w.startAgain(bank))}
            <Ways>{another}</Ways>
          </>
        ),
      }
  }
}
