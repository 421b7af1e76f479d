import type { Person } from '../../../domain/fields/person.ts'
import { sentence } from '../../../domain/words/sentence.ts'

/** The subject of a page: a business by its name, or a self-employed person, who is addressed as a person. */
export type About = { organisation: string; person: Person | null }

/** The uses of a self-employed person's accounts. */
export const uses: Record<Person, string> = { work: 'work', property: 'property', both: 'work and property' }

/** The words of sessions at a bank or in accounting software, and of their outcomes. */
export const tripWords = {
  bank: {
    cantReachTitle: (connector: string) => `We can’t reach ${connector} just now`,
    cantReach: 'You have accepted; that is saved. Your bank was not contacted.',
    useLater: (until: string | null) => (until ? `Or use this link later, until ${until}.` : 'Or use this link later.'),
    leftTitle: (bank: string) => `Did you approve at ${bank}?`,
    left: (bank: string, time: string) =>
      `You left for ${bank} at ${time}. If you approved there, we only have to check.`,
    notYet: (bank: string) =>
      `We asked just now: ${bank} has no approval for us yet. If you have only just approved, wait a minute and check again.`,
    checkNow: 'Yes, check now',
    startOver: 'No, start again',
    stoppedTitle: 'You stopped before finishing',
    stopped: 'Nothing was shared. You can carry on whenever you like.',
    tryBankAgain: (bank: string) => `Try ${bank} again`,
    tooLongTitle: 'That took too long',
    tooLong: (bank: string) => `${bank}’s page ran out of time. Nothing was shared.`,
    refusedTitle: (bank: string) => `${bank} didn’t complete the connection`,
    refused: (reason: string | null) =>
      `${reason === null ? 'It gave no reason.' : `The bank’s reason: ${sentence(reason)}`} Nothing was shared.`,
    downTitle: (bank: string) => `${bank} isn’t answering`,
    down: (bank: string, outage: boolean) =>
      outage ? `Many people can’t connect to ${bank} at the moment.` : 'This is usually over within the hour.',
    tellBy: (by: 'email' | 'text') => `We’ll ${by} you once it works; you needn’t keep trying.`,
    comeBack: 'Come back to this link later.',
    tryAnyway: (bank: string) => `Try ${bank} anyway`,
    noAccountsTitle: 'No account was shared',
    noAccounts: (bank: string, { person }: About) =>
      `You approved at ${bank} but ticked no account. Choose at least one ${
        person ? `of the accounts you use for your ${uses[person]} (a personal one is fine)` : 'business account'
      }.`,
    processingTitle: (bank: string) => `${bank} hasn’t confirmed it yet`,
    processing: (practice: string) =>
      `If you approved, this usually takes under two minutes. You can close this page. We’ll keep checking and tell ${practice}.`,
    ifStopped: (bank: string) => `If you stopped at ${bank} before the end, start again.`,
    signatoryTitle: 'Someone else must approve too',
    signatory: (bank: string, { organisation, person }: About, practice: string) =>
      `${bank} has asked ${person ? 'another holder of the account' : `another signatory of ${organisation}`} to approve. Tell them to look in their banking app. We’ll tell ${practice} when it’s done.`,
    askedAtStartTitle: 'Say yes where you started',
    askedAtStart: (bank: string) =>
      `It was approved at ${bank}. Open this link in the browser or app where you chose the bank, and say yes there. Nothing is saved until then.`,
    askedBackTitle: (bank: string) => `Say yes where ${bank} sent you`,
    askedBack: (bank: string) =>
      `You came back from ${bank} in another browser or app. Say yes on the page that opened there. Nothing is saved until then.`,
    cantFind: 'Can’t find it? Start again here: what was approved before is then forgotten.',
    startAgain: (bank: string) => `Start again at ${bank}`,
    forgotten: (bank: string) =>
      `It was approved at ${bank}, but nobody said yes here within a day, so we have forgotten it. Nothing was shared.`,
    mayStillList: (bank: string, connector: string) => `${bank} may still list ${connector}: you can remove it there.`,
    connectedTitle: 'Bank connected',
    sharedUntil: (practice: string, date: string) => `Shared with ${practice} until ${date}.`,
    sharedOnce: (practice: string) => `Shared with ${practice}, once.`,
    takesItFromHere: (practice: string, booksAreTheirs: boolean) =>
      `${practice} takes it from here${booksAreTheirs ? ' and connects your books' : ''}.`,
    nextBooks: 'Next: accounting software',
  },
  connect: {
    title: (target: string, { organisation, person }: About) =>
      person ? `Connect ${target}` : `Connect ${target} for ${organisation}`,
    lead: (practice: string, target: string, { organisation, person }: About) =>
      `${practice} asks for this. You sign in at ${target} and approve there${person ? '' : `, for ${organisation} only`}.`,
    leadStaff: (practice: string, target: string, organisation: string) =>
      `${organisation} is a client of ${practice}. Sign in at ${target} and choose ${organisation} there.`,
    goOn: (target: string) => `Continue to ${target}`,
    otherBrowserTitle: ({ organisation, person }: About, practice: string) =>
      `Connect to ${person ? practice : organisation}?`,
    otherBrowser: (practice: string) =>
      `You started this somewhere else. ${practice} asked for it. If it was you, say yes. Nothing is saved until then.`,
    approved: (bank: string, practice: string) =>
      `${bank} says it was approved there, but nobody came back here. ${practice} asked for it. If it was you, say yes. Nothing is saved until then.`,
    yes: ({ organisation, person }: About, practice: string) => `Yes, connect to ${person ? practice : organisation}`,
    no: 'No',
    lateTitle: 'You can close this page',
    late: 'This was already dealt with.',
    backTo: (organisation: string) => `Back to ${organisation}`,
    tooLong: (target: string) => `${target}’s page ran out of time. Nothing was shared.`,
    seeAtHome: 'See what you share',
    elsewhereTitle: 'Go back to where you started',
    elsewhere:
      'Your bank opened this page in another browser or app. Open your link again where you chose the bank: we check there whether you approved. Nothing is saved until then.',
    elsewhereLost: 'Can’t find it? Open the newest email or text from your accountant, and choose your bank again.',
  },
  books: {
    chooseTitle: ({ organisation, person }: About) =>
      person ? 'Which one is yours?' : `Which one is ${organisation}?`,
    choose: 'With this sign-in you can reach:',
    connectNamed: (name: string) => `Connect “${name}”`,
    noneOfThese: 'None of these',
    wrongTitle: 'That looks like a different business',
    wrong: (chosen: string, practice: string, organisation: string) =>
      `You chose “${chosen}”. ${practice} asked for “${organisation}”. Nothing is saved yet.`,
    chooseAgain: 'Choose again',
    sameBusiness: 'It is the same business',
    beingCheckedTitle: (practice: string) => `${practice} is checking`,
    beingChecked: (chosen: string, practice: string, bankNext: boolean) =>
      `You said “${chosen}” is the same business. ${practice} will check; nothing is read until then${bankNext ? '' : ', and you have nothing else to do'}.`,
    permissionTitle: (ledger: string) => `${ledger} didn’t let us in`,
    permission: (ledger: string, why: string | null) =>
      `${why ?? 'Your sign-in may not connect apps.'} Someone with more rights in ${ledger} can.`,
    refusedUs: (ledger: string, practice: string) =>
      `This is between Embark and ${ledger}, not you. ${practice} has been told.`,
    nothingChosenTitle: 'No organisation was chosen',
    nothingChosen: (ledger: string) => `You signed in to ${ledger} but chose no organisation. Nothing was shared.`,
    colleague: 'Send this to a colleague',
    colleagueSubject: (ledger: string, organisation: string) => `Connect ${ledger} for ${organisation}`,
    linkedTitle: (linked: string) => `“${linked}” is already connected`,
    linked: (practice: string) => `It is linked to another client of ${practice}. They can sort it out.`,
    chooseAnother: 'Choose another',
    notStarted: 'Nothing was shared. You can try again in a moment.',
    connectedTitle: (ledger: string) => `${ledger} connected`,
    connected: (practice: string) => `${practice} can now match it to your bank.`,
    connectedByStaff: 'You can close this page and match its accounts to the bank.',
    nextBank: 'Next: bank',
  },
} as const
