import type { MailView, ToClient, ToStaff } from '../../messages/templates/view.ts'
import { acceptedAt, accessUntil, accounts, alone, expiresAt, now, token } from '../pages/clientViews.ts'

const practice = {
  name: 'Marsh & Lowe Accountants',
  address: '4 Quay Street, Bristol BS1 4DJ',
  colour: '#0F4C5C',
  logoUrl: null,
}
const toClient: ToClient = {
  practice,
  inviter: 'Rosa Marsh',
  organisation: 'Harbour Bakery Ltd',
  zone: 'Europe/London',
  recipient: { first: 'Jo', email: 'jo@harbour.example' },
  linkUrl: `https://embark.example/j/${token}`,
}
const toStaff: ToStaff = {
  practice,
  organisation: 'Harbour Bakery Ltd',
  zone: 'Europe/London',
  first: 'Jo',
  openUrl: 'https://embark.example/clients/01964c4e',
}
export const invitationMail: Extract<MailView, { mail: 'invitation' }> = {
  ...toClient,
  mail: 'invitation',
  asked: 'bank',
  reasonBank: null,
  message: null,
  expiresAt,
  textedLast3: null,
}
const reminder = { ...toClient, mail: 'reminder', asked: 'bank', expiresAt, now: expiresAt - 86_400_000 } as const
const happened = {
  ...toStaff,
  mail: 'happened',
  what: 'accepted',
  sentence: 'Accepted through the email',
  at: now,
  situation: 'Jo to connect the bank',
} as const
const digest: Extract<MailView, { mail: 'digest' }> = {
  mail: 'digest',
  practice,
  zone: 'Europe/London',
  now,
  needing: 12,
  needs: [
    {
      client: 'Harbour Bakery Ltd',
      situation: "Can't tell if the email was sent",
      since: now - 3 * 86_400_000,
      url: 'https://embark.example/clients/1',
    },
    {
      client: 'Tidewater Physio Ltd',
      situation: 'Email bounced: correct it',
      since: now - 86_400_000,
      url: 'https://embark.example/clients/2',
    },
  ],
  since: 'yesterday',
  was: { invited: 4, accepted: 3, banks: 1, completed: 0 },
  named: [{ what: 'Accepted', clients: ['Harbour Bakery Ltd', 'Quay Cycles Ltd', 'Moorhen Music'] }],
  will: { reminders: 1, expiries: 2 },
  openUrl: 'https://embark.example/clients',
  settingsUrl: 'https://embark.example/me/notifications',
}
const undelivered = {
  ...toStaff,
  mail: 'undelivered',
  channel: 'email',
  address: 'jo@harbour.example',
  at: now,
  reason: 'no such mailbox',
} as const
const twoDaysMs = (2 * 24 + 4) * 3_600_000

/** Examples of every mail, and of every variant with other words. */
const toSelf = { email: 'priya@marsh-lowe.example', actionUrl: `https://embark.example/reset/${token}` }
const colleague = { ...toSelf, mail: 'colleague', practice, zone: 'Europe/London', expiresAt } as const

const practiceChanged = {
  ...toSelf,
  mail: 'practice-changed',
  practice,
  by: 'Rosa Marsh',
  at: now,
  zone: 'Europe/London',
} as const

const northgate = { name: 'Northgate Bank', accounts: 2, until: accessUntil, visit: true, missing: [] }
const ending = { mail: 'renewal', days: 90, now: accessUntil - 14 * 86_400_000 } as const
const booksLeft = { ...toClient, mail: 'after-accepting', step: 'books', acceptedAt, lastTry: null } as const

