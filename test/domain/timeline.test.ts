import { describe, expect, test } from 'vitest'
import { ABOUTS, DECLINE_REASONS } from '../../domain/commands.ts'
import { ASK_STATES } from '../../domain/connections/bankAsks.ts'
import { EVENT_KINDS, type EventData, type EventKind } from '../../domain/events.ts'
import { MESSAGE_STATES } from '../../domain/messageFacts.ts'
import { SHOWN_BY } from '../../domain/timeline/filters.ts'
import { type EventNames, eventSentence } from '../../domain/timeline/sentence.ts'

const names: EventNames = {
  bank: 'Bank of Ambleside',
  ledger: 'Xero',
  address: null,
  reason: null,
  manager: 'Priya Shah',
  moment: () => 'Tue 10 Mar 2026, 14:02',
}
const nobody: EventNames = { ...names, bank: null, ledger: null, manager: null }

/** Event data as the rules record it, with every variant. */
const DATA: Partial<Record<EventKind, EventData[]>> = {
  created: [{ skipsInvitation: true }, { skipsInvitation: false }],
  invited: [{ channels: ['email', 'sms', 'link'] }, { channels: ['link'] }, { channels: ['email'], asks: true }],
  resent: [{ channels: ['email', 'sms'] }, { channels: ['email'], asks: true }],
  link_sent: [{ channel: 'sms' }, { channel: 'sms', bank: true }, { channel: 'sms', bank: true, reopens: true }],
  link_copied: [{}, { bank: true }, { bank: true, reopens: true }],
  ask_changed: ASK_STATES.map((to) => ({ to })),
  accepted: [{ channel: 'email' }, { channel: 'sms' }, { channel: 'link' }, { channel: 'email', asks: true }],
  declined: DECLINE_REASONS.map((reason) => ({ reason })),
  extended: [{ until: '2026-03-10T14:02:00Z' }],
  snoozed: [{ until: '2026-03-10T14:02:00Z' }],
  client_touched: [{ n: 1 }],
  staff_touched: [{ n: 2 }],
  told: ABOUTS.map((about) => ({ about })),
  message: MESSAGE_STATES.flatMap((state) => [
    { purpose: 'invitation', channel: 'email', state },
    { purpose: 'client_touch', channel: 'sms', state },
    { purpose: 'staff_told', channel: 'email', state },
  ]),
  bank_waiting: ['processing', 'signatory', 'unconfirmed'].map((phase) => ({ phase })),
  books_waiting: ['choose_organisation', 'check_organisation'].map((phase) => ({ phase })),
  bank_failed: ['stopped', 'cancelled', 'refused', 'bank_down', 'no_accounts', 'unavailable', 'unconfirmed'].map(
    (family) => ({
      family,
    }),
  ),
  books_failed: ['permission', 'already_linked'].map((family) => ({ family })),
  bank_connected: [{ accounts: 1 }, { accounts: 2 }, { accounts: 4, kept: 3, matched: 4, added: 1, missing: 1 }],
  books_connected: [{ accounts: 0 }, { accounts: 0, denied: true }],
  disconnected: [{ step: 'bank' }, { step: 'books' }],
  connection_lost: ['permission', 'expired', 'ended', 'sign_in_ended'].map((health) => ({ step: 'books', health })),
  connection_recovered: [{ step: 'bank' }, { step: 'books' }],
  renewal_asked: [{ channels: ['email', 'sms'] }, { channels: [] }],
  accounts_closed: [{ accounts: 1 }, { accounts: 2 }],
  accounts_reopened: [{ accounts: 1 }, { accounts: 2 }],
  accounts_missing: [
    { accounts: 1, back: 0 },
    { accounts: 2, back: 1 },
  ],
  accounts_back: [{ accounts: 1 }, { accounts: 2 }],
  renewal_confirmed: [
    { until: '2026-05-28T10:00:00.000Z' },
    { until: '2026-05-28T10:00:00.000Z', added: 1, missing: 2 },
    { until: '2026-05-28T10:00:00.000Z', how: 'meeting', agreedOn: '2026-03-03' },
  ],
  mapped: [
    { matched: 2, none: 0 },
    { matched: 1, none: 1 },
  ],
  step_skipped: [{ step: 'bank' }],
  step_reopened: [{ step: 'books' }],
  step_done: [{ step: 'mapping' }],
  edited: [{ fields: ['name', 'practiceCode', 'niNumber'] }],
  access_changed: [
    { everyone: true, people: [], teams: [] },
    { everyone: false, people: ['1', '2'], teams: ['3'] },
    { everyone: false, people: [], teams: [] },
  ],
  assigned: [{ manager: '1' }, { manager: null }],
  step_handed_over: [
    { step: 'books', owner: 'client' },
    { step: 'books', owner: 'practice' },
  ],
}

