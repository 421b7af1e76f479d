import { type Brand, logoPath } from '../../domain/practice/brand.ts'
import type { MailPractice } from '../templates/view.ts'

/** Returns the practice as mails show it. `publicUrl` is our origin. */
export const inMails = (
  { name, brandColour, logoId, postalAddress }: Brand & { postalAddress: string | null },
  publicUrl: string,
): MailPractice => {
  const logo = logoPath(logoId)
  return { name, address: postalAddress, colour: brandColour, logoUrl: logo && `${publicUrl}${logo}` }
}
