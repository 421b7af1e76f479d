import { Action, P, Quote } from './frame.tsx'
import type { MailParts } from './parts.tsx'
import type { StaffMail } from './view.ts'
import { subjectName } from './words.ts'

type Told = Extract<StaffMail, { mail: 'told' }>

/** Returns the parts of the mail about a client's report, with their own words as a quotation. */
export function toldMail(view: Told): MailParts {
  const { subject, text, button } = toldWords(view)
  return {
    subject: `${subjectName(view.organisation)}: ${subject}`,
    preheader: text,
    body: (
      <>
        <P>{text}</P>
        {'text' in view && view.about !== 'stopped_sharing' && view.about !== 'same_business' && view.text?.trim() && (
          <Quote>{view.text}</Quote>
        )}
        <Action practice={view.practice} href={view.openUrl} label={button} />
      </>
    ),
  }
}

function toldWords(view: Told): { subject: string; text: string; button: string } {
  const first = view.first ?? 'The client'
  const { organisation } = view
  const open = `Open ${organisation}`
  const decide = 'Decide what next'
  switch (view.about) {
    case 'open_again':
      return {
        subject: 'asks to open the invitation again',
        text: `${first} would like a new link. Nothing is sent until you do.`,
        button: decide,
      }
    case 'needs_link':
      return {
        subject: 'asks for a link',
        text: `${first} would like a link to carry on. Nothing is sent until you do.`,
        button: open,
      }
    case 'mistake':
      return {
        subject: 'says it’s a mistake',
        text: `${first} thinks that the invitation was withdrawn by mistake. Nothing is sent until you reopen it.`,
        button: decide,
      }
    case 'which_bank':
      return { subject: 'bank not found', text: `${first} couldn’t find their bank in the list.`, button: open }
    case 'uses_none':
      return {
        subject: 'uses other accounting software',
        text: `${first} doesn’t use the accounting software on offer.`,
        button: open,
      }
    case 'not_my_company':
      return {
        subject: 'not their company',
        text: `${first} says ${organisation} isn’t theirs. We’ve stopped writing to them.`,
        button: decide,
      }
    case 'not_the_right_person': {
      const named = view.name && view.email ? `${view.name} (${view.email})` : (view.name ?? view.email)
      return {
        subject: 'ask someone else',
        text: named
          ? `${first} isn’t the right person and named ${named}. We’ve stopped writing to them, and write to nobody until you decide.`
          : `${first} isn’t the right person. We’ve stopped writing to them, and write to nobody until you decide.`,
        button: decide,
      }
    }
    case 'no_wish_to_share':
      return {
        subject: 'doesn’t want to share the bank',
        text: `${first} doesn’t want to share the bank of ${organisation}.`,
        button: decide,
      }
    case 'stopped_sharing':
      return {
        subject: 'stopped sharing',
        text: `${first} stopped sharing ${view.text ?? 'a connection'} with you. You get nothing new from now on; what you have stays with you.`,
        button: decide,
      }
    case 'same_business':
      return {
        subject: 'waiting for you',
        text: `${first} connected accounting software and said that ${view.text ? `“${view.text}”` : 'its organisation'} is the same business as ${organisation}. Nothing is read until you have checked.`,
        button: open,
      }
    case 'already_linked':
      return {
        subject: 'software is linked to another client',
        text: `${first} tried to connect accounting software that is linked to another client of yours.`,
        button: open,
      }
  }
}
