import { describe, expect, test } from 'vitest'
import type { ConnectionFact } from '../../domain/connections/lostAccess.ts'
import { decide } from '../../domain/decide/decide.ts'
import { stepVerbsOf, verbsOf } from '../../domain/decide/verbs.ts'
import { BLOCKERS, describe as situation } from '../../domain/describe.ts'
import { healthOf } from '../../domain/rows/attention.ts'
import { deliveriesOf } from '../../domain/rows/delivery.ts'
import { nextActionOf } from '../../domain/rows/nextAction.ts'
import { progressOf } from '../../domain/rows/progress.ts'
import { type Facts, type Instant, stepOf } from '../../domain/situation.ts'
import { NEEDS_STAFF } from '../../domain/waiting.ts'
import {
  accepted,
  ask,
  at,
  cancelled,
  cleaned,
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
  message,
  notInvited,
  refusalOf,
  withStep,
} from './onboardings.ts'

const STANDS: [string, Facts, Instant][] = [
  ['creating', creating, hours(1)],
  ['not invited', notInvited, hours(1)],
  ['invited', invited, hours(1)],
  ['past its end', invited, days(8)],
  ['expired', expired, days(8)],
  ['declined', declined, days(2)],
  ['accepted', accepted, days(2)],
  ['accepted, ready to match', doneAt(accepted, days(2), 'bank', 'books'), days(3)],
  ['gave up', gaveUp, days(91)],
  ['completed', completed, days(3)],
  ['just cancelled', cancelled, days(1) + 5_000],
  ['cancelled', cleaned, days(2)],
]

describe('what may be asked for', () => {
  const commands = (now: Instant) => ({
    invite: ask.invite(),
    link: ask.link(),
    decline: ask.decline('staff'),
    cancel: ask.cancel(),
    undo_cancel: ask.undo(),
    reopen: ask.reopen('bank'),
    extend: ask.extend(now + days(30) - days(0)),
    snooze: ask.snooze(now + 1),
    resume: ask.resume(),
  })

  test.each(STANDS)('is what is not refused, and nothing else: %s', (_name, facts, now) => {
    const verbs: string[] = verbsOf(facts, now)
    for (const [verb, command] of Object.entries(commands(now))) {
      const decision = decide(facts, command, now)
      const refused =
        'refusal' in decision && ['not_allowed', 'already_accepted', 'undo_too_late'].includes(refusalOf(decision).code)
      const possible = !refused && !('unchanged' in decision)
      expect([verb, verbs.includes(verb)]).toEqual([verb, possible])
    }
    expect(verbs).not.toContain('accept')
  })

  test('about a step follows the step', () => {
    expect(stepVerbsOf(accepted, 'bank', days(2))).toEqual(['skip', 'complete'])
    expect(stepVerbsOf(accepted, 'books', days(2))).toEqual(['connect', 'skip', 'complete', 'hand_over'])
    expect(stepVerbsOf(accepted, 'mapping', days(2))).toEqual(['skip'])
    const both = doneAt(accepted, days(2), 'bank', 'books')
    expect(stepVerbsOf(both, 'bank', days(3))).toEqual(['reopen'])
    expect(stepVerbsOf(both, 'mapping', days(3))).toEqual(['skip', 'complete', 'match'])
    expect(stepVerbsOf(cleaned, 'bank', days(3))).toEqual([])
  })
})

/** A completed client with one connection that ended. */
const sharing = (set: Partial<ConnectionFact>): Facts => ({
  ...completed,
  connections: [
    {
      kind: 'bank',
      state: 'standing',
      endsAt: days(2.5),
      asked: 'asked',
      loss: null,
      snoozedUntil: null,
      downBank: null,
      ...set,
    },
  ],
})

