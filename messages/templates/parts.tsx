import type { ReactNode } from 'react'
import { Action } from './frame.tsx'
import type { Asked, ClientMail } from './view.ts'
import { subjectName, words } from './words.ts'

/** A mail before its frame: subject, preheader and body. */
export type MailParts = { subject: string; preheader: string; body: ReactNode }

/** The view of one kind of mail. */
export type Of<Mail extends ClientMail['mail']> = Extract<ClientMail, { mail: Mail }>

/** The button of a mail that asks for something. */
export function AskedAction({ view, asked }: { view: ClientMail; asked: Asked }) {
  const bank = view.person ? words.connectYourBank : words.connectBank
  const join = view.person ? words.open : words.join(view.organisation)
  const label = asked === 'bank' ? bank : join
  return <Action practice={view.practice} href={view.linkUrl} label={label} />
}

/** Returns the sender's name: the inviter at the practice, or the practice. */
export function who(view: ClientMail): string {
  return view.inviter ? `${view.inviter} at ${view.practice.name}` : view.practice.name
}

/** Returns the requested bank within a sentence; for a self-employed person their own. */
export const bankOf = ({ organisation, person }: ClientMail): string =>
  person ? 'your bank' : `${organisation}’s bank`

/** Returns the object of a subject: the business to join, or the request to a self-employed person. */
export function joinSubject(view: ClientMail, asked: Asked): string {
  if (!view.person) return `join ${subjectName(view.organisation)}`
  return asked === 'bank' ? 'connect your bank' : `work with ${subjectName(view.practice.name)}`
}

/** Returns the text with a capital, for the beginning of a subject. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
