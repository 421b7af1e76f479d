import { describe, expect, test } from 'vitest'
import { decide } from '../../domain/decide.ts'
import { describe as situate } from '../../domain/describe.ts'
import { CONSENT_WORDING } from '../../domain/events.ts'
import { nextMove, situationOf } from '../../domain/nextMove.ts'
import { DAY_MS, type Facts, MINUTE_MS, statusAt, stepOf, UNDO_MS } from '../../domain/situation.ts'
import { after, doing } from './applied.ts'
import {
  accepted,
  ask,
  at,
  cancelled,
  changeOf,
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
  link,
  message,
  notInvited,
  refusalOf,
  uninvited,
  withStep,
  wordOf,
} from './onboardings.ts'

describe('the instants that decide', () => {
  test('an acceptance up to the instant of expiry wins however late expiry runs; one after it loses', () => {
    expect(wordOf(decide(invited, ask.accept(), days(7)))).toBe('accepted')
    expect(wordOf(decide(invited, ask.accept(), days(7) + 1))).toBe('!not_allowed')
    expect(decide(invited, { do: 'expire' }, days(7))).toEqual({ tooEarly: days(7) + 1 })
    expect(wordOf(decide(invited, { do: 'expire' }, days(7) + 1))).toBe('expired')
    expect([statusAt(invited, days(7)), statusAt(invited, days(7) + 1)]).toEqual(['invited', 'expired'])
  })

  test('a move that comes long before its instant changes nothing, so that the workflow reads the new instant', () => {
    expect(decide(invited, { do: 'expire' }, days(7) - MINUTE_MS + 1)).toEqual({ tooEarly: days(7) + 1 })
    expect(decide(invited, { do: 'expire' }, days(6))).toEqual({ unchanged: true })
    expect(decide(invited, { do: 'touch' }, days(2) - MINUTE_MS)).toEqual({ tooEarly: days(2) })
    expect(decide(invited, { do: 'touch' }, days(1))).toEqual({ unchanged: true })
    expect(decide({ ...invited, snoozedUntil: days(6) }, { do: 'touch' }, days(2))).toEqual({ unchanged: true })
  })

  test('a cancellation can be undone for 15 seconds, to the millisecond, unless it was cleaned up', () => {
    expect(wordOf(decide(cancelled, ask.undo(), days(1) + UNDO_MS))).toBe('undone')
    const late = refusalOf(decide(cancelled, ask.undo(), days(1) + UNDO_MS + 1))
    expect([late.code, late.at, late.allowed]).toEqual(['undo_too_late', days(1) + UNDO_MS, ['reopen']])
    expect(decide(cancelled, { do: 'clean_up' }, days(1) + UNDO_MS)).toEqual({ tooEarly: days(1) + UNDO_MS + 1 })
    expect(wordOf(decide(cancelled, { do: 'clean_up' }, days(1) + UNDO_MS + 1))).toBe('cleaned')
    const early = at(cancelled, { cleaned: days(1) + 1 })
    expect(wordOf(decide(early, ask.undo(), days(1) + 2))).toBe('!undo_too_late')
  })

  test('an extension is later than the present date and at most 60 days from now', () => {
    const now = days(1)
    expect(wordOf(decide(invited, ask.extend(days(7)), now))).toBe('!date_out_of_range')
    expect(wordOf(decide(invited, ask.extend(days(7) + 1), now))).toBe('extended')
    expect(wordOf(decide(invited, ask.extend(now + 60 * DAY_MS), now))).toBe('extended')
    expect(refusalOf(decide(invited, ask.extend(now + 60 * DAY_MS + 1), now)).at).toBe(now + 60 * DAY_MS)
    expect(wordOf(decide(expired, ask.extend(days(8)), days(8)))).toBe('!date_out_of_range')
    expect(wordOf(decide(expired, ask.extend(days(8) + 1), days(8)))).toBe('extended')
  })

  test('a snooze ends after now and within 60 days', () => {
    expect(wordOf(decide(invited, ask.snooze(days(1)), days(1)))).toBe('!date_out_of_range')
    expect(wordOf(decide(invited, ask.snooze(days(61)), days(1)))).toBe('snoozed')
    expect(wordOf(decide(invited, ask.snooze(days(61) + 1), days(1)))).toBe('!date_out_of_range')
  })

  test('a second resend within 60 seconds is refused with the instant from which it is possible', () => {
    const soon = refusalOf(decide(invited, ask.invite(), invited.instants.created + MINUTE_MS - 1))
    expect([soon.code, soon.at]).toEqual(['resend_too_soon', invited.instants.created + MINUTE_MS])
    expect(wordOf(decide(invited, ask.invite(), invited.instants.created + MINUTE_MS))).toBe('resent')
    expect(wordOf(decide(invited, ask.link('email'), invited.instants.created + MINUTE_MS - 1))).toBe(
      '!resend_too_soon',
    )
    expect(wordOf(decide(invited, ask.link(), invited.instants.created + 1))).toBe('link_copied')
  })

  test('an address gets five invitation or continue messages in 24 hours; copying is not one', () => {
    expect(wordOf(decide(invited, ask.invite(['email'], 4), hours(1)))).toBe('resent')
    expect(wordOf(decide(invited, ask.invite(['email'], 5), hours(1)))).toBe('!address_limit')
    expect(wordOf(decide(accepted, ask.link('email', 5), days(2)))).toBe('!address_limit')
    expect(wordOf(decide(accepted, ask.link(null, 5), days(2)))).toBe('link_copied')
  })

  test("it gives up at the practice's limit after the last act, only when expired or declined", () => {
    expect(decide(expired, { do: 'give_up' }, days(90) - 1)).toEqual({ tooEarly: days(90) })
    expect(wordOf(decide(expired, { do: 'give_up' }, days(90)))).toBe('gave_up')
    expect(wordOf(decide(declined, { do: 'give_up' }, days(91)))).toBe('gave_up')
    expect(decide(invited, { do: 'give_up' }, days(900))).toEqual({ unchanged: true })
    expect(wordOf(decide({ ...expired, lastActAt: days(60) }, { do: 'give_up' }, days(149)))).toBe('-')
  })
})

