import { describe, expect, test } from 'vitest'
import type { Command } from '../../../domain/commands.ts'
import { nameOfSoftware, SOFTWARE, wayOf } from '../../../domain/connections/ledgers.ts'
import { decide } from '../../../domain/decide/decide.ts'
import { stepVerbsOf } from '../../../domain/decide/verbs.ts'
import { describe as situate } from '../../../domain/describe.ts'
import { nextMove } from '../../../domain/nextMove.ts'
import { actionOf } from '../../../domain/rows/nextAction.ts'
import { blockerSentence, type Names } from '../../../domain/rows/sentences.ts'
import { type Facts, stateOf, stepOf, type Way } from '../../../domain/situation.ts'
import { doing } from '../applied.ts'
import { accepted, ask, completed, days, doneAt, withStep, wordOf } from '../onboardings.ts'

const names: Names = {
  first: 'Jo',
  bank: null,
  ledger: null,
  domain: null,
  unmatched: 0,
  cancelledBy: null,
  giveUpDays: 90,
}

/** The edit that chooses software. */
const choose = (way: Way, is: (typeof SOFTWARE)[number] = 'other'): Command => ({
  do: 'edit',
  requestId: `choose-${way}-${is}`,
  fields: ['software'],
  hasContact: true,
  software: { is, way },
})

const chosen = (facts: Facts, way: Way, at = days(2)) => doing(facts, at, choose(way)).facts

/** The state of books and matching, in one word each. */
const stands = (facts: Facts) => {
  const [books, mapping] = [stepOf(facts, 'books'), stepOf(facts, 'mapping')]
  return [stateOf(books), books.way, mapping.skippedBecause ?? stateOf(mapping)]
}

const unknown = withStep(accepted, 'books', { way: 'find_out' })

