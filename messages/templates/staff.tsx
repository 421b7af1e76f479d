import { durationWords, staffInstant, staffMoment } from '../../domain/words/dates.ts'
import { sentence, typeset } from '../../domain/words/sentence.ts'
import { accountCount } from '../../domain/words/sharing.ts'
import { Action, P } from './frame.tsx'
import type { MailParts } from './parts.tsx'
import { toldMail } from './told.tsx'
import type { Happened, StaffMail } from './view.ts'
import { subjectName } from './words.ts'

type Of<Mail extends StaffMail['mail']> = Extract<StaffMail, { mail: Mail }>

/** Returns the parts of a mail to staff. Its button opens a page; the mail itself changes nothing. */
export function staffMail<Mail extends StaffMail['mail']>(view: Of<Mail>): MailParts {
  const compose: (view: Of<Mail>) => MailParts = MAILS[view.mail as Mail]
  return compose(view)
}

const MAILS: { [Mail in StaffMail['mail']]: (view: Of<Mail>) => MailParts } = {
  undelivered,
  'bank-connected': bankConnected,
  completed,
  declined,
  expired,
  waiting,
  happened,
  told: toldMail,
}

function undelivered(view: Of<'undelivered'>): MailParts {
  const { subject, preheader, text, button } = undeliveredWords(view)
  return {
    subject: `${subjectName(view.organisation)}: ${subject}`,
    preheader,
    body: (
      <>
        <P>{text}</P>
        <Action practice={view.practice} href={view.openUrl} label={button} />
      </>
    ),
  }
}

function undeliveredWords(view: Of<'undelivered'>) {
  const { address } = view
  const at = staffMoment(view.at, view.zone)
  const first = view.first ?? 'the client'
  const why = view.reason ? `: ${sentence(view.reason)}` : '.'
  switch (view.kind) {
    case 'bounced':
      return {
        subject: 'email bounced',
        preheader: `We’ve stopped writing to ${address}.`,
        text: `The invitation to ${first} at ${address} bounced at ${at}${why} Nothing more is sent until there is a working address.`,
        button: 'Correct the address',
      }
    case 'blocked':
      return {
        subject: 'email blocked',
        preheader: `We’ve stopped writing to ${address}.`,
        text: `The invitation to ${first} at ${address} was blocked at ${at}${why} Nothing more is sent there: use another address, or a text.`,
        button: 'Use another way',
      }
    case 'complained':
      return {
        subject: 'email marked as spam',
        preheader: `We’ve stopped writing to ${address}.`,
        text: `The email to ${first} at ${address} was marked as spam at ${at}. Nothing more is sent there: use another address, or a text.`,
        button: 'Use another way',
      }
    case 'text-failed':
      return {
        subject: 'text failed',
        preheader: `We’ve stopped texting ${address}.`,
        text: `The text to ${first} at ${address} failed at ${at}${why} No more texts are sent until there is a working number.`,
        button: 'Correct the number',
      }
    case 'text-blocked':
      return {
        subject: 'text blocked',
        preheader: 'The number is not at fault.',
        text: `The text to ${first} at ${address} was blocked at ${at}${why} Use email, or send it again later.`,
        button: 'Use another way',
      }
    case 'unknown': {
      const what = view.channel === 'sms' ? 'text' : 'email'
      return {
        subject: `can’t tell if the ${what} was sent`,
        preheader: 'It is not repeated by itself.',
        text: `We can’t tell if the ${what} to ${first} at ${address} was sent at ${at}. It is not repeated by itself, so that nobody gets it twice.`,
        button: 'Send again',
      }
    }
  }
}

function bankConnected(view: Of<'bank-connected'>): MailParts {
  const after = view.afterMs === null ? '' : `, ${durationWords(view.afterMs)} after the invitation`
  return {
    subject: `${subjectName(view.organisation)}: bank connected`,
    preheader: `${accountCount(view.accounts)} at ${view.bankName}.`,
    body: (
      <>
        <P>
          {view.first ?? 'The client'} connected {view.bankName} at {staffMoment(view.at, view.zone)}
          {after}. Next: {sentence(view.situation)}
        </P>
        <Open view={view} />
      </>
    ),
  }
}

function completed(view: Of<'completed'>): MailParts {
  const { bank } = view
  return {
    subject: `${subjectName(view.organisation)}: ready to go`,
    preheader: 'Everything is connected.',
    body: (
      <>
        <P>
          Bank: {bank ? `${bank.name}, ${accountCount(bank.accounts)}` : 'not needed'}. Books:{' '}
          {view.ledger ?? 'not needed'}. Matched: {view.matched ?? 'not needed'}.
          {view.afterMs !== null && ` From first invitation to done: ${durationWords(view.afterMs)}.`}
        </P>
        <Action practice={view.practice} href={view.openUrl} label="Open" />
      </>
    ),
  }
}

function declined(view: Of<'declined'>): MailParts {
  const first = view.first ?? 'The client'
  const named = view.named ? ` and named ${view.named}` : ''
  return {
    subject: `${subjectName(view.organisation)}: invitation declined`,
    preheader: view.reason ? sentence(view.reason) : 'No reason given.',
    body: (
      <>
        {view.reason ? (
          <P>
            {first} said: {named ? sentence(view.reason.replace(/[.!?…]+$/, '') + named) : sentence(view.reason)}{' '}
            Reminders have stopped.
          </P>
        ) : (
          <P>
            {first} said no{named}. Reminders have stopped.
          </P>
        )}
        <Action practice={view.practice} href={view.openUrl} label="Decide what next" />
      </>
    ),
  }
}

function expired(view: Of<'expired'>): MailParts {
  const messages = view.touches === 1 ? '1 message' : `${view.touches} messages`
  return {
    subject: `${subjectName(view.organisation)}: invitation expired`,
    preheader: `No answer by ${staffInstant(view.expiresAt, view.zone)}.`,
    body: (
      <>
        <P>
          {messages}
          {view.lastDelivery && `, last ${view.lastDelivery}`}.
        </P>
        <Action practice={view.practice} href={view.openUrl} label="Resend" />
      </>
    ),
  }
}

function waiting(view: Of<'waiting'>): MailParts {
  return {
    subject: `${subjectName(view.organisation)}: waiting for you`,
    preheader: sentence(view.situation),
    body: (
      <>
        <P>
          {view.situation}, since {staffInstant(view.since, view.zone)}.
        </P>
        <Open view={view} />
      </>
    ),
  }
}

const HAPPENED: Record<Happened, string> = {
  accepted: 'accepted',
  books_connected: 'books connected',
  waiting: 'waiting for you',
  failed: 'not connected',
  assigned: 'assigned to you',
  support: 'support was there',
}

function happened(view: Of<'happened'>): MailParts {
  return {
    subject: `${subjectName(view.organisation)}: ${HAPPENED[view.what]}`,
    preheader: sentence(view.sentence),
    body: (
      <>
        <P>
          {sentence(`${view.sentence}, ${staffMoment(view.at, view.zone)}`)} Now: {sentence(typeset(view.situation))}
        </P>
        <Open view={view} />
      </>
    ),
  }
}

function Open({ view }: { view: StaffMail }) {
  return <Action practice={view.practice} href={view.openUrl} label={`Open ${view.organisation}`} />
}
