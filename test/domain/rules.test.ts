import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Command, CommandOf } from '../../domain/commands.ts'
import { ASK_STATES, awaitedBanks } from '../../domain/connections/bankAsks.ts'
import { decide } from '../../domain/decide/decide.ts'
import { BLOCKERS, describe as situate } from '../../domain/describe.ts'
import { isOver, nextMove, progressOf } from '../../domain/nextMove.ts'
import { isProgress, isRunOver, type Move } from '../../domain/progress.ts'
import {
  DAY_MS,
  type Facts,
  HOUR_MS,
  type Instant,
  STATUSES,
  stateOf,
  statusOf,
  stepOf,
} from '../../domain/situation.ts'
import { after, applied } from './applied.ts'
import { ask, asking, creating, link, MONDAY, wordOf } from './onboardings.ts'

const COMMAND_OF: Partial<Record<Move['what'], Command>> = {
  createOrganisation: { do: 'provision' },
  touch: { do: 'remind' },
  expire: { do: 'expire' },
  giveUp: { do: 'give_up' },
  complete: { do: 'complete' },
  cleanUp: { do: 'clean_up' },
}

/** The kinds and keys recorded so far: recording one twice throws. */
type Log = Set<string>

function perform(facts: Facts, command: Command, now: Instant, log: Log): Facts {
  const decision = decide(facts, command, now)
  if (!('change' in decision)) return facts
  const { kind: what, key } = decision.change.event
  expect(log.has(`${what} ${key}`), `${what} ${key} recorded twice`).toBe(false)
  log.add(`${what} ${key}`)
  return applied(facts, decision.change, now)
}

/** Makes the workflow's due move at `now`. A poll of the bank finds nothing. */
function move(facts: Facts, now: Instant, log: Log): { facts: Facts; moved: Move | null } {
  const next = nextMove(facts, now)
  if (!next || next.at > now) return { facts, moved: null }
  const command = COMMAND_OF[next.what]
  return { facts: command ? perform(facts, command, now, log) : { ...facts, settleAt: null }, moved: next }
}

/** Makes all due moves; throws when they never end. */
function settled(facts: Facts, now: Instant, log: Log): Facts {
  for (let i = 0; i < 12; i++) {
    const { facts: then, moved } = move(facts, now, log)
    if (!moved) return facts
    if (moved.what !== 'settleBank') expect(then.seq, `${moved.what} makes progress`).toBeGreaterThan(facts.seq)
    facts = then
  }
  throw new Error('something is due again and again')
}

const kind = fc.constantFrom('bank', 'books', 'mapping' as const)
const provided = fc.constantFrom('bank', 'books' as const)
const channels = fc.constantFrom(['email'], ['sms'], ['email', 'sms'], ['link'] as const)

const anyBank = fc.constantFrom(
  { institution: null, institutionName: null },
  { institution: 'ob-juniper', institutionName: 'Juniper' },
  { institution: 'ob-kestrel', institutionName: 'Kestrel' },
)