describe('inviting and accepting', () => {
  test('accepting, the bank and copying a link are allowed while creating', () => {
    expect(wordOf(decide(creating, ask.link(), hours(0)))).toBe('invited')
    expect(wordOf(decide(creating, ask.connect('bank'), hours(0)))).toBe('bank_connected')
    expect(wordOf(decide(invitedBy(creating, ['link'], []), ask.accept(link({ channel: 'link' })), hours(0)))).toBe(
      'accepted',
    )
  })

  test('nothing completes before the organisation is set up', () => {
    const ready = doneAt(creating, hours(1), 'bank', 'books', 'mapping')
    expect(decide(ready, { do: 'complete' }, hours(1))).toEqual({ unchanged: true })
    expect(nextMove(situationOf(ready, hours(1)), hours(1))?.what).toBe('createOrganisation')
  })

  test('the same link again is a success that changes nothing; the sibling link is told who was first', () => {
    expect(decide(accepted, ask.accept(), days(1))).toEqual({ unchanged: true })
    const sibling = link({ id: 'link-2', channel: 'sms', live: false })
    expect(refusalOf(decide(accepted, ask.accept(sibling), days(1))).code).toBe('already_accepted')
    const forwarded = link({ id: 'link-9', purpose: 'continue' })
    expect(decide(accepted, ask.accept(forwarded), days(1))).toEqual({ unchanged: true })
  })

  test('an acceptance records channel, bank and the wording shown, which is none when no bank is asked for', () => {
    const chosen = changeOf(decide(invited, { do: 'accept', link: link(), bankId: 'ob-monzo' }, hours(1)))
    expect(chosen.event.data).toEqual({
      generation: 1,
      channel: 'email',
      bank: 'ob-monzo',
      consentWording: CONSENT_WORDING,
    })
    const noBank = withStep(invited, 'bank', { skippedAt: hours(0), skippedBecause: 'not_needed' })
    expect(changeOf(decide(noBank, ask.accept(), hours(1))).event.data.consentWording).toBeNull()
  })

  test('resending makes a new generation; an old link says that there is a newer one', () => {
    const { facts } = doing(expired, days(8), ask.invite(['email', 'sms']))
    expect(facts.invitation?.generation).toBe(2)
    expect([facts.instants.expired, facts.expiresAt, statusAt(facts, days(8))]).toEqual([null, days(15), 'invited'])
    expect(wordOf(decide(facts, ask.accept(link({ live: false })), days(8)))).toBe('!newer_link')
    expect(wordOf(decide(facts, ask.accept(link({ generation: 2 })), days(8)))).toBe('accepted')
    expect(doing(declined, days(2), ask.invite()).facts.instants.declined).toBeNull()
  })

  test('inviting without a channel that reaches anybody is refused', () => {
    expect(wordOf(decide(notInvited, ask.invite([]), hours(1)))).toBe('!no_contact')
    expect(wordOf(decide(notInvited, { ...ask.link('sms'), reachable: false } as never, hours(1)))).toBe('!no_contact')
  })

  test('the window starts at the first claim and moves once; an extension made before holds', () => {
    const queued = message({ id: 'first', state: 'queued', claimed: false })
    const sent = invitedBy(notInvited, ['email'], [queued])
    const first = doing(sent, hours(5), { do: 'claim', messageId: 'first' })
    expect(first.facts.expiresAt).toBe(hours(5) + 7 * DAY_MS)
    const again = changeOf(
      decide(
        { ...first.facts, messages: [{ ...queued, id: 'second' }] },
        { do: 'claim', messageId: 'second' },
        hours(9),
      ),
    )
    expect(again.expiresAt).toBeUndefined()
    const extended = doing(sent, hours(1), ask.extend(days(30))).facts
    expect(doing(extended, hours(5), { do: 'claim', messageId: 'first' }).facts.expiresAt).toBe(days(30))
  })

  test('a link when already accepted continues; a copied one on not invited makes generation 1 without touches', () => {
    expect(changeOf(decide(accepted, ask.link('email'), days(2))).messages).toEqual([
      { purpose: 'continue_link', channels: ['email'] },
    ])
    const { facts } = doing(notInvited, hours(2), ask.link())
    expect(facts.invitation).toMatchObject({ generation: 1, channels: ['link'] })
    expect(facts.expiresAt).toBe(hours(2) + 7 * DAY_MS)
    expect(situationOf(facts, hours(2)).nextTouch).toBeNull()
    expect(situate(facts, hours(2))).toMatchObject({ blockedBy: 'acceptance', move: 'client' })
  })

  test('extending an expired invitation makes the same link work again; a declined one can only be sent again', () => {
    const { facts } = doing(expired, days(8), ask.extend(days(10)))
    expect(wordOf(decide(facts, ask.accept(), days(10)))).toBe('accepted')
    const refused = refusalOf(decide(declined, ask.extend(days(20)), days(2)))
    expect(refused.allowed).toContain('invite')
    expect(refused.allowed).not.toContain('extend')
  })

  test('an invitation that expired before it left goes out when it is extended', () => {
    const withdrawn = message({ state: 'withdrawn', claimed: false })
    const unsent: Facts = at(invitedBy(notInvited, ['email'], [withdrawn]), { expired: days(8) })
    expect(changeOf(decide(unsent, ask.extend(days(20)), days(9))).messages).toEqual([
      { purpose: 'invitation', channels: ['email'] },
    ])
    expect(changeOf(decide(expired, ask.extend(days(20)), days(9))).messages).toEqual([])
  })

  test('staff decline for the client, even after expiry; only a client is mailed about', () => {
    expect(changeOf(decide(expired, ask.decline('staff'), days(8))).messages).toEqual([])
    expect(changeOf(decide(invited, ask.decline('client'), days(1))).messages).toEqual([
      { purpose: 'staff_declined', channels: ['email'] },
    ])
  })

  test('after acceptance, not wanting to share the bank stops the step and tells the practice', () => {
    const atBank = withStep(accepted, 'bank', { startedAt: days(1), phase: 'at_provider' })
    const change = changeOf(decide(atBank, ask.tell('no_wish_to_share'), days(2)))
    expect(change.sessions).toBe('bank')
    expect(change.messages).toEqual([{ purpose: 'staff_told', channels: ['email'] }])
    const { facts } = doing(atBank, days(2), ask.tell('no_wish_to_share'))
    expect(stepOf(facts, 'bank')).toMatchObject({ reason: 'stopped', phase: null, failedAt: days(2) })
    expect(situationOf(facts, days(2)).nextTouch?.kind).toBe('staff')
    expect(statusAt(facts, days(2))).toBe('accepted')
  })
})

