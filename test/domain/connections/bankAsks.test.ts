import { describe, expect, test } from 'vitest'
import type { Command } from '../../../domain/commands.ts'
import { askStateOf, awaitedBanks } from '../../../domain/connections/bankAsks.ts'
import { type Bank, banksAskedFor } from '../../../domain/connections/severalBanks.ts'
import { askVerbsOf } from '../../../domain/decide/bankAsks.ts'
import { decide } from '../../../domain/decide/decide.ts'
import { describe as situate } from '../../../domain/describe.ts'
import { nextMove } from '../../../domain/nextMove.ts'
import { comingReminders, nextReminder } from '../../../domain/reminders.ts'
import { blockerSentence, type Names } from '../../../domain/rows/sentences.ts'
import { DAY_MS, type Facts, type Instant, MINUTE_MS, statusOf, UNDO_MS } from '../../../domain/situation.ts'
import { applied, doing } from '../applied.ts'
import { accepted, ask, changeOf, completed, days, doneAt, wordOf } from '../onboardings.ts'

const JUNIPER: Bank = { institution: 'ob-juniper', institutionName: 'Juniper' }
const KESTREL: Bank = { institution: 'ob-kestrel', institutionName: 'Kestrel' }
const NOW = days(3)

const asking = (bank: Bank | null, isAwaited: boolean, send: 'email' | null = 'email', besides = 1): Command =>
  ({
    ...ask.link(send),
    asks: { besides, bank: bank ?? { institution: null, institutionName: null }, isAwaited },
  }) as Command
const connecting = (bank: Bank, replaces = false): Command =>
  ({
    ...ask.connect('bank'),
    bank,
    ...(replaces && { reconnected: { kept: 0, matched: 0, added: 0 } }),
  }) as Command
const asked = (facts: Facts, bank: Bank | null, isAwaited = true, now = NOW): Facts =>
  doing(facts, now, asking(bank, isAwaited)).facts
const connected = (facts: Facts, bank: Bank, replaces = false, now = NOW + DAY_MS): Facts =>
  doing(facts, now, connecting(bank, replaces)).facts
const newest = (facts: Facts): string => facts.bankAsks?.at(-1)?.id ?? ''
const undoing = (facts: Facts): Command => ({ do: 'undo_ask', requestId: 'undo', ask: newest(facts) })
const giving = (facts: Facts, to: 'open' | 'done' | 'not_needed'): Command => ({
  do: 'change_ask',
  requestId: `to ${to}`,
  ask: newest(facts),
  to,
})
const moveOf = (facts: Facts, now: Instant) => nextMove(facts, now)?.what
const statesOf = ({ bankAsks = [] }: Facts) => bankAsks.map((one) => [one.institutionName, askStateOf(one)])
const matched = doneAt(accepted, days(2), 'bank', 'books', 'mapping')

