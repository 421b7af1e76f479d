import { clientInstant, longDate } from '../dates.ts'
import { sentence } from '../sentence.ts'
import { accountNames, reasonBank } from '../sharing.ts'
import { A, Action, P, Paragraphs, Quote } from './frame.tsx'
import { AskedAction, type MailParts, type Of, who } from './parts.tsx'
import { afterAccepting, reminders } from './reminders.tsx'
import type { ClientMail } from './view.ts'
import { subjectName, words } from './words.ts'

/** What a mail to a client says. */
export function clientMail(view: ClientMail): MailParts {
  switch (view.mail) {
    case 'invitation':
      return invitation(view)
    case 'access-request':
      return accessRequest(view)
    case 'access-reminder':
      return accessReminder(view)
    case 'reminder':
      return reminders[view.number](view)
    case 'after-accepting':
      return afterAccepting(view)
    case 'new-link':
      return newLink(view)
    case 'continue-link':
      return continueLink(view)
    case 'bank-back':
      return bankBack(view)
    case 'done':
      return done(view)
    case 'expired':
      return expired(view)
    case 'withdrawn':
      return withdrawn(view)
  }
}

function invitation(view: Of<'invitation'>): MailParts {
  const { organisation, zone } = view
  const practice = view.practice.name
  const bank = view.asked === 'bank'
  return {
    subject: `Join ${subjectName(organisation)}: invitation from ${subjectName(practice)}`,
    preheader: bank
      ? 'Choose your bank and approve. About two minutes, no password.'
      : 'Open the link and accept. About a minute, no password.',
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        {bank ? (
          <P>
            {who(view)} invites you to join {organisation} on Embark and connect its bank account.{' '}
            {sentence(reasonBank({ reasonBank: view.reasonBank, reasonBooks: null }))}
          </P>
        ) : (
          <P>
            {who(view)} invites you to join {organisation} on Embark.
          </P>
        )}
        {view.message?.trim() && <Quote>{view.message}</Quote>}
        <P>
          {bank
            ? 'Choose your bank, approve there, done: about two minutes, and no password.'
            : 'Open the link, accept, done: about a minute, and no password.'}
        </P>
        <AskedAction view={view} asked={view.asked} />
        <P>
          The link works until {clientInstant(view.expiresAt, zone)} and is only for you.
          {view.textedLast3 &&
            ` We also sent a text to the number ending ${view.textedLast3}; whichever you use first turns the other off.`}
        </P>
        <P>Not sure this is real? Call {practice} on a number you already have.</P>
      </>
    ),
  }
}

function accessRequest(view: Of<'access-request'>): MailParts {
  const { organisation, inviter } = view
  return {
    subject: `${subjectName(view.practice.name)} asks to work with ${subjectName(organisation)}`,
    preheader: 'You decide.',
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>
          You already keep {organisation} on Embark. {inviter ?? view.practice.name} asks to see it.
        </P>
        <Action practice={view.practice} href={view.linkUrl} label={words.seeRequest} />
      </>
    ),
  }
}

function accessReminder(view: Of<'access-reminder'>): MailParts {
  const { organisation } = view
  const practice = view.practice.name
  return {
    subject: `Reminder: ${subjectName(practice)} asks to work with ${subjectName(organisation)}`,
    preheader: 'You decide.',
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>
          {view.last && 'This is our last reminder. '}
          {practice} still asks to see {organisation}. You can let them in, or say not now.
        </P>
        <Action practice={view.practice} href={view.linkUrl} label={words.seeRequest} />
        <P>Works until {clientInstant(view.expiresAt, view.zone)}.</P>
      </>
    ),
  }
}

function newLink(view: Of<'new-link'>): MailParts {
  return {
    subject: `New link: join ${subjectName(view.organisation)}`,
    preheader: 'Older links are off.',
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>
          Here is the link {sender(view)}. It works until {clientInstant(view.expiresAt, view.zone)}; older ones are
          off.
        </P>
        <AskedAction view={view} asked={view.asked} />
        <P>{words.ignore}</P>
      </>
    ),
  }
}

function continueLink(view: Of<'continue-link'>): MailParts {
  return {
    subject: `Your link to carry on with ${subjectName(view.organisation)}`,
    preheader: 'It opens where you left off.',
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>Here is the link {sender(view)}. It opens where you left off.</P>
        <Action practice={view.practice} href={view.linkUrl} label="Carry on" />
        <P>{words.ignore}</P>
      </>
    ),
  }
}

function bankBack(view: Of<'bank-back'>): MailParts {
  return {
    subject: `${subjectName(view.bankName)} is working again`,
    preheader: `Carry on for ${view.organisation}.`,
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>You tried on {longDate(view.triedAt, view.zone)}. It works now.</P>
        <Action practice={view.practice} href={view.linkUrl} label={`Connect ${view.bankName}`} />
      </>
    ),
  }
}

function done(view: Of<'done'>): MailParts {
  const { shared, setupGuide } = view
  return {
    subject: `${subjectName(view.organisation)} is all set`,
    preheader: 'What you share, and how to stop.',
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>{view.practice.name} has what it needs. You have nothing else to do.</P>
        {shared && (
          <P>
            Shared: {accountNames(shared.accounts)} at {shared.bankName}
            {shared.until === null ? ', once' : `, until ${longDate(shared.until, view.zone)}`}.{' '}
            <A href={view.linkUrl}>See or stop what you share</A>
          </P>
        )}
        {setupGuide && (
          <>
            <P>
              <strong>{setupGuide.title}</strong>
            </P>
            {/* Its links stand on the page alone: a mail of ours leads nowhere else. */}
            <Paragraphs>{setupGuide.text}</Paragraphs>
          </>
        )}
      </>
    ),
  }
}

function expired(view: Of<'expired'>): MailParts {
  return {
    subject: `Your link for ${subjectName(view.organisation)} has expired`,
    preheader: 'You can have a new one.',
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>It worked until {clientInstant(view.expiresAt, view.zone)}.</P>
        <Action practice={view.practice} href={view.linkUrl} label="Get a new link" />
      </>
    ),
  }
}

function withdrawn(view: Of<'withdrawn'>): MailParts {
  const { connectedBank } = view
  return {
    subject: `${subjectName(view.practice.name)} has withdrawn its invitation`,
    preheader: 'Nothing to do.',
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        <P>
          The link for {view.organisation} is off. There is nothing for you to do.{' '}
          {connectedBank ? (
            <>
              {connectedBank} is still connected: <A href={view.linkUrl}>see or stop what you share</A>.
            </>
          ) : (
            'No bank data is being read.'
          )}
        </P>
        <P>If you think that’s a mistake, call {view.practice.name}.</P>
      </>
    ),
  }
}

function sender(view: Of<'new-link'> | Of<'continue-link'>): string {
  return view.askedBy === 'client' ? 'you asked for' : `${view.inviter ?? view.practice.name} sent`
}