describe('the software of a client', () => {
  test('says how the books are set up: what cannot be connected here is set up by hand', () => {
    expect(SOFTWARE.map((one) => [one, wayOf(one, ['xero', 'sage'])])).toEqual([
      ['xero', 'connect'],
      ['quickbooks', 'by_hand'],
      ['sage', 'connect'],
      ['freeagent', 'by_hand'],
      ['kashflow', 'by_hand'],
      ['other', 'by_hand'],
      ['none', 'none'],
      ['unknown', 'find_out'],
    ])
  })

  test('by hand has no matching, and is the practice’s to mark as done', () => {
    const theirs = withStep(unknown, 'books', { owner: 'client' })
    const byHand = chosen(theirs, 'by_hand')
    expect(stands(byHand)).toEqual(['open', 'by_hand', 'nothing_to_do'])
    expect(stepOf(byHand, 'books').owner).toBe('practice')
    const [lead] = [situate(byHand, days(2))]
    expect([lead.blockedBy, lead.move, lead.since]).toEqual(['manual_books', 'practice', days(2)])
    expect(actionOf({ blockedBy: 'manual_books', step: 'books', reason: null }, byHand)).toEqual({
      do: 'mark_done',
      label: 'Mark done',
    })
    expect(wordOf(decide(byHand, ask.handOver('books', 'client'), days(2)))).toBe('!owner_not_possible')
    expect(wordOf(decide(byHand, ask.reopenStep('mapping'), days(2)))).toBe('!step_blocked')
    const done = doing(doneAt(byHand, days(2), 'bank'), days(3), ask.completeStep('books')).facts
    expect(nextMove(done, days(3))).toMatchObject({ what: 'complete' })
    // Opened again, it still has nothing to match.
    expect(stands(doing(done, days(4), ask.reopenStep('books')).facts)).toEqual(['open', 'by_hand', 'nothing_to_do'])
  })

  test('none needs no books, and other software later opens them again with the matching', () => {
    const none = chosen(unknown, 'none')
    expect(stands(none)).toEqual(['skipped', 'none', 'nothing_to_do'])
    expect(situate(none, days(2)).also).toEqual([])
    expect(stands(chosen(none, 'connect'))).toEqual(['open', 'connect', 'open'])
    expect(stands(chosen(none, 'by_hand'))).toEqual(['open', 'by_hand', 'nothing_to_do'])
    // Whoever opens the step itself has to find out.
    const { facts, change } = doing(none, days(3), ask.reopenStep('books'))
    expect([stands(facts), change.software]).toEqual([['open', 'find_out', 'open'], 'unknown'])
  })

  test('changes nothing about books that are done, or were skipped by choice, or of a client who is complete', () => {
    for (const way of ['by_hand', 'none', 'find_out'] as const) {
      expect(stands(chosen(doneAt(accepted, days(2), 'books'), way))).toEqual(['done', way, 'open'])
      const skipped = doing(accepted, days(2), ask.skip('books')).facts
      expect(stands(chosen(skipped, way))).toEqual(['skipped', way, 'nothing_to_do'])
      expect(chosen(completed, way).instants.completed).toBe(completed.instants.completed)
    }
  })

  test('is told by a trip to a ledger, whatever was noted before', () => {
    for (const way of ['find_out', 'by_hand'] as const) {
      const { facts, change } = doing(chosen(accepted, way), days(3), ask.start('books'))
      expect([stands(facts), stepOf(facts, 'books').phase]).toEqual([['open', 'connect', 'open'], 'at_provider'])
      expect(change.software).toBe('xero')
      const { change: connected } = doing(chosen(accepted, way), days(3), ask.connect('books'))
      expect(connected.software).toBe('xero')
    }
  })

  test('changed on the way to a ledger ends that trip', () => {
    const away = doing(accepted, days(2), ask.start('books')).facts
    for (const way of ['connect', 'by_hand'] as const) {
      const { facts, change } = doing(away, days(3), choose(way))
      expect([change.sessions, stepOf(facts, 'books').phase]).toEqual(['books', null])
    }
  })

  test('is a choice in the log, and chosen again without a change it writes nothing', () => {
    const { change, facts } = doing(unknown, days(2), choose('connect', 'xero'))
    expect(change.event.data).toEqual({ fields: ['software'], software: 'xero' })
    const again = { ...choose('connect', 'xero'), fields: [] } as Command
    expect(decide(facts, again, days(3))).toEqual({ unchanged: true })
    // Software that has become connectable moves the step although it is the same.
    const byHand = chosen(unknown, 'by_hand')
    expect(doing(byHand, days(3), again).change.event.data).toEqual({ fields: ['software'], software: 'xero' })
  })

  test('is named in its sentences, in at most 44 characters', () => {
    const say = (way: Way, ledger: string | null, first: string | null = 'Jo') => {
      const facts = withStep(doneAt(accepted, days(1), 'bank'), 'books', { way })
      return blockerSentence(situate(facts, days(2)), facts, { ...names, ledger, first }, days(2))
    }
    expect(say('by_hand', nameOfSoftware({ software: 'kashflow', softwareName: null }))).toBe('Set up KashFlow by hand')
    expect(say('by_hand', nameOfSoftware({ software: 'other', softwareName: 'Clear Books' }))).toBe(
      'Set up Clear Books by hand',
    )
    expect(say('by_hand', 'x'.repeat(60))).toHaveLength(44)
    expect(say('by_hand', null)).toBe('Set up the books by hand')
    expect(say('find_out', null)).toBe("Find out Jo's software")
    expect(say('find_out', null, null)).toBe("Find out the client's software")
    expect(say('connect', null)).toBe('Connect the books')
  })

  test('offers staff no connection of books that a client without software does not have', () => {
    expect(stepVerbsOf(chosen(unknown, 'none'), 'books', days(2))).toEqual(['reopen'])
    expect(stepVerbsOf(chosen(unknown, 'by_hand'), 'books', days(2))).toContain('complete')
  })
})
