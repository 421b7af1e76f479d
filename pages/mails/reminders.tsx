import { clientInstant, dayWords, longDate } from '../dates.ts'
import { lastTryWords } from '../sharing.ts'
import { A, Action, P } from './frame.tsx'
import { AskedAction, type MailParts, type Of } from './parts.tsx'
import { subjectName, words } from './words.ts'

/** The reminders to accept, by their number. */
export const reminders = { 1: firstReminder, 2: secondReminder, 3: lastReminder }

function firstReminder(view: Of<'reminder'>): MailParts {
  const practice = view.practice.name
  return {
    subject: `Reminder: join ${subjectName(view.organisation)}`,
    preheader: `${practice} is waiting for one thing.`,
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>
          {view.asked === 'bank'
            ? `${practice} still needs ${view.organisation}’s bank connected. You choose the bank, approve with your bank, and that’s all.`
            : `${practice} still needs you to join ${view.organisation}. You open the link, accept, and that’s all.`}
        </P>
        <AskedAction view={view} asked={view.asked} />
        <P>Works until {clientInstant(view.expiresAt, view.zone)}.</P>
      </>
    ),
  }
}

function secondReminder(view: Of<'reminder'>): MailParts {
  const expires = clientInstant(view.expiresAt, view.zone)
  return {
    subject: `Join ${subjectName(view.organisation)}: is something in the way?`,
    preheader: 'Three usual reasons, and what to do.',
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>
          Not the right person? <A href={`${view.linkUrl}/wrong-person`}>Say who is</A>.
        </P>
        <P>Banking app on another phone? Open this mail there.</P>
        <P>Questions? Reply: it goes to {view.inviter ?? view.practice.name}.</P>
        <AskedAction view={view} asked={view.asked} />
        <P>
          {view.asked === 'bank' && 'It is read-only, and you can stop at any time. '}Works until {expires}.
        </P>
      </>
    ),
  }
}

function lastReminder(view: Of<'reminder'>): MailParts {
  const expires = clientInstant(view.expiresAt, view.zone)
  return {
    subject: `Expires ${dayWords(view.expiresAt, view.now, view.zone)}: join ${subjectName(view.organisation)}`,
    preheader: `After ${expires} you’d need a new link.`,
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>This is our last reminder. Your link works until {expires}.</P>
        <AskedAction view={view} asked={view.asked} />
        <P>
          Rather not? <A href={`${view.linkUrl}/decline`}>Tell {view.practice.name}</A>, and nobody asks again.
        </P>
      </>
    ),
  }
}

/** What is said to somebody who accepted, and left a step. */
export function afterAccepting(view: Of<'after-accepting'>): MailParts {
  return {
    subject: `One step left for ${subjectName(view.organisation)}`,
    preheader:
      view.step === 'bank' ? 'Your bank isn’t connected yet.' : 'Your accounting software isn’t connected yet.',
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>
          You accepted on {longDate(view.acceptedAt, view.zone)}. {view.lastTry && lastTryWords(view.lastTry)}
        </P>
        <Action practice={view.practice} href={view.linkUrl} label="Carry on" />
      </>
    ),
  }
}