describe('cancelling and reopening', () => {
  test('while cancelled every act of the client is refused as cancelled, and a return stores nothing', () => {
    const now = days(1) + 1
    for (const act of [ask.accept(), ask.decline(), ask.tell(), ask.start('bank'), ask.connect('bank')]) {
      expect(refusalOf(decide(cancelled, act, now))).toMatchObject({ code: 'not_allowed', status: 'cancelled' })
    }
    expect(decide(cancelled, ask.fail('bank'), now)).toEqual({ unchanged: true })
  })

  test('cancelling at the bank ends the session, and an undo finds nobody at the bank', () => {
    const atBank = withStep(accepted, 'bank', { startedAt: days(2), phase: 'at_provider' })
    const ended = doing(atBank, days(3), ask.cancel())
    expect(ended.change.sessions).toBe('all')
    const { facts } = doing(ended.facts, days(3) + 1000, ask.undo())
    expect(statusAt(facts, days(3))).toBe('accepted')
    expect(facts.run).toBe(1)
    expect(stepOf(facts, 'bank').phase).toBeNull()
  })

  test('an undone cancellation sends what the cancellation took back, and only that', () => {
    const queued = message({ id: 'unsent', state: 'queued', claimed: false })
    const sent = message({ id: 'sent', channel: 'sms', state: 'sent' })
    const waiting = invitedBy(notInvited, ['email', 'sms'], [queued, sent])
    const ended = doing(waiting, hours(1), ask.cancel()).facts
    expect(ended.messages.map((one) => one.state)).toEqual(['withdrawn', 'sent'])
    expect(changeOf(decide(ended, ask.undo(), hours(1) + 1000)).messages).toEqual([
      { purpose: 'invitation', channels: ['email'] },
    ])
  })

  test('a cancelled onboarding reopens into the state before with every link dead, after the undo is over', () => {
    expect(wordOf(decide(cancelled, ask.reopen(), days(1) + UNDO_MS))).toBe('!not_allowed')
    const { facts, change } = doing(cancelled, days(2), ask.reopen())
    expect(change).toMatchObject({ links: 'end_all', sessions: 'all', raiseRun: true })
    expect([statusAt(facts, days(2)), facts.run]).toEqual(['invited', 2])
  })

  test('a completed onboarding is not cancelled; it reopens with the named steps, in the next run', () => {
    expect(refusalOf(decide(completed, ask.cancel(), days(3))).allowed).toEqual(['reopen', 'reopen_step', 'link'])
    expect(wordOf(decide(completed, ask.reopen(), days(3)))).toBe('!steps_required')
    const { facts } = doing(completed, days(30), ask.reopen('bank'))
    expect([statusAt(facts, days(30)), facts.run]).toEqual(['accepted', 2])
    expect(facts.steps.map((step) => step.doneAt !== null)).toEqual([false, true, false])
    expect(wordOf(decide(facts, { do: 'complete' }, days(30)))).toBe('-')
  })

  test('a reopened step is chased and reported from its reopening', () => {
    const { facts } = doing(completed, days(30), ask.reopen('bank'))
    expect(situate(facts, days(30))).toMatchObject({ blockedBy: 'bank', since: days(30) })
    expect(situationOf(facts, days(30)).nextTouch).toMatchObject({ kind: 'client', n: 1, at: days(32) })
  })

  test('one that gave up goes back to expired or declined', () => {
    const now = days(100)
    expect(statusAt(doing(gaveUp, now, ask.reopen()).facts, now)).toBe('expired')
    expect(statusAt(doing(at(declined, { gaveUp: days(92) }), now, ask.reopen()).facts, now)).toBe('declined')
    expect(nextMove(situationOf(doing(gaveUp, now, ask.reopen()).facts, now), now)?.what).not.toBe('giveUp')
  })

  test('a client who was never invited can be invited after completion, which starts the next run', () => {
    const { facts } = doing(uninvited, days(3), ask.invite())
    expect([statusAt(facts, days(3)), facts.run, facts.instants.completed]).toEqual(['invited', 2, null])
    expect(wordOf(decide(completed, ask.invite(), days(3)))).toBe('!already_accepted')
  })
})

