import type { Practice } from '../../db/practices.ts'
import type { MailPractice } from '../../pages/mails/view.ts'

/** The first word of a name; null for none. */
export function firstName(name: string | null): string | null {
  return name?.trim().split(/\s+/)[0] || null
}

/** The practice as mails show it. */
export function mailPractice(practice: Practice): MailPractice {
  return { name: practice.name, address: practice.postalAddress, colour: practice.brandColour, logoUrl: null }
}