/** Any command, built for the situation it meets. */
const anyCommand: fc.Arbitrary<(facts: Facts, now: Instant) => Command> = fc.oneof(
  channels.map((some) => () => ask.invite([...some] as never)),
  fc.constantFrom(null, 'email' as const, 'sms' as const).map((send) => () => ask.link(send)),
  fc
    .constantFrom('email', 'sms', 'link' as const)
    .map(
      (channel) => (facts: Facts) =>
        ask.accept(link({ id: `link-${channel}`, channel, generation: facts.invitation?.generation ?? 1 })),
    ),
  fc.constantFrom('client', 'staff' as const).map((by) => () => ask.decline(by)),
  fc.constant(() => ask.cancel()),
  fc.constant(() => ask.undo()),
  fc.subarray(['bank', 'books', 'mapping'] as const).map((some) => () => ask.reopen(...some)),
  fc.integer({ min: -1, max: 61 }).map((n) => (_: Facts, now: Instant) => ask.extend(now + n * DAY_MS)),
  fc.integer({ min: -1, max: 61 }).map((n) => (_: Facts, now: Instant) => ask.snooze(now + n * DAY_MS)),
  fc.constant(() => ask.resume()),
  kind.map((one) => () => ask.skip(one)),
  kind.map((one) => () => ask.reopenStep(one)),
  kind.map((one) => () => ask.completeStep(one)),
  fc.constantFrom('client', 'practice' as const).map((owner) => () => ask.handOver('books', owner)),
  provided.map((one) => () => ask.start(one)),
  fc.tuple(provided, fc.constantFrom('processing', 'signatory', 'unconfirmed' as const)).map(
    ([one, phase]) =>
      () =>
        ask.await(one, phase),
  ),
  fc.tuple(provided, fc.constantFrom('cancelled', 'refused', 'bank_down', 'no_accounts', 'unconfirmed' as const)).map(
    ([one, reason]) =>
      () =>
        ask.fail(one, reason),
  ),
  provided.map((one) => () => ask.connect(one)),
  fc.tuple(anyBank, fc.boolean()).map(
    ([bank, replaces]) =>
      (): Command => ({
        ...(ask.connect('bank') as CommandOf<'connect'>),
        bank,
        ...(replaces && { reconnected: { kept: 0, matched: 0, added: 0 } }),
      }),
  ),
  fc.tuple(anyBank, fc.boolean(), fc.constantFrom(null, 'email' as const), fc.integer({ min: 1, max: 10 })).map(
    ([bank, isAwaited, send, besides]) =>
      (): Command => ({
        ...(ask.link(send) as CommandOf<'link'>),
        asks: { bank, isAwaited, besides },
      }),
  ),
  fc.nat({ max: 2 }).map(
    (i) =>
      (facts: Facts): Command => ({
        do: 'undo_ask',
        requestId: `${Math.random()}`,
        ask: facts.bankAsks?.at(-1 - i)?.id ?? '',
      }),
  ),
  fc.tuple(fc.nat({ max: 2 }), fc.constantFrom(...ASK_STATES)).map(
    ([i, to]) =>
      (facts: Facts): Command => ({
        do: 'change_ask',
        requestId: `${Math.random()}`,
        ask: facts.bankAsks?.at(-1 - i)?.id ?? '',
        to,
      }),
  ),
  fc.constant(() => ask.finishBanks()),
  fc.constant((): Command => ({ do: 'pause_bank', outageId: 'outage' })),
  fc.boolean().map((hasTried) => (): Command => ({ do: 'bank_back', sessionId: 'session', hasTried })),
  fc.constant((): Command => ({ do: 'recover', connectionId: 'c', step: 'bank', isMapped: false })),
  fc
    .constantFrom('expired', 'ended' as const)
    .map((health) => (): Command => ({ do: 'lose', connectionId: 'c', step: 'bank', health })),
  provided.map((step) => (): Command => ({ do: 'disconnect', connectionId: `${Math.random()}`, step, by: 'client' })),
  fc
    .constantFrom('clock', 'staff' as const)
    .map((by) => (): Command => ({ do: 'ask_renewal', connectionId: `${Math.random()}`, asked: [], by })),
  fc.constant(() => ask.map()),
  fc.constant(() => ask.edit('name')),
  fc.constant(() => ask.changeAccess()),
  fc.constant(() => ask.visit()),
  fc.constantFrom('person-1', null).map((one) => () => ask.assign(one)),
  fc.constantFrom('open_again', 'no_wish_to_share' as const).map((about) => () => ask.report(about)),
  fc.tuple(fc.nat({ max: 5 }), fc.constantFrom('sent', 'delivered', 'bounced', 'unknown' as const)).map(
    ([i, to]) =>
      (facts: Facts): Command => ({ do: 'move_message', messageId: facts.messages[i]?.id ?? '', to, reason: null }),
  ),
  fc.nat({ max: 5 }).map(
    (i) =>
      (facts: Facts): Command => ({ do: 'claim', messageId: facts.messages[i]?.id ?? '' }),
  ),
)

