/** Returns ` for Marsh & Co`; empty where there is one practice only. */
const forPractice = (practice: string | null): string => (practice === null ? '' : ` for ${practice}`)

/** Returns `, with Marsh & Co`; empty where there is one practice only. */
const withPractice = (practice: string | null): string => (practice === null ? '' : `, with ${practice}`)

/** The words of the pages of a returning client. */
export const words = {
  signIn: {
    title: 'Sign in',
    lead: 'See what you share, and stop it. There is no password: we email you a link.',
    sessionEnded: 'Your sign-in has ended: it lasts 30 days. Nothing you share has changed.',
    email: 'Your email',
    ask: 'Email me a sign-in link',
    notAnEmail: 'Enter an email address like name@example.com.',
    askedTitle: 'Check your email',
    asked: (email: string) => `If ${email} is known here, a link is on its way. It works once, for 15 minutes.`,
    another: 'Use another address',
    as: (email: string) => `Sign in as ${email}`,
    asLead: 'Only you can go on from here, and only once.',
    endedTitle: 'This sign-in link has ended',
    ended: 'It works once, for 15 minutes. You can have a new one.',
    out: 'Sign out',
  },
  home: {
    title: 'What you share',
    signedIn: (email: string) => `Signed in as ${email}.`,
    none: 'You are in no organisation here. If that’s a mistake, call your accountant.',
    sharedWith: (practice: string) => `Shared with ${practice}`,
    banks: 'Bank',
    integrations: 'Integrations',
    integrationsOf: (organisation: string, practice: string | null) =>
      `Integrations of ${organisation}${withPractice(practice)}`,
    books: 'Accounting software',
    connectBank: (practice: string | null) => `Connect a bank${forPractice(practice)}`,
    allBanks: (practice: string | null) => `That’s all my banks${forPractice(practice)}`,
    addBank: (practice: string | null) => `Add another bank${forPractice(practice)}`,
    connect: (name: string, practice: string | null = null) => `Connect ${name}${forPractice(practice)}`,
    noBank: 'No bank is connected.',
    noBooks: 'No accounting software is connected.',
    stop: (name: string) => `Stop sharing ${name}`,
    stopWith: (name: string, practice: string) => `Stop sharing ${name} with ${practice}`,
    users: 'Users',
    pages: 'Your pages',
    others: 'Your other organisations',
    all: 'All your organisations',
  },
  integrations: {
    title: 'Integrations',
    lead: (practice: string) =>
      `Connect the software you keep your books in. ${practice} can do it too; once is enough.`,
    byPractice: (practice: string) => `${practice} connects it for you.`,
    nothing: (practice: string) => `There is no accounting software to connect. If you want to, ask ${practice}.`,
    another: (admin: string) => `Only ${admin} can connect software.`,
    connected: (ledger: string, organisation: string | null) => (organisation ? `${ledger}: ${organisation}` : ledger),
    by: (name: string | null, day: string) => `Connected${name === null ? '' : ` by ${name}`} on ${day}.`,
    disconnect: 'Disconnect',
    disconnectNamed: (ledger: string) => `Disconnect ${ledger}`,
    use: (ledger: string) => `You use ${ledger}.`,
    change: 'Change',
    changeNamed: 'Change the software',
    others: 'Other software',
  },
  users: {
    title: (organisation: string, practice: string | null = null) =>
      `Users of ${organisation}${withPractice(practice)}`,
    roles: { business_admin: 'Business Admin', member: 'Member' },
    you: 'you',
    states: { active: null, invited: 'invited', expired: 'invitation expired' },
    manage: 'Manage',
    manageNamed: (name: string) => `Manage ${name}`,
    invite: 'Invite someone',
    inviteTitle: (organisation: string) => `Invite someone to ${organisation}`,
    inviteLead: (practice: string) =>
      `They see what is shared with ${practice} and can stop it. A Business Admin looks after the users, too.`,
    name: 'Their name',
    email: 'Their email',
    role: 'Role',
    send: 'Send invitation',
    resend: 'Resend invitation',
    change: { business_admin: 'Make Business Admin', member: 'Make Member' },
    remove: 'Remove',
    withdraw: 'Withdraw invitation',
    back: 'Back to the users',
    done: { invited: 'The invitation is on its way.', resent: 'A new link is on its way. The older one is off.' },
    removeSays: 'They no longer see or stop anything here. What is shared stays as it is.',
  },
  join: {
    title: (organisation: string) => `Join ${organisation}`,
    lead: (who: string, organisation: string, practice: string) =>
      `${who} invites you to see what ${organisation} shares with ${practice}, and to stop it when you like.`,
    as: (role: string) => `You’d be its ${role}. You need no password here.`,
    accept: 'Accept',
    until: (until: string) => `This link works until ${until}.`,
    joinedTitle: (organisation: string) => `You’ve joined ${organisation}`,
    joined: 'To see what is shared, sign in with a link that we email you.',
    endedTitle: 'This link has ended',
    joinedBefore: 'I’ve joined before: email me a sign-in link',
    ended:
      'It was used, withdrawn or replaced by a newer one, or it is too old. Whoever invited you can send a new one.',
  },
  refused: {
    last_admin: (organisation: string) =>
      `${organisation} needs at least one Business Admin. Give someone else the role first.`,
    already_member: () => 'They are in already.',
    not_an_email: () => 'Enter an email address like name@example.com.',
    too_soon: () => 'Sent a moment ago. Wait a minute, then try again.',
    practice_limit: () => 'No more invitations can be sent for today. Try again tomorrow.',
  },
} as const
