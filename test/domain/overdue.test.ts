import { expect, test } from 'vitest'
import { overdueOf } from '../../domain/rows/overdue.ts'
import { DAY_MS } from '../../domain/situation.ts'
import { doing } from './applied.ts'
import { accepted, ask, at, completed, days, declined, expired, invited, notInvited } from './onboardings.ts'

const usual = (stage: 'not_invited' | 'invited' | 'accepted', usualDays: number | null, limitDays: number | null) => ({
  stage,
  usualMs: usualDays && usualDays * DAY_MS,
  limitMs: limitDays && limitDays * DAY_MS,
})
const since = invited.instants.invited ?? 0

test('a client is overdue once it stands in its stage for longer than usual, not before', () => {
  const two = usual('invited', 2, null)
  expect(overdueOf(invited, two, since + 2 * DAY_MS)).toBeNull()
  expect(overdueOf(invited, two, since + 2 * DAY_MS + 1)).toEqual({ since, over: 'usual', ms: 2 * DAY_MS })
})

test('the practice’s limit counts where it is shorter, or nothing is known to be usual', () => {
  const now = since + 4 * DAY_MS
  expect(overdueOf(invited, usual('invited', 2, 3), now)).toMatchObject({ over: 'usual', ms: 2 * DAY_MS })
  expect(overdueOf(invited, usual('invited', 3, 2), now)).toMatchObject({ over: 'limit', ms: 2 * DAY_MS })
  expect(overdueOf(invited, usual('invited', null, 2), now)).toMatchObject({ over: 'limit' })
  expect(overdueOf(invited, usual('invited', 5, 5), now)).toBeNull()
  expect(overdueOf(invited, usual('invited', null, null), now)).toBeNull()
  expect(overdueOf(invited, null, now)).toBeNull()
})

test('each stage has its own beginning', () => {
  const begin = { not_invited: notInvited.instants.provisioned, accepted: accepted.instants.accepted }
  const late = days(60)
  expect(overdueOf(notInvited, usual('not_invited', 1, null), late)?.since).toBe(begin.not_invited)
  expect(overdueOf(accepted, usual('accepted', 1, null), late)?.since).toBe(begin.accepted)
})

test('a client whose completion was taken back stands in its stage since then', () => {
  const reopened = doing(completed, days(40), ask.reopenStep('bank')).facts
  expect(overdueOf(reopened, usual('accepted', 2, null), days(41))).toBeNull()
  expect(overdueOf(reopened, usual('accepted', 2, null), days(43))?.since).toBe(days(40))
})

test('ended, expired, declined and snoozed clients are not overdue, nor those of a stage without a known length', () => {
  const stages = ['not_invited', 'invited', 'accepted'] as const
  for (const facts of [completed, declined, expired]) {
    for (const stage of stages) expect(overdueOf(facts, usual(stage, 1, 1), days(60))).toBeNull()
  }
  expect(overdueOf(accepted, usual('invited', 1, 1), days(60))).toBeNull()
  // Past its end it counts as expired, even before the expiry is recorded.
  expect(overdueOf(invited, usual('invited', 1, 1), days(30))).toBeNull()
  const snoozed = { ...at(accepted, {}), snoozedUntil: days(61) }
  expect(overdueOf(snoozed, usual('accepted', 1, 1), days(60))).toBeNull()
  expect(overdueOf(snoozed, usual('accepted', 1, 1), days(62))).not.toBeNull()
})
