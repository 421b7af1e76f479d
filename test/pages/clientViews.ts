import { usualSetupGuide } from '../../domain/fields/setupGuide.ts'
import type { HomeCard, HomeShare, PortalUser } from '../../pages/client/portal/view.ts'
import type { BankStep, BankTile, Behind, ClientView, Practice, Shared } from '../../pages/client/view.ts'
import type { PracticeWords } from '../../pages/sharing.ts'

export const now = Date.parse('2026-03-03T10:15:00Z')
export const expiresAt = Date.parse('2026-03-10T14:02:00Z')
export const acceptedAt = Date.parse('2026-03-02T09:00:00Z')
export const accessUntil = Date.parse('2026-06-08T10:15:00Z')

export const token = 'q7Zr2mKx9LwPf4TbVn8cYd'
const practice: Practice = { name: 'Marsh & Lowe Accountants', colour: '#0F4C5C', logoSrc: null }
export const behind: Behind = {
  practice,
  organisation: 'Harbour Bakery Ltd',
  person: null,
  zone: 'Europe/London',
  base: `/j/${token}`,
}
/** A self-employed client. */
export const alone = { organisation: 'Ada Whitlock', person: 'both' } as const
export const noWords: PracticeWords = { reasonBank: null, reasonBooks: null, payments: false }

const bankNames = ['Lloyds Bank', 'Barclays', 'HSBC UK', 'NatWest', 'Santander', 'Starling Bank', 'Monzo', 'Tide']
export const tiles: BankTile[] = bankNames.map((name, index) => ({
  id: `ob-${name.toLowerCase().replaceAll(' ', '-')}`,
  name,
  troubleSince: index === 2 ? Date.parse('2026-03-03T09:40:00Z') : null,
}))

export const bank: BankStep = {
  ask: {
    scopes: ['info', 'accounts'],
    transactionMonths: null,
    accessUntil,
    connector: { name: 'TrueLayer', legalName: 'TrueLayer Limited', reference: '901096' },
  },
  choice: { by: 'tiles', tiles, query: null, all: false },
  words: noWords,
  steps: 1,
  qrUrl: `https://embark.example/j/${token}`,
}
const open = { now, worksUntil: expiresAt, textedNumber: null }
const outcome = { ...behind, bankName: 'Lloyds Bank', bankId: 'ob-lloyds-bank' }
const inSession = { ...behind, session: '01964c4e-7a4b-7c3e-9d1f-4b1d6f0a2c11', byStaff: false }

export const invitation: Extract<ClientView, { page: 'invitation' }> = {
  ...behind,
  ...open,
  page: 'invitation',
  inviter: 'Rosa Marsh',
  bank,
  existing: null,
}

export const accounts = [
  { name: 'Business Current', last4: '5678', sortCode: '123456' },
  { name: 'Business Savings', last4: '1111', sortCode: '123456' },
  { name: 'Tax', last4: '2222', sortCode: '123456' },
  { name: 'Euro account', last4: '3000', sortCode: null },
]
const shared: Shared[] = [
  { id: '01964c4e-7a4b-7c3e-9d1f-4b1d6f0a2c31', name: 'Lloyds Bank', kind: 'bank', accounts, until: accessUntil },
  { id: '01964c4e-7a4b-7c3e-9d1f-4b1d6f0a2c32', name: 'Xero', kind: 'books', accounts: [], until: null },
]
const bankShared = shared.slice(0, 1)
const hint = { home: 'embark.example/home', email: 'jo@harbour.example' }

const home = '/home/01964c4e-7a4b-7c3e-9d1f-4b1d6f0a2c11'
const share: HomeShare = {
  practice: 'Marsh & Lowe Accountants',
  zone: 'Europe/London',
  base: home,
  role: 'business_admin',
  shared,
  offers: { bank: false, books: null },
}
const card: HomeCard = {
  organisation: 'Harbour Bakery Ltd',
  with: [share],
}
const ofUsers = { practice, organisation: 'Harbour Bakery Ltd', base: home, zone: 'Europe/London' }
const jo: PortalUser = {
  id: '01964c4e-7a4b-7c3e-9d1f-4b1d6f0a2c13',
  name: 'Jo Carter',
  address: 'jo@harbour.example',
  role: 'business_admin',
  state: 'active',
  isReader: true,
}
const sam: PortalUser = {
  ...jo,
  name: null,
  address: 'sam@harbour.example',
  role: 'member',
  state: 'invited',
  isReader: false,
}