describe('a bank that completion waits for', () => {
  test('opens a completed client again, who completes once it is connected', () => {
    const open = asked(completed, JUNIPER)
    expect([statusOf(open.instants), open.run]).toEqual(['accepted', completed.run + 1])
    expect(moveOf(open, NOW)).not.toBe('complete')
    const other = connected(open, KESTREL)
    expect([statesOf(other), moveOf(other, NOW + DAY_MS)]).toEqual([[['Juniper', 'open']], 'touch'])
    const done = connected(open, JUNIPER)
    expect([statesOf(done), moveOf(done, NOW + DAY_MS)]).toEqual([[['Juniper', 'done']], 'complete'])
  })

  test('is not asked about while it is down, and as soon as it is tried again', () => {
    const isDown = (facts: Facts, until: Instant): Facts => ({
      ...facts,
      bankAsks: (facts.bankAsks ?? []).map((one) => ({
        ...one,
        downUntil: one.institution === 'ob-juniper' ? until : null,
      })),
    })
    const open = asked(completed, JUNIPER)
    const due = nextReminder(open, NOW)?.at ?? 0
    const down = isDown(open, due + 3 * MINUTE_MS)
    expect(nextReminder(down, due)).toMatchObject({ kind: 'client', n: 1, at: due + 3 * MINUTE_MS })
    expect(wordOf(decide(down, { do: 'remind' }, due))).not.toBe(wordOf(decide(open, { do: 'remind' }, due)))
    expect(changeOf(decide(down, { do: 'remind' }, due + 3 * MINUTE_MS)).reminded).toMatchObject({ n: 1 })
    // One of two works, so the client can go on with that one.
    const [juniper] = open.bankAsks ?? []
    const two = { ...open, bankAsks: [juniper!, { ...juniper!, ...KESTREL, id: 'kestrel' }] }
    expect(nextReminder(isDown(two, due + DAY_MS), due)).toEqual(nextReminder(two, due))
    // A reminder that is not due before the bank is tried again stays as it is.
    expect(nextReminder(isDown(open, due - DAY_MS), NOW)).toEqual(nextReminder(open, NOW))
  })

  test('that is down is said to be down, and is nobody’s to chase, unless something else is asked for', () => {
    const names = { first: 'Jo', bank: 'Northgate', ledger: 'Xero' } as Names
    const down = (facts: Facts, ...banks: Bank[]): Facts => ({
      ...facts,
      bankAsks: (facts.bankAsks ?? []).map((one) =>
        banks.some(({ institution }) => institution === one.institution)
          ? { ...one, downSince: NOW - DAY_MS, downUntil: NOW + DAY_MS }
          : one,
      ),
    })
    const said = (facts: Facts, at = NOW) => {
      const situation = situate(facts, at)
      const { blockedBy, move, since } = situation
      return [blockedBy, move, since, blockerSentence(situation, facts, names, at)]
    }
    const open = asked(completed, JUNIPER)
    expect(said(down(open, JUNIPER))).toEqual(['bank_down', 'bank', NOW, 'Juniper is down, reminders paused'])
    expect(situate(down(open, JUNIPER), NOW).next.map(({ what }) => what)).toEqual(['reminder'])
    const two = doing(open, NOW + MINUTE_MS, asking(KESTREL, true, null)).facts
    expect(said(down(two, JUNIPER))[3]).toBe('Jo to connect 2 more banks')
    expect(said(down(two, JUNIPER, KESTREL), NOW + MINUTE_MS)).toEqual([
      ...['bank_down', 'bank', NOW + MINUTE_MS, '2 more banks are down, reminders paused'],
    ])
    const no = doing(down(open, JUNIPER), NOW, ask.report('no_wish_to_share')).facts
    expect(said(no)[3]).toBe('Jo said no to Juniper')
  })

  test('keeps a client who is about to complete from completing', () => {
    expect(moveOf(matched, NOW)).toBe('complete')
    const open = asked(matched, null)
    expect([open.run, wordOf(decide(open, { do: 'complete' }, NOW))]).toEqual([matched.run, '-'])
    expect(moveOf(connected(open, KESTREL), NOW + DAY_MS)).toBe('complete')
  })

  test('of the client’s choice is any that is new, not one that is connected anew', () => {
    const open = asked(completed, null)
    expect(statesOf(connected(open, JUNIPER, true))).toEqual([[null, 'open']])
    expect(statesOf(connected(open, JUNIPER))).toEqual([[null, 'done']])
  })

  test('is known by its name at another provider', () => {
    const open = asked(completed, JUNIPER)
    expect(statesOf(connected(open, { institution: 'ins_7', institutionName: 'Juniper' }))).toEqual([
      ['Juniper', 'done'],
    ])
  })

  test('is one row of several: a bank answers the row that names it, else one that leaves the choice', () => {
    const both = asked(asked(completed, null), JUNIPER, true, NOW + MINUTE_MS)
    expect(statesOf(connected(both, JUNIPER))).toEqual([
      [null, 'open'],
      ['Juniper', 'done'],
    ])
    expect(statesOf(connected(both, KESTREL))).toEqual([
      [null, 'done'],
      ['Juniper', 'open'],
    ])
  })

  test('is not awaited twice, and asking again only sends again', () => {
    const again = asked(asked(completed, JUNIPER), JUNIPER, true, NOW + MINUTE_MS)
    expect(awaitedBanks(again)).toHaveLength(1)
    expect(statesOf(connected(again, JUNIPER))).toEqual([['Juniper', 'done']])
  })

  test('is marked done or not needed by hand, and opened again, like a step', () => {
    const open = asked(completed, JUNIPER)
    expect(askVerbsOf(open, newest(open), NOW)).toEqual(['done', 'not_needed'])
    for (const to of ['done', 'not_needed'] as const) {
      const closed = doing(open, NOW, giving(open, to)).facts
      expect([statesOf(closed), moveOf(closed, NOW)]).toEqual([[['Juniper', to]], 'complete'])
      const again = doing(closed, NOW, { do: 'complete' }).facts
      expect(askVerbsOf(again, newest(again), NOW)).toEqual(['open'])
      const reopened = doing(again, NOW, giving(again, 'open')).facts
      expect([statusOf(reopened.instants), reopened.run]).toEqual(['accepted', again.run + 1])
    }
    expect(wordOf(decide({ ...open, bankAsks: [] }, giving(open, 'done'), NOW))).toBe('!not_allowed')
    const ended = doing(open, NOW, ask.cancel()).facts
    expect(askVerbsOf(ended, newest(ended), NOW)).toEqual([])
  })

  test('needs a place of its own among the ten', () => {
    const nine = asked(completed, JUNIPER)
    const withNine = (command: Command) => wordOf(decide(nine, command, NOW + MINUTE_MS))
    expect(withNine(asking(KESTREL, true, null, 9))).toBe('!too_many_banks')
    expect(withNine(asking(KESTREL, false, null, 9))).toBe('link_copied')
    expect(withNine(asking(JUNIPER, true, null, 9))).toBe('link_copied')
    expect(wordOf(decide(completed, asking(JUNIPER, true, null, 10), NOW))).toBe('!too_many_banks')
    expect(wordOf(decide(accepted, asking(JUNIPER, true), NOW))).toBe('!bank_first')
  })

  test('is reminded of on the days after the request, which starts a series of its own', () => {
    const open = asked(completed, JUNIPER)
    const first = nextReminder(open, NOW)
    expect(first).toMatchObject({ kind: 'client', n: 1, at: NOW + 2 * DAY_MS })
    const reminded = doing(open, first?.at ?? 0, { do: 'remind' })
    expect(reminded.change.messages?.[0]).toMatchObject({ purpose: 'client_touch' })
    const closed = connected(reminded.facts, JUNIPER, false, NOW + 3 * DAY_MS)
    expect(closed.messages.filter(({ purpose }) => purpose === 'client_touch').map(({ state }) => state)).toEqual([
      'withdrawn',
    ])
    expect(nextReminder(closed, NOW + 3 * DAY_MS)).toBeNull()
  })

  test('is the practice’s move once the client says no, who is not reminded until they are asked again', () => {
    const open = asked(completed, JUNIPER)
    const at = NOW + DAY_MS
    for (const about of ['no_wish_to_share', 'not_my_company', 'not_the_right_person'] as const) {
      const told = doing(open, at, ask.report(about)).facts
      expect(situate(told, at)).toMatchObject({ blockedBy: 'another_bank', move: 'practice', since: at })
      expect(comingReminders(told, at).map(({ kind }) => kind)).toEqual(['staff'])
      expect([banksAskedFor(told), moveOf(told, at)]).toEqual([[], 'touch'])
      const atOnce = doing(open, NOW + 1, ask.report(about)).facts.messages
      expect(atOnce.find(({ purpose }) => purpose === 'another_bank')?.state).toBe('withdrawn')
      const again = asked(told, JUNIPER, true, at + DAY_MS)
      expect(awaitedBanks(again)).toHaveLength(1)
      expect(situate(again, at + DAY_MS)).toMatchObject({ blockedBy: 'another_bank', move: 'client' })
      expect(comingReminders(again, at + DAY_MS).map(({ kind }) => kind)).toEqual(['client'])
      expect(statesOf(connected(told, JUNIPER, false, at + 1))).toEqual([['Juniper', 'done']])
    }
    expect(comingReminders(doing(open, at, ask.report('mistake')).facts, at).map(({ kind }) => kind)).toEqual([
      'client',
    ])
  })

  test('waits for the first bank, which comes before it, and goes with it', () => {
    const open = doing(asked(completed, JUNIPER), NOW + 1, ask.reopenStep('bank')).facts
    expect(situate(open, NOW + 1).also.map(({ blockedBy }) => blockedBy)).not.toContain('another_bank')
    expect(statesOf(doing(open, NOW + 2, ask.skip('bank')).facts)).toEqual([['Juniper', 'not_needed']])
    expect(connected(asked(completed, JUNIPER, false), KESTREL).bankAsks).toHaveLength(1)
  })

  test('is not opened again while the bank is skipped, when none can be connected', () => {
    const open = doing(asked(completed, JUNIPER), NOW + 1, ask.reopenStep('bank')).facts
    const skipped = doing(open, NOW + 2, ask.skip('bank')).facts
    expect(askVerbsOf(skipped, newest(skipped), NOW + 3)).toEqual([])
    expect(wordOf(decide(skipped, giving(skipped, 'open'), NOW + 3))).toBe('!not_allowed')
  })

  test('is the client’s move, in its own words', () => {
    const names = { first: 'Jo', bank: 'Northgate', ledger: 'Xero' } as Names
    const said = (facts: Facts) => {
      const situation = situate(facts, NOW)
      const { blockedBy, move, since } = situation
      return [blockedBy, move, since, blockerSentence(situation, facts, names, NOW)]
    }
    expect(said(asked(completed, JUNIPER))).toEqual(['another_bank', 'client', NOW, 'Jo to connect Juniper'])
    expect(said(asked(completed, null))[3]).toBe('Jo to connect another bank')
    const two = doing(asked(completed, null), NOW + MINUTE_MS, asking(JUNIPER, true)).facts
    expect(said(two)[3]).toBe('Jo to connect 2 more banks')
    const no = doing(asked(completed, JUNIPER), NOW, ask.report('no_wish_to_share')).facts
    expect(said(no)).toEqual(['another_bank', 'practice', NOW, 'Jo said no to Juniper'])
  })
})

