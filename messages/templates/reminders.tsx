import { listed } from '../../domain/practice/rightWords.ts'
import { clientInstant, dayWords, longDate } from '../../domain/words/dates.ts'
import { lastTryWords } from '../../domain/words/sharing.ts'
import { A, Action, P } from './frame.tsx'
import { AskedAction, bankOf, capital, joinSubject, type MailParts, type Of } from './parts.tsx'
import { subjectName } from './words.ts'

/** The reminders to accept. */
export const reminders = { first: firstReminder, further: furtherReminder, last: lastReminder }

function firstReminder(view: Of<'reminder'>): MailParts {
  const practice = view.practice.name
  return {
    subject: `Reminder: ${joinSubject(view, view.asked)}`,
    preheader: `${practice} is waiting for one thing.`,
    body: (
      <>
        <P>
          {view.asked === 'bank'
            ? `${practice} still needs you to connect ${bankOf(view)}. Choose your bank, approve there, and you’re done.`
            : `${practice} still needs you to ${joinSubject(view, 'join')}. Open the link, accept, and you’re done.`}
        </P>
        <AskedAction view={view} asked={view.asked} />
        <P>Works until {clientInstant(view.expiresAt, view.zone)}.</P>
      </>
    ),
  }
}

function furtherReminder(view: Of<'reminder'>): MailParts {
  const expires = clientInstant(view.expiresAt, view.zone)
  return {
    subject: `${capital(joinSubject(view, view.asked))}: can we help?`,
    preheader: 'Three common questions.',
    body: (
      <>
        <P>
          Not the right person? <A href={`${view.linkUrl}/wrong-person`}>Say who is</A>.
        </P>
        <P>Banking app on another phone? Open this mail there.</P>
        <P>Questions? Reply: it goes to {view.inviter ?? view.practice.name}.</P>
        <AskedAction view={view} asked={view.asked} />
        <P>
          {view.asked === 'bank' && 'Nobody can move money, and you can stop at any time. '}The link works until{' '}
          {expires}.
        </P>
      </>
    ),
  }
}

function lastReminder(view: Of<'reminder'>): MailParts {
  const expires = clientInstant(view.expiresAt, view.zone)
  return {
    subject: `Expires ${dayWords(view.expiresAt, view.now, view.zone)}: ${joinSubject(view, view.asked)}`,
    preheader: `After ${expires} you’d need a new link.`,
    body: (
      <>
        <P>This is our last reminder. Your link works until {expires}.</P>
        <AskedAction view={view} asked={view.asked} />
        <P>
          Would you rather not? <A href={`${view.linkUrl}/decline`}>Tell {view.practice.name}</A>.
        </P>
      </>
    ),
  }
}

/** Returns the parts of the reminder to a client who accepted and left a step open. */
export function afterAccepting(view: Of<'after-accepting'>): MailParts {
  return {
    subject: `One step left for ${subjectName(view.person ? view.practice.name : view.organisation)}`,
    preheader: `${view.step === 'bank' ? 'Your bank' : (view.ledger ?? 'Your accounting software')} isn’t connected yet.`,
    body: (
      <>
        <P>
          You accepted on {longDate(view.acceptedAt, view.zone)}. {view.lastTry && lastTryWords(view.lastTry)}
        </P>
        <Action practice={view.practice} href={view.linkUrl} label="Carry on" />
      </>
    ),
  }
}

/** Returns the parts of the reminder to a client who has not said yet that the banks that they share are all. */
export function allBanks(view: Of<'all-banks'>): MailParts {
  const { organisation, person } = view
  const shares = `${person ? 'You share' : `${organisation} shares`} ${listed(view.banks) || 'a bank'}`
  return {
    subject: person ? 'Are these all your banks?' : `Are these all the banks of ${subjectName(organisation)}?`,
    preheader: 'One press is enough.',
    body: (
      <>
        <P>
          {shares} with {view.practice.name}. Is that all? Say so with one press, or add another bank.
        </P>
        <Action practice={view.practice} href={view.linkUrl} label="Say if that’s all" />
      </>
    ),
  }
}