/** One example of every page, and of every variant that reads differently. */
export const clientViews: Record<string, ClientView> = {
  invitation,
  'invitation from a text': { ...invitation, textedNumber: '07700 900123' },
  'invitation through a key': { ...invitation, inviter: null },
  'invitation, search': {
    ...invitation,
    bank: { ...bank, choice: { by: 'tiles', tiles: tiles.slice(0, 1), query: 'lloy', all: false } },
  },
  'invitation, unknown bank': {
    ...invitation,
    bank: { ...bank, choice: { by: 'tiles', tiles, query: '<b>Bank of Mars</b>', all: false, isUnknown: true } },
  },
  'invitation, all banks': { ...invitation, bank: { ...bank, choice: { by: 'tiles', tiles, query: null, all: true } } },
  'invitation, connector asks': { ...invitation, bank: { ...bank, choice: { by: 'connector' } } },
  join: { ...behind, ...open, page: 'join', inviter: 'Rosa Marsh', steps: 0, existing: null },
  'existing user': { ...invitation, existing: 'jo@harbour.example' },
  'existing user joins': {
    ...behind,
    ...open,
    page: 'join',
    inviter: 'Rosa Marsh',
    steps: 0,
    existing: 'jo@harbour.example',
  },
  'existing user, to sign in': { ...behind, page: 'existing-sign-in', email: 'jo@harbour.example' },
  'wrong account': {
    ...behind,
    page: 'wrong-account',
    invited: 'jo@harbour.example',
    current: 'sam@tidewater.example',
  },
  'let in': {
    ...behind,
    ...open,
    page: 'let-in',
    existing: 'jo@harbour.example',
    sees: { bank: true, books: false },
    places: [],
    suggested: null,
  },
  'let in, signed in': {
    ...behind,
    ...open,
    page: 'let-in',
    existing: 'jo@harbour.example',
    sees: { bank: true, books: true },
    places: [
      { id: '01964c4e-7a4b-7c3e-9d1f-4b1d6f0a2c21', name: 'Harbour Bakery Limited', practice: 'Dale & Fell LLP' },
      { id: '01964c4e-7a4b-7c3e-9d1f-4b1d6f0a2c22', name: 'Tidewater Physio Ltd', practice: 'Dale & Fell LLP' },
    ],
    suggested: '01964c4e-7a4b-7c3e-9d1f-4b1d6f0a2c21',
  },
  'resume bank': {
    ...behind,
    ...open,
    page: 'resume-bank',
    acceptedAt,
    lastTry: { outcome: 'stopped', at: 'Lloyds Bank' },
    bank,
    booksDone: false,
  },
  'resume books': {
    ...behind,
    ...open,
    page: 'resume-books',
    words: noWords,
    ledgers: [{ id: 'xero', name: 'Xero' }],
    steps: 2,
    bankConnected: true,
    lastTry: null,
    manageHref: `/j/${token}/stop`,
  },
  'resume books, several': {
    ...behind,
    ...open,
    page: 'resume-books',
    words: noWords,
    ledgers: [
      { id: 'xero', name: 'Xero' },
      { id: 'sage', name: 'Sage' },
    ],
    steps: 2,
    bankConnected: true,
    lastTry: null,
    manageHref: `/j/${token}/stop`,
  },
  'already accepted': { ...behind, page: 'already-accepted', acceptedAt, acceptedThrough: 'sms', sendBy: 'email' },
  'already accepted, without an email': {
    ...behind,
    page: 'already-accepted',
    acceptedAt,
    acceptedThrough: 'sms',
    sendBy: 'sms',
  },
  'already accepted, without an address': {
    ...behind,
    page: 'already-accepted',
    acceptedAt,
    acceptedThrough: 'link',
    sendBy: null,
  },
  expired: { ...behind, page: 'expired', expiredAt: expiresAt, sentBy: 'email' },
  'expired, copied link': { ...behind, page: 'expired', expiredAt: expiresAt, sentBy: 'link' },
  'new link asked': { ...behind, page: 'new-link-asked' },
  replaced: { ...behind, page: 'replaced', replacedAt: acceptedAt },
  declined: { ...behind, page: 'declined', declinedAt: acceptedAt, reason: 'We use another accountant now' },
  cancelled: { ...behind, page: 'cancelled', connected: [], manageHref: null },
  'cancelled, still connected': {
    ...behind,
    page: 'cancelled',
    connected: shared,
    manageHref: `/j/${token}/stop`,
  },
  'gave up': { ...behind, page: 'gave-up' },
  finished: { ...behind, page: 'finished', completedAt: acceptedAt, canSignIn: true },
  'finished, without an address': { ...behind, page: 'finished', completedAt: acceptedAt, canSignIn: false },
  'unknown link': { page: 'unknown-link' },
  'wrong company': { ...behind, page: 'wrong-company' },
  'wrong person': { ...behind, page: 'wrong-person' },
  decline: { ...behind, page: 'decline', accepted: false },
  'decline, still sharing': { ...behind, page: 'still-sharing', about: 'no_wish_to_share', shared },
  'wrong person, still sharing': {
    ...behind,
    page: 'still-sharing',
    about: 'not_the_right_person',
    shared: bankShared,
  },
  'decline after accepting': { ...behind, page: 'decline', accepted: true },
  'told not my company': { ...behind, page: 'told', about: 'not_my_company', accepted: false, shared: [] },
  'told not the right person': { ...behind, page: 'told', about: 'not_the_right_person', accepted: false, shared: [] },
  'told not the right person, after accepting': {
    ...behind,
    page: 'told',
    about: 'not_the_right_person',
    accepted: true,
    shared: [],
  },
  'told no wish to share': { ...behind, page: 'told', about: 'no_wish_to_share', accepted: true, shared: [] },
  'told no wish to share, still sharing': {
    ...behind,
    page: 'told',
    about: 'no_wish_to_share',
    accepted: true,
    shared,
  },
  'told that a link is needed': { ...behind, page: 'told', about: 'needs_link', accepted: false, shared: [] },
  'told not now': { ...behind, page: 'told', about: 'not_now', accepted: false, shared: [] },
  'texts stopped': { ...behind, page: 'texts-stopped', number: '07700 900123', emailWorks: true },
  'bank not started': { ...outcome, page: 'bank-not-started', connector: 'TrueLayer', worksUntil: expiresAt },
  'bank stopped': { ...outcome, page: 'bank-stopped' },
  'bank refused': { ...outcome, page: 'bank-refused', reason: 'this login may not share business accounts' },
  'bank refused without a reason': { ...outcome, page: 'bank-refused', reason: null },
  'bank down': { ...outcome, page: 'bank-down', outage: false, tellBy: 'email' },
  'bank down for many': { ...outcome, page: 'bank-down', outage: true, tellBy: 'sms' },
  'bank down, without an address': { ...outcome, page: 'bank-down', outage: false, tellBy: null },
  'bank left': { ...outcome, page: 'bank-left', leftAt: now, checked: false },
  'bank left, checked': { ...outcome, page: 'bank-left', leftAt: now, checked: true },
  'bank too long': { ...outcome, page: 'bank-too-long' },
  'bank no accounts': { ...outcome, page: 'bank-no-accounts' },
  'bank processing': { ...outcome, page: 'bank-processing' },
  'bank signatory': { ...outcome, page: 'bank-signatory' },
  'bank asked where they started': { ...outcome, page: 'bank-asked-elsewhere', where: 'start' },
  'bank asked where they came back': { ...outcome, page: 'bank-asked-elsewhere', where: 'back' },
  'bank forgotten': { ...outcome, page: 'bank-forgotten', connector: 'TrueLayer' },
  'bank connected': {
    ...outcome,
    page: 'bank-connected',
    accounts,
    sharedUntil: accessUntil,
    booksNext: 'practice',
    manageHref: `/j/${token}/stop`,
    hint,
  },
  'bank connected, software next': {
    ...outcome,
    page: 'bank-connected',
    accounts: ['1111', '2222', '3333'].map((last4) => ({ name: 'Account', last4 })),
    sharedUntil: null,
    booksNext: 'client',
    manageHref: null,
    hint,
  },
  'connect bank': { ...inSession, page: 'connect', kind: 'bank', target: 'Lloyds Bank', ask: bank.ask, words: noWords },
  'connect books': { ...inSession, page: 'connect', kind: 'books', target: 'Xero', words: noWords },
  'connect books by staff': {
    ...inSession,
    base: null,
    byStaff: true,
    page: 'connect',
    kind: 'books',
    target: 'Xero',
    words: noWords,
  },
  'confirm return': { ...inSession, page: 'confirm-return', bank: null },
  'confirm what nobody came back from': { ...inSession, page: 'confirm-return', bank: 'Lloyds Bank' },
  'late return': { page: 'late-return', practice, base: behind.base },
  'late return, unknown': { page: 'late-return', practice: null, base: null },
  'choose organisation': {
    ...inSession,
    page: 'choose-organisation',
    reached: [
      { id: 't1', name: 'Harbour Bakery Ltd', detail: '3 bank accounts' },
      { id: 't2', name: 'Demo Company (UK)', detail: null },
    ],
  },
  'wrong organisation': { ...inSession, page: 'wrong-organisation', chosen: 'Harbour Holdings Ltd' },
  'books permission': {
    ...inSession,
    page: 'books-permission',
    ledger: 'Xero',
    role: 'Standard or Adviser',
    colleagueUrl: 'https://embark.example/connect/1',
  },
  'books already linked': { ...inSession, page: 'books-already-linked', linked: 'Harbour Bakery Ltd' },
  'books stopped': { ...inSession, page: 'books-stopped', ledger: 'Xero' },
  'books too long': { ...inSession, page: 'books-too-long', ledger: 'Xero' },
  'books not started': { ...inSession, page: 'books-not-started', ledger: 'Xero' },
  'books connected': { ...inSession, page: 'books-connected', ledger: 'Xero', bankNext: false },
  'books connected by staff': {
    ...inSession,
    base: null,
    byStaff: true,
    page: 'books-connected',
    ledger: 'Xero',
    bankNext: false,
  },
  'books connected, bank next': { ...inSession, page: 'books-connected', ledger: 'Xero', bankNext: true },
  done: {
    ...behind,
    page: 'done',
    setupGuide: {
      title: 'What happens next',
      text: 'Rosa will call you on Thursday.\n\nBring last year’s accounts.',
      links: [{ label: 'Our guide', url: 'https://marsh-lowe.example/guide' }],
    },
    shared: [],
    manageHref: null,
    hint,
  },
  'done, with what is shared': {
    ...behind,
    page: 'done',
    setupGuide: usualSetupGuide('Marsh & Lowe Accountants'),
    shared,
    manageHref: `/j/${token}/stop`,
    hint,
  },
  sharing: {
    ...behind,
    page: 'sharing',
    shared,
  },
  'sharing nothing': { ...behind, page: 'sharing', shared: [] },
  'stop sharing': { ...behind, page: 'stop-sharing', shared: shared[0]! },
  'stop sharing the books': { ...behind, page: 'stop-sharing', shared: shared[1]! },
  'stopped before': {
    ...behind,
    page: 'stopped-before',
    bankName: 'Lloyds Bank',
    stoppedAt: now,
    canAgain: true,
    manageHref: `/j/${token}/stop`,
  },
  'sharing stopped': {
    ...behind,
    page: 'sharing-stopped',
    bankName: 'Lloyds Bank',
    stoppedAt: now,
    alsoRemoveAt: 'TrueLayer',
  },
  'too many tries': {
    page: 'too-many-tries',
    practice: null,
    tryAt: now,
    zone: 'Europe/London',
    retryHref: `/j/${token}`,
  },
  busy: { page: 'busy', practice, sent: false, retryHref: `/j/${token}` },
  'busy after a form': { page: 'busy', practice, sent: true, retryHref: `/j/${token}` },
  'our fault': { page: 'our-fault', practice, trace: '4f2a9c', retryHref: `/j/${token}` },
  'portal sign-in': { page: 'home-sign-in', refused: false, ended: false },
  'portal sign-in, no address': { page: 'home-sign-in', refused: true, ended: false },
  'portal sign-in, ended': { page: 'home-sign-in', refused: false, ended: true },
  'portal sign-in asked': { page: 'sign-in-asked', email: 'jo@harbour.example' },
  'portal sign in as': { page: 'sign-in-as', email: 'jo@harbour.example', token },
  'portal link ended': { page: 'sign-in-ended' },
  'portal home': {
    page: 'home',
    email: 'jo@harbour.example',
    cards: [card, { ...card, with: [{ ...share, shared: [], offers: { bank: true, books: 'Xero' } }] }],
    others: [],
  },
  'portal home, two practices': {
    page: 'home',
    email: 'jo@harbour.example',
    cards: [
      { ...card, with: [share, { ...share, base: `${home}2`, practice: 'Dale & Fell LLP', role: 'business_admin' }] },
    ],
    others: [],
  },
  'portal home, nothing': { page: 'home', email: 'jo@harbour.example', cards: [], others: [] },
  'portal organisation': {
    page: 'home',
    email: 'jo@harbour.example',
    cards: [card],
    others: [{ name: 'Tidewater Physio Ltd', base: '/home/01964c4e-7a4b-7c3e-9d1f-4b1d6f0a2c12' }],
  },
  'portal users': { ...ofUsers, page: 'users', users: [jo, sam], done: 'invited' },
  'portal manage user': { ...ofUsers, page: 'manage-user', user: jo, refused: 'last_admin' },
  'portal manage invitation': { ...ofUsers, page: 'manage-user', user: sam, refused: null },
  'portal invite': { ...ofUsers, page: 'invite-user', refused: null, name: '', email: '' },
  'portal invite, refused': {
    ...ofUsers,
    page: 'invite-user',
    refused: 'already_member',
    name: 'Sam',
    email: 'sam@harbour.example',
  },
  'portal join': {
    page: 'join-users',
    practice,
    organisation: 'Harbour Bakery Ltd',
    inviter: 'Jo Carter',
    role: 'member',
    expiresAt,
    zone: 'Europe/London',
    token,
  },
  'portal joined': { page: 'joined-users', practice, organisation: 'Harbour Bakery Ltd', email: 'sam@harbour.example' },
  'portal join ended': { page: 'join-ended', practice: null },
  privacy: { page: 'privacy', behind, provider: 'TrueLayer Limited' },
  'privacy, not from a link': { page: 'privacy', behind: null, provider: 'TrueLayer Limited' },
  accessibility: { page: 'accessibility', behind, provider: 'TrueLayer Limited' },
  'no page': { page: 'no-page', signedIn: false },
  'no page, signed in': { page: 'no-page', signedIn: true },
  // Self-employed people, where the words are others.
  'alone: invitation': { ...invitation, ...alone },
  'alone: join': { ...behind, ...alone, ...open, page: 'join', inviter: 'Rosa Marsh', steps: 0, existing: null },
  'alone: resume bank': {
    ...behind,
    ...alone,
    ...open,
    page: 'resume-bank',
    acceptedAt,
    lastTry: { outcome: 'timed_out', at: 'Lloyds Bank' },
    bank: { ...bank, words: { ...noWords, payments: true } },
    booksDone: false,
  },
  'alone: resume books': {
    ...behind,
    ...alone,
    ...open,
    page: 'resume-books',
    words: noWords,
    ledgers: [{ id: 'xero', name: 'Xero' }],
    steps: 2,
    bankConnected: true,
    lastTry: null,
    manageHref: null,
  },
  'alone: no accounts': { ...outcome, ...alone, page: 'bank-no-accounts' },
  'alone: wrong company': { ...behind, ...alone, page: 'wrong-company' },
  'alone: choose organisation': {
    ...inSession,
    ...alone,
    page: 'choose-organisation',
    reached: [{ id: 't1', name: 'Ada Whitlock', detail: null }],
  },
  'alone: done': {
    ...behind,
    ...alone,
    page: 'done',
    setupGuide: null,
    shared: bankShared,
    manageHref: null,
    hint,
  },
  'alone: finished': { ...behind, ...alone, page: 'finished', completedAt: acceptedAt, canSignIn: true },
}
