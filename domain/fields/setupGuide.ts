/** What a practice says to a client who has completed. */
export type SetupGuide = { title: string; text: string; links: { label: string; url: string }[] }

/** Returns what is said for a practice that has written nothing itself. */
export const usualSetupGuide = (practice: string): SetupGuide => ({
  title: 'What happens next',
  text: `${practice} now sets up your books. Keep sending receipts and invoices as you do today; they’ll be in touch if anything is missing.`,
  links: [],
})
