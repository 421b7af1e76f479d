import { describe, expect, test } from 'vitest'
import type { Command } from '../../../domain/commands.ts'
import { banksAskedFor } from '../../../domain/connections/severalBanks.ts'
import { decide } from '../../../domain/decide/decide.ts'
import { describe as situate } from '../../../domain/describe.ts'
import { nextMove } from '../../../domain/nextMove.ts'
import { seriesAt } from '../../../domain/reminders.ts'
import { progressOf } from '../../../domain/rows/progress.ts'
import { DAY_MS, type Facts, type Step, stateOf, stepOf, stepsLeft } from '../../../domain/situation.ts'
import { needsStaff } from '../../../domain/waiting.ts'
import { isWanted } from '../../../domain/wanted.ts'
import { doing } from '../applied.ts'
import { accepted, ask, asking, days, doneAt, message, refusalOf, withStep, wordOf } from '../onboardings.ts'

// The bank step of a client who has to say that their banks are all.

const invited = asking(accepted, false)
const shared = doing(invited, days(2), ask.connect('bank')).facts
const lose = (isOneOfSeveral = false): Command => ({
  do: 'lose',
  connectionId: 'c',
  step: 'bank',
  health: 'expired',
  isOneOfSeveral,
})
const recover: Command = { do: 'recover', connectionId: 'c', step: 'bank', isMapped: true }
const disconnect = (by: 'client' | 'staff', isOneOfSeveral = false): Command => ({
  do: 'disconnect',
  connectionId: 'c',
  step: 'bank',
  by,
  isOneOfSeveral,
})
const bankOf = (facts: Facts): Step => stepOf(facts, 'bank')
const standsIn = (facts: Facts) => bankOf(facts).phase ?? stateOf(bankOf(facts))
const mappingIn = (facts: Facts) => stateOf(stepOf(facts, 'mapping'))

describe('the bank step', () => {
  test('is done with the first bank, unless the client has to say that it is all', () => {
    expect(standsIn(doing(accepted, days(2), ask.connect('bank')).facts)).toBe('done')
    expect(bankOf(shared)).toMatchObject({ phase: 'more_banks', doneAt: null, isConnected: true })
    const { facts, change } = doing(shared, days(3), ask.finishBanks())
    expect(bankOf(facts)).toMatchObject({ phase: null, doneAt: days(3), saidAllAt: days(3), isConnected: true })
    expect([change.event.kind, change.event.data, change.messages]).toEqual(['banks_finished', {}, undefined])
  })

  test('is finished once: neither before a bank is connected nor twice', () => {
    expect(wordOf(decide(invited, ask.finishBanks(), days(2)))).toBe('-')
    const { facts } = doing(shared, days(3), ask.finishBanks())
    expect(wordOf(decide(facts, ask.finishBanks(), days(4)))).toBe('-')
    const cancelled = doing(shared, days(3), ask.cancel()).facts
    expect(refusalOf(decide(cancelled, ask.finishBanks(), days(3))).code).toBe('not_allowed')
  })

  test('completes the client at the word, not at the bank', () => {
    const almost = doneAt(invited, days(1), 'books', 'mapping')
    const { facts: withBank } = doing(almost, days(2), { ...ask.connect('bank'), isMatched: true } as Command)
    expect(nextMove(withBank, days(2))).toMatchObject({ what: 'touch', to: 'client' })
    const { facts } = doing(withBank, days(3), ask.finishBanks())
    expect(nextMove(facts, days(3))).toEqual({ what: 'complete', at: days(3) })
  })

  test('says whose move it is: the client’s, since the bank came', () => {
    const { blockedBy, move, since, also } = situate(shared, days(3))
    // The practice has the books to connect meanwhile.
    expect([blockedBy, move]).toEqual(['books', 'practice'])
    expect(also).toMatchObject([{ blockedBy: 'more_banks', move: 'client', step: 'bank', since: days(2) }])
    const alone = doneAt(shared, days(1), 'books', 'mapping')
    expect(situate(alone, days(3))).toMatchObject({ blockedBy: 'more_banks', move: 'client', since: days(2) })
    expect(since).toBeLessThan(days(3))
    expect(progressOf(shared, bankOf(shared), 'stands')).toBe('more_banks')
  })

  test('can be marked done for the client, is not skipped, and comes back asking when that is undone', () => {
    expect(refusalOf(decide(shared, ask.skip('bank'), days(3))).code).toBe('already_connected')
    const { facts: marked } = doing(shared, days(3), ask.completeStep('bank'))
    expect([standsIn(marked), mappingIn(marked), bankOf(marked).saidAllAt]).toEqual(['done', 'open', days(3)])
    const { facts: undone } = doing(marked, days(3) + 1, ask.reopenStep('bank'))
    expect([standsIn(undone), bankOf(undone).saidAllAt]).toEqual(['more_banks', null])
    expect(wordOf(decide(undone, ask.finishBanks(), days(4)))).toBe('banks_finished')
  })

  test('is as it was after a cancellation that is undone', () => {
    const { facts: cancelled } = doing(shared, days(3), ask.cancel())
    expect(standsIn(doing(cancelled, days(3) + 1, ask.undo()).facts)).toBe('more_banks')
  })
})

