import { expect, test } from 'vitest'
import type { ConnectionFact } from '../../domain/connections/lostAccess.ts'
import { BLOCKERS, MOVES, NEXT_KINDS, describe as situate } from '../../domain/describe.ts'
import { blockerSentence } from '../../domain/rows/sentences.ts'
import type { Facts, Instant, Step } from '../../domain/situation.ts'
import { needsStaff } from '../../domain/waiting.ts'
import { doing } from './applied.ts'
import {
  accepted,
  ask,
  at,
  cancelled,
  completed,
  creating,
  days,
  declined,
  doneAt,
  expired,
  gaveUp,
  hours,
  invited,
  invitedBy,
  MONDAY,
  message,
  notInvited,
  withStep,
} from './onboardings.ts'

const now = days(1) + 3_600_000
const heldBack = invitedBy(
  notInvited,
  ['email'],
  [message({ state: 'suppressed', cause: 'known_address', stateAt: hours(2) })],
)
const asked: Facts = { ...invited, invitation: invited.invitation && { ...invited.invitation, asks: true } }
const mails = (state: 'queued' | 'delayed' | 'bounced' | 'complained' | 'failed' | 'unknown' | 'withdrawn') =>
  invitedBy(notInvited, ['email'], [message({ state, stateAt: hours(2) })])
const texts = (state: 'failed' | 'unknown' | 'suppressed') =>
  invitedBy(notInvited, ['sms'], [message({ channel: 'sms', state, stateAt: hours(2) })])
const bank = (set: Partial<Step>) => withStep(doneAt(accepted, days(1), 'books'), 'bank', set)
const books = (set: Partial<Step>) => withStep(doneAt(accepted, days(1), 'bank'), 'books', set)
/** The facts with an open bank step in this state and books for the practice. */
const withBank = (set: Partial<Step>) => withStep(accepted, 'bank', set)
/** A completed client's bank in this state, which it shared in good time. */
const consent = (set: Partial<ConnectionFact>): ConnectionFact => ({
  kind: 'bank',
  state: 'standing',
  endsAt: days(10),
  asked: 'asked',
  loss: null,
  snoozedUntil: null,
  downBank: null,
  ...set,
})
const ledger: ConnectionFact = consent({ kind: 'books', state: 'lost', asked: 'not_asked', loss: 'sign_in_ended' })
const sharing = (...connections: ConnectionFact[]): Facts => ({ ...completed, connections })
const expiredAccess = consent({ state: 'expired', loss: 'expired' })
/** Has another bank awaited since `now`. */
const anotherBank = (facts: Facts): Facts => {
  const bank = { institution: 'ob-juniper', institutionName: 'Juniper' }
  const ask = { ...bank, id: 'ask', isAwaited: true, askedAt: now, doneAt: null, droppedAt: null, tookBack: null }
  return { ...at(facts, { completed: null }), bankAsks: [ask] }
}
const started = { startedAt: days(1) + 1000 }

type Row = [
  name: string,
  facts: Facts,
  at: Instant,
  stage: string,
  blockedBy: string | null,
  move: string | null,
  since: Instant,
  next: string,
  sentence: string,
  /** The second open thing: its blocker, move, day, next, and sentence. */
  also?: string,
]

const names = {
  first: 'Jo',
  bank: 'Monzo',
  ledger: 'Xero',
  signedIn: 'Rosa Marsh',
  domain: 'harbour.example',
  unmatched: 3,
  cancelledBy: 'Sam Lowe',
  giveUpDays: 90,
}

const day = (n: number) => `day ${n}`

