import { describe, expect, test } from 'vitest'
import { decide } from '../../domain/decide/decide.ts'
import { describe as situate } from '../../domain/describe.ts'
import { CONSENT_WORDING } from '../../domain/events.ts'
import { nextMove } from '../../domain/nextMove.ts'
import { nextReminder } from '../../domain/reminders.ts'
import { DAY_MS, type Facts, statusAt, stepOf } from '../../domain/situation.ts'
import { doing } from './applied.ts'
import {
  accepted,
  ask,
  at,
  changeOf,
  creating,
  days,
  declined,
  doneAt,
  expired,
  hours,
  invited,
  invitedBy,
  link,
  message,
  notInvited,
  refusalOf,
  withStep,
  wordOf,
} from './onboardings.ts'

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
    expect(nextMove(ready, hours(1))?.what).toBe('createOrganisation')
  })

  test('the same link again is a success that changes nothing; the sibling link is told who was first', () => {
    expect(decide(accepted, ask.accept(), days(1))).toEqual({ unchanged: true })
    const sibling = link({ id: 'link-2', channel: 'sms', live: false })
    expect(refusalOf(decide(accepted, ask.accept(sibling), days(1))).code).toBe('already_accepted')
    const forwarded = link({ id: 'link-9', purpose: 'continue' })
    expect(decide(accepted, ask.accept(forwarded), days(1))).toEqual({ unchanged: true })
  })

  test('an acceptance records channel, bank and the wording shown, which is none when no bank is asked for', () => {
    const chosen = changeOf(
      decide(invited, { do: 'accept', link: link(), bankId: 'ob-monzo', joinsAs: 'business_admin' }, hours(1)),
    )
    expect(chosen.event.data).toEqual({
      generation: 1,
      channel: 'email',
      bank: 'ob-monzo',
      consentWording: CONSENT_WORDING,
      role: 'business_admin',
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

  test('an address corrected after a bounce is written to at once; the same one, or a working one, waits its minute', () => {
    const soon = invited.instants.created + 1_000
    const corrects = { ...ask.invite(['email']), corrected: ['email'] } as never
    const sentAs = (state: 'bounced' | 'failed' | 'complained' | 'sent' | 'unknown') => ({
      ...invited,
      sentAt: invited.instants.created,
      messages: [message({ state })],
    })
    for (const state of ['bounced', 'failed', 'complained'] as const) {
      expect(wordOf(decide(sentAs(state), corrects, soon)), state).toBe('resent')
      expect(wordOf(decide(sentAs(state), ask.invite(['email']), soon)), state).toBe('!resend_too_soon')
    }
    for (const state of ['sent', 'unknown'] as const) {
      expect(wordOf(decide(sentAs(state), corrects, soon)), state).toBe('!resend_too_soon')
    }
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
    expect(nextReminder(facts, hours(2))).toBeNull()
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
    const change = changeOf(decide(atBank, ask.report('no_wish_to_share'), days(2)))
    expect(change.sessions).toBe('bank')
    expect(change.messages).toEqual([{ purpose: 'staff_told', channels: ['email'] }])
    const { facts } = doing(atBank, days(2), ask.report('no_wish_to_share'))
    expect(stepOf(facts, 'bank')).toMatchObject({ reason: 'stopped', phase: null, failedAt: days(2) })
    expect(nextReminder(facts, days(2))?.kind).toBe('staff')
    expect(statusAt(facts, days(2))).toBe('accepted')
  })

  test('after acceptance, a client who is not the right person, or says it is not their company, is not reminded any more', () => {
    const theirs = withStep(accepted, 'books', { owner: 'client' })
    expect(nextReminder(theirs, days(2))?.kind).toBe('client')
    for (const about of ['not_the_right_person', 'not_my_company'] as const) {
      const { facts, change } = doing(theirs, days(2), ask.report(about))
      expect([stepOf(facts, 'bank').reason, stepOf(facts, 'books').reason, change.sessions]).toEqual([
        'stopped',
        'stopped',
        'all',
      ])
      expect(nextReminder(facts, days(2))).toMatchObject({ kind: 'staff', at: days(4) })
      // Continuing after all takes the report back.
      expect(stepOf(doing(facts, days(3), ask.start('books')).facts, 'books').reason).toBeNull()
    }
    expect(changeOf(decide(doneAt(theirs, days(1), 'bank'), ask.report('not_my_company'), days(2))).sessions).toBe(
      'books',
    )
    expect(changeOf(decide(theirs, ask.report('which_bank'), days(2))).steps).toBeUndefined()
  })
})
