/** The words of the pages on privacy and accessibility. */
export const about = {
  privacy: {
    title: 'Privacy',
    sections: [
      {
        title: 'Who is responsible',
        text: 'Your accountant decides what is asked of you and why. Embark carries it out for them.',
      },
      {
        title: 'What is kept',
        text: 'Your name, your email and, if you were sent a text, your number; when you opened, accepted or declined; and the bank and software you connected. The page on which you choose your bank lists what is read from it.',
      },
      {
        title: 'What is not done',
        text: 'No advertising, no tracking in emails, and no script or other company’s content on these pages. One cookie is set when you start connecting, so that only you can finish it.',
      },
      {
        title: 'Your rights',
        text: 'You can stop sharing at any time. Ask your accountant to see, correct or erase what is kept about you.',
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
