import type { ReactNode } from 'react'
import { Action } from './frame.tsx'
import type { Asked, ClientMail } from './view.ts'
import { words } from './words.ts'

/** A mail before its frame: subject, preheader and body. */
export type MailParts = { subject: string; preheader: string; body: ReactNode }

/** What one kind of mail is made from. */
export type Of<Mail extends ClientMail['mail']> = Extract<ClientMail, { mail: Mail }>

/** The button of a mail that asks for something. */
export function AskedAction({ view, asked }: { view: ClientMail; asked: Asked }) {
  const label = asked === 'bank' ? words.connectBank : words.join(view.organisation)
  return <Action practice={view.practice} href={view.linkUrl} label={label} />
}

/** Who writes: somebody of the practice, or it. */
export function who(view: ClientMail): string {
  return view.inviter ? `${view.inviter} at ${view.practice.name}` : view.practice.name
}
