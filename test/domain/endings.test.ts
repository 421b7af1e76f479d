import { describe, expect, test } from 'vitest'
import { decide } from '../../domain/decide/decide.ts'
import { describe as situate } from '../../domain/describe.ts'
import { nextMove } from '../../domain/nextMove.ts'
import { nextReminder } from '../../domain/reminders.ts'
import { statusAt, stepOf, UNDO_MS } from '../../domain/situation.ts'
import { doing } from './applied.ts'
import {
  accepted,
  ask,
  at,
  cancelled,
  changeOf,
  completed,
  days,
  declined,
  gaveUp,
  hours,
  invitedBy,
  message,
  notInvited,
  refusalOf,
  uninvited,
  withStep,
  wordOf,
} from './onboardings.ts'

describe('cancelling and reopening', () => {
  test('while cancelled every act of the client is refused as cancelled, and a return stores nothing', () => {
    const now = days(1) + 1
    for (const act of [ask.accept(), ask.decline(), ask.report(), ask.start('bank'), ask.connect('bank')]) {
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
    const { allowed } = refusalOf(decide(completed, ask.cancel(), days(3)))
    expect(allowed).toEqual(['reopen', 'reopen_step', 'link', 'connect', 'map'])
    expect(wordOf(decide(completed, ask.reopen(), days(3)))).toBe('!steps_required')
    const { facts } = doing(completed, days(30), ask.reopen('bank'))
    expect([statusAt(facts, days(30)), facts.run]).toEqual(['accepted', 2])
    expect(facts.steps.map((step) => step.doneAt !== null)).toEqual([false, true, false])
    expect(wordOf(decide(facts, { do: 'complete' }, days(30)))).toBe('-')
  })

  test('reminders and reports of a reopened step count from its reopening', () => {
    const { facts } = doing(completed, days(30), ask.reopen('bank'))
    expect(situate(facts, days(30))).toMatchObject({ blockedBy: 'bank', since: days(30) })
    expect(nextReminder(facts, days(30))).toMatchObject({ kind: 'client', n: 1, at: days(32) })
  })

  test('one that gave up goes back to expired or declined', () => {
    const now = days(100)
    expect(statusAt(doing(gaveUp, now, ask.reopen()).facts, now)).toBe('expired')
    expect(statusAt(doing(at(declined, { gaveUp: days(92) }), now, ask.reopen()).facts, now)).toBe('declined')
    expect(nextMove(doing(gaveUp, now, ask.reopen()).facts, now)?.what).not.toBe('giveUp')
  })

  test('a client who was never invited can be invited after completion, which starts the next run', () => {
    const { facts } = doing(uninvited, days(3), ask.invite())
    expect([statusAt(facts, days(3)), facts.run, facts.instants.completed]).toEqual(['invited', 2, null])
    expect(wordOf(decide(completed, ask.invite(), days(3)))).toBe('!already_accepted')
  })
})
