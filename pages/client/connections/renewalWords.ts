/** Returns ` until 28 May 2027`; empty for an access without an end. */
const upTo = (until: string | null): string => (until === null ? '' : ` until ${until}`)

/** The words of the pages on which a client keeps sharing. */
export const renewalWords = {
  title: (bank: string) => `Keep sharing ${bank}?`,
  titleOfSeveral: 'Keep sharing your banks?',
  endedTitle: (bank: string, date: string | null) =>
    `Sharing ${bank} ${date === null ? 'has ended' : `ended on ${date}`}`,
  approveTitle: (bank: string) => `Approve again at ${bank}`,
  sees: (practice: string, until: string | null) => `${practice} can see these accounts${upTo(until)}:`,
  seesNothing: (practice: string) => `${practice} can’t see anything new.`,
  theySee: 'They see',
  what: 'names, sort codes and numbers.',
  approve: (bank: string, until: string | null) =>
    `${bank} asks you to approve once more. Your current connection works${upTo(until)}, whatever happens there.`,
  agree: (until: string) => `I agree that they keep seeing these accounts until ${until}.`,
  yes: 'Yes, keep sharing',
  yesTicked: 'Keep sharing the ticked ones',
  others: 'The others end on the dates shown.',
  goOn: (bank: string) => `Continue to ${bank}`,
  shareAgain: 'Share again',
  stop: (bank: string | null) => (bank === null ? 'Stop sharing' : `Stop sharing ${bank}`),
  later: 'Decide later',
  dontWant: 'I don’t want to',
  inFull: 'What you agree to, in full',
  tickTitle: 'Tick the box first',
  tick: 'Tick the box to keep sharing, or choose Stop sharing.',
  keptTitle: (bank: string, until: string | null) => `You share ${bank}${upTo(until)}`,
  missingTitle: (accounts: number) =>
    accounts === 1 ? 'One account is no longer shared' : `${accounts} accounts are no longer shared`,
  missing: (accounts: string, isOne: boolean) =>
    `${accounts} ${isOne ? 'was' : 'were'} shared before. The others go on.`,
  unseen: (accounts: string, isOne: boolean) =>
    `${accounts} ${isOne ? 'was' : 'were'} shared before and can’t be seen any more.`,
  closed: (isOne: boolean) => (isOne ? 'It’s closed' : 'They’re closed'),
  chooseAgain: 'Choose accounts again',
  unchangedTitle: 'Nothing has changed',
  unchanged: (bank: string, until: string | null) =>
    `${bank} is shared${upTo(until)}. You can finish later with the same link.`,
  unchangedEnded: (bank: string) => `Sharing ${bank} has ended. You can finish later with the same link.`,
  tryAgain: (bank: string) => `Try ${bank} again`,
  laterTitle: 'That’s fine',
  remind: (at: string) => `We’ll remind you on ${at}.`,
  endsUnless: (until: string) => `Sharing ends on ${until} unless you say yes.`,
  back: 'Back',
  doneBeforeTitle: 'Already done',
  doneBefore: (name: string, date: string) => `${name} confirmed on ${date}.`,
  somebody: 'Somebody',
  sharedBefore: (name: string, date: string) => `${name} shared it on ${date}.`,
  next: (bank: string) => `Next: ${bank}`,
}
