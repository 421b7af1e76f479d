import type { PrivacyContact } from './view.ts'

/** Returns the sentence that says whom to ask at the practice, and where; empty if neither is known. */
function contactWords({ person, ways }: PrivacyContact): string {
  if (person === null && ways.length === 0) return ''
  const whom = person === null ? 'Ask them' : `Ask for ${person}`
  return ` ${[whom, ways.join(', ')].filter(Boolean).join(': ')}.`
}

/** The words of the pages on privacy and accessibility. */
export const about = {
  privacy: {
    title: 'Privacy',
    /** Practice and contact are null without a link; `providers`: the legal names of the bank connectors' companies. */
    sections: (practice: string | null, contact: PrivacyContact | null, providers: readonly string[]) => [
      {
        title: 'Who is responsible',
        text: `${practice ?? 'Your accountant'} decides what is asked of you and why, and answers for your personal data.${contact ? contactWords(contact) : ''} ${new Intl.ListFormat('en-GB').format([...providers, 'Embark'])} process it for them.`,
      },
      {
        title: 'What is kept',
        text: 'Your name, your email and, if you were sent a text, your number; when you opened, accepted or declined; and the bank and software you connected. The page on which you choose your bank lists what is read from it.',
      },
      {
        title: 'For how long',
        text: `While you are a client of ${practice ?? 'your accountant'}, then as they decide. Ask them to erase it.`,
      },
      {
        title: 'What is not done',
        text: 'No advertising, no tracking in emails, and no script or other company’s content on these pages. One cookie is set when you start connecting, so that only you can finish it.',
      },
      {
        title: 'Your rights',
        text: `You can stop sharing at any time. Ask ${practice ?? 'your accountant'} to see, correct or erase what is kept about you. If you aren’t satisfied with the answer, you can complain to the Information Commissioner, at ico.org.uk.`,
      },
    ],
  },
  accessibility: {
    title: 'Accessibility',
    sections: [
      {
        title: 'What you can expect',
        text: 'These pages are made to meet WCAG 2.2 at level AA. They work with a keyboard, with a screen reader, with text twice the size, on small screens, in light and dark, and without script.',
      },
      {
        title: 'What is outside our hands',
        text: 'Your bank’s and your software’s own pages follow their own rules.',
      },
      {
        title: 'If something gets in your way',
        text: 'Tell your accountant, by phone if that is easier. They can do the rest with you.',
      },
    ],
  },
} as const

/** The words for an unknown address. */
export const noPage = {
  title: 'There is no page here',
  text: 'The address may be incomplete, or the page has moved.',
  clients: 'Go to Clients',
  signIn: 'Sign in',
  isClient: 'I’m a client',
} as const