// biome-ignore format: a table
const TABLE: Row[] = [
  ['creating', creating, MONDAY + 1000, 'creating', 'creating', 'us', MONDAY, '', 'Setting up'],
  ['creating, over 30 s', creating, MONDAY + 30_001, 'creating', 'creating', 'us', MONDAY, '', 'Setting up, slower than usual'],
  ['not invited', notInvited, now, 'not_invited', 'not_invited', 'practice', MONDAY, 'staff_reminder day 2', 'Invite the client'],
  ['not invited, no contact', { ...notInvited, hasContact: false }, now, 'not_invited', 'no_contact', 'practice', MONDAY, 'staff_reminder day 2', 'Add a contact and invite'],
  ['not invited, all done', doneAt(notInvited, hours(5), 'bank', 'books', 'mapping'), now, 'not_invited', 'finishing', 'us', hours(5), 'staff_reminder day 2', 'Finishing'],
  ['invitation leaving', mails('queued'), now, 'invited', 'sending', 'us', MONDAY, 'reminder day 2, expiry day 7', 'Sending the invitation'],
  ['delayed', mails('delayed'), now, 'invited', 'delayed', 'us', MONDAY, 'reminder day 2, expiry day 7', 'Email delayed by harbour.example'],
  ['invited', invited, now, 'invited', 'acceptance', 'client', MONDAY, 'reminder day 2, expiry day 7', 'Jo to accept'],
  ['asked to be let in', asked, now, 'invited', 'access_request', 'client', MONDAY, 'reminder day 2, expiry day 7', 'Jo to let us in'],
  ['one channel of two works', invitedBy(notInvited, ['email', 'sms'], [message({ state: 'bounced' }), message({ channel: 'sms' })]), now, 'invited', 'acceptance', 'client', MONDAY, 'reminder day 2, expiry day 7', 'Jo to accept'],
  ['link copied', invitedBy(notInvited, ['link'], []), now, 'invited', 'acceptance', 'client', MONDAY, 'expiry day 7', 'Jo to accept'],
  ['invited, one reminder made', { ...invited, reminded: { client: { series: 'invited-1', n: 1 }, staff: null } }, days(3), 'invited', 'acceptance', 'client', MONDAY, 'reminder day 4, expiry day 7', 'Jo to accept'],
  ['invited, last reminder made', { ...invited, reminded: { client: { series: 'invited-1', n: 3 }, staff: null } }, days(6.5), 'invited', 'acceptance', 'client', MONDAY, 'expiry day 7', 'Jo to accept, last reminder sent'],
  ['bounced', mails('bounced'), now, 'invited', 'bounced', 'practice', hours(2), 'staff_reminder day 2.08, expiry day 7', 'Email bounced: correct it'],
  ['held back', heldBack, now, 'invited', 'address_in_use', 'practice', hours(2), 'staff_reminder day 2.08, expiry day 7', 'Address in use: choose how to go on'],
  ['complained', mails('complained'), now, 'invited', 'blocked', 'practice', hours(2), 'staff_reminder day 2.08, expiry day 7', 'Email blocked: use another way'],
  ['mail refused', mails('failed'), now, 'invited', 'blocked', 'practice', hours(2), 'staff_reminder day 2.08, expiry day 7', 'Email blocked: use another way'],
  ['text failed', texts('failed'), now, 'invited', 'sms_failed', 'practice', hours(2), 'staff_reminder day 2.08, expiry day 7', 'Text failed: correct the number'],
  ['texts stopped', texts('suppressed'), now, 'invited', 'blocked', 'practice', hours(2), 'staff_reminder day 2.08, expiry day 7', 'Text blocked: use another way'],
  ['text unknown', texts('unknown'), now, 'invited', 'send_unknown', 'practice', hours(2), 'staff_reminder day 2.08, expiry day 7', "Can't tell if the text was sent"],
  ['mail unknown', mails('unknown'), now, 'invited', 'send_unknown', 'practice', hours(2), 'staff_reminder day 2.08, expiry day 7', "Can't tell if the email was sent"],
  ['expired by the hour', invited, days(7) + 1, 'expired', 'expired', 'practice', days(7), 'staff_reminder day 9', 'Invitation expired without an answer'],
  ['expired', at(expired, { expired: days(7) }), days(8), 'expired', 'expired', 'practice', days(7), 'staff_reminder day 9, close day 90', 'Invitation expired without an answer'],
  ['declined', declined, now, 'declined', 'declined', 'practice', days(1), 'staff_reminder day 3, close day 91', 'Declined with a reason'],
  ['snoozed', { ...invited, snoozedUntil: days(5) }, now, 'invited', 'acceptance', 'client', MONDAY, 'wake day 5, expiry day 7', 'Jo to accept'],
  ['snoozed, one reminder made', { ...invited, snoozedUntil: days(5), reminded: { client: { series: 'invited-1', n: 1 }, staff: null } }, days(3), 'invited', 'acceptance', 'client', MONDAY, 'wake day 5, expiry day 7', 'Jo to accept'],
  ['bank open', bank({}), now, 'accepted', 'bank', 'client', days(1), 'reminder day 3', 'Jo to connect the bank'],
  ['bank open, all reminders made', { ...bank({}), reminded: { client: { series: `accepted-1-${days(1)}`, n: 3 }, staff: null } }, days(12), 'accepted', 'bank', 'client', days(1), '', 'Jo to connect the bank, last reminder sent'],
  ['at the bank', { ...bank({ ...started, phase: 'at_provider' }), settleAt: now + 60_000 }, now, 'accepted', 'at_bank', 'client', days(1) + 1000, 'check day 1.04, reminder day 3', 'Jo is at Monzo'],
  ['approved there, not confirmed here', { ...bank({ ...started, phase: 'unconfirmed' }), settleAt: days(2) }, now, 'accepted', 'bank_unconfirmed', 'client', days(1) + 1000, 'check day 2, reminder day 3', 'Jo to confirm the bank on our page'],
  ['second signatory', bank({ ...started, phase: 'signatory' }), now, 'accepted', 'signatory', 'client', days(1) + 1000, 'reminder day 3', 'Second signatory to approve at the bank'],
  ['processing', bank({ ...started, phase: 'processing' }), now, 'accepted', 'processing', 'bank', days(1) + 1000, 'reminder day 3', 'Monzo is processing'],
  ['shares a bank, not said to be all', doneAt(bank({ ...started, phase: 'more_banks' }), days(1), 'mapping'), now, 'accepted', 'more_banks', 'client', days(1), 'reminder day 3', "Jo to say if that's all"],
  ['shares a bank, said no since', doneAt(bank({ ...started, phase: 'more_banks', failedAt: now, reason: 'stopped' }), days(1), 'mapping'), now, 'accepted', 'more_banks', 'practice', now, 'staff_reminder day 3.04', "Jo to say if that's all"],
  ['bank down', bank({ ...started, failedAt: now, reason: 'bank_down' }), now, 'accepted', 'bank_down', 'bank', now, 'staff_reminder day 3.04', 'Monzo is down, reminders paused'],
  ['stopped at the bank', bank({ ...started, failedAt: now, reason: 'cancelled' }), now, 'accepted', 'bank_failed', 'client', now, 'reminder day 3', 'Jo to retry the bank: stopped'],
  ['does not want to share', bank({ failedAt: now, reason: 'stopped' }), now, 'accepted', 'bank_failed', 'client', now, 'staff_reminder day 3.04', 'Jo to retry the bank: stopped'],
  ['refused', bank({ ...started, failedAt: now, reason: 'refused' }), now, 'accepted', 'bank_failed', 'client', now, 'reminder day 3', 'Jo to retry the bank: refused'],
  ['no account', bank({ ...started, failedAt: now, reason: 'no_accounts' }), now, 'accepted', 'bank_failed', 'client', now, 'reminder day 3', 'Jo to retry the bank: no account'],
  ['never confirmed', bank({ ...started, failedAt: now, reason: 'unconfirmed' }), now, 'accepted', 'bank_failed', 'client', now, 'reminder day 3', 'Jo to retry the bank: timed out'],
  ['never set out', bank({ ...started, failedAt: now, reason: 'unavailable' }), now, 'accepted', 'bank_failed', 'client', now, 'reminder day 3', 'Jo to retry the bank: timed out'],
  ['failed 48 h ago', bank({ ...started, failedAt: days(2), reason: 'refused' }), days(4), 'accepted', 'bank_failed_old', 'practice', days(4), 'reminder day 3', 'Bank failed 2 days ago: call Jo'],
  ['down 48 h ago', bank({ ...started, failedAt: days(2), reason: 'bank_down' }), days(5.5), 'accepted', 'bank_failed_old', 'practice', days(4), 'staff_reminder day 4', 'Bank failed 3 days ago: call Jo'],
  ['books open, ours', books({}), now, 'accepted', 'books', 'practice', days(1), 'staff_reminder day 3', 'Connect Xero'],
  ['books open, the client’s', books({ owner: 'client' }), now, 'accepted', 'books', 'client', days(1), 'reminder day 3', 'Jo to connect Xero'],
  ['software not known, ours', books({ way: 'find_out' }), now, 'accepted', 'software_unknown', 'practice', days(1), 'staff_reminder day 3', "Find out Jo's software"],
  ['software not known, the client’s to connect', books({ way: 'find_out', owner: 'client' }), now, 'accepted', 'books', 'client', days(1), 'reminder day 3', 'Jo to connect Xero'],
  ['books by hand', books({ way: 'by_hand' }), now, 'accepted', 'manual_books', 'practice', days(1), 'staff_reminder day 3', 'Set up Xero by hand'],
  ['both open, each theirs', accepted, now, 'accepted', 'books', 'practice', days(1), 'staff_reminder day 3', 'Connect Xero', 'bank client day 1, reminder day 3, Jo to connect the bank'],
  ['both open, both the client’s', withStep(accepted, 'books', { owner: 'client' }), now, 'accepted', 'bank', 'client', days(1), 'reminder day 3', 'Jo to connect the bank', 'books client day 1, reminder day 3, Jo to connect Xero'],
  ['at the bank, books ours', { ...withBank({ ...started, phase: 'at_provider' }), settleAt: days(2) }, now, 'accepted', 'books', 'practice', days(1), 'staff_reminder day 3', 'Connect Xero', 'at_bank client day 1, check day 2, reminder day 3, Jo is at Monzo'],
  ['processing, books ours', withBank({ ...started, phase: 'processing' }), now, 'accepted', 'books', 'practice', days(1), 'staff_reminder day 3', 'Connect Xero', 'processing bank day 1, reminder day 3, Monzo is processing'],
  ['refused, books ours', withBank({ ...started, failedAt: now, reason: 'refused' }), now, 'accepted', 'bank_failed', 'client', now, 'reminder day 3', 'Jo to retry the bank: refused', 'books practice day 1, staff_reminder day 3, Connect Xero'],
  ['stopped at the bank, books ours', withBank({ ...started, failedAt: now, reason: 'cancelled' }), now, 'accepted', 'bank_failed', 'client', now, 'reminder day 3', 'Jo to retry the bank: stopped', 'books practice day 1, staff_reminder day 3, Connect Xero'],
  ['no account, books the client’s', withStep(withBank({ ...started, failedAt: now, reason: 'no_accounts' }), 'books', { owner: 'client' }), now, 'accepted', 'bank_failed', 'client', now, 'reminder day 3', 'Jo to retry the bank: no account', 'books client day 1, reminder day 3, Jo to connect Xero'],
  ['down, books ours', withBank({ ...started, failedAt: now, reason: 'bank_down' }), now, 'accepted', 'bank_down', 'bank', now, '', 'Monzo is down, reminders paused', 'books practice day 1, staff_reminder day 3, Connect Xero'],
  ['second signatory, books ours', withBank({ ...started, phase: 'signatory' }), now, 'accepted', 'signatory', 'client', days(1) + 1000, 'reminder day 3', 'Second signatory to approve at the bank', 'books practice day 1, staff_reminder day 3, Connect Xero'],
  ['refused, books of another name', withStep(withBank({ failedAt: now, reason: 'refused' }), 'books', { ...started, phase: 'check_organisation' }), now, 'accepted', 'wrong_org', 'practice', days(1) + 1000, 'staff_reminder day 3', 'Xero has another name: check it', 'bank_failed client day 1.04, reminder day 3, Jo to retry the bank: refused'],
  ['failed 48 h ago, books ours', withBank({ ...started, failedAt: days(2), reason: 'refused' }), days(4), 'accepted', 'bank_failed_old', 'practice', days(4), 'reminder day 3', 'Bank failed 2 days ago: call Jo', 'books practice day 1, staff_reminder day 3, Connect Xero'],
  ['refused, books ours, snoozed', { ...withBank({ failedAt: now, reason: 'refused' }), snoozedUntil: days(5) }, now, 'accepted', 'bank_failed', 'client', now, 'wake day 5', 'Jo to retry the bank: refused', 'books practice day 1, Connect Xero'],
  ['choose the organisation', books({ ...started, phase: 'choose_organisation' }), now, 'accepted', 'choose_org', 'practice', days(1) + 1000, 'staff_reminder day 3', 'Choose the organisation in Xero'],
  ['another name', books({ ...started, phase: 'check_organisation' }), now, 'accepted', 'wrong_org', 'practice', days(1) + 1000, 'staff_reminder day 3', 'Xero has another name: check it'],
  ['linked elsewhere', books({ ...started, failedAt: now, reason: 'already_linked' }), now, 'accepted', 'already_linked', 'practice', now, 'staff_reminder day 3', 'Xero is linked to another client'],
  ['permission missing', books({ ...started, failedAt: now, reason: 'permission', owner: 'client' }), now, 'accepted', 'permission', 'client', now, 'reminder day 3', 'Xero: permission missing'],
  ['bank connection ended', bank({ phase: 'lost', failedAt: now }), now, 'accepted', 'lost', 'client', now, 'reminder day 3', 'Monzo connection ended'],
  ['the client stopped sharing', bank({ phase: 'lost', failedAt: now, reason: 'stopped' }), now, 'accepted', 'lost', 'practice', now, 'staff_reminder day 3.04', 'Jo stopped sharing the bank'],
  ['books connection ended', books({ phase: 'lost', failedAt: now }), now, 'accepted', 'lost', 'practice', now, 'staff_reminder day 3', 'Xero connection ended'],
  ['both connections ended', withStep(bank({ phase: 'lost', failedAt: now }), 'books', { doneAt: null, phase: 'lost', failedAt: now }), now, 'accepted', 'lost', 'practice', now, 'staff_reminder day 3', 'Xero connection ended', 'lost client day 1.04, reminder day 3, Monzo connection ended'],
  ['to match', doneAt(doneAt(accepted, days(1), 'bank'), days(2), 'books'), days(2), 'accepted', 'mapping', 'practice', days(2), 'staff_reminder day 4', 'Match 3 accounts to Xero'],
  ['all done', doneAt(accepted, days(2), 'bank', 'books', 'mapping'), days(2), 'accepted', 'finishing', 'us', days(2), '', 'Finishing'],
  ['another bank awaited', anotherBank(completed), now, 'accepted', 'another_bank', 'client', now, 'reminder day 3.04', 'Jo to connect Juniper'],
  ['another bank awaited, books ours', anotherBank(books({})), now, 'accepted', 'books', 'practice', days(1), 'staff_reminder day 3', 'Connect Xero', 'another_bank client day 1.04, reminder day 3.04, Jo to connect Juniper'],
  ['completed', completed, days(3), 'completed', null, null, days(2), '', 'Nothing left to do'],
  ['completed, its access still to end', sharing(consent({ endsAt: days(100) })), days(3), 'completed', null, null, days(2), '', 'Nothing left to do'],
  ['asked to confirm before the end', sharing(consent({})), days(9), 'completed', null, null, days(2), '', 'Nothing left to do'],
  ['access ended by time', sharing(expiredAccess), days(11), 'completed', 'access_ended', 'client', days(10), '', 'Jo to share again'],
  ['access ended by time, not recorded', sharing(consent({})), days(10), 'completed', 'access_ended', 'client', days(10), '', 'Jo to share again'],
  ['access ended, its bank is down', sharing({ ...expiredAccess, downBank: 'Mill Bank' }), days(11), 'completed', 'access_ended', 'bank', days(10), '', 'Mill Bank is down, Jo isn’t asked'],
  ['access ended a week ago, its bank is down', sharing({ ...expiredAccess, downBank: 'Mill Bank' }), days(17), 'completed', 'access_ended', 'practice', days(17), '', 'Call Jo'],
  ['access ended a week ago', sharing(expiredAccess), days(17), 'completed', 'access_ended', 'practice', days(17), '', 'Call Jo'],
  ['access ended, the request bounced', sharing({ ...expiredAccess, asked: 'bounced' }), days(11), 'completed', 'access_ended', 'practice', days(10), '', 'Email bounced: correct it'],
  ['access ended, nobody to ask', sharing({ ...expiredAccess, asked: 'unreached' }), days(11), 'completed', 'access_ended', 'practice', days(10), '', 'Nobody could be asked: add an address'],
  ['stopped by the client', sharing(consent({ state: 'stopped' })), days(11), 'completed', 'access_ended', 'practice', days(10), '', 'Jo stopped sharing: ask why'],
  ['stopped at the bank', sharing(consent({ state: 'lost', loss: 'ended' })), days(11), 'completed', 'access_ended', 'practice', days(10), '', 'Access ended early: at the bank'],
  ['signed out of the ledger', sharing(ledger), days(11), 'completed', 'sign_in_lost', 'practice', days(10), '', 'Xero signed Rosa Marsh out'],
  ['taken off at the ledger', sharing({ ...ledger, loss: 'ended' }), days(11), 'completed', 'sign_in_lost', 'practice', days(10), '', 'Xero connection ended'],
  ['may not read at the ledger', sharing({ ...ledger, loss: 'permission' }), days(11), 'completed', 'sign_in_lost', 'practice', days(10), '', 'Xero: permission missing'],
  ['both lost', sharing(expiredAccess, ledger), days(11), 'completed', 'sign_in_lost', 'practice', days(10), '', 'Xero signed Rosa Marsh out', 'access_ended client day 10, Jo to share again'],
  ['two banks ended', sharing(expiredAccess, { ...expiredAccess, endsAt: days(9) }), days(11), 'completed', 'access_ended', 'client', days(9), '', 'Jo to share again'],
  ['two banks ended, one of them ours', sharing(expiredAccess, consent({ state: 'lost', loss: 'ended' })), days(11), 'completed', 'access_ended', 'practice', days(10), '', 'Access ended early: at the bank'],
  ['access ended, left alone', sharing({ ...expiredAccess, snoozedUntil: days(30) }), days(11), 'completed', null, null, days(2), '', 'Nothing left to do'],
  ['access ended before the bank was skipped', withStep(sharing(expiredAccess), 'bank', { doneAt: null, skippedAt: days(10.5) }), days(11), 'completed', null, null, days(2), '', 'Nothing left to do'],
  ['gave up', gaveUp, days(91), 'gave_up', null, null, days(90), '', 'Closed: no answer in 90 days'],
  ['cancelled', cancelled, days(2), 'cancelled', null, null, days(1), '', 'Cancelled by Sam Lowe'],
]

