import type { ReactNode } from 'react'
import { Action } from './frame.tsx'
import type { Asked, ClientMail } from './view.ts'
import { subjectName, words } from './words.ts'

/** A mail before its frame: subject, preheader and body. */
export type MailParts = { subject: string; preheader: string; body: ReactNode }

/** What one kind of mail is made from. */
export type Of<Mail extends ClientMail['mail']> = Extract<ClientMail, { mail: Mail }>

/** The button of a mail that asks for something. */
export function AskedAction({ view, asked }: { view: ClientMail; asked: Asked }) {
  const bank = view.person ? words.connectYourBank : words.connectBank
  const join = view.person ? words.open : words.join(view.organisation)
  const label = asked === 'bank' ? bank : join
  return <Action practice={view.practice} href={view.linkUrl} label={label} />
}

/** Who writes: somebody of the practice, or it. */
export function who(view: ClientMail): string {
  return view.inviter ? `${view.inviter} at ${view.practice.name}` : view.practice.name
}

/** The bank that is asked for, within a sentence: a self-employed person's own. */
export const bankOf = ({ organisation, person }: ClientMail): string =>
  person ? 'your bank' : `${organisation}’s bank`

/** What a subject names: the business to join, or of a self-employed person what is asked. */
export function joinSubject(view: ClientMail, asked: Asked): string {
  if (!view.person) return `join ${subjectName(view.organisation)}`
  return asked === 'bank' ? 'connect your bank' : `work with ${subjectName(view.practice.name)}`
}

/** The same at the beginning of a subject. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