/** A new client, whose bank step is done with the first bank or when they say so. */
const anyStart = fc.constantFrom(creating, asking(creating, false))

/** The pause before the next command, from a second to weeks. */
const pauseMs = fc.oneof(
  fc.constantFrom(0, 1, 1000, 15_000, 15_001, 61_000),
  fc.integer({ min: 1, max: 72 }).map((n) => n * HOUR_MS),
  fc.integer({ min: 1, max: 100 }).map((n) => n * DAY_MS),
)

function checkInvariants(facts: Facts, now: Instant) {
  const { completed, cancelled, gaveUp, accepted, declined, cleaned } = facts.instants
  const open = facts.steps.filter((step) => step.required && stateOf(step) === 'open')
  if (completed !== null) expect(open, 'completed with an open step').toEqual([])
  if (completed !== null) expect(awaitedBanks(facts), 'completed before a bank that it waits for').toEqual([])
  const isReady = statusOf(facts.instants) === 'accepted' && open.length === 0 && awaitedBanks(facts).length === 0
  if (isReady && facts.instants.provisioned !== null)
    expect(nextMove(facts, now)?.what, 'nothing is left, and it does not complete').toBe('complete')
  expect([completed, cancelled, gaveUp].filter((end) => end !== null).length).toBeLessThanOrEqual(1)
  expect(accepted !== null && declined !== null).toBe(false)
  if (cleaned !== null) expect(cancelled !== null || gaveUp !== null).toBe(true)
  const [bank, books, mapping] = (['bank', 'books', 'mapping'] as const).map((one) => stateOf(stepOf(facts, one)))
  const { phase } = stepOf(facts, 'bank')
  if (mapping === 'done') expect([phase === 'more_banks' ? 'done' : bank, books]).toEqual(['done', 'done'])
  if (phase === 'more_banks') expect([bank, stepOf(facts, 'bank').isConnected]).toEqual(['open', true])
  if (mapping === 'open') expect([bank, books]).not.toContain('skipped')
  for (const step of facts.steps) expect(step.doneAt !== null && step.skippedAt !== null).toBe(false)
  expect(STATUSES).toContain(statusOf(facts.instants))

  const progress = progressOf(facts, now)
  expect(isRunOver(progress), 'a finished run has no next move, and nothing else ends').toBe(isOver(facts))
  expect(isProgress(JSON.parse(JSON.stringify(progress)))).toBe(true)
  const described = situate(facts, now)
  expect(described.next.length).toBeLessThanOrEqual(2)
  expect(described.blockedBy === null || BLOCKERS.includes(described.blockedBy)).toBe(true)
  expect(described.blockedBy === null).toBe(described.move === null)
  expect(Number.isFinite(described.since)).toBe(true)
  if (described.turns) {
    expect(described.turns.at).toBeGreaterThan(now)
    const then = situate(facts, described.turns.at)
    expect({ blockedBy: then.blockedBy, move: then.move }).toEqual({
      blockedBy: described.turns.blockedBy,
      move: described.turns.move,
    })
  }
}