describe('steps', () => {
  test('the last open step skipped completes at once, and reopening it is the undo', () => {
    const almost = doneAt(accepted, days(2), 'books')
    const { facts } = doing(almost, days(3), ask.skip('bank'))
    expect(nextMove(situationOf(facts, days(3)), days(3))).toEqual({ what: 'complete', at: days(3) })
    const { facts: ended } = doing(facts, days(3), { do: 'complete' })
    const { facts: back } = doing(ended, days(3) + 1, ask.reopenStep('bank'))
    expect([statusAt(back, days(3)), back.run]).toEqual(['accepted', 2])
    expect(back.steps.map((step) => step.skippedAt)).toEqual([null, null, null])
  })

  test('completing comes before a reminder or a look at the bank that is overdue', () => {
    const ready: Facts = { ...doneAt(notInvited, days(3), 'bank', 'books', 'mapping'), settleAt: days(1) }
    expect(nextMove(situationOf(ready, days(3)), days(3))).toEqual({ what: 'complete', at: days(3) })
  })

  test('never completed with an open required step, whoever is first', () => {
    const ready = doneAt(accepted, days(2), 'bank', 'books', 'mapping')
    const { facts: opened } = doing(ready, days(3), ask.reopenStep('books'))
    expect(decide(opened, { do: 'complete' }, days(3))).toEqual({ unchanged: true })
    const { facts: ended } = doing(ready, days(3), { do: 'complete' })
    expect(doing(ended, days(3), ask.reopenStep('books')).facts.instants.completed).toBeNull()
  })

  test('matching is skipped by itself with bank or books, comes back with both, and stays when skipped by choice', () => {
    const { facts: noBank } = doing(accepted, days(2), ask.skip('bank'))
    expect(stepOf(noBank, 'mapping').skippedBecause).toBe('nothing_to_do')
    expect(wordOf(decide(noBank, ask.reopenStep('mapping'), days(2)))).toBe('!step_blocked')
    const { facts: noBoth } = doing(noBank, days(2), ask.skip('books'))
    const { facts: bankBack } = doing(noBoth, days(2), ask.reopenStep('bank'))
    expect(stepOf(bankBack, 'mapping').skippedBecause).toBe('nothing_to_do')
    const { facts: bothBack } = doing(bankBack, days(2), ask.reopenStep('books'))
    expect(stepOf(bothBack, 'mapping').skippedAt).toBeNull()

    const { facts: chosen } = doing(doing(accepted, days(2), ask.skip('mapping')).facts, days(2), ask.skip('bank'))
    expect(stepOf(doing(chosen, days(2), ask.reopenStep('bank')).facts, 'mapping').skippedBecause).toBe('not_needed')
  })

  test('matching cannot come before bank and books, not even by hand', () => {
    for (const before of [accepted, doneAt(accepted, days(2), 'bank'), doneAt(accepted, days(2), 'books')]) {
      expect(wordOf(decide(before, ask.map(), days(3)))).toBe('!step_blocked')
      expect(wordOf(decide(before, ask.completeStep('mapping'), days(3)))).toBe('!step_blocked')
    }
    const mapped = doneAt(accepted, days(2), 'bank', 'books', 'mapping')
    const { facts } = doing(mapped, days(3), ask.reopenStep('bank'))
    expect(stepOf(facts, 'mapping').doneAt).toBeNull()
  })

  test('the bank is always the client’s, matching always the practice’s, the books either’s', () => {
    expect(wordOf(decide(accepted, ask.handOver('bank', 'practice'), days(2)))).toBe('!owner_not_possible')
    expect(wordOf(decide(accepted, ask.handOver('mapping', 'client'), days(2)))).toBe('!owner_not_possible')
    const { facts } = doing(accepted, days(20), ask.handOver('books', 'client'))
    expect(stepOf(facts, 'books')).toMatchObject({ owner: 'client', openedAt: days(20) })
    expect(wordOf(decide(facts, ask.handOver('books', 'client'), days(20)))).toBe('-')
    const taken = doing(facts, days(30), ask.handOver('books', 'practice')).facts
    expect(situationOf(doneAt(taken, days(30), 'bank'), days(30)).nextTouch).toMatchObject({
      kind: 'staff',
      at: days(32),
    })
  })

  test('a second return of the bank changes nothing', () => {
    const { facts } = doing(accepted, days(2), ask.connect('bank'))
    const second = refusalOf(decide(facts, ask.connect('bank'), days(2)))
    expect(second.code).toBe('not_allowed')
    expect(second.allowed).toContain('connect')
    const both = doneAt(facts, days(2), 'books')
    expect(refusalOf(decide(both, ask.connect('bank'), days(2))).allowed).not.toContain('connect')
    expect(decide(facts, ask.fail('bank'), days(3))).toEqual({ unchanged: true })
  })

  test('a bank that goes from processing to a signatory and back is recorded each time', () => {
    let facts = doing(accepted, days(2), ask.start('bank')).facts
    const keys = (['processing', 'signatory', 'processing'] as const).map((phase) => {
      const done = doing(facts, days(2), { do: 'await_provider', sessionId: 'one', step: 'bank', phase })
      facts = done.facts
      return done.change.event.key
    })
    expect(new Set(keys).size).toBe(3)
  })

  test('without an invitation it completes once bank and books are done or skipped', () => {
    const { facts } = doing(doing(notInvited, days(1), ask.skip('bank')).facts, days(1), ask.connect('books'))
    expect(wordOf(decide(facts, { do: 'complete' }, days(1)))).toBe('completed')
    expect(nextMove(situationOf(notInvited, days(1)), days(1))).toMatchObject({ what: 'touch', at: days(2) })
  })
})

