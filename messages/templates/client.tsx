import { Fragment } from 'react'
import { usualSetupGuide } from '../../domain/fields/setupGuide.ts'
import { clientInstant, longDate, plainDate } from '../../domain/words/dates.ts'
import { accountFigures, reasonBank } from '../../domain/words/sharing.ts'
import { A, Action, P, Paragraphs, Quote } from './frame.tsx'
import { AskedAction, joinSubject, type MailParts, type Of, who } from './parts.tsx'
import { afterAccepting, allBanks, reminders } from './reminders.tsx'
import { accessEnded, confirmedForYou, renewal } from './renewal.tsx'
import type { ClientMail } from './view.ts'
import { subjectName, words } from './words.ts'

/** Returns the parts of a mail to a client, which begins with a greeting. */
export function clientMail<Mail extends ClientMail['mail']>(view: Of<Mail>): MailParts {
  const compose: (view: Of<Mail>) => MailParts = MAILS[view.mail as Mail]
  const { body, ...parts } = compose(view)
  return {
    ...parts,
    body: (
      <>
        <P>{words.hello(view.recipient.first)}</P>
        {body}
      </>
    ),
  }
}

const MAILS: { [Mail in ClientMail['mail']]: (view: Of<Mail>) => MailParts } = {
  invitation,
  'access-request': accessRequest,
  'access-reminder': accessReminder,
  reminder: (view) => reminders[view.which](view),
  'after-accepting': afterAccepting,
  'all-banks': allBanks,
  'new-link': newLink,
  'continue-link': continueLink,
  'another-bank': anotherBank,
  'bank-back': bankBack,
  renewal,
  'access-ended': accessEnded,
  'confirmed-for-you': confirmedForYou,
  done,
  expired,
  withdrawn,
}

function invitation(view: Of<'invitation'>): MailParts {
  const { organisation, person, zone } = view
  const practice = view.practice.name
  const bank = view.asked === 'bank'
  const invites = person
    ? `${who(view)} asks you to ${bank ? 'connect your bank' : 'work with them'} on Embark, a service they use to connect with their clients.`
    : `${who(view)} invites you to join ${organisation} on Embark, a service they use to connect with their clients${bank ? ', and to connect its bank' : ''}.`
  return {
    subject: person
      ? `${subjectName(practice)} asks you to ${bank ? 'connect your bank' : 'work with them on Embark'}`
      : `Join ${subjectName(organisation)}: invitation from ${subjectName(practice)}`,
    preheader: bank ? 'Choose your bank and approve. About two minutes.' : 'Open the link and accept. About a minute.',
    body: (
      <>
        <P>{invites}</P>
        {bank && <P>Why: {reasonBank({ reasonBank: view.reasonBank, payments: view.payments ?? false })}</P>}
        {view.message?.trim() && <Quote>{view.message}</Quote>}
        <P>
          {bank
            ? 'Choose your bank and approve there. It takes about two minutes and you don’t need a new password.'
            : 'Open the link and accept. It takes about a minute and you don’t need a new password.'}
        </P>
        <AskedAction view={view} asked={view.asked} />
        <P>
          The link works until {clientInstant(view.expiresAt, zone)} and is only for you.
          {view.textedLast3 &&
            ` We also sent a text to the number ending ${view.textedLast3}. Use either; the other one then stops working.`}
        </P>
        <P>Not sure this is real? Call them on a number you already have.</P>
      </>
    ),
  }
}

function accessRequest(view: Of<'access-request'>): MailParts {
  const { organisation, inviter, person } = view
  const them = person ? 'you' : organisation
  return {
    subject: `${subjectName(view.practice.name)} asks to work with ${subjectName(them)}`,
    preheader: 'You decide.',
    body: (
      <>
        <P>
          {inviter ?? view.practice.name} thinks you already have {person ? 'your accounts' : organisation} on Embark,
          and asks to see {person ? 'them' : 'it'}.
        </P>
        <Action practice={view.practice} href={view.linkUrl} label={words.seeRequest} />
        <P>If you don’t, tell them on that page, or ignore this.</P>
      </>
    ),
  }
}

