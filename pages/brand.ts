import type { Practice } from './client/view.ts'
import type { MailPractice } from './mails/view.ts'

/** How a practice looks, as it chose. */
export type Brand = { name: string; brandColour: string | null; logoId: string | null }

/** Where its logo is found on our origin; null without one. */
export const logoPath = (logoId: string | null): string | null => logoId && `/logo/${logoId}.png`

/** The practice as its clients see it on our pages. */
export const onPages = ({ name, brandColour, logoId }: Brand): Practice => ({
  name,
  colour: brandColour,
  logoSrc: logoPath(logoId),
})

/** The practice as mails show it. `publicUrl` is our origin. */
export const inMails = (
  { name, brandColour, logoId, postalAddress }: Brand & { postalAddress: string | null },
  publicUrl: string,
): MailPractice => {
  const logo = logoPath(logoId)
  return { name, address: postalAddress, colour: brandColour, logoUrl: logo && `${publicUrl}${logo}` }
}
