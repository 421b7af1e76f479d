import { clientInstant, longDate } from '../../domain/words/dates.ts'
import { lastTryWords } from '../../domain/words/sharing.ts'
import { bankConsent, booksConsent, connectorNames } from '../consent.ts'
import type { Behind, OpenFoot } from './behind.ts'
import { Banks } from './connections/banks.tsx'
import type { AddBankView, ResumeBankView, ResumeBooksView } from './connections/view.ts'
import { Frame, Titled } from './frame.tsx'
import { PostButton, ReportButton, Rows, Ways } from './parts.tsx'
import type { InvitationView, JoinView } from './view.ts'
import { words } from './words.ts'

/** The page behind the link: the practice, the shared data, how to stop, and the banks. Choosing a bank accepts. */
export function InvitationPage({ view }: { view: InvitationView }) {
  const { practice, organisation, bank, existing } = view
  const title = existing ? words.account.existingTitle(organisation) : words.invitation.bankTitle(view)
  return (
    <Frame practice={practice} title={title} foot={<Foot view={view} />} base={view.base}>
      {bank.steps === 2 && <p className="s m">{words.stepOf(1, 2)}</p>}
      <h1>{title}</h1>
      {existing && (
        <p>
          {words.account.existing(existing, practice.name)} {words.account.choosingAdds(organisation)}
        </p>
      )}
      <p>{words.invitation.asks(who(view), view)}</p>
      <AskAndBanks view={view} accepted={false} />
      <NotForYou view={view} />
    </Frame>
  )
}

/** The invitation without a bank step for the client: nothing is shared, so it has one button and no consent. */
export function JoinPage({ view }: { view: JoinView }) {
  const { organisation, existing, practice } = view
  const title = existing ? words.account.existingTitle(organisation) : words.invitation.joinTitle(view, practice.name)
  return (
    <Titled practice={practice} title={title} foot={<Foot view={view} />} base={view.base}>
      {existing && (
        <p>
          {words.account.existing(existing, practice.name)} {words.account.acceptingAdds(organisation)}
        </p>
      )}
      <p>{words.invitation.invites(who(view), view)}</p>
      <PostButton to={`${view.base}/accept`} label={words.invitation.accept} />
      <NotForYou view={view} />
    </Titled>
  )
}

/** The page of the same link after acceptance while the bank is still open; shows the outcome of the last session. */
export function ResumeBankPage({ view }: { view: ResumeBankView }) {
  const { practice, zone, bank } = view
  const title = words.resume.bankTitle(view)
  const isLast = bank.steps === 1 || view.booksDone
  return (
    <Frame practice={practice} title={title} foot={<Foot view={view} />} base={view.base}>
      {bank.steps === 2 && <p className="s m">{words.stepOf(view.booksDone ? 2 : 1, 2)}</p>}
      <h1>{title}</h1>
      <p>
        {words.resume.acceptedOn(longDate(view.acceptedAt, zone))} {isLast && words.resume.lastStep}
      </p>
      {view.lastTry && <p>{lastTryWords(view.lastTry)}</p>}
      <AskAndBanks view={view} accepted />
      <Ways>
        <a href={`${view.base}/decline`}>{words.noBank}</a>
      </Ways>
    </Frame>
  )
}

/** The consent, in short and in full, and the banks. `at`: the page's own address. */
export function AskAndBanks(props: {
  view: InvitationView | ResumeBankView | AddBankView
  accepted: boolean
  at?: string
}) {
  const { view, accepted, at = view.base } = props
  const { bank, zone } = view
  const { short, full } = bankConsent(bank.ask, bank.words, zone)
  return (
    <>
      <Rows rows={short} />
      <details>
        <summary>{words.invitation.agree}</summary>
        <Rows rows={full} />
      </details>
      <Banks
        behind={view}
        at={at}
        choice={bank.choice}
        connector={connectorNames(bank.ask)}
        accepted={accepted}
        now={view.now}
        qrUrl={bank.qrUrl}
      />
    </>
  )
}

/** The second step: the client's own software first, then a tile for each other ledger that can be connected. */
export function ResumeBooksPage({ view }: { view: ResumeBooksView }) {
  const { practice, base } = view
  const title = words.resume.booksTitle(view)
  const [first, ...others] = view.ledgers
  const only = first && (view.usual || others.length === 0) ? first : null
  const tiles = only ? others : view.ledgers
  const lead = [
    view.steps === 2 && `${words.stepOf(view.bankConnected ? 2 : 1, 2)}.`,
    view.bankConnected && words.resume.bankConnected,
  ]
  return (
    <Titled practice={practice} title={title} foot={<Foot view={view} />} base={base}>
      {lead.some(Boolean) && <p>{lead.filter(Boolean).join(' ')}</p>}
      {view.lastTry && <p>{lastTryWords(view.lastTry)}</p>}
      <Rows rows={booksConsent(practice.name, only?.name ?? null, view.words, view.person)} />
      <form method="post" action={`${base}/books`}>
        {only && (
          <button type="submit" name="ledger" value={only.id} className="go">
            {words.resume.connect(only.name)}
          </button>
        )}
        {only && tiles.length > 0 && <h2>{words.resume.orAnother(only.name)}</h2>}
        {tiles.length > 0 && (
          <div className="tiles">
            {tiles.map((ledger) => (
              <button type="submit" key={ledger.id} name="ledger" value={ledger.id}>
                {words.resume.connect(ledger.name)}
              </button>
            ))}
          </div>
        )}
      </form>
      <Ways>
        {only && <ReportButton base={base} about="uses_none" label={words.resume.usesNot(only.name)} />}
        <ReportButton base={base} about="uses_none" label={words.resume.usesElse} text={words.resume.usesElse} />
        {view.manageHref && <a href={view.manageHref}>{words.seeOrStop}</a>}
      </Ways>
    </Titled>
  )
}

function who(view: InvitationView | JoinView): string {
  return view.inviter ? `${view.inviter} at ${view.practice.name}` : view.practice.name
}

function NotForYou({ view }: { view: Behind }) {
  const { notForYou, notMyCompany, notThePerson } = words.invitation
  return (
    <p className="ways">
      {notForYou} <a href={`${view.base}/wrong-company`}>{notMyCompany(view)}</a>{' '}
      <a href={`${view.base}/wrong-person`}>{notThePerson}</a>
    </p>
  )
}

/** The end of the link's validity, and help for a person who did not expect the invitation. */
export function Foot({ view }: { view: Behind & OpenFoot }) {
  return (
    <>
      {view.worksUntil !== null && <p>{words.worksUntil(clientInstant(view.worksUntil, view.zone))}</p>}
      <p>{words.notExpecting(view.practice.name)}</p>
      {view.textedNumber && <PostButton to={`${view.base}/stop-texts`} label={words.stopTexts} look="link" />}
    </>
  )
}