/** The blockers that the API reserves for later: no facts lead to them. */
const LATER = { blockers: ['access_ending'], next: ['access_end'] }

const comings = (next: { what: string; at: Instant }[]) =>
  next.map((one) => `${one.what} ${day(Math.floor((one.at - MONDAY) / 864_000) / 100)}`)

test.each(TABLE)('%s', (_name, facts, when, stage, blockedBy, move, since, next, sentence, also) => {
  const described = situate(facts, when)
  expect({ ...described, next: comings(described.next).join(', ') }).toMatchObject({
    stage,
    blockedBy,
    move,
    since,
    next,
  })
  expect(blockerSentence(described, facts, names, when)).toBe(sentence)
  const others = described.also.map((one) =>
    [
      `${one.blockedBy} ${one.move} ${day(Math.floor((one.since - MONDAY) / 864_000) / 100)}`,
      ...comings(one.next),
      blockerSentence({ stage: described.stage, ...one }, facts, names, when),
    ].join(', '),
  )
  expect(others).toEqual(also ? [also] : [])
})

test('every reason to wait, whose turn it is, and what comes next can come about, and is in the table', () => {
  const named = new Set(TABLE.map((row) => row[4]))
  expect(BLOCKERS.filter((blocker) => !named.has(blocker))).toEqual(LATER.blockers)
  const described = TABLE.map(([, facts, when]) => situate(facts, when))
  const moves = new Set(described.map(({ move }) => move))
  expect(MOVES.filter((move) => !moves.has(move))).toEqual([])
  const kinds = new Set(described.flatMap(({ next }) => next.map(({ what }) => what)))
  expect(NEXT_KINDS.filter((kind) => !kinds.has(kind))).toEqual(LATER.next)
})