describe('a request for another bank', () => {
  test('that nothing waits for leaves a completed client completed, and goes with its answer or the next request', () => {
    const one = asked(completed, JUNIPER, false)
    expect([statusOf(one.instants), statesOf(one)]).toEqual(['completed', [['Juniper', 'open']]])
    expect(statesOf(connected(one, KESTREL))).toEqual([['Juniper', 'open']])
    expect(connected(one, JUNIPER).bankAsks).toBeUndefined()
    expect(connected(asked(completed, null, false), KESTREL).bankAsks).toBeUndefined()
    expect(statesOf(asked(one, KESTREL, false, NOW + MINUTE_MS))).toEqual([['Kestrel', 'open']])
  })

  test('leaves once it cannot be undone any more, and not if its bank comes before', () => {
    const one = asked(completed, JUNIPER, false)
    const [message] = one.messages.filter(({ purpose }) => purpose === 'another_bank')
    const claim = { do: 'claim', messageId: message?.id ?? '' } as const
    expect(decide(one, claim, NOW + UNDO_MS - 1)).toEqual({ tooEarly: NOW + UNDO_MS })
    expect(wordOf(decide(one, claim, NOW + UNDO_MS))).toBe('sending')
    const answered = connected(one, JUNIPER, false, NOW + 1).messages
    expect(answered.find(({ id }) => id === message?.id)?.state).toBe('withdrawn')
  })

  test('can be undone until then: its message, its row and the opening are as if it had not been', () => {
    const open = asked(completed, JUNIPER)
    const { facts, change } = doing(open, NOW + UNDO_MS, undoing(open))
    expect(facts.instants).toEqual(completed.instants)
    expect([facts.bankAsks, change.messages, facts.messages.at(-1)?.state]).toEqual([undefined, undefined, 'withdrawn'])
    expect(nextMove(facts, NOW + UNDO_MS)).toBeNull()
    // A message that was never sent delays no other.
    expect(wordOf(decide(facts, asking(KESTREL, true), NOW + UNDO_MS))).toBe('link_sent')
  })

  test('cannot be undone once it may have left, or was answered', () => {
    const open = asked(completed, JUNIPER)
    expect(wordOf(decide(open, undoing(open), NOW + UNDO_MS + 1))).toBe('!already_sent')
    const message = open.messages.at(-1)
    const left = applied(
      open,
      changeOf(decide(open, { do: 'claim', messageId: message?.id ?? '' }, NOW + UNDO_MS)),
      NOW + UNDO_MS,
    )
    expect(wordOf(decide(left, undoing(open), NOW + UNDO_MS))).toBe('!already_sent')
    const answered = connected(open, JUNIPER, false, NOW + 1)
    expect(wordOf(decide(answered, undoing(open), NOW + 2))).toBe('!already_sent')
    const undone = doing(open, NOW + 1, undoing(open)).facts
    expect(wordOf(decide(undone, undoing(open), NOW + 2))).toBe('!already_sent')
  })

  test('undone takes its own message back, also while another bank is awaited', () => {
    const kestrel = asked(completed, KESTREL, true, NOW - DAY_MS)
    const open = asked(kestrel, JUNIPER)
    const { facts } = doing(open, NOW + 1, undoing(open))
    expect(statesOf(facts)).toEqual([['Kestrel', 'open']])
    const earlier = new Set(kestrel.messages.map(({ id }) => id))
    expect(facts.messages.filter(({ id }) => !earlier.has(id)).map(({ state }) => state)).toEqual(['withdrawn'])
  })

  test('undone is a link that was only copied: what was sent before leaves, and makes others wait', () => {
    const sent = asked(completed, KESTREL)
    const copied = doing(sent, NOW + UNDO_MS - 1, asking(JUNIPER, true, null)).facts
    const message = sent.messages.at(-1)?.id ?? ''
    const left = applied(
      copied,
      changeOf(decide(copied, { do: 'claim', messageId: message }, NOW + UNDO_MS)),
      NOW + UNDO_MS,
    )
    for (const facts of [copied, left]) {
      const undone = doing(facts, NOW + UNDO_MS + 1, undoing(facts)).facts
      expect(statesOf(undone)).toEqual([['Kestrel', 'open']])
      expect(undone.messages.find(({ id }) => id === message)?.state).not.toBe('withdrawn')
      expect(wordOf(decide(undone, asking(JUNIPER, true), NOW + UNDO_MS + 2))).toBe('!resend_too_soon')
    }
  })

  test('undone one after the other, the last one gives the client back the completion that the first one took', () => {
    const first = asked(completed, JUNIPER)
    const both = doing(first, NOW + 1, asking(KESTREL, true, null)).facts
    const orders = [both.bankAsks ?? [], (both.bankAsks ?? []).toReversed()]
    for (const [one, other] of orders) {
      const left = doing(both, NOW + 2, { do: 'undo_ask', requestId: 'one', ask: one!.id }).facts
      expect([statusOf(left.instants), moveOf(left, NOW + 2)]).toEqual(['accepted', 'touch'])
      const { facts, change } = doing(left, NOW + 3, { do: 'undo_ask', requestId: 'other', ask: other!.id })
      expect([facts.instants, change.messages]).toEqual([completed.instants, undefined])
      expect([facts.bankAsks, nextMove(facts, NOW + 3)]).toEqual([undefined, null])
    }
  })

  test('undone after something else was opened leaves the client open for that', () => {
    const open = doing(asked(completed, JUNIPER), NOW + 1, ask.reopenStep('books')).facts
    const { facts } = doing(open, NOW + 2, undoing(open))
    expect([statusOf(facts.instants), facts.bankAsks]).toEqual(['accepted', undefined])
  })
})
