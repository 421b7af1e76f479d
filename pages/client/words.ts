import { listed } from '../../domain/practice/rightWords.ts'
import { sentence } from '../../domain/words/sentence.ts'
import { type About, tripWords, uses } from './connections/tripWords.ts'

/**
 * The words of the client pages, including those of sessions at banks and software (tripWords.ts). The consent block is
 * versioned in ../consent.ts. Dates arrive as words.
 */
export const words = {
  product: 'Embark',
  skip: 'Skip to content',
  privacy: 'Privacy',
  accessibility: 'Accessibility',
  sentBy: (practice: string) =>
    `Sent by Embark, which works for ${practice} and isn’t itself authorised by the Financial Conduct Authority.`,
  worksUntil: (until: string) => `This link works until ${until}.`,
  notExpecting: (practice: string) =>
    `Not expecting this? Call ${practice} on a number you already have, before you choose anything.`,
  stopTexts: 'Stop texts to this number',
  tryAgain: 'Try again',
  checkAgain: 'Check again',
  sendNewLink: 'Send me a new link',
  thanks: 'Thank you',
  nothingElse: 'You have nothing else to do.',
  stepOf: (step: number, steps: number) => `Step ${step} of ${steps}`,
  seeOrStop: 'See or stop what you share',
  atHome: (home: string, email: string) => `Any time, at ${home}, with ${email}.`,
  noBank: 'I don’t want to share my bank',
  chooseAnotherBank: 'Choose another bank',
  tell: (practice: string) => `Tell ${practice}`,
  whereThingsStand: 'See where things stand',

  invitation: {
    bankTitle: ({ organisation, person }: About) =>
      person ? 'Connect your bank' : `Connect your bank for ${organisation}`,
    joinTitle: ({ organisation, person }: About, practice: string) =>
      person ? `Work with ${practice} on Embark` : `Join ${organisation}`,
    asks: (who: string, { person }: About) =>
      person
        ? `${who} asks to see the bank accounts you use for your ${uses[person]}. Nobody can move money.`
        : `${who} asks to see your bank accounts. Nobody can move money.`,
    invites: (who: string, { organisation, person }: About) =>
      person
        ? `${who} invites you to work with them on Embark. You need no password here.`
        : `${who} invites you to join ${organisation} on Embark. You need no password here.`,
    accept: 'Accept',
    agree: 'What you agree to, in full',
    notForYou: 'Not for you?',
    notMyCompany: ({ person }: About) => (person ? 'This isn’t me' : 'This isn’t my company'),
    notThePerson: 'I’m not the right person',
  },
  banks: {
    title: 'Choose your bank',
    accepts: 'Choose one to accept the invitation.',
    approves: (connector: string) => `You approve with ${connector} (FCA authorised). It takes about two minutes.`,
    failsSince: (since: string) => `Problems since ${since}, may fail`,
    another: 'Another bank',
    search: 'Search',
    all: 'All banks, A to Z',
    shared: 'Shared already',
    sharedUntil: (date: string) => `Shared until ${date}`,
    few: 'Most used banks',
    unknown: (query: string) => `We don’t know a bank called “${query}”.`,
    checkSpelling: 'Check the spelling, choose one below, or',
    tellWhich: (practice: string) => `tell ${practice} which bank you use`,
    more: 'There are more banks than fit here: search for yours by name.',
    acceptAndContinue: (connector: string) => `Accept and continue to ${connector}`,
    continueTo: (connector: string) => `Continue to ${connector}`,
    connectorAsks: (connector: string) => `You choose your bank at ${connector} and approve there.`,
    phone: 'Is your banking app on your phone? Point its camera here to carry on there.',
    qrName: 'QR code of this page',
  },
  resume: {
    bankTitle: ({ organisation, person }: About) =>
      person ? 'Carry on: connect your bank' : `Carry on: connect your bank for ${organisation}`,
    acceptedOn: (date: string) => `You accepted on ${date}.`,
    lastStep: 'This is the last step.',
    booksTitle: ({ organisation, person }: About) =>
      person ? 'Connect your accounting software' : `Connect ${organisation}’s accounting software`,
    bankConnected: 'Your bank is connected.',
    connect: (ledger: string) => `Connect ${ledger}`,
    orAnother: (ledger: string) => `Not ${ledger}? Choose yours`,
    usesNot: (ledger: string) => `I don’t use ${ledger}`,
    usesElse: 'I use something else',
  },
  addBank: {
    link: 'Add another bank',
    asked: (practice: string, banks: string) => `${practice} asks for ${banks}.`,
    title: ({ organisation, person }: About) => (person ? 'Add another bank' : `Add another bank for ${organisation}`),
    unchanged: (names: string) =>
      names === ''
        ? 'Nothing has changed.'
        : `Nothing has changed. ${names} ${names.includes(' and ') ? 'are' : 'is'} still shared.`,
    notNow: 'Not now',
    isAll: ({ organisation, person }: About) =>
      person ? `Do you use another bank for your ${uses[person]}?` : `Does ${organisation} use another bank too?`,
    all: 'That’s all my banks',
  },
  letIn: {
    title: (practice: string, { organisation, person }: About) =>
      `${practice} asks to work with ${person ? 'you' : organisation}`,
    kept: (email: string) => `You already keep it on Embark, with ${email}.`,
    sees: (list: string) => `They would see: ${list}. You can remove them at any time.`,
    who: 'your name and email address',
    bank: 'the bank accounts that you connect for them next',
    books: 'the accounting software that you connect for them',
    others: (practice: string) => `What you share with others stays as it is, and ${practice} can’t see it.`,
    same: ({ organisation, person }: About) =>
      person ? 'Which of these is you, too?' : `Which of yours is ${organisation}?`,
    place: (name: string, practice: string) => `${name}, with ${practice}`,
    none: 'None of these',
    yes: 'Let them in',
    notNow: 'Not now',
    notHere: ({ organisation, person }: About) =>
      person ? 'I’m not on Embark yet' : `I don’t have ${organisation} here`,
  },
  account: {
    existingTitle: (organisation: string) => `Add ${organisation} to your sign-in?`,
    existing: (email: string, practice: string) =>
      `You already sign in with ${email}. Your other organisations stay separate and ${practice} can’t see them.`,
    choosingAdds: (organisation: string) => `Choosing your bank adds ${organisation}.`,
    acceptingAdds: (organisation: string) => `Accepting adds ${organisation}.`,
    wrongTitle: 'You’re signed in as someone else',
    wrong: (invited: string, current: string) =>
      `This invitation is for ${invited}. You’re signed in as ${current}. Nothing has been accepted.`,
    signOut: 'Sign out and continue',
    leave: 'Stay signed in, leave this',
  },
  ended: {
    acceptedTitle: 'You’ve already accepted',
    accepted: ({ organisation, person }: About, date: string, through: string) =>
      `${person ? 'Your' : `${organisation}’s`} invitation was accepted on ${date} with the link from the ${through}. Only one link can be used, so this one no longer works.`,
    linkToCarryOn: (by: 'email' | 'sms') => `${by === 'sms' ? 'Text' : 'Email'} me a link to carry on`,
    askForLink: (practice: string) => `Ask ${practice} for a link`,
    wasntYou: (practice: string) => `If that wasn’t you, call ${practice}.`,
    expiredTitle: 'This link has expired',
    expired: (until: string) => `It worked until ${until}. Nothing went wrong, and you can have a new one.`,
    sameWay: 'We’ll send it where we sent this one.',
    knownAddress: (practice: string) => `We’ll send it to the address ${practice} has for you.`,
    askedTitle: 'Check your email or texts',
    asked:
      'If this invitation can still be used, a new link is on its way. It can take a few minutes. Older links stop working.',
    sendAgain: 'Send it again',
    afterAMinute: 'You can send it again after 60 seconds.',
    nothingCame: 'Nothing came? Look in spam, then',
    tellLower: (practice: string) => `tell ${practice}`,
    replacedTitle: 'There is a newer link',
    replaced: (practice: string, date: string) => `${practice} replaced this link on ${date}.`,
    sendTheNewLink: 'Send me the new link',
    declinedTitle: 'You said no to this invitation',
    declined: (practice: string, date: string, reason: string | null) =>
      reason ? `You told ${practice} on ${date}: ${sentence(reason)}` : `You told ${practice} on ${date}.`,
    ifChanged: 'If that has changed, you can have a new link.',
    cancelledTitle: (practice: string) => `${practice} has withdrawn this invitation`,
    nothingToDo: 'There is nothing for you to do.',
    nothingRead: 'No bank data is being read.',
    stillConnected: (names: string) => `${names} ${names.includes(' and ') ? 'are' : 'is'} still connected:`,
    seeOrStop: 'see or stop what you share',
    stopInApp: 'to stop, use your bank’s app.',
    mistake: 'If you think that’s a mistake:',
    orCall: 'or call',
    closedTitle: 'This invitation is closed',
    closed: 'It was open for a long time without an answer.',
    openAgain: (practice: string) => `Ask ${practice} to open it again`,
    finishedTitle: 'This link has ended',
    finished: ({ organisation, person }: About, date: string) =>
      person ? `You were all set on ${date}.` : `${organisation} was completed on ${date}.`,
    toSeeOrStop: 'A new link lets you see or stop what you share.',
    signInToSee: 'Sign in to see or stop what you share.',
    unknownTitle: 'This link doesn’t work',
    unknown: 'Part of it may be missing. Open the newest email from your accountant, or copy the whole address.',
    joinedBefore: 'I’ve joined before: email me a sign-in link',
  },
  forms: {
    companyTitle: ({ person }: About) => (person ? 'Not you?' : 'Not your company?'),
    company: (practice: string, { organisation, person }: About) =>
      person
        ? `We’ll tell ${practice} that you aren’t ${organisation} and stop writing to you.`
        : `We’ll tell ${practice} that ${organisation} isn’t yours and stop writing to you.`,
    anythingToAdd: 'Anything to add? (optional)',
    personTitle: 'Who should this go to?',
    person: (practice: string) =>
      `Name and email of the right person, if you know (both optional). ${practice} decides whether to ask them; we don’t write to them ourselves.`,
    theirName: 'Their name',
    theirEmail: 'Their email',
    declineTitle: 'Would you rather not share your bank?',
    decline: (practice: string) => `We’ll tell ${practice} and stop reminding you.`,
    reason: 'Why not? (optional)',
    back: 'Go back, send nothing',
    textsTitle: 'No more texts',
    textsStopped: (number: string) => `We won’t text ${number} again.`,
    emailWorks: 'Email still works.',
    backToInvitation: 'Back to your invitation',
  },
  /** Replaces the form that says no to the practice, once something is connected. */
  stillSharing: {
    title: (names: string) => `You are already sharing ${names}`,
    seen: (practice: string) => `${practice} can see:`,
    telling: 'Telling them doesn’t stop that; stopping does.',
    tellOnly: (practice: string) => `Tell ${practice} only`,
    still: (names: string) => `${names} ${names.includes(' and ') ? 'are' : 'is'}`,
    shared: 'still shared',
    stopIt: 'stop it',
  },
  told: {
    told: (practice: string) => `${practice} has been told.`,
    open_again: (practice: string) => `We’ve asked ${practice} to open it again.`,
    needs_link: (practice: string) => `We’ve asked ${practice} for a link.`,
    mistake: (practice: string) => `${practice} has been told that you think this is a mistake.`,
    which_bank: (practice: string) => `We’ve told ${practice} which bank you use.`,
    uses_none: (practice: string) => `We’ve told ${practice} that you use something else.`,
    not_my_company: (_practice: string, { organisation, person }: About) =>
      person ? 'We won’t write to you again.' : `We won’t write to you about ${organisation} again.`,
    not_the_right_person: (practice: string, _about: About, accepted: boolean) =>
      `${practice} has been told. ${accepted ? 'We won’t remind you.' : 'Your link no longer works.'}`,
    no_wish_to_share: (practice: string) => `${practice} has been told. Nothing is shared.`,
    already_linked: (practice: string) => `We’ve told ${practice}. They can sort it out.`,
    not_now: (practice: string) => `We’ve told ${practice}. They see nothing of yours.`,
    byMistake: 'I pressed this by mistake',
    connectAfterAll: 'Connect your bank after all',
    goOn: 'Go on where you were',
  },
  ...tripWords,
  done: {
    title: 'All done',
    text: (practice: string, { organisation, person }: About) =>
      `${practice} has everything it needs ${person ? 'from you' : `for ${organisation}`}. You have nothing else to do and can close this page.`,
  },
  sharing: {
    stoppedBeforeTitle: (name: string) => `You stopped sharing ${name}`,
    stoppedBefore: (practice: string, at: string) =>
      `Stopped on ${at}. ${practice} gets nothing new and has been told.`,
    connectAgain: 'Connect a bank again',
    seeShared: 'See what you share',
    listTitle: 'What you share',
    list: (practice: string) => `${practice} can see these:`,
    nothing: (practice: string) => `You share nothing with ${practice}.`,
    until: (date: string) => `Shared until ${date}.`,
    stopOne: (name: string) => `Stop sharing ${name}`,
    keep: 'Keep sharing',
    title: (bank: string, practice: string) => `Stop sharing ${bank} with ${practice}?`,
    text: (bank: string) =>
      `They get nothing new from now on. What they already have stays with them. Your accounts at ${bank} don’t change.`,
    textBooks: (ledger: string) =>
      `They get nothing new from now on. What they already have stays with them. Nothing in ${ledger} changes.`,
    stop: 'Stop sharing',
    stoppedTitle: (bank: string) => `${bank} is no longer shared`,
    stopped: (time: string, practice: string) => `Stopped at ${time}. ${practice} has been told.`,
    alsoRemove: (connector: string) => `Your bank’s app may still list ${connector}: remove it there too.`,
  },
  fault: {
    waitTitle: 'Please wait a minute',
    wait: (time: string) => `Try again at ${time}.`,
    oursTitle: 'Something went wrong on our side',
    ours: (trace: string) => `Nothing you did is lost. Reference ${trace}.`,
    busyTitle: 'Please try again in a moment',
    busy: 'We are busy or restarting. Nothing you did before is lost.',
    busySent: 'We are busy or restarting. What you just did may have arrived: look at the page before you do it again.',
  },
} as const

/** Joins names for a sentence: `Lloyds Bank`, `Lloyds Bank and Xero`. */
export const namesOf = (shared: readonly { name: string }[]): string =>
  listed([...new Set(shared.map(({ name }) => name))])
