import { describe, expect, test } from 'vitest'
import { decide } from '../../domain/decide/decide.ts'
import { progressOf } from '../../domain/nextMove.ts'
import { reachableChannels } from '../../domain/reminders.ts'
import { type Facts, UNDO_MS } from '../../domain/situation.ts'
import { after, doing } from './applied.ts'
import {
  accepted,
  ask,
  at,
  changeOf,
  completed,
  days,
  expired,
  hours,
  invited,
  message,
  wordOf,
} from './onboardings.ts'

const asReopened = (facts: Facts): Facts => at(facts, { completed: null })

describe('messages', () => {
  test('a state never moves back, and of two last words the first stands', () => {
    const on = (state: Parameters<typeof message>[0]) => ({ ...invited, messages: [message({ id: 'm', ...state })] })
    const move = (to: 'sent' | 'bounced' | 'complained' | 'delivered' | 'unknown') =>
      ({ do: 'move_message', messageId: 'm', to, reason: null }) as const
    expect(wordOf(decide(on({ state: 'delivered' }), move('sent'), hours(1)))).toBe('-')
    expect(wordOf(decide(on({ state: 'delivered' }), move('bounced'), hours(1)))).toBe('bounced')
    expect(wordOf(decide(on({ state: 'bounced' }), move('complained'), hours(1)))).toBe('-')
    expect(wordOf(decide(on({ state: 'unknown' }), move('delivered'), hours(1)))).toBe('delivered')
    expect(wordOf(decide(on({ state: 'withdrawn' }), move('unknown'), hours(1)))).toBe('-')
  })

  test('a report corrects a withdrawn message: it left after all', () => {
    const facts = { ...invited, messages: [message({ id: 'm', state: 'withdrawn' })] }
    for (const to of ['sent', 'delivered', 'bounced'] as const) {
      expect(wordOf(decide(facts, { do: 'move_message', messageId: 'm', to, reason: null }, hours(1)))).toBe(to)
    }
  })

  test.each(['email', 'sms'] as const)(
    'an attempt that was never recorded is taken up again, while wanted: %s',
    (channel) => {
      const claim = { do: 'claim', messageId: 'm' } as const
      const facts = { ...invited, messages: [message({ id: 'm', channel, state: 'sending' })] }
      expect(decide(facts, claim, hours(1))).toEqual({ unchanged: true })
      const ended = at(facts, { cancelled: hours(1) })
      expect(decide(ended, claim, hours(1))).toEqual({ tooEarly: hours(1) + UNDO_MS + 1 })
      expect(wordOf(decide(ended, claim, hours(1) + UNDO_MS + 1))).toBe('unknown')
    },
  )

  test('a send given up after 20 hours goes to staff only if it may have left', () => {
    const on = (state: 'queued' | 'sending' | 'sent') => ({ ...invited, messages: [message({ id: 'm', state })] })
    const abandon = { do: 'abandon_send', messageId: 'm', reason: 'no answer' } as const
    expect(wordOf(decide(on('sending'), abandon, hours(20)))).toBe('unknown')
    expect(wordOf(decide(on('queued'), abandon, hours(20)))).toBe('-')
    expect(wordOf(decide(on('sent'), abandon, hours(20)))).toBe('-')
  })

  test('a message that a person asked for is sent first; those of bulk acts, reminders and mails to staff can wait', () => {
    const due = (set: Parameters<typeof message>[0]) =>
      progressOf({ ...invited, messages: [message({ id: 'm', state: 'queued', ...set })] }, hours(1)).due
    for (const purpose of ['invitation', 'new_link', 'access_request', 'continue_link'] as const) {
      expect(due({ purpose })).toEqual([{ id: 'm', channel: 'email' }])
      expect(due({ purpose, bulk: true })).toEqual([{ id: 'm', channel: 'email', patient: true }])
    }
    for (const purpose of ['client_touch', 'bank_back', 'renewal', 'client_done', 'staff_bounced'] as const) {
      expect(due({ purpose })).toEqual([{ id: 'm', channel: 'email', patient: true }])
    }
  })

  test('a bounce is mailed to the practice while the client is waited for', () => {
    const bounce = { do: 'move_message', messageId: 'm', to: 'bounced', reason: 'no such box' } as const
    const sent = (facts: Facts) => ({ ...facts, messages: [message({ id: 'm', state: 'sent' })] })
    expect(changeOf(decide(sent(invited), bounce, hours(1))).messages).toHaveLength(1)
    expect(changeOf(decide(sent(expired), bounce, days(8))).messages).toEqual([])
  })

  test('an invitation that became pointless while it was being sent alarms nobody, and reminders go on', () => {
    const asked = { ...accepted, messages: [message({ id: 'm', state: 'sending' })] }
    const { facts, change } = doing(asked, days(1) + 1, { do: 'claim', messageId: 'm' })
    expect(change).toMatchObject({ message: { id: 'm', state: 'unknown' }, messages: [] })
    expect(reachableChannels(facts)).toEqual(['email'])
    const wanted = { ...invited, messages: [message({ id: 'm', channel: 'sms' as const, state: 'sending' as const })] }
    const given = { do: 'move_message', messageId: 'm', to: 'unknown', reason: 'no answer' } as const
    expect(changeOf(decide(wanted, given, hours(1))).messages).toHaveLength(1)
  })

  test('the provider’s words decide nothing, whatever they say; the cause beside them does', () => {
    const sent = { ...invited, messages: [message({ id: 'm', state: 'sent' })] }
    const refused = (reason: string, about?: 'mail') =>
      doing(sent, hours(1), { do: 'move_message', messageId: 'm', to: 'bounced', reason, ...(about && { about }) })
        .facts
    for (const reason of ['Gone (the address is fine)', 'It was no longer needed while it was being sent.']) {
      expect(reachableChannels(refused(reason))).toEqual([])
    }
    expect(reachableChannels(refused('Too large', 'mail'))).toEqual(['email'])
    expect(refused('Too large', 'mail').messages[0]).toMatchObject({ state: 'bounced', cause: 'mail' })
  })

  test('a notice of completion that a reopening interrupted goes on under its key when it is completed again', () => {
    const told = message({ id: 'm', purpose: 'client_done', state: 'unknown', cause: 'overtaken' })
    const again = { ...at(completed, { completed: null }), run: 2, messages: [told] }
    const { facts, change } = doing(again, days(3), { do: 'complete' })
    expect(change.messages).toEqual([{ purpose: 'staff_completed', channels: ['email'] }])
    expect(change.message).toEqual({ id: 'm', state: 'sending', reason: null, claims: false })
    expect(progressOf(facts, days(3)).due.map(({ id }) => id)).toContain('m')
    // Reopened once more, it may be withdrawn again.
    const key = (seq: number) =>
      changeOf(decide({ ...asReopened(facts), seq }, { do: 'claim', messageId: 'm' }, days(4))).event.key
    expect(key(20)).not.toBe(key(30))
  })

  test('a bounce of an invitation that was replaced is recorded and alarms nobody', () => {
    const facts = doing({ ...invited, messages: [message({ id: 'm', state: 'sent' })] }, days(1), ask.invite()).facts
    const old = { ...facts, messages: [message({ id: 'm', state: 'sent' }), ...facts.messages] }
    const { change } = doing(old, days(1) + 1, { do: 'move_message', messageId: 'm', to: 'bounced', reason: 'gone' })
    expect(change).toMatchObject({ message: { id: 'm', state: 'bounced' }, messages: [] })
  })

  test('a reminder of a stage that is over, or from before a snooze, is not sent any more', () => {
    const touched = doing(invited, days(2), { do: 'remind' }).facts
    const reminder = touched.messages.at(-1)
    expect(reminder).toMatchObject({ purpose: 'client_touch', state: 'queued' })
    expect(after(touched, ask.accept(), days(2) + 1).messages.at(-1)?.state).toBe('withdrawn')
    expect(after(touched, ask.snooze(days(4)), days(2) + 1).messages.at(-1)?.state).toBe('withdrawn')
    expect(after(touched, ask.link(), days(2) + 1).messages.at(-1)?.state).toBe('queued')
  })
})
