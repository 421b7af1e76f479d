import { compile } from 'html-to-text'
import { renderToStaticMarkup } from 'react-dom/server'
import { accountMail, EMBARK } from './account.tsx'
import { clientMail } from './client.tsx'
import { digestMail } from './digest.tsx'
import { A, MailFrame, Small } from './frame.tsx'
import type { MailParts } from './parts.tsx'
import { staffMail } from './staff.tsx'
import { unlinkedView } from './unlinked.ts'
import type { AccountMail, ClientMail, DigestMail, MailPractice, MailView, StaffMail } from './view.ts'
import { words } from './words.ts'

/** A mail as it is sent. The text has the same words as the HTML. */
export type Mail = { subject: string; html: string; text: string }

/** The doctype that mail programs expect for tables. */
const DOCTYPE =
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'

/** Renders a mail. The same view gives the same bytes, for repeated sends. Throws on an unknown time zone. */
export function renderMail(given: MailView): Mail {
  const view = isForStranger(given) ? unlinkedView(given) : given
  const { subject, preheader, body } = partsOf(view)
  const html = renderToStaticMarkup(
    <MailFrame practice={view.practice ?? EMBARK} subject={subject} preheader={preheader} foot={footOf(view)}>
      {body}
    </MailFrame>,
  )
  return { subject, html: `${DOCTYPE}${html}`, text: plainText(html).trim() }
}

/** Returns true for mails to people who may not know the sender. Names in them are chosen by the practice. */
const isForStranger = (view: MailView): boolean =>
  'recipient' in view || view.mail === 'colleague' || view.mail === 'user'

function partsOf(view: MailView): MailParts {
  if ('recipient' in view) return clientMail(view)
  if ('actionUrl' in view) return accountMail(view)
  return view.mail === 'digest' ? digestMail(view) : staffMail(view)
}

function footOf(view: MailView) {
  if ('recipient' in view) return <ClientFoot view={view} />
  return 'actionUrl' in view ? <AccountFoot view={view} /> : <StaffFoot view={view} />
}

/** Converts a mail's HTML to text. Compiled once, because compiling takes four times as long as a mail. */
const plainText = compile({
  wordwrap: false,
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'hr', format: 'skip' },
    { selector: '[data-skip-in-text=true]', format: 'skip' },
    { selector: 'a', options: { linkBrackets: false, hideLinkHrefIfSameAsText: true } },
    ...['td', 'th'].map((selector) => ({
      selector,
      format: 'block' as const,
      options: { leadingLineBreaks: 1, trailingLineBreaks: 1 },
    })),
    // A link within a sentence gets brackets, so that the full stop after it is not taken for part of it.
    { selector: 'a.link', format: 'anchor', options: { linkBrackets: ['<', '>'] } },
  ],
})

function sentFor({ name, address }: MailPractice): string {
  return address ? `Sent by Embark for ${name}, ${address}.` : `Sent by Embark for ${name}.`
}

function ClientFoot({ view }: { view: ClientMail }) {
  const { name, address } = view.practice
  return (
    <Small>
      Sent by Embark for {name}
      {address && `, ${address}`}, to {view.recipient.email}.{' '}
      <A href={`${view.linkUrl}/wrong-person`}>{words.notForYou}</A>
    </Small>
  )
}

function StaffFoot({ view }: { view: StaffMail | DigestMail }) {
  return <Small>{sentFor(view.practice)}</Small>
}

function AccountFoot({ view }: { view: AccountMail }) {
  if (view.mail === 'support-asks') {
    return (
      <Small>
        Sent by Embark to {view.email}, as an admin of {view.practice.name}.
      </Small>
    )
  }
  if (view.mail === 'take-over') {
    return (
      <Small>
        Sent by Embark to {view.email}, as a colleague at {view.practice.name}.
      </Small>
    )
  }
  if (view.mail !== 'colleague' && view.mail !== 'user') return <Small>Sent by Embark to {view.email}.</Small>
  const inviter = view.inviter ?? view.practice.name
  return (
    <Small>
      {sentFor(view.practice)} {inviter} invited you at {view.email}.
    </Small>
  )
}
