import { clientInstant, longDate } from '../dates.ts'
import { bankConsent, booksConsent, lastTryWords } from '../sharing.ts'
import { Banks } from './banks.tsx'
import { Frame } from './frame.tsx'
import { Consent, PostButton, TellButton, Ways } from './parts.tsx'
import type { Behind, InvitationView, JoinView, OpenFoot, ResumeBankView, ResumeBooksView } from './view.ts'
import { words } from './words.ts'

/** The page behind the link: who asks, what is shared and how to stop, and the banks. Choosing one accepts. */
export function InvitationPage({ view }: { view: InvitationView }) {
  const { practice, organisation, zone, bank, existing } = view
  const title = existing ? words.account.existingTitle(organisation) : words.invitation.bankTitle(organisation)
  return (
    <Frame practice={practice} title={title} foot={<Foot view={view} />}>
      <p className="s m">
        {words.stepOf(1, bank.steps)} · {words.invitation.twoMinutes}
      </p>
      <h1>{title}</h1>
      {existing && (
        <p>
          {words.account.existing(existing, practice.name)} {words.account.choosingAdds(organisation)}
        </p>
      )}
      <p>{words.invitation.asks(who(view))}</p>
      <Consent rows={bankConsent(bank.ask, bank.words, zone)} />
      <Banks
        behind={view}
        choice={bank.choice}
        connector={bank.ask.connector.name}
        accepted={false}
        now={view.now}
        qrUrl={bank.qrUrl}
      />
      <NotForYou view={view} bank />
    </Frame>
  )
}

/** The invitation where the bank is not the client's: nothing is shared, so there is one button and no consent. */
export function JoinPage({ view }: { view: JoinView }) {
  const { organisation, existing } = view
  const title = existing ? words.account.existingTitle(organisation) : words.invitation.joinTitle(organisation)
  return (
    <Frame practice={view.practice} title={title} foot={<Foot view={view} />}>
      {view.steps > 0 && <p className="s m">{words.stepOf(1, view.steps)}</p>}
      <h1>{title}</h1>
      {existing && (
        <p>
          {words.account.existing(existing, view.practice.name)} {words.account.acceptingAdds(organisation)}
        </p>
      )}
      <p>{words.invitation.invites(who(view), organisation)}</p>
      <PostButton to={`${view.base}/accept`} label={words.invitation.accept} />
      <NotForYou view={view} />
    </Frame>
  )
}

/** The same link again, after accepting: the bank is still open, and the last try's outcome is told. */
export function ResumeBankPage({ view }: { view: ResumeBankView }) {
  const { practice, organisation, zone, bank } = view
  const title = words.resume.bankTitle(organisation)
  const only = bank.steps === 1 || view.booksDone
  return (
    <Frame practice={practice} title={title} foot={<Foot view={view} />}>
      {bank.steps === 2 && <p className="s m">{words.stepOf(view.booksDone ? 2 : 1, 2)}</p>}
      <h1>{title}</h1>
      <p>
        {words.resume.acceptedOn(longDate(view.acceptedAt, zone))} {only && words.resume.onlyStep}
      </p>
      {view.lastTry && <p>{lastTryWords(view.lastTry)}</p>}
      <Consent rows={bankConsent(bank.ask, bank.words, zone)} />
      <Banks
        behind={view}
        choice={bank.choice}
        connector={bank.ask.connector.name}
        accepted
        now={view.now}
        qrUrl={bank.qrUrl}
      />
      <Ways>
        <a href={`${view.base}/decline`}>{words.noBank}</a>
      </Ways>
    </Frame>
  )
}

/** The second step: one tile for each ledger a client may connect. */
export function ResumeBooksPage({ view }: { view: ResumeBooksView }) {
  const { practice, organisation, base, ledgers } = view
  const title = words.resume.booksTitle(organisation)
  const step = view.steps === 2 && view.bankConnected ? 2 : 1
  const only = ledgers.length === 1 ? (ledgers[0]?.name ?? null) : null
  return (
    <Frame practice={practice} title={title} foot={<Foot view={view} />}>
      <h1>{title}</h1>
      <p>
        {words.stepOf(step, view.steps)}. {view.bankConnected && words.resume.bankConnected}
      </p>
      {view.lastTry && <p>{lastTryWords(view.lastTry)}</p>}
      <Consent rows={booksConsent(practice.name, only, view.words)} />
      <form method="post" action={`${base}/books`} className={only ? undefined : 'tiles'}>
        {ledgers.map((ledger) => (
          <button type="submit" key={ledger.id} name="ledger" value={ledger.id} className={only ? 'go' : undefined}>
            {words.resume.connect(ledger.name)}
          </button>
        ))}
      </form>
      <Ways>
        <TellButton base={base} about="uses_none" label={words.resume.usesNone} />
        {view.manageHref && <a href={view.manageHref}>{words.seeOrStop}</a>}
      </Ways>
    </Frame>
  )
}

function who(view: InvitationView | JoinView): string {
  return view.inviter ? `${view.inviter} at ${view.practice.name}` : view.practice.name
}

function NotForYou({ view, bank }: { view: Behind; bank?: boolean }) {
  const { notForYou, notMyCompany, notThePerson } = words.invitation
  return (
    <>
      <h2>{notForYou}</h2>
      <Ways>
        <a href={`${view.base}/wrong-company`}>{notMyCompany}</a>
        <a href={`${view.base}/wrong-person`}>{notThePerson}</a>
        {bank && <a href={`${view.base}/decline`}>{words.noBank}</a>}
      </Ways>
    </>
  )
}

/** Until when the link works, and what to do where nobody was expected. */
export function Foot({ view }: { view: Behind & OpenFoot }) {
  return (
    <>
      {view.worksUntil !== null && <p>{words.worksUntil(clientInstant(view.worksUntil, view.zone))}</p>}
      <p>{words.notExpecting(view.practice.name)}</p>
      {view.textedNumber && <PostButton to={`${view.base}/stop-texts`} label={words.stopTexts} look="link" />}
    </>
  )
}
