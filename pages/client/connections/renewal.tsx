import { listed } from '../../../domain/practice/rightWords.ts'
import { longDate, plainDate } from '../../../domain/words/dates.ts'
import { accountFigures, reasonBank, type SharedAccount } from '../../../domain/words/sharing.ts'
import { bankConsent } from '../../consent.ts'
import { Frame, Titled } from '../frame.tsx'
import { Accounts, AllBanksQuestion, GoLink, PostButton, Rows, SeeOrStop, Success, Ways } from '../parts.tsx'
import { words } from '../words.ts'
import { renewalWords as w } from './renewalWords.ts'
import type { EndingBank, RenewalView } from './view.ts'

/** Returns the date on which sharing a bank ends or ended; null where it has no end. */
const dateOf = ({ until }: EndingBank, zone: string): string | null => (until === null ? null : plainDate(until, zone))

const named = (accounts: readonly SharedAccount[]): string =>
  listed(accounts.map((account) => [account.name, ...accountFigures(account)].join(' ')))

type Asking = Extract<RenewalView, { page: 'keep-sharing' }>

/** The pages on which a client says yes again to what a bank shares. Opening them changes nothing. */
export function RenewalPage({ view }: { view: RenewalView }) {
  const { base, zone } = view
  const page = { practice: view.practice, base }
  switch (view.page) {
    case 'keep-sharing':
      return <KeepSharing view={view} />
    case 'kept': {
      const { bank, next } = view
      const title = w.keptTitle(bank.name, dateOf(bank, zone))
      return (
        <Frame {...page} title={title}>
          <Success title={title} />
          <Accounts accounts={bank.accounts} />
          {next ? (
            <GoLink href={`${base}/keep`} label={w.next(next)} />
          ) : (
            <>
              {view.asksIfAll ? <AllBanksQuestion view={view} /> : <p>{words.nothingElse}</p>}
              <SeeOrStop href={`${base}/stop`} addHref={null} hint={view.hint} />
            </>
          )}
        </Frame>
      )
    }
    case 'kept-before':
      return (
        <Frame {...page} title={w.doneBeforeTitle}>
          <Success title={w.doneBeforeTitle}>{w.doneBefore(view.by ?? w.somebody, longDate(view.at, zone))}</Success>
          <Accounts accounts={view.bank.accounts} />
          <SeeOrStop href={`${base}/stop`} addHref={null} hint={view.hint} />
        </Frame>
      )
    case 'account-missing': {
      const { bank, missing } = view
      const isOne = missing.length === 1
      const fields = { connection: bank.id }
      return (
        <Titled {...page} title={w.missingTitle(missing.length)}>
          <p>{w.missing(named(missing), isOne)}</p>
          <Accounts accounts={bank.accounts} />
          <PostButton to={`${base}/choose-again`} label={w.chooseAgain} fields={fields} />
          <PostButton
            to={`${base}/closed`}
            label={w.closed(isOne)}
            fields={{ ...fields, asOf: `${view.asOf}` }}
            look="no"
          />
        </Titled>
      )
    }
    case 'not-kept': {
      const { bank } = view
      return (
        <Titled {...page} title={w.unchangedTitle}>
          <p>{bank.isOver ? w.unchangedEnded(bank.name) : w.unchanged(bank.name, dateOf(bank, zone))}</p>
          <GoLink
            href={bank.until === null ? `${base}/keep/${bank.id}` : `${base}/keep`}
            label={w.tryAgain(bank.name)}
          />
        </Titled>
      )
    }
    case 'keep-later':
      return (
        <Titled {...page} title={w.laterTitle}>
          <p>
            {view.remindAt !== null && `${w.remind(longDate(view.remindAt, zone))} `}
            {w.endsUnless(longDate(view.until, zone))}
          </p>
          <Ways>
            <a href={`${base}/keep`}>{w.back}</a>
          </Ways>
        </Titled>
      )
  }
}