describe('the one next action', () => {
  test.each([
    [notInvited, 'Invite'],
    [invited, 'Resend'],
    [invitedBy(notInvited, ['email'], [message({ state: 'bounced' })]), 'Correct address'],
    [invitedBy(notInvited, ['sms'], [message({ channel: 'sms', state: 'unknown' })]), 'Send again'],
    [expired, 'Resend'],
    [declined, 'Decide'],
    [withStep(accepted, 'books', { skippedAt: days(1), skippedBecause: 'not_needed' }), 'Copy link'],
    [accepted, 'Connect'],
    [withStep(accepted, 'books', { phase: 'choose_organisation', startedAt: days(1) }), 'Choose'],
    [
      withStep(withStep(accepted, 'books', { phase: 'choose_organisation', owner: 'client' }), 'bank', {
        doneAt: days(1),
      }),
      'Copy link',
    ],
    [withStep(accepted, 'books', { phase: 'check_organisation', startedAt: days(1) }), 'Check'],
    [doneAt(accepted, days(2), 'bank', 'books'), 'Match accounts'],
    [withStep(accepted, 'bank', { phase: 'lost', failedAt: days(2) }), 'Reconnect'],
    [withStep(accepted, 'bank', { phase: 'lost', failedAt: days(2), reason: 'stopped' }), 'Decide'],
    [withStep(accepted, 'bank', { failedAt: days(2), reason: 'refused' }), 'Copy link'],
    [withStep(doneAt(accepted, days(2), 'books'), 'bank', { phase: 'lost', failedAt: days(2) }), 'Reconnect'],
    [{ ...invited, snoozedUntil: days(20) }, 'Wake now'],
    [gaveUp, 'Reopen'],
    [cleaned, 'Reopen'],
    [completed, null],
    [sharing({ state: 'expired' }), 'Ask to reconnect'],
    [sharing({ state: 'lost', loss: 'ended' }), 'Ask to reconnect'],
    [sharing({ state: 'stopped' }), null],
    [sharing({ state: 'expired', asked: 'bounced' }), null],
    [sharing({ kind: 'books', state: 'lost', loss: 'sign_in_ended' }), 'Reconnect'],
    [creating, null],
  ] as const)('%#: %s', (facts, label) => {
    const now = facts === expired ? days(8) : days(3)
    expect(nextActionOf(situation(facts, now), facts, now)?.label ?? null).toBe(label)
  })
})

describe('health', () => {
  test('a row that needs staff is ill, except for matching and a second signatory', () => {
    for (const blocker of NEEDS_STAFF) {
      const isOrdinary = blocker === 'mapping' || blocker === 'signatory'
      expect([blocker, healthOf(blocker) !== null]).toEqual([blocker, !isOrdinary])
    }
    expect(healthOf(null)).toBeNull()
    expect(BLOCKERS.filter((one) => healthOf(one) === null)).toContain('acceptance')
  })
})