describe('one more bank before the client has said that it is all', () => {
  test('leaves the step as it is, come or not', () => {
    const { facts: away, change } = doing(shared, days(3), ask.start('bank'))
    expect(change.steps).toBeUndefined()
    expect(wordOf(decide(away, ask.await('bank'), days(3)))).toBe('-')
    const { facts: failed } = doing(away, days(3), ask.fail('bank'))
    expect(standsIn(failed)).toBe('more_banks')
    const { facts: both, change: came } = doing(failed, days(3), ask.connect('bank'))
    expect([bankOf(both), came.sessions]).toEqual([bankOf(failed), undefined])
  })

  test('is matched beside the others: matching needs only the first bank, and comes back with new accounts', () => {
    expect(wordOf(decide(shared, ask.map(), days(3)))).toBe('!step_blocked')
    const withBooks = doing(shared, days(3), ask.connect('books')).facts
    expect(situate(withBooks, days(3)).blockedBy).toBe('mapping')
    expect(situate(withBooks, days(3)).since).toBe(days(3))
    const { facts: matched } = doing(withBooks, days(4), ask.map())
    expect([mappingIn(matched), situate(matched, days(4)).blockedBy]).toEqual(['done', 'more_banks'])
    expect(mappingIn(doing(matched, days(5), ask.connect('bank')).facts)).toBe('open')
    const anew = { ...ask.connect('bank'), isMatched: true } as Command
    expect(mappingIn(doing(matched, days(5), anew).facts)).toBe('done')
  })

  test('can be asked for by the practice', () => {
    const asks = { besides: 1, bank: { institution: 'ob-juniper', institutionName: 'Juniper' }, isAwaited: true }
    const request = { ...ask.link('email'), asks } as Command
    expect(wordOf(decide(invited, request, days(3)))).toBe('!bank_first')
    const alone = doneAt(shared, days(1), 'books', 'mapping')
    const { facts: asked } = doing(alone, days(3), request)
    // The bank that is asked for comes first; whether that is all, after it.
    expect(banksAskedFor(asked)).toHaveLength(1)
    const waiting = [situate(asked, days(3)), ...situate(asked, days(3)).also].map(({ blockedBy }) => blockedBy)
    expect(waiting.sort()).toEqual(['another_bank', 'more_banks'])
    const { facts: said } = doing(asked, days(4), ask.finishBanks())
    expect([standsIn(said), stepsLeft(said)]).toEqual(['done', ['bank']])
    const { facts: came } = doing(said, days(5), {
      ...ask.connect('bank'),
      bank: asks.bank,
      isMatched: true,
    } as Command)
    expect(stepsLeft(came)).toEqual([])
  })
})