describe('every event is a sentence in plain words', () => {
  test.each(EVENT_KINDS)('%s', (kind) => {
    for (const data of DATA[kind] ?? [{}]) {
      for (const known of [names, nobody]) {
        const sentence = eventSentence(kind, data, known)
        expect(sentence).toMatch(/^[A-Z]/)
        expect(sentence).not.toMatch(/undefined|null|NaN|_|\.$|\[object/)
      }
    }
  })

  test.each([
    ['invited', { channels: ['email', 'sms'] }, 'Invited by email and text'],
    ['extended', { until: '2026-03-10T14:02:00Z' }, 'Link works until Tue 10 Mar 2026, 14:02'],
    ['accepted', { channel: 'link' }, 'Accepted through the copied link'],
    ['bank_connected', { accounts: 2 }, 'Bank of Ambleside connected, 2 accounts'],
    [
      'bank_connected',
      { accounts: 4, kept: 3, matched: 4, added: 1, missing: 2 },
      'Bank of Ambleside reconnected, 3 of 4 matches kept, 1 account is new, 2 are no longer shared',
    ],
    ['books_failed', { family: 'permission' }, 'Xero not connected: permission missing'],
    ['connection_lost', { step: 'books', health: 'sign_in_ended' }, "Xero can't be read any more: the sign-in ended"],
    [
      'access_changed',
      { everyone: false, people: ['1', '2'], teams: ['3'] },
      'Access changed: 2 colleagues and 1 team',
    ],
    ['accounts_missing', { accounts: 1, back: 0 }, "Bank of Ambleside: 1 account can't be seen any more"],
    ['accounts_back', { accounts: 2 }, 'Bank of Ambleside: 2 accounts can be seen again'],
    ['accounts_reopened', { accounts: 1 }, 'Took back that 1 account at Bank of Ambleside is closed'],
    ['accounts_closed', { accounts: 1 }, 'Said that 1 account at Bank of Ambleside is closed'],
    [
      'renewal_confirmed',
      { until: '2026-05-28T10:00:00Z', added: 1, missing: 1 },
      'Agreed to keep sharing Bank of Ambleside until Tue 10 Mar 2026, 14:02; 1 account is new; 1 is no longer shared',
    ],
    [
      'renewal_confirmed',
      { until: '2026-05-28T10:00:00Z', how: 'phone', agreedOn: '2026-03-03' },
      'Confirmed sharing Bank of Ambleside until Tue 10 Mar 2026, 14:02 for the client, who agreed by phone on 3 March 2026',
    ],
    ['step_handed_over', { step: 'books', owner: 'client' }, 'Books handed to the client'],
  ] as const)('%s %o: %s', (kind, data, sentence) => {
    expect(eventSentence(kind, data as unknown as EventData, names)).toBe(sentence)
  })

  test('a message that failed says where and why, as long as those are kept', () => {
    const bounced = { purpose: 'invitation', channel: 'email', state: 'bounced' }
    const told = { ...names, address: 'jo@harbour.example', reason: 'mailbox does not exist' }
    expect(eventSentence('message', bounced, told)).toBe(
      'Invitation by email to jo@harbour.example bounced: mailbox does not exist',
    )
    expect(eventSentence('message', bounced, names)).toBe('Invitation by email bounced')
    expect(eventSentence('message', { ...bounced, state: 'delivered' }, told)).not.toContain('mailbox')
  })
})

test('filters leave what they say', () => {
  expect(SHOWN_BY.all).toEqual({ kinds: null, actors: null })
  expect(SHOWN_BY.client.actors).toEqual(['client'])
  expect(SHOWN_BY.us.actors).toEqual(['staff', 'api_key'])
  expect(SHOWN_BY.messages.kinds).toContain('message')
  expect(SHOWN_BY.connections.kinds).toContain('disconnected')
  expect(SHOWN_BY.support).toEqual({ kinds: null, actors: ['support'] })
})
