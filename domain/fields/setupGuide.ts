/** The practice's text for clients who have completed. */
export type SetupGuide = { title: string; text: string; links: { label: string; url: string }[] }

/** Returns the default guide for a practice that has not written one. */
export const usualSetupGuide = (practice: string): SetupGuide => ({
  title: 'What happens next',
  text: `${practice} now sets up your books. Keep sending receipts and invoices as you do today; they’ll be in touch if anything is missing.`,
  links: [],
})