describe('a bank that is lost or taken out', () => {
  test('leaves the step alone while another one works', () => {
    expect(standsIn(doing(shared, days(3), lose(true)).facts)).toBe('more_banks')
    expect(standsIn(doing(shared, days(3), disconnect('client', true)).facts)).toBe('more_banks')
  })

  test('as the last one makes it the ordinary open step, with matching', () => {
    const matched = doing(doing(shared, days(3), ask.connect('books')).facts, days(3), ask.map()).facts
    for (const command of [lose(), disconnect('staff')]) {
      const { facts } = doing(matched, days(4), command)
      expect([standsIn(facts), mappingIn(facts)]).toEqual(['lost', 'open'])
      expect(situate(facts, days(4))).toMatchObject({ blockedBy: 'lost', move: 'client', step: 'bank' })
      expect(wordOf(decide(facts, ask.finishBanks(), days(4)))).toBe('-')
      expect(standsIn(doing(facts, days(5), ask.connect('bank')).facts)).toBe('more_banks')
    }
    const { facts: stopped } = doing(matched, days(4), disconnect('client'))
    expect(situate(stopped, days(4))).toMatchObject({ blockedBy: 'lost', move: 'practice', reason: 'stopped' })
  })

  test('that works again or is connected anew asks only a client who has not said that it is all', () => {
    const unsaid = doing(shared, days(3), lose()).facts
    expect(standsIn(doing(unsaid, days(4), recover).facts)).toBe('more_banks')
    // The other bank was disconnected meanwhile.
    const ended = doing(doing(shared, days(3), disconnect('staff')).facts, days(4), recover).facts
    expect(bankOf(ended)).toMatchObject({ phase: 'more_banks', isConnected: true })
    const said = doing(doing(shared, days(3), ask.finishBanks()).facts, days(4), lose()).facts
    expect(standsIn(doing(said, days(5), recover).facts)).toBe('done')
    expect(standsIn(doing(said, days(5), ask.connect('bank')).facts)).toBe('done')
  })
})

describe('reminders', () => {
  const clientSeries = (facts: Facts, now: number) => seriesAt(facts, now).find(({ kind }) => kind === 'client')

  test('begin anew with the bank, and end with the word', () => {
    expect(clientSeries(shared, days(2))?.reminders.map(({ at }) => at)).toEqual([days(4), days(7), days(12)])
    const alone = doneAt(shared, days(1), 'books', 'mapping')
    const reminded = doing(alone, days(4), { do: 'remind' }).facts
    const queued = message({ purpose: 'client_touch', state: 'queued', claimed: false })
    expect(isWanted(reminded, queued, days(4))).toBe(true)
    const { facts } = doing(reminded, days(5), ask.finishBanks())
    expect([clientSeries(facts, days(5)), isWanted(facts, queued, days(5))]).toEqual([undefined, false])
  })

  test('that asked for the bank are not sent once it is connected', () => {
    const reminded = doing(invited, days(3), { do: 'remind' }).facts
    const queued = message({ purpose: 'client_touch', state: 'queued', claimed: false })
    expect(isWanted(reminded, queued, days(3))).toBe(true)
    expect(isWanted(doing(reminded, days(3), ask.connect('bank')).facts, queued, days(3))).toBe(false)
  })

  test('stop for a client who says no to the practice, which then decides; the bank stays shared', () => {
    const { facts } = doing(shared, days(3), ask.report('not_the_right_person'))
    expect(bankOf(facts)).toMatchObject({ phase: 'more_banks', reason: 'stopped', isConnected: true })
    expect(clientSeries(facts, days(3))).toBeUndefined()
    const alone = doneAt(facts, days(1), 'books', 'mapping')
    expect(situate(alone, days(3))).toMatchObject({ blockedBy: 'more_banks', move: 'practice', since: days(3) })
    expect([needsStaff(situate(alone, days(3))), needsStaff(situate(shared, days(3)))]).toEqual([true, false])
    expect(seriesAt(alone, days(3) + 3 * DAY_MS).map(({ kind }) => kind)).toEqual(['staff'])
  })

  test('go on to a client whose bank is down where they wanted one more', () => {
    expect(wordOf(decide(shared, { do: 'pause_bank', outageId: 'o' }, days(3)))).toBe('-')
    expect(wordOf(decide(withStep(invited, 'bank', {}), { do: 'pause_bank', outageId: 'o' }, days(3)))).toBe(
      'bank_paused',
    )
  })
})
