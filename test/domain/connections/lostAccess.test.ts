import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ASKED_STATES, CONSENT_STATES, consentSituation, moveOfConsent } from '../../../domain/connections/consents.ts'
import { type ConnectionFact, lossInstants, lostAccess } from '../../../domain/connections/lostAccess.ts'
import { describe as situate } from '../../../domain/describe.ts'
import type { Facts } from '../../../domain/situation.ts'
import { completed, days, withStep } from '../onboardings.ts'

const instant = fc.integer({ min: 3 * 24, max: 200 * 24 }).map((hours) => days(hours / 24))
const bank: fc.Arbitrary<ConnectionFact> = fc
  .record({
    kind: fc.constant('bank' as const),
    state: fc.constantFrom(...CONSENT_STATES),
    endsAt: fc.option(instant),
    asked: fc.constantFrom(...ASKED_STATES),
    loss: fc.constantFrom(null, 'ended' as const, 'expired' as const, 'permission' as const),
    snoozedUntil: fc.option(instant),
    downBank: fc.constantFrom(null, 'Northgate'),
  })
  // Only an access that stands can be without an end.
  .filter(({ state, endsAt }) => state === 'standing' || endsAt !== null)
const ledger: fc.Arbitrary<ConnectionFact> = fc.record({
  kind: fc.constant('books' as const),
  state: fc.constant('lost' as const),
  endsAt: instant,
  asked: fc.constant('not_asked' as const),
  loss: fc.constantFrom('ended' as const, 'sign_in_ended' as const, 'permission' as const),
  snoozedUntil: fc.constant(null),
  downBank: fc.constant(null),
})
const connections = fc
  .tuple(fc.array(bank, { maxLength: 3 }), fc.option(ledger))
  .map(([banks, books]) => (books ? [...banks, books] : banks))
const sharing = (shared: ConnectionFact[]): Facts => ({ ...completed, connections: shared })

test('an ended access is waited for exactly as its consent is, and never before its end', () => {
  fc.assert(
    fc.property(bank, instant, (one, now) => {
      const [lost] = lostAccess(sharing([one]), now)
      const hasEnded = one.state !== 'standing' || (one.endsAt !== null && one.endsAt <= now)
      const isLeftAlone = one.snoozedUntil !== null && one.snoozedUntil > now
      expect(lost !== undefined).toBe(hasEnded && !isLeftAlone)
      if (!lost) return
      const is = consentSituation(one, now)
      expect(lost).toMatchObject({ blockedBy: 'access_ended', step: 'bank', access: { is } })
      const move = moveOfConsent(is)
      expect(lost.move).toBe(move === 'client' && one.downBank !== null ? 'bank' : move)
      expect(lost.since).toBeLessThanOrEqual(Math.max(now, one.endsAt ?? now))
    }),
  )
})

test('what is lost leaves a completed client completed, and waits for nobody but the practice, the client and the bank', () => {
  fc.assert(
    fc.property(connections, instant, (shared, now) => {
      const described = situate(sharing(shared), now)
      const open = [described, ...described.also]
      expect(described.stage).toBe('completed')
      for (const { blockedBy, move } of open) {
        if (blockedBy === 'sign_in_lost') expect(move).toBe('practice')
        else expect([null, 'access_ended']).toContain(blockedBy)
      }
      const turns = open.map(({ move }) => move)
      expect(turns.indexOf('practice')).toBeLessThanOrEqual(0)
    }),
  )
})

test('a row that is read as it was written, or as time turned it, says at every instant what is so then', () => {
  fc.assert(
    fc.property(connections, instant, fc.integer({ min: 0, max: 24 * 60 }), (shared, from, laterHours) => {
      const facts = sharing(shared)
      const then = from + laterHours * 3_600_000
      // As the worker does: what time has turned is written again, and turns once more.
      let written = situate(facts, from)
      for (let n = 0; written.turns && written.turns.at <= then; n += 1) {
        expect(n).toBeLessThan(20)
        const next = situate(facts, written.turns.at)
        expect([next.blockedBy, next.move]).toEqual([written.turns.blockedBy, written.turns.move])
        written = next
      }
      const is = situate(facts, then)
      const said = ({ blockedBy, move, also: [second] }: typeof is) => [
        blockedBy,
        move,
        second?.blockedBy,
        second?.move,
      ]
      expect(said(written)).toEqual(said(is))
    }),
    { numRuns: 1000 },
  )
})

test('nothing changes between the instants at which time may change it', () => {
  fc.assert(
    fc.property(connections, instant, instant, (shared, one, other) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)]
      const facts = sharing(shared)
      if (lossInstants(facts, from).some((at) => at <= to)) return
      expect(lostAccess(facts, to)).toEqual(lostAccess(facts, from))
    }),
  )
})

test('only a step that was skipped after its connection ended lets it rest', () => {
  const ended: ConnectionFact = {
    kind: 'bank',
    state: 'lost',
    endsAt: days(10),
    asked: 'not_asked',
    loss: 'ended',
    snoozedUntil: null,
    downBank: null,
  }
  const skipped = (at: number) => withStep(sharing([ended]), 'bank', { doneAt: null, skippedAt: days(at) })
  expect(lostAccess(skipped(11), days(12))).toEqual([])
  expect(lostAccess(skipped(9), days(12))).toHaveLength(1)
  expect(lostAccess(sharing([ended]), days(12))).toHaveLength(1)
  expect(lostAccess({ ...sharing([ended]), erased: true }, days(12))).toEqual([])
})
