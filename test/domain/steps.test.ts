import { describe, expect, test } from 'vitest'
import type { Command } from '../../domain/commands.ts'
import { decide } from '../../domain/decide/decide.ts'
import { nextMove } from '../../domain/nextMove.ts'
import { nextReminder } from '../../domain/reminders.ts'
import { type Facts, stateOf, statusAt, stepOf } from '../../domain/situation.ts'
import { doing } from './applied.ts'
import { accepted, ask, days, doneAt, notInvited, refusalOf, withStep, wordOf } from './onboardings.ts'

describe('steps', () => {
  test('the last open step skipped completes at once, and reopening it is the undo', () => {
    const almost = doneAt(accepted, days(2), 'books')
    const { facts } = doing(almost, days(3), ask.skip('bank'))
    expect(nextMove(facts, days(3))).toEqual({ what: 'complete', at: days(3) })
    const { facts: ended } = doing(facts, days(3), { do: 'complete' })
    const { facts: back } = doing(ended, days(3) + 1, ask.reopenStep('bank'))
    expect([statusAt(back, days(3)), back.run]).toEqual(['accepted', 2])
    expect(back.steps.map((step) => step.skippedAt)).toEqual([null, null, null])
  })

  test('completing comes before a reminder or a look at the bank that is overdue', () => {
    const ready: Facts = { ...doneAt(notInvited, days(3), 'bank', 'books', 'mapping'), settleAt: days(1) }
    expect(nextMove(ready, days(3))).toEqual({ what: 'complete', at: days(3) })
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

  test('books or bank marked done by hand leave nothing to match, and hold it back until they are connected', () => {
    for (const kind of ['bank', 'books'] as const) {
      const other = kind === 'bank' ? 'books' : 'bank'
      const { facts } = doing(doing(accepted, days(2), ask.connect(other)).facts, days(2), ask.completeStep(kind))
      expect(stepOf(facts, 'mapping').skippedBecause).toBe('nothing_to_do')
      expect(nextMove(facts, days(3))).toMatchObject({ what: 'complete' })
      const byHand = withStep(facts, kind, { isConnected: false })
      expect(wordOf(decide(byHand, ask.reopenStep('mapping'), days(3)))).toBe('!step_blocked')
      expect(stepOf(doing(byHand, days(3), ask.reopenStep(other)).facts, 'mapping').skippedAt).not.toBeNull()
      expect(stepOf(doing(byHand, days(3), ask.reopenStep(kind)).facts, 'mapping').skippedAt).toBeNull()
    }
    // A connection from before the reopening can still be matched.
    const standing = withStep(doneAt(accepted, days(2), 'bank'), 'books', { isConnected: true })
    expect(stepOf(doing(standing, days(2), ask.completeStep('books')).facts, 'mapping').skippedAt).toBeNull()
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
    expect(nextReminder(doneAt(taken, days(30), 'bank'), days(30))).toMatchObject({
      kind: 'staff',
      at: days(32),
    })
  })

  test('a second return of the books changes nothing', () => {
    const { facts } = doing(accepted, days(2), ask.connect('books'))
    const second = refusalOf(decide(facts, ask.connect('books'), days(2)))
    expect(second.code).toBe('already_connected')
    expect(second.allowed).toContain('connect')
    expect(decide(facts, ask.fail('books'), days(3))).toEqual({ unchanged: true })
  })

  test('one more bank leaves the steps as they are, whatever becomes of its trip', () => {
    const { facts } = doing(accepted, days(2), ask.connect('bank'))
    for (const command of [ask.start('bank'), ask.fail('bank'), ask.connect('bank')]) {
      const { facts: after, change } = doing(facts, days(3), command)
      expect([after.steps, change.sessions]).toEqual([facts.steps, undefined])
    }
    const lost = { do: 'lose', connectionId: 'c', step: 'bank', health: 'ended' } as const
    expect(doing(facts, days(3), { ...lost, isOneOfSeveral: true }).facts.steps).toEqual(facts.steps)
    expect(stateOf(stepOf(doing(facts, days(3), lost).facts, 'bank'))).toBe('open')
  })

  test('a bank that came back with all its matches completes matching too', () => {
    const { facts } = doing(doneAt(accepted, days(2), 'books'), days(2), {
      ...ask.connect('bank'),
      isMatched: true,
    } as Command)
    expect(stateOf(stepOf(facts, 'mapping'))).toBe('done')
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
    expect(nextMove(notInvited, days(1))).toMatchObject({ what: 'touch', at: days(2) })
  })
})