function accessReminder(view: Of<'access-reminder'>): MailParts {
  const them = view.person ? 'you' : view.organisation
  const practice = view.practice.name
  return {
    subject: `Reminder: ${subjectName(practice)} asks to work with ${subjectName(them)}`,
    preheader: 'You decide.',
    body: (
      <>
        <P>
          {view.last && 'This is our last reminder. '}
          {practice} still asks to work with {them}. You can let them in, or say not now.
        </P>
        <Action practice={view.practice} href={view.linkUrl} label={words.seeRequest} />
        <P>Works until {clientInstant(view.expiresAt, view.zone)}.</P>
      </>
    ),
  }
}

function newLink(view: Of<'new-link'>): MailParts {
  return {
    subject: `New link: ${joinSubject(view, view.asked)}`,
    preheader: 'Older links no longer work.',
    body: (
      <>
        <P>
          Here is the link {sender(view)}. It works until {clientInstant(view.expiresAt, view.zone)}; older ones no
          longer work.
        </P>
        <AskedAction view={view} asked={view.asked} />
        <P>{view.asked === 'bank' ? words.ignore : words.ignoreJoin}</P>
      </>
    ),
  }
}

function continueLink(view: Of<'continue-link'>): MailParts {
  return {
    subject: `Your link to carry on with ${subjectName(view.person ? view.practice.name : view.organisation)}`,
    preheader: 'It opens where you left off.',
    body: (
      <>
        <P>Here is the link {sender(view)}. It opens where you left off.</P>
        <Action practice={view.practice} href={view.linkUrl} label="Carry on" />
        <P>{words.ignore}</P>
      </>
    ),
  }
}

function anotherBank(view: Of<'another-bank'>): MailParts {
  const { name } = view.practice
  return {
    subject: `${subjectName(name)} asks for another bank`,
    preheader: 'What you share already stays as it is.',
    body: (
      <>
        <P>
          {name} asks you to share another bank{view.person ? '' : ` for ${view.organisation}`}. What you share already
          stays as it is.
        </P>
        <Action practice={view.practice} href={`${view.linkUrl}/another`} label="Add another bank" />
        <P>If there is no other bank, there is nothing to do.</P>
      </>
    ),
  }
}

function bankBack(view: Of<'bank-back'>): MailParts {
  return {
    subject: `${subjectName(view.bankName)} is working again`,
    preheader: view.person ? 'Carry on where you were.' : `Carry on for ${view.organisation}.`,
    body: (
      <>
        <P>You tried on {longDate(view.triedAt, view.zone)}. It works now.</P>
        <Action practice={view.practice} href={view.linkUrl} label={`Connect ${view.bankName}`} />
      </>
    ),
  }
}

function done(view: Of<'done'>): MailParts {
  const { shared } = view
  const guide = view.setupGuide ?? usualSetupGuide(view.practice.name)
  const home = new URL('/home', view.linkUrl)
  return {
    subject: view.person ? 'You’re all set' : `${subjectName(view.organisation)} is all set`,
    preheader: 'What you share, and how to stop.',
    body: (
      <>
        <P>{view.practice.name} has everything it needs. You have nothing else to do.</P>
        {shared && (
          <>
            <P>
              Shared{shared.until === null ? ' once' : ` until ${plainDate(shared.until, view.zone)}`}, at{' '}
              {shared.bankName}:
            </P>
            <P>
              {shared.accounts.map((account, index) => (
                <Fragment key={index}>
                  {index > 0 && <br />}
                  {[account.name, ...accountFigures(account)].join(' ')}
                </Fragment>
              ))}
            </P>
            <P>
              <A href={view.linkUrl}>See or stop what you share</A> (any time, at {home.host}
              {home.pathname}, with this email address)
            </P>
          </>
        )}
        <P>
          <strong>{guide.title}</strong>
        </P>
        {/* Its links stand on the page alone: a mail of ours leads nowhere else. */}
        <Paragraphs>{guide.text}</Paragraphs>
      </>
    ),
  }
}

function expired(view: Of<'expired'>): MailParts {
  return {
    subject: view.person
      ? `Your link from ${subjectName(view.practice.name)} has expired`
      : `Your link for ${subjectName(view.organisation)} has expired`,
    preheader: 'You can have a new one.',
    body: (
      <>
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
        <P>
          The link {view.person ? '' : `for ${view.organisation} `}no longer works. There is nothing for you to do.{' '}
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