describe('after any sequence of commands', () => {
  test('the row is never impossible, what is due always gets done, and nothing is due for ever', () => {
    fc.assert(
      fc.property(anyStart, fc.array(fc.tuple(pauseMs, anyCommand), { maxLength: 25 }), (start, sequence) => {
        let facts = start
        let now = MONDAY
        const log: Log = new Set()
        for (const [pause, make] of sequence) {
          now += pause
          facts = settled(facts, now, log)
          checkInvariants(facts, now)
          facts = perform(facts, make(facts, now), now, log)
          checkInvariants(facts, now)
        }
      }),
      { numRuns: 1500 },
    )
  })

  test('left alone, every run comes to rest, reminders at least a day apart', () => {
    fc.assert(
      fc.property(anyStart, fc.array(fc.tuple(pauseMs, anyCommand), { maxLength: 12 }), (start, sequence) => {
        let facts = start
        let now = MONDAY
        const log: Log = new Set()
        for (const [pause, make] of sequence) {
          now += pause
          facts = after(settled(facts, now, log), make(facts, now), now)
        }
        const last: { series: string; at: Instant }[] = []
        for (let i = 0; i < 60; i++) {
          const next = nextMove(facts, now)
          if (!next) return
          now = Math.max(next.at, now)
          const { facts: then, moved } = move(facts, now, log)
          expect(moved, 'what was announced is due at its instant').toEqual({ ...next, at: moved?.at })
          if (moved?.what === 'touch') {
            expect(facts.snoozedUntil === null || facts.snoozedUntil <= now, 'touched while snoozed').toBe(true)
            const which = (['client', 'staff'] as const).find((one) => then.reminded[one] !== facts.reminded[one])
            const series = which ? `${which} ${then.reminded[which]?.series}` : ''
            const before = last.find((one) => one.series === series)
            if (before) expect(now - before.at, series).toBeGreaterThanOrEqual(DAY_MS)
            last.unshift({ series, at: now })
          }
          facts = then
        }
        throw new Error('never comes to rest')
      }),
      { numRuns: 800 },
    )
  })
})

test('any order the rules allow of accept, bank, books and mapping gives the same end', () => {
  const facts: Record<string, () => Command> = {
    accept: () => ask.accept(),
    bank: () => ask.connect('bank'),
    books: () => ask.connect('books'),
    mapping: () => ask.map(),
  }
  const noise: ((facts: Facts) => Command)[] = [
    () => ask.skip('bank'),
    () => ask.reopenStep('bank'),
    () => ask.skip('books'),
    () => ask.reopenStep('books'),
    () => ask.skip('mapping'),
    () => ask.reopenStep('mapping'),
    () => ask.handOver('books', 'client'),
    () => ask.handOver('books', 'practice'),
    () => ask.start('bank'),
    () => ask.fail('bank'),
    () => ask.link(),
    () => ask.snooze(MONDAY + 30 * DAY_MS),
    () => ask.resume(),
  ]
  const end = (order: string[], noisy: number[]) => {
    let now = MONDAY + 1000
    let onboarding = after(after(creating, { do: 'provision' }, now), ask.invite(), now)
    const give = (command: Command) => {
      now += 1000
      onboarding = after(onboarding, command, now)
    }
    for (const [i, name] of order.entries()) {
      const disturbance = noise[noisy[i] ?? -1]
      if (disturbance) give(disturbance(onboarding))
      const command = facts[name]
      if (command) give(command())
    }
    // Steps that noise reopened are done again; commands refused for their order come after those they need.
    for (const kindOf of ['bank', 'books', 'mapping'] as const) {
      give(ask.reopenStep(kindOf))
      give(ask.handOver('books', 'practice'))
      give(facts[kindOf]?.() ?? ask.resume())
    }
    give(ask.map())
    expect(wordOf(decide(onboarding, ask.accept(), now))).toMatch(/^(accepted|-)$/)
    give(ask.accept())
    const done = settled(onboarding, now + 1, new Set())
    return {
      status: statusOf(done.instants),
      run: done.run,
      accepted: done.instants.accepted !== null,
      steps: done.steps.map((step) => [step.kind, step.owner, stateOf(step), step.phase, step.reason]),
      move: nextMove(done, now + 1),
    }
  }
  const plain = end(['accept', 'bank', 'books', 'mapping'], [])
  expect(plain).toMatchObject({ status: 'completed', run: 1, move: null })
  fc.assert(
    fc.property(
      fc.shuffledSubarray(['accept', 'bank', 'books', 'mapping'], { minLength: 4 }),
      fc.array(fc.integer({ min: -4, max: noise.length - 1 }), { minLength: 4, maxLength: 4 }),
      (order, noisy) => {
        expect(end(order, noisy)).toEqual(plain)
      },
    ),
    { numRuns: 500 },
  )
})
