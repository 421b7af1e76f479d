import { CONFIRM_MS } from '../../domain/connections/consents.ts'
import { AGREED_BY, LAST_ASK_MS } from '../../domain/connections/renewal.ts'
import { listed } from '../../domain/practice/rightWords.ts'
import { DAY_MS } from '../../domain/situation.ts'
import { dayWords, longDate, plainDate } from '../../domain/words/dates.ts'
import { accountFigures } from '../../domain/words/sharing.ts'
import { A, Action, P } from './frame.tsx'
import type { MailParts, Of } from './parts.tsx'
import type { EndingBank } from './view.ts'
import { subjectName } from './words.ts'

/** Returns the parts of the mail that asks to confirm what banks share, before their access ends. */
export function renewal(view: Of<'renewal'>): MailParts {
  const { banks, zone, now, organisation, person } = view
  const whose = person ? '' : ` of ${organisation}`
  const practice = view.practice.name
  const names = subjectName(listed(banks.map(({ name }) => name)))
  const visited = banks.filter(({ visit }) => visit)
  const [first] = banks
  const until = Math.min(...banks.map((bank) => Number(bank.until)))
  const isLast = until - Number(now) <= LAST_ASK_MS
  // Far from an end, a client is asked for the accounts' sake.
  const gone = until - Number(now) > CONFIRM_MS + DAY_MS ? banks.find(({ missing }) => missing.length > 0) : undefined
  const ends = `Sharing ${names} ends ${onDay(dayWords(until, now, zone))}`
  return {
    subject: gone ? unseenAt(gone) : isLast ? ends : `Keep sharing ${names} with ${subjectName(practice)}?`,
    preheader: `${person ? '' : `For ${organisation}. `}${
      visited.length === 0
        ? 'One tick, no bank visit.'
        : `Approve once more at ${listed(visited.map(({ name }) => name))}.`
    }`,
    body: (
      <>
        {banks.map((bank) => (
          <P key={bank.name}>
            {practice} can see {bank.accounts === 1 ? '1 account' : `${bank.accounts} accounts`}
            {whose} at {bank.name} until {plainDate(bank.until, zone)}.
            {bank.missing.length > 0 && ` ${missingAt(bank)}`}
          </P>
        ))}
        <P>To carry on, they need you to say yes again. The rules ask for this every {view.days} days.</P>
        <Action practice={view.practice} href={view.linkUrl} label="Choose what to do" />
        <P>
          If you do nothing, sharing ends on {first && banks.length === 1 ? longDate(first.until, zone) : 'these dates'}
          .
        </P>
      </>
    ),
  }
}

/** Returns which accounts of a bank cannot be seen any more, and what to do: `Savings ••••3341 was shared before …`. */
function missingAt({ missing }: EndingBank): string {
  const names = listed(missing.map((account) => [account.name, ...accountFigures(account)].join(' ')))
  return missing.length === 1
    ? `${names} was shared before and can’t be seen any more. Tell us if it’s closed.`
    : `${names} were shared before and can’t be seen any more. Tell us if they’re closed.`
}

/** Returns the subject about a bank's missing accounts, which are named in the mail alone. */
const unseenAt = ({ name, missing }: EndingBank): string =>
  `${missing.length === 1 ? 'One account' : `${missing.length} accounts`} at ${subjectName(name)} can’t be seen any more`

/** Returns a day for after "ends": `today`, `on Friday`. */
const onDay = (day: string): string => (day === 'today' || day === 'tomorrow' ? day : `on ${day}`)

/** Returns the parts of the mail that says that the access to a bank has ended. */
export function accessEnded(view: Of<'access-ended'>): MailParts {
  const { bankName, practice, organisation, person } = view
  return {
    subject: `Sharing ${subjectName(bankName)} has ended`,
    preheader: `${practice.name} can’t see new entries${person ? '' : ` of ${organisation}`}.`,
    body: (
      <>
        <P>You can share again{person ? '' : ` for ${organisation}`} any time.</P>
        <Action practice={practice} href={view.linkUrl} label="Share again" />
        <P>If you don’t want to, there is nothing to do.</P>
      </>
    ),
  }
}

/** Returns the parts of the mail that says that a colleague confirmed a bank for the client, with the way to stop it. */
export function confirmedForYou(view: Of<'confirmed-for-you'>): MailParts {
  const { bankName, colleague, practice, how, connectionId, organisation, person, zone } = view
  return {
    subject: `${subjectName(practice.name)} confirmed sharing ${subjectName(bankName)} for you`,
    preheader: `Until ${plainDate(view.until, zone)}.`,
    body: (
      <>
        <P>
          {colleague ?? practice.name} confirmed on {longDate(view.at, zone)}
          {person ? '' : ` for ${organisation}`}, because you agreed {AGREED_BY[how]}. {practice.name} can see{' '}
          {bankName} until {plainDate(view.until, zone)}.
        </P>
        <P>
          Not right? <A href={`${view.linkUrl}/stop/${connectionId}`}>Stop sharing</A>
        </P>
      </>
    ),
  }
}