export const mailViews: Record<string, MailView> = {
  invitation: invitationMail,
  'invitation with a message and a text': {
    ...invitationMail,
    message: 'Hi Jo,\nas we discussed.\n\nRosa',
    textedLast3: '123',
  },
  'invitation through a key': { ...invitationMail, inviter: null },
  'invitation to join': { ...invitationMail, asked: 'join' },
  'access request': { ...toClient, mail: 'access-request' },
  'access request through a key': { ...toClient, inviter: null, mail: 'access-request' },
  'access request, reminder': { ...toClient, mail: 'access-reminder', last: false, expiresAt },
  'access request, last reminder': { ...toClient, mail: 'access-reminder', last: true, expiresAt },
  'reminder 1': { ...reminder, which: 'first' },
  'reminder 2': { ...reminder, which: 'further' },
  'reminder 3': { ...reminder, which: 'last' },
  'after accepting, bank': {
    ...toClient,
    mail: 'after-accepting',
    step: 'bank',
    ledger: 'Xero',
    acceptedAt,
    lastTry: { outcome: 'stopped', at: 'Lloyds Bank' },
  },
  'after accepting, books': { ...booksLeft, ledger: 'Xero' },
  'after accepting, software not known': { ...booksLeft, ledger: null },
  'new link': { ...toClient, mail: 'new-link', asked: 'bank', askedBy: 'client', expiresAt },
  'new link by the practice': { ...toClient, mail: 'new-link', asked: 'join', askedBy: 'practice', expiresAt },
  'continue link': { ...toClient, mail: 'continue-link', askedBy: 'client' },
  'another bank': { ...toClient, mail: 'another-bank' },
  'all banks': { ...toClient, mail: 'all-banks', banks: ['Lloyds Bank', 'Monzo'] },
  'bank back': { ...toClient, mail: 'bank-back', bankName: 'Lloyds Bank', triedAt: acceptedAt },
  renewal: { ...toClient, ...ending, banks: [northgate] },
  'renewal with an account that is missing': {
    ...toClient,
    ...ending,
    banks: [{ ...northgate, missing: [{ name: 'Savings account', last4: '3341', sortCode: '123456' }] }],
  },
  'renewal because two accounts are missing': {
    ...toClient,
    ...ending,
    now: accessUntil - 60 * 86_400_000,
    banks: [
      {
        ...northgate,
        missing: [
          { name: 'Savings account', last4: '3341', sortCode: '123456' },
          { name: 'Tax', last4: '', sortCode: null },
        ],
      },
    ],
  },
  'renewal of two banks, one by a tick': {
    ...toClient,
    ...ending,
    banks: [northgate, { ...northgate, name: 'Juniper', accounts: 1, visit: false }],
  },
  'renewal, last': { ...toClient, ...ending, banks: [northgate], now: accessUntil - 2 * 86_400_000 },
  'confirmed for you': {
    ...toClient,
    mail: 'confirmed-for-you',
    connectionId: '00000000-0000-0000-0000-000000000000',
    bankName: 'Northgate Bank',
    colleague: 'Rosa Marsh',
    how: 'phone',
    at: now,
    until: accessUntil,
  },
  'access ended': { ...toClient, mail: 'access-ended', bankName: 'Northgate Bank' },
  done: {
    ...toClient,
    mail: 'done',
    shared: { accounts, bankName: 'Lloyds Bank', until: accessUntil },
    setupGuide: {
      title: 'What happens next',
      text: 'Rosa will call you.\n\nBring last year’s accounts.',
      links: [{ label: 'Our guide', url: 'https://marsh-lowe.example/guide' }],
    },
  },
  'alone: invitation': { ...invitationMail, ...alone, payments: true },
  'alone: reminder 1': { ...reminder, ...alone, which: 'first' },
  'alone: reminder 2': { ...reminder, ...alone, which: 'further' },
  'alone: reminder 3': { ...reminder, ...alone, which: 'last' },
  'alone: all banks': { ...toClient, ...alone, mail: 'all-banks', banks: ['Lloyds Bank'] },
  'alone: join': { ...invitationMail, ...alone, asked: 'join' },
  'alone: new link': { ...toClient, ...alone, mail: 'new-link', asked: 'bank', askedBy: 'practice', expiresAt },
  'alone: done': { ...toClient, ...alone, mail: 'done', shared: null, setupGuide: null },
  expired: { ...toClient, mail: 'expired', expiresAt },
  withdrawn: { ...toClient, mail: 'withdrawn', connectedBank: null },
  'withdrawn, bank connected': { ...toClient, mail: 'withdrawn', connectedBank: 'Lloyds Bank' },
  bounced: { ...undelivered, kind: 'bounced' },
  blocked: { ...undelivered, kind: 'blocked' },
  complained: { ...undelivered, kind: 'complained', reason: null },
  'text failed': {
    ...undelivered,
    kind: 'text-failed',
    channel: 'sms',
    address: '07700 900123',
    reason: 'the number is a landline',
  },
  unknown: { ...undelivered, kind: 'unknown', channel: 'sms', address: '07700 900123', reason: null },
  'bank connected': {
    ...toStaff,
    mail: 'bank-connected',
    bankName: 'Lloyds Bank',
    accounts: 1,
    at: now,
    afterMs: twoDaysMs,
    situation: 'Connect Xero',
  },
  completed: {
    ...toStaff,
    mail: 'completed',
    bank: { name: 'Lloyds Bank', accounts: 2 },
    ledger: 'Xero',
    matched: 2,
    afterMs: twoDaysMs,
  },
  declined: { ...toStaff, mail: 'declined', reason: 'We have another accountant', named: null },
  'staff expired': { ...toStaff, mail: 'expired', expiresAt, touches: 4, lastDelivery: 'delivered' },
  waiting: { ...toStaff, mail: 'waiting', situation: 'Match 2 accounts to Xero', since: now },
  'asked to open again': { ...toStaff, mail: 'told', about: 'open_again' },
  'asked which bank': { ...toStaff, mail: 'told', about: 'which_bank', text: 'Bank of Mars' },
  'uses none': { ...toStaff, mail: 'told', about: 'uses_none', text: null },
  'not my company': { ...toStaff, mail: 'told', about: 'not_my_company', text: 'Never heard of it' },
  'not the right person': {
    ...toStaff,
    mail: 'told',
    about: 'not_the_right_person',
    name: 'Sam Field',
    email: 'sam@harbour.example',
  },
  'no wish to share': { ...toStaff, mail: 'told', about: 'no_wish_to_share', text: null },
  'already linked': { ...toStaff, mail: 'told', about: 'already_linked' },
  'confirm email': { ...toSelf, mail: 'confirm-email', practice: null },
  'reset password': { ...toSelf, mail: 'reset-password', practice: null },
  'wrong passwords': {
    ...toSelf,
    mail: 'wrong-passwords',
    practice: null,
    at: now,
    zone: 'Europe/London',
    from: '203.0.113.5',
  },
  'known email': { ...toSelf, mail: 'known-email', practice: null },
  'colleague, admin': { ...colleague, role: 'client_admin', inviter: 'Rosa Marsh' },
  'colleague, through a key': { ...colleague, role: 'standard', inviter: null },
  'password changed': { ...toSelf, mail: 'sign-in-changed', practice: null, what: 'password', at: now },
  'second factor on': { ...toSelf, mail: 'sign-in-changed', practice: null, what: 'second_factor_on', at: now },
  'second factor off': { ...toSelf, mail: 'sign-in-changed', practice: null, what: 'second_factor_off', at: now },
  'recovery codes': { ...toSelf, mail: 'sign-in-changed', practice: null, what: 'recovery_codes', at: now },
  'api key made': { ...practiceChanged, what: 'api_key_made', name: 'Practice manager' },
  'sign-on changed': { ...practiceChanged, what: 'sign_on_changed' },
  'second factor for everyone': { ...practiceChanged, what: 'second_factor_required' },
  'second factor for nobody': { ...practiceChanged, what: 'second_factor_free' },
  'sign-on ended': { ...practiceChanged, what: 'sign_on_ended' },
  'support asks': { ...toSelf, mail: 'support-asks', practice, asker: 'Sam Reed', hours: 4 },
  'take over': { ...toSelf, mail: 'take-over', practice, from: 'Rosa Marsh', software: 'Xero', clients: 14 },
  'something happened': happened,
  'support acted': { ...happened, what: 'support', sentence: 'Support: Invited again by email' },
  'something failed': { ...happened, what: 'failed', sentence: 'Bank not connected: refused' },
  'assigned to somebody': { ...happened, what: 'assigned', sentence: 'Assigned to you' },
  digest,
  'digest of one on a Monday': {
    ...digest,
    needing: 1,
    needs: digest.needs.slice(0, 1),
    since: 'friday',
    was: { invited: 0, accepted: 0, banks: 2, completed: 1 },
    named: [],
    will: { reminders: 2, expiries: 1 },
  },
}