/** Returns what an onboarding waits for, without its instants. */
const standing = (described: ReturnType<typeof situate>) => ({
  blockedBy: described.blockedBy,
  move: described.move,
  also: described.also[0] ? { blockedBy: described.also[0].blockedBy, move: described.also[0].move } : null,
})

test.each(TABLE)('a situation turns by time alone into the one that is then described: %s', (_name, facts, when) => {
  const described = situate(facts, when)
  const { turns } = described
  if (turns) {
    expect(turns.at).toBeGreaterThan(when)
    expect(standing(situate(facts, turns.at - 1))).toEqual(standing(described))
    expect(standing(situate(facts, turns.at))).toEqual({ ...turns, at: undefined })
    // A snoozed access, and a second open thing, began before.
    const isWoken = facts.connections?.some(({ snoozedUntil }) => snoozedUntil === turns.at)
    const isOther = turns.blockedBy !== described.blockedBy || turns.move !== described.move
    if (isOther && !isWoken) expect(situate(facts, turns.at + 1).since).toBeGreaterThanOrEqual(turns.at - 1)
    // Lists read what time has turned by this rule.
    expect(needsStaff({ ...turns, reason: null })).toBe(turns.move === 'practice')
  } else {
    for (const later of [days(20), days(80)]) {
      expect(standing(situate(facts, Math.max(later, when)))).toEqual(standing(described))
    }
  }
})

