import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ConsentFacts,
  hasFixedEnd,
  nextConnectionMove,
  type SignInFacts,
} from '../../../domain/connections/connectionLife.ts'
import { type Asking, askedTogether, asksMadeAt, nextAsk } from '../../../domain/connections/renewal.ts'
import { zonedDate } from '../../../domain/fields/days.ts'
import { DAY_MS, HOUR_MS } from '../../../domain/situation.ts'

const AT = Date.UTC(2026, 0, 1)
const signIn = (facts: Partial<SignInFacts> = {}): SignInFacts => ({
  of: 'sign_in',
  id: '0f8fad5b-d9cb-469f-a165-70867728950e',
  usedAt: AT,
  endsIfUnusedAt: null,
  endedAt: null,
  failures: 0,
  triedAt: null,
  standing: 1,
  life: { unusedDays: 60 },
  ...facts,
})
const days = (ms: number) => ms / DAY_MS

const lives = fc.record({
  id: fc.uuid(),
  usedAt: fc.integer({ min: AT, max: AT + 3650 * DAY_MS }),
  lives: fc.option(fc.integer({ min: 8 * HOUR_MS, max: 7300 * DAY_MS })),
  life: fc.record({
    unusedDays: fc.option(fc.integer({ min: 1, max: 7300 })),
    refreshDays: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  }),
})
const factsOf = ({ id, usedAt, lives: ms, life }: ReturnType<typeof generated>) =>
  signIn({ id, usedAt, endsIfUnusedAt: ms === null ? null : usedAt + ms, life: life as SignInFacts['life'] })
const generated = () => fc.sample(lives, 1)[0]!

describe('a sign-in', () => {
  test('is refreshed well before it dies, whatever its ledger says of its life', () => {
    fc.assert(
      fc.property(lives, (given) => {
        const facts = factsOf(given)
        const move = nextConnectionMove(facts)
        expect(move?.what).toBe('refresh')
        const after = (move?.at ?? 0) - facts.usedAt
        const { unusedDays } = facts.life
        const unused = unusedDays === null ? Number.POSITIVE_INFINITY : unusedDays * DAY_MS
        const life = Math.min(given.lives ?? Number.POSITIVE_INFINITY, unused)
        expect(after).toBeLessThanOrEqual(0.75 * life)
        expect(days(after)).toBeLessThanOrEqual(90)
        expect(after).toBeGreaterThan(0)
      }),
    )
  })

  test('of each ledger is refreshed so often', () => {
    const between = (facts: Partial<SignInFacts>) => days((nextConnectionMove(signIn(facts))?.at ?? 0) - AT)
    expect(between({})).toBeCloseTo(44, 0)
    expect(between({ life: { unusedDays: 100 }, endsIfUnusedAt: AT + 101 * DAY_MS })).toBeCloseTo(73.4, 0)
    expect(between({ life: { unusedDays: 31, refreshDays: 7 } })).toBeCloseTo(6.8, 0)
    expect(between({ life: { unusedDays: null }, endsIfUnusedAt: AT + 7300 * DAY_MS })).toBeCloseTo(88, 0)
  })

  test('whose end comes although it is used is known before by its ledger’s answer', () => {
    const isFixed = (endsIfUnusedAt: number | null, unusedDays: number | null) =>
      hasFixedEnd(signIn({ endsIfUnusedAt, life: { unusedDays } }))
    expect([isFixed(AT + 101 * DAY_MS, 100), isFixed(null, 60), isFixed(AT + 7300 * DAY_MS, null)]).toEqual([
      ...[false, false, false],
    ])
    // QuickBooks' five years: the refreshes before move it no more.
    expect(isFixed(AT + 80 * DAY_MS, 100)).toBe(true)
  })

  test('ten thousand that were used in one second are not refreshed in one', () => {
    const ids = Array.from({ length: 10_000 }, () => randomUUID())
    const perMinute = new Map<number, number>()
    for (const id of ids) {
      const minute = Math.floor((nextConnectionMove(signIn({ id }))?.at ?? 0) / 60_000)
      perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1)
    }
    expect(Math.max(...perMinute.values())).toBeLessThan(30)
  })

  test('whose end no refresh moves is asked for a few times and not for ever', () => {
    let [usedAt, asked] = [AT, 0]
    const end = AT + 100 * DAY_MS
    while (usedAt < end) {
      usedAt = nextConnectionMove(signIn({ usedAt, endsIfUnusedAt: end, life: { unusedDays: 100 } }))?.at ?? end
      asked += 1
    }
    expect(asked).toBeLessThan(15)
  })

  test('is tried again after ever longer pauses while its ledger does not answer, in time for its end', () => {
    const due = nextConnectionMove(signIn())?.at ?? 0
    let [triedAt, failures] = [due, 1]
    const pauses: number[] = []
    while (triedAt < AT + 60 * DAY_MS) {
      const at = nextConnectionMove(signIn({ failures, triedAt }))?.at ?? 0
      pauses.push((at - triedAt) / HOUR_MS)
      ;[triedAt, failures] = [at, failures + 1]
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 96, 96, 96])
    // A count without its instant says nothing.
    expect(nextConnectionMove(signIn({ failures: 3 }))?.at).toBe(due)
  })

  test('that is over is reported while connections rest on it, and then nothing follows', () => {
    fc.assert(
      fc.property(lives, fc.nat({ max: 40 }), (given, standing) => {
        const move = nextConnectionMove({ ...factsOf(given), endedAt: AT, standing })
        expect(move).toEqual(standing > 0 ? { what: 'reportEnd', at: AT } : null)
      }),
    )
  })
})