describe('messages', () => {
  test('a state never moves back, and of two last words the first stands', () => {
    const on = (state: Parameters<typeof message>[0]) => ({ ...invited, messages: [message({ id: 'm', ...state })] })
    const move = (to: 'sent' | 'bounced' | 'complained' | 'delivered' | 'unknown') =>
      ({ do: 'move_message', messageId: 'm', to, reason: null }) as const
    expect(wordOf(decide(on({ state: 'delivered' }), move('sent'), hours(1)))).toBe('-')
    expect(wordOf(decide(on({ state: 'delivered' }), move('bounced'), hours(1)))).toBe('bounced')
    expect(wordOf(decide(on({ state: 'bounced' }), move('complained'), hours(1)))).toBe('-')
    expect(wordOf(decide(on({ state: 'unknown' }), move('delivered'), hours(1)))).toBe('delivered')
    expect(wordOf(decide(on({ state: 'withdrawn' }), move('sent'), hours(1)))).toBe('-')
  })

  test('a text that was claimed and never recorded is unknown and not repeated; a mail is repeated under its key', () => {
    const claim = { do: 'claim', messageId: 'm' } as const
    const sms = { ...invited, messages: [message({ id: 'm', channel: 'sms', state: 'sending' })] }
    expect(wordOf(decide(sms, claim, hours(1)))).toBe('unknown')
    const mail = { ...invited, messages: [message({ id: 'm', state: 'sending' })] }
    expect(decide(mail, claim, hours(1))).toEqual({ unchanged: true })
    const ended = at(mail, { cancelled: hours(1) })
    expect(wordOf(decide(ended, claim, hours(1)))).toBe('unknown')
  })

  test('a bounce is mailed to the practice while the client is waited for', () => {
    const bounce = { do: 'move_message', messageId: 'm', to: 'bounced', reason: 'no such box' } as const
    const sent = (facts: Facts) => ({ ...facts, messages: [message({ id: 'm', state: 'sent' })] })
    expect(changeOf(decide(sent(invited), bounce, hours(1))).messages).toHaveLength(1)
    expect(changeOf(decide(sent(expired), bounce, days(8))).messages).toEqual([])
  })

  test('a reminder of a stage that is over, or from before a snooze, is not sent any more', () => {
    const touched = doing(invited, days(2), { do: 'touch' }).facts
    const reminder = touched.messages.at(-1)
    expect(reminder).toMatchObject({ purpose: 'client_touch', state: 'queued' })
    expect(after(touched, ask.accept(), days(2) + 1).messages.at(-1)?.state).toBe('withdrawn')
    expect(after(touched, ask.snooze(days(4)), days(2) + 1).messages.at(-1)?.state).toBe('withdrawn')
    expect(after(touched, ask.link(), days(2) + 1).messages.at(-1)?.state).toBe('queued')
  })
})