test('a bank that failed turns into the practice’s matter beside the books', () => {
  const both = withStep(accepted, 'bank', { failedAt: days(2), reason: 'refused' })
  expect(situate(both, days(3))).toMatchObject({
    blockedBy: 'bank_failed',
    turns: {
      at: days(4),
      blockedBy: 'bank_failed_old',
      move: 'practice',
      also: { blockedBy: 'books', move: 'practice' },
    },
  })
})

test.each([
  ['refused', true],
  ['no_accounts', true],
  ['unavailable', true],
  ['unconfirmed', true],
  ['bank_down', true],
  ['cancelled', false],
  ['stopped', false],
] as const)('a bank that failed (%s) needs staff at once: %s', (reason, needs) => {
  const described = situate(withBank({ failedAt: days(2), reason }), days(2) + 1)
  expect(described.blockedBy).toBe(reason === 'bank_down' ? 'bank_down' : 'bank_failed')
  expect(needsStaff(described)).toBe(needs)
})

test('at the bank since this attempt, not since the first one', () => {
  const failed = bank({ startedAt: days(1), failedAt: days(2), reason: 'refused' })
  const { facts } = doing(failed, days(9), ask.start('bank'))
  expect(situate(facts, days(9))).toMatchObject({ blockedBy: 'at_bank', since: days(9) })
})