describe('a consent', () => {
  const consent = (facts: Partial<ConsentFacts>): ConsentFacts => ({
    of: 'consent',
    id: 'c',
    stands: true,
    isExpired: false,
    accessUntil: AT,
    askAt: null,
    ...facts,
  })
  test('ends at its computed end, and has no move once it ended or without one', () => {
    expect(nextConnectionMove(consent({}))).toEqual({ what: 'endAccess', at: AT })
    expect(nextConnectionMove(consent({ stands: false }))).toBeNull()
    expect(nextConnectionMove(consent({ accessUntil: null }))).toBeNull()
  })

  const clock = (at: number) => {
    const { date, clock: time } = zonedDate(at, 'Europe/London')
    return `${date} ${time}`
  }

  /** Lives a consent to its last move. Returns the moves as they were made, `lateByMs` after their instants. */
  function lived(given: Asking, lateByMs: (n: number) => number) {
    let [asking, stands] = [given, true]
    const made: { what: string; at: number; due: number }[] = []
    let now = given.givenAt
    const next = () =>
      nextConnectionMove(
        consent({ stands, isExpired: !stands, accessUntil: asking.accessUntil, askAt: nextAsk(asking) }),
      )
    for (let move = next(); move; move = next()) {
      const { what, at: due } = move
      now = Math.max(now, due) + lateByMs(made.length)
      made.push({ what, at: now, due })
      if (what === 'endAccess') stands = false
      else asking = { ...asking, asksMade: asksMadeAt(asking, now) }
      if (made.length > 10) throw new Error('it never ends')
    }
    return made
  }

  test('is asked for 14, 7 and 2 days before its end, on its day and 7 days after, at ten in the practice’s zone', () => {
    const end = Date.UTC(2026, 3, 1, 14, 5)
    const given = { accessUntil: end, givenAt: end - 90 * DAY_MS, asksMade: 0, zone: 'Europe/London' }
    expect(lived(given, () => 0).map(({ what, at }) => `${what} ${clock(at)}`)).toEqual([
      'askRenewal 2026-03-18 10:00',
      'askRenewal 2026-03-25 10:00',
      'askRenewal 2026-03-30 10:00',
      'askRenewal 2026-04-01 10:00',
      'endAccess 2026-04-01 15:05',
      'askRenewal 2026-04-08 10:00',
    ])
  })

  test('of a bank that is down is asked for once that is tried again, and not together with the client’s other banks', () => {
    const end = Date.UTC(2026, 3, 1, 14, 5)
    const given = { accessUntil: end, givenAt: end - 90 * DAY_MS, asksMade: 0, zone: 'Europe/London' }
    const [at, later] = [nextAsk(given) ?? 0, Date.UTC(2026, 2, 18, 15)]
    expect(nextAsk({ ...given, downUntil: later })).toBe(later)
    expect(nextAsk({ ...given, downUntil: at - HOUR_MS })).toBe(at)
    expect(askedTogether([{ ...given, downUntil: later }, given], at)).toEqual([given])
    // The end of the access waits for no bank.
    const past = nextAsk({ ...given, asksMade: 4, downUntil: end + HOUR_MS })
    const facts = consent({ stands: true, isExpired: false, accessUntil: end, askAt: past })
    expect(nextConnectionMove(facts)).toEqual({ what: 'endAccess', at: end })
  })

  test('that stopped for another reason is not asked for by itself', () => {
    expect(nextConnectionMove(consent({ askAt: AT - DAY_MS, stands: false }))).toBeNull()
  })

  test('is asked for at most five times, never twice within a day or before it was given, however late that is done', () => {
    const consents = fc.record({
      accessUntil: fc.integer({ min: AT, max: AT + 3650 * DAY_MS }),
      lives: fc.integer({ min: HOUR_MS, max: 400 * DAY_MS }),
      zone: fc.constantFrom('Europe/London', 'Europe/Dublin', 'Pacific/Auckland', 'America/St_Johns'),
    })
    fc.assert(
      fc.property(consents, fc.array(fc.integer({ min: 0, max: 30 * DAY_MS })), ({ lives: ms, ...given }, delays) => {
        const asking = { ...given, givenAt: given.accessUntil - ms, asksMade: 0 }
        const asks = lived(asking, (n) => delays[n] ?? 0).filter(({ what }) => what === 'askRenewal')
        expect(asks.length).toBeLessThanOrEqual(5)
        for (const [n, { at, due }] of asks.entries()) {
          expect(due).toBeGreaterThan(asking.givenAt)
          expect(zonedDate(due, given.zone).clock).toBe('10:00')
          if (n > 0) expect(at - (asks[n - 1]?.at ?? 0)).toBeGreaterThan(DAY_MS - HOUR_MS)
        }
        // One made in time is asked for on each of its days.
        if (delays.length === 0 && ms > 16 * DAY_MS) expect(asks).toHaveLength(5)
      }),
    )
  })
})
