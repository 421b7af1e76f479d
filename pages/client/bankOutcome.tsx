import type { ReactNode } from 'react'
import { clientInstant, longDate } from '../dates.ts'
import { accountCount, accountNames } from '../sharing.ts'
import { Frame } from './frame.tsx'
import { GoLink, PostButton, Ways } from './parts.tsx'
import type { BankOutcomeView } from './view.ts'
import { words } from './words.ts'

/** How a try at the bank ended, and the one thing to do next. */
export function BankOutcomePage({ view }: { view: BankOutcomeView }) {
  const { title, body } = outcome(view)
  return (
    <Frame practice={view.practice} title={title}>
      <h1>{title}</h1>
      {body}
    </Frame>
  )
}

function outcome(view: BankOutcomeView): { title: string; body: ReactNode } {
  const { bankName: bank, bankId, base, zone, organisation } = view
  const practice = view.practice.name
  const w = words.bank
  const again = (label: string, look: 'go' | 'no' | 'link' = 'go') => (
    <PostButton to={`${base}/bank`} fields={{ bank: bankId }} label={label} look={look} />
  )
  // Without the query the browser would stay on this very page when it is served under the same path.
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
    case 'bank-refused':
      return {
        title: w.refusedTitle(bank),
        body: (
          <>
            <p>{w.refused(bank, view.reason)}</p>
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
            <p>{w.down(bank, view.tellBy === 'sms' ? 'text' : 'email')}</p>
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
            <p>{w.noAccounts(bank)}</p>
            {again(words.tryAgain)}
          </>
        ),
      }
    case 'bank-processing':
    case 'bank-signatory': {
      const processing = view.page === 'bank-processing'
      return {
        title: processing ? w.processingTitle(bank) : w.signatoryTitle,
        body: (
          <>
            <p>{processing ? w.processing(practice) : w.signatory(bank, organisation, practice)}</p>
            <GoLink href={base} label={words.checkAgain} />
          </>
        ),
      }
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
        title: w.forgottenTitle,
        body: (
          <>
            <p>{w.forgotten(bank)}</p>
            <p>{w.mayStillList(bank, view.connector)}</p>
            {again(w.startAgain(bank))}
            <Ways>{another}</Ways>
          </>
        ),
      }
    case 'bank-connected':
      return {
        title: w.connectedTitle,
        body: (
          <>
            <p>
              {w.connected(accountCount(view.accounts.length), bank, accountNames(view.accounts))}{' '}
              {view.sharedUntil === null
                ? w.sharedOnce(practice)
                : w.sharedUntil(practice, longDate(view.sharedUntil, zone))}
            </p>
            <p>
              <strong>{view.booksNext ? words.stepOf(2, 2) : words.nothingElse}</strong>
            </p>
            {view.booksNext && <GoLink href={base} label={w.nextBooks} />}
            <Ways>{view.manageHref && <a href={view.manageHref}>{words.seeOrStop}</a>}</Ways>
          </>
        ),
      }
  }
}