function KeepSharing({ view }: { view: Asking }) {
  const { base, zone, banks, isUnticked, again } = view
  const [only, another] = banks
  const one = only && !another ? only : null
  const title = titleOf(view, one)
  return (
    <Titled practice={view.practice} base={base} title={title}>
      {isUnticked && (
        <div className="card" role="alert" tabIndex={-1}>
          <h2>{w.tickTitle}</h2>
          <p>
            <a href={`#agree-${only?.id}`}>{w.tick}</a>
          </p>
        </div>
      )}
      {again?.by && <p>{w.sharedBefore(again.by, longDate(again.at, zone))}</p>}
      {banks.map((bank) => (
        <Unseen key={bank.id} view={view} bank={bank} />
      ))}
      <form method="post" action={`${base}/keep`}>
        {again && <input type="hidden" name="again" value={again.id} />}
        {banks.map((bank) => (
          <Bank key={bank.id} view={view} bank={bank} isNamed={!one} />
        ))}
        <button type="submit" className="go">
          {one ? labelOf(one) : w.yesTicked}
        </button>
        {!one && <p>{w.others}</p>}
      </form>
      <Ways>
        {banks.map(({ id, name, isOver }) =>
          isOver ? null : (
            <a key={id} href={`${base}/stop/${id}`}>
              {w.stop(one ? null : name)}
            </a>
          ),
        )}
        {banks.some(({ isOver }) => !isOver) ? (
          <a href={`${base}/keep/later`}>{w.later}</a>
        ) : (
          one && <a href={`${base}/stop/${one.id}`}>{w.dontWant}</a>
        )}
      </Ways>
      <details>
        <summary>{w.inFull}</summary>
        {banks.map((bank) => (
          <Rows key={bank.id} rows={bankConsent(bank.ask, view.words, zone).full} />
        ))}
      </details>
    </Titled>
  )
}

function titleOf({ zone }: Asking, one: EndingBank | null): string {
  if (!one) return w.titleOfSeveral
  if (one.isOver) return w.endedTitle(one.name, dateOf(one, zone))
  return one.way === 'confirm' ? w.title(one.name) : w.approveTitle(one.name)
}

function labelOf({ isOver, way, name }: EndingBank): string {
  if (isOver) return w.shareAgain
  return way === 'confirm' ? w.yes : w.goOn(name)
}

/** The accounts of a bank that cannot be seen any more, which may be closed. */
function Unseen({ view, bank: { id, missing } }: { view: Asking; bank: EndingBank }) {
  if (missing.length === 0) return null
  const isOne = missing.length === 1
  return (
    <section className="card">
      <p>{w.unseen(named(missing), isOne)}</p>
      <PostButton
        to={`${view.base}/closed`}
        label={w.closed(isOne)}
        fields={{ connection: id, asOf: `${view.asOf}` }}
        look="no"
      />
    </section>
  )
}

/** One bank with its accounts, and a box that is never ticked beforehand. */
function Bank({ view, bank, isNamed }: { view: Asking; bank: EndingBank; isNamed: boolean }) {
  const { zone, practice } = view
  const until = dateOf(bank, zone)
  const id = `agree-${bank.id}`
  return (
    <section>
      {isNamed && <h2>{bank.name}</h2>}
      {bank.way !== 'confirm' && !bank.isOver && <p>{w.approve(bank.name, until)}</p>}
      <p>{bank.isOver ? w.seesNothing(practice.name) : w.sees(practice.name, until)}</p>
      <Accounts accounts={bank.accounts} />
      <Rows
        rows={[
          { label: w.theySee, text: w.what },
          { label: 'Why', text: reasonBank(view.words) },
        ]}
      />
      <label className="pick" htmlFor={id}>
        <input type="checkbox" id={id} name="agree" value={bank.answer} />
        <span>{w.agree(plainDate(bank.newUntil, zone))}</span>
      </label>
    </section>
  )
}
