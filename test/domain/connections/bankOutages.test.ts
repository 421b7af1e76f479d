import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BankTries, isBankDown, retryAfter, type Tries } from '../../../domain/connections/bankOutages.ts'
import { HOUR_MS } from '../../../domain/situation.ts'

const now = Date.parse('2026-03-02T10:00:00Z')
const tries = (failed: number, connected: number): Tries => ({ failed, connected })
const bank = (recent: Tries, changes: Partial<BankTries> = {}): BankTries => ({
  isDown: false,
  recent,
  usual: tries(2, 198),
  retryAt: now + HOUR_MS,
  ...changes,
})
const counts = fc.nat(500)
const someTries = fc.record({ failed: counts, connected: counts })
const states = fc.record({
  isDown: fc.boolean(),
  recent: someTries,
  usual: someTries,
  retryAt: fc.option(fc.integer({ min: now - HOUR_MS, max: now + HOUR_MS })),
})

describe('an outage begins', () => {
  test.each<[string, Tries, Tries, boolean]>([
    ['three clients in a row', tries(3, 0), tries(2, 198), true],
    ['three in a row at a bank without a history', tries(3, 0), tries(0, 0), true],
    ['two in a row', tries(2, 0), tries(2, 198), false],
    ['three of four', tries(3, 1), tries(2, 198), false],
    ['four of five', tries(4, 1), tries(2, 198), true],
    ['three of ten', tries(3, 7), tries(2, 198), false],
    ['twenty of three hundred', tries(20, 280), tries(2, 198), false],
    ['half of a hundred', tries(50, 50), tries(2, 198), true],
    ['three in a row where four of ten usually fail', tries(3, 0), tries(80, 120), false],
    ['ten in a row where four of ten usually fail', tries(10, 0), tries(80, 120), true],
  ])('%s', (_, recent, usual, begins) => {
    expect(isBankDown(bank(recent, { usual }), now)).toBe(begins)
  })

  test('never by fewer than three clients, whatever is usual', () => {
    fc.assert(
      fc.property(fc.nat(2), someTries, (failed, usual) => {
        expect(isBankDown(bank(tries(failed, 0), { usual }), now)).toBe(false)
      }),
    )
  })

  test('never by what is usual at the bank, as far as forty tries have shown that', () => {
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 20, max: 500 }), fc.nat(500), (most, all, connected, some) => {
        const usual = tries(Math.min(some, connected), connected + Math.max(0, 20 - some))
        const usualRate = usual.failed / (usual.failed + usual.connected)
        const failed = Math.floor(Math.min(most, all * usualRate))
        expect(isBankDown(bank(tries(failed, all - failed), { usual }), now)).toBe(false)
      }),
    )
  })

  test('at every bank that usually works at least half of the time, by a run of ten', () => {
    fc.assert(
      fc.property(someTries, (usual) => {
        fc.pre(usual.failed <= usual.connected)
        expect(isBankDown(bank(tries(10, 0), { usual }), now)).toBe(true)
      }),
    )
  })
})

describe('an outage ends', () => {
  const down = (recent: Tries, changes: Partial<BankTries> = {}) => bank(recent, { isDown: true, ...changes })

  test.each<[string, Tries, boolean]>([
    ['goes on while nobody tries', tries(0, 0), true],
    ['goes on after one client got through', tries(0, 1), true],
    ['is over after two got through', tries(0, 2), false],
    ['goes on while as many fail', tries(2, 2), true],
    ['is over once most get through', tries(1, 4), false],
  ])('%s', (_, recent, is) => {
    expect(isBankDown(down(recent), now)).toBe(is)
  })

  test('after six hours without a failure, so that clients are asked to try', () => {
    const at = retryAfter(now)
    expect(at).toBe(now + 6 * HOUR_MS)
    expect(isBankDown(down(tries(0, 0), { retryAt: at }), at - 1)).toBe(true)
    expect(isBankDown(down(tries(0, 0), { retryAt: at }), at)).toBe(false)
  })
})

test('one more failure never ends an outage, and one more success never begins one', () => {
  fc.assert(
    fc.property(states, (state) => {
      const { failed, connected } = state.recent
      const before = isBankDown(state, now)
      const worse = isBankDown({ ...state, recent: tries(failed + 1, connected) }, now)
      const better = isBankDown({ ...state, recent: tries(failed, connected + 1) }, now)
      expect(worse || !before).toBe(true)
      expect(!better || before).toBe(true)
    }),
  )
})
