import { clientClock, clientInstant, plainDate } from '../../../domain/words/dates.ts'
import { SharedList } from '../done.tsx'
import { Frame, Titled } from '../frame.tsx'
import { Accounts, AllBanksButton, AllBanksQuestion, GoLink, PostButton, SeeOrStop, Success, Ways } from '../parts.tsx'
import { namesOf, words } from '../words.ts'
import type { BankOutcomeView } from './view.ts'

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
      {view.asksIfAll && <SharedList shared={view.others ?? []} zone={zone} />}
      {view.asksIfAll ? (
        <>
          <AllBanksQuestion view={view} />
          <Ways>{view.addHref && <a href={view.addHref}>{words.addBank.link}</a>}</Ways>
        </>
      ) : booksNext === 'client' ? (
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
      <SeeOrStop href={view.manageHref} addHref={view.asksIfAll ? null : view.addHref} hint={view.hint} />
    </Frame>
  )
}

/** Says that the banks that are shared stay as they are, whatever became of one more, and asks whether they are all. */
function Unchanged({ base, shared, asksIfAll }: Pick<BankOutcomeView, 'base' | 'asksIfAll' | 'shared'>) {
  return (
    <>
      <p>
        {words.addBank.unchanged(namesOf(shared ?? []))} <a href={`${base}/stop`}>{words.seeOrStop}</a>.
      </p>
      {asksIfAll && <AllBanksButton base={base} look="no" />}
    </>
  )
}

/** The outcome of a session at the bank, and the one thing to do next. */
export function BankOutcomePage({ view }: { view: BankOutcomeView }) {
  if (view.page === 'bank-connected') return <ConnectedPage view={view} />
  const { bankName: bank, bankId, base, zone } = view
  const practice = view.practice.name
  const page = { practice: view.practice, base, note: view.shared && <Unchanged {...view} /> }
  const w = words.bank
  const again = (label: string, look: 'go' | 'no' | 'link' = 'go') => (
    <PostButton to={`${base}/bank`} fields={{ bank: bankId }} label={label} look={look} />
  )
  // The query is needed: without it the browser would stay on this page when it is served under the same path.
  const choose = view.shared ? `${base}/another#banks` : `${base}?choose=1#banks`
  const another = <a href={choose}>{words.chooseAnotherBank}</a>
  const retry = (title: string, text: string, label: string) => (
    <Titled {...page} title={title}>
      <p>{text}</p>
      {again(label)}
      <Ways>{another}</Ways>
    </Titled>
  )
  switch (view.page) {
    case 'bank-not-started': {
      const until = view.worksUntil === null ? null : clientInstant(view.worksUntil, zone)
      return (
        <Titled {...page} title={w.cantReachTitle(view.connector)}>
          <p>{w.cantReach}</p>
          {again(words.tryAgain)}
          <Ways>{w.useLater(until)}</Ways>
        </Titled>
      )
    }
    case 'bank-left':
      return (
        <Titled {...page} title={w.leftTitle(bank)}>
          <p>{view.checked ? w.notYet(bank) : w.left(bank, clientClock(view.leftAt, zone))}</p>
          <PostButton to={`${base}/check`} label={w.checkNow} />
          <Ways>
            <a href={choose}>{w.startOver}</a>
          </Ways>
        </Titled>
      )
    case 'bank-stopped':
      return (
        <Titled {...page} title={w.stoppedTitle}>
          <p>{w.stopped}</p>
          {again(w.tryBankAgain(bank))}
          <Ways>
            {another}
            {!view.shared && <a href={`${base}/decline`}>{words.noBank}</a>}
          </Ways>
        </Titled>
      )
    case 'bank-too-long':
      return retry(w.tooLongTitle, w.tooLong(bank), w.startAgain(bank))
    case 'bank-refused':
      return retry(w.refusedTitle(bank), w.refused(view.reason), words.tryAgain)
    case 'bank-down':
      return (
        <Titled {...page} title={w.downTitle(bank)}>
          <p>
            {w.down(bank, view.outage)}{' '}
            {view.tellBy === null ? w.comeBack : w.tellBy(view.tellBy === 'sms' ? 'text' : 'email')}
          </p>
          <GoLink href={choose} label={words.chooseAnotherBank} />
          <Ways>{again(w.tryAnyway(bank), 'link')}</Ways>
        </Titled>
      )
    case 'bank-no-accounts':
      return retry(w.noAccountsTitle, w.noAccounts(bank, view), words.tryAgain)
    // The provider does not tell a bank that is at work from a person who stopped there, so both have a way on.
    case 'bank-processing':
      return (
        <Titled {...page} title={w.processingTitle(bank)}>
          <p>{view.checked ? w.notYet(bank) : w.processing(practice)}</p>
          <PostButton to={`${base}/check`} label={words.checkAgain} />
          <p>{w.ifStopped(bank)}</p>
          {again(w.startAgain(bank), 'no')}
          <Ways>{another}</Ways>
        </Titled>
      )
    case 'bank-signatory':
      return (
        <Titled {...page} title={w.signatoryTitle}>
          <p>{w.signatory(bank, view, practice)}</p>
          <GoLink href={base} label={words.checkAgain} />
        </Titled>
      )
    case 'bank-asked-elsewhere': {
      const back = view.where === 'back'
      return (
        <Titled {...page} title={back ? w.askedBackTitle(bank) : w.askedAtStartTitle}>
          <p>{back ? w.askedBack(bank) : w.askedAtStart(bank)}</p>
          <p>{w.cantFind}</p>
          {again(w.startAgain(bank), 'no')}
          <Ways>{another}</Ways>
        </Titled>
      )
    }
    case 'bank-forgotten':
      return (
        <Titled {...page} title={w.tooLongTitle}>
          <p>{w.forgotten(bank)}</p>
          <p>{w.mayStillList(bank, view.connector)}</p>
          {again(w.startAgain(bank))}
          <Ways>{another}</Ways>
        </Titled>
      )
  }
}
