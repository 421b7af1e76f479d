import { expect, test } from 'vitest'
import { ASKED_STATES, CONSENT_SITUATIONS } from '../../domain/connections/consents.ts'
import { BLOCKERS, type Description } from '../../domain/describe.ts'
import { blockerSentence, type Names } from '../../domain/rows/sentences.ts'
import { type Facts, STATUSES } from '../../domain/situation.ts'
import { accepted, days, declined, invited, message, withStep } from './onboardings.ts'

const LONG: Names = {
  first: 'Bartholomew-Alexander',
  bank: 'The Royal Bank of Scotland International',
  ledger: 'QuickBooks Online Advanced',
  signedIn: 'Wilhelmina Featherstonehaugh-Cholmondeley',
  domain: 'a-very-long-subdomain.harbour-bakery.example',
  unmatched: 120,
  cancelledBy: 'Wilhelmina Featherstonehaugh-Cholmondeley',
  cancelReason: 'they have moved to another accountant in the next town',
  giveUpDays: 730,
  declined: { reason: 'not_the_right_person', instead: 'Maximiliana Konstantinopoulos-Worthington' },
}
const NAMELESS: Names = {
  first: null,
  bank: null,
  ledger: null,
  domain: null,
  unmatched: 1,
  cancelledBy: null,
  giveUpDays: 90,
}

const description = (stage: Description['stage'], blockedBy: Description['blockedBy']): Description => ({
  stage,
  blockedBy,
  move: blockedBy === null ? null : 'client',
  since: days(0),
  step: 'bank',
  reason: null,
  next: [],
  also: [],
  turns: null,
})

/** Returns all sentences: each end, each reason to wait, and its variants. */
function sentences(names: Names): string[] {
  const failed = withStep(accepted, 'bank', { failedAt: days(-998) })
  const lastReminder: Facts = { ...invited, reminded: { client: { series: 'invited-1', n: 3 }, staff: null } }
  const unknown = { ...invited, messages: [message({ channel: 'sms', state: 'unknown' })] }
  const client = withStep(accepted, 'books', { owner: 'client' })
  const variants = [accepted, invited, lastReminder, unknown, client, failed]
  const reasons = [null, 'stopped', 'refused', 'no_accounts', 'unavailable', 'unconfirmed'] as const
  const waiting = BLOCKERS.flatMap((blocker) =>
    variants.flatMap((facts) =>
      (['bank', 'books'] as const).flatMap((step) =>
        reasons.map((reason) =>
          blockerSentence({ ...description('invited', blocker), step, reason }, facts, names, days(1)),
        ),
      ),
    ),
  )
  const lost = CONSENT_SITUATIONS.flatMap((is) =>
    ASKED_STATES.flatMap((asked) =>
      ([null, 'permission', 'expired', 'ended', 'sign_in_ended'] as const).flatMap((loss) =>
        (['access_ended', 'sign_in_lost'] as const).flatMap((blocker) =>
          [null, names.bank].map((downBank) =>
            blockerSentence(
              { ...description('completed', blocker), access: { is, asked, loss, downBank } },
              accepted,
              names,
              days(1),
            ),
          ),
        ),
      ),
    ),
  )
  const ended = STATUSES.map((stage) => blockerSentence(description(stage, null), accepted, names, days(1)))
  return [...waiting, ...lost, ...ended]
}

test('a sentence has at most 44 characters however long the names are, but one that is longer by its own words', () => {
  expect([...new Set(sentences(LONG))].filter((sentence) => sentence.length > 44)).toEqual([
    'Bartholomew… to connect the bank, last reminder sent',
    'Bartholomew… to connect another bank, last reminder sent',
    "Bartholomew… to say if that's all, last reminder sent",
  ])
})

test('a sentence starts with the person or the thing, with a capital, and never ends in a full stop', () => {
  for (const sentence of [...sentences(LONG), ...sentences(NAMELESS)]) {
    expect(sentence).toMatch(/^[A-Z]/)
    expect(sentence).not.toMatch(/^Waiting|\.$|undefined|null/)
  }
  expect(blockerSentence(description('accepted', 'processing'), accepted, NAMELESS, days(1))).toBe(
    'The bank is processing',
  )
})

test.each([
  [null, 'Declined with a reason'],
  [{ reason: 'not_my_company', instead: null }, 'Declined: not their company'],
  [{ reason: 'not_the_right_person', instead: 'Ann Harbour' }, 'Declined: ask Ann Harbour instead'],
  [{ reason: 'not_the_right_person', instead: null }, 'Declined with a reason'],
  [{ reason: 'no_wish', instead: null }, 'Declined with a reason'],
] as const)('declined %o: %s', (why, sentence) => {
  expect(blockerSentence(description('declined', 'declined'), declined, { ...NAMELESS, declined: why }, days(1))).toBe(
    sentence,
  )
})

test('one account is one account', () => {
  const matching = description('accepted', 'mapping')
  expect(blockerSentence(matching, accepted, { ...NAMELESS, ledger: 'Xero' }, days(1))).toBe('Match 1 account to Xero')
  expect(blockerSentence(matching, accepted, { ...NAMELESS, ledger: 'Xero', unmatched: 4 }, days(1))).toBe(
    'Match 4 accounts to Xero',
  )
})