describe('delivery by channel', () => {
  const seenAt = (now: number, ...sent: Parameters<typeof message>[0][]) =>
    deliveriesOf(invitedBy(notInvited, ['email', 'sms'], sent.map(message)), now).map(
      ({ channel, state }) => `${channel} ${state}`,
    )
  const of = (...sent: Parameters<typeof message>[0][]) => seenAt(hours(1), ...sent)

  test('a later reminder on its way does not hide what was delivered', () => {
    expect(of({ state: 'delivered' }, { state: 'queued', purpose: 'client_touch' })).toEqual(['email delivered'])
  })
  test('a failed message is shown although an earlier one arrived', () => {
    expect(of({ state: 'delivered' }, { state: 'bounced', purpose: 'client_touch' })).toEqual(['email bounced'])
  })
  test('the channel that needs staff comes first, then the furthest', () => {
    expect(of({ state: 'delivered' }, { channel: 'sms', state: 'failed' })).toEqual(['sms failed', 'email delivered'])
    expect(of({ state: 'queued' }, { channel: 'sms', state: 'sent' })).toEqual(['sms sent', 'email queued'])
  })
  test('stopped texts, taken back messages and what is on its way have words of their own', () => {
    expect(of({ channel: 'sms', state: 'suppressed', cause: 'opted_out' })).toEqual(['sms opted_out'])
    expect(of({ channel: 'sms', state: 'suppressed' })).toEqual(['sms blocked'])
    expect(of({ state: 'withdrawn' })).toEqual(['email not_sent'])
    expect(of({ state: 'sending' })).toEqual(['email sent'])
  })
  test('a text without a receipt for a day is shown so; a mail, and one that arrived, is not', () => {
    const text = { channel: 'sms', state: 'sent', stateAt: days(0) } as const
    expect(seenAt(days(1), text)).toEqual(['sms sent'])
    expect(seenAt(days(1) + 1, text)).toEqual(['sms no_receipt'])
    expect(seenAt(days(2), { ...text, channel: 'email' })).toEqual(['email sent'])
    expect(seenAt(days(2), text, { ...text, state: 'delivered' })).toEqual(['sms delivered'])
  })
  test('messages to the practice and of older invitations say nothing', () => {
    expect(of({ purpose: 'staff_bounced' }, { generation: 0 })).toEqual([])
  })
  test('the channel accepted through was used, a copied link too', () => {
    expect(deliveriesOf(accepted, days(2))).toMatchObject([{ channel: 'email', state: 'used' }])
    const copied = at(invitedBy(notInvited, ['link'], []), { accepted: days(1) })
    const through = {
      ...copied,
      invitation: copied.invitation && { ...copied.invitation, acceptedChannel: 'link' as const },
    }
    expect(deliveriesOf(through, days(2))).toEqual([{ channel: 'link', state: 'used', at: days(1) }])
    expect(deliveriesOf(notInvited, days(2))).toEqual([])
  })
})

describe('how far a step is', () => {
  const bank = (set: Parameters<typeof withStep>[2], connection: Parameters<typeof progressOf>[2] = 'none') => {
    const facts = withStep(accepted, 'bank', set)
    return progressOf(facts, stepOf(facts, 'bank'), connection)
  }
  test.each([
    [{}, 'not_started'],
    [{ phase: 'at_provider' }, 'at_provider'],
    [{ phase: 'processing' }, 'processing'],
    [{ phase: 'signatory' }, 'signatory'],
    [{ phase: 'unconfirmed' }, 'unconfirmed'],
    [{ phase: 'lost', failedAt: days(2) }, 'lost'],
    [{ failedAt: days(2), reason: 'stopped' }, 'stopped'],
    [{ failedAt: days(2), reason: 'cancelled' }, 'stopped'],
    [{ failedAt: days(2), reason: 'unconfirmed' }, 'stopped'],
    [{ failedAt: days(2), reason: 'refused' }, 'failed'],
    [{ skippedAt: days(2), skippedBecause: 'not_needed' }, 'skipped'],
    [{ skippedAt: days(2), skippedBecause: 'nothing_to_do' }, 'not_needed'],
    [{ doneAt: days(2) }, 'done'],
  ] as const)('%o: %s', (set, progress) => {
    expect(bank(set)).toBe(progress)
  })
  test('done with a connection is connected, until its access ends soon; matching waits for both', () => {
    expect(bank({ doneAt: days(2) }, 'stands')).toBe('connected')
    expect(bank({ doneAt: days(2) }, 'ends_soon')).toBe('expiring')
    expect(bank({ doneAt: days(2) }, 'lost')).toBe('lost')
    expect(bank({ doneAt: days(2) }, 'stopped')).toBe('stopped')
    expect(progressOf(accepted, stepOf(accepted, 'mapping'), 'none')).toBe('not_started')
    const both = doneAt(accepted, days(2), 'bank', 'books')
    expect(progressOf(both, stepOf(both, 'mapping'), 'none')).toBe('matching')
  })
})
