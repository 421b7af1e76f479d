import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ASKED_STATES,
  CONSENT_MOVES,
  CONSENT_SITUATIONS,
  CONSENT_STATES,
  type Consent,
  consentSituation,
  consentsWaitingFor,
  moveOfConsent,
} from '../../../domain/connections/consents.ts'
import { consentSentence } from '../../../domain/rows/consentWords.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { isInView } from '../../consentViews.ts'

const NOW = Date.UTC(2026, 1, 18, 9)
const standing = (days: number | null, asked: Consent['asked'] = 'not_asked'): Consent => ({
  state: 'standing',
  endsAt: days === null ? null : NOW + days * DAY_MS,
  asked,
})
const consents = fc.record({
  state: fc.constantFrom(...CONSENT_STATES),
  asked: fc.constantFrom(...ASKED_STATES),
  endsAt: fc.option(fc.integer({ min: NOW - 400 * DAY_MS, max: NOW + 400 * DAY_MS })),
})

test('a consent is somebody’s turn exactly where the table by which rows are found says so', () => {
  fc.assert(
    fc.property(consents, ({ state, endsAt, asked }) => {
      const now = state === 'standing' || endsAt === null ? NOW : Math.max(NOW, endsAt)
      const left = state !== 'standing' && endsAt === null ? 0 : (endsAt ?? Number.POSITIVE_INFINITY) - now
      const move = moveOfConsent(consentSituation({ state, endsAt, asked }, now))
      const found = CONSENT_MOVES.filter((one) =>
        consentsWaitingFor(one).some(
          ({ states, ends, asked: so = ASKED_STATES }) =>
            states.includes(state) && left > ends.after && left <= ends.upTo && so.includes(asked),
        ),
      )
      expect(found).toEqual(move === null ? [] : [move])
    }),
  )
})

test('as time goes by a standing consent only comes nearer to a call, and never goes back to working', () => {
  const order = ['working', 'to_confirm', 'unanswered', 'expired', 'expired_long']
  fc.assert(
    fc.property(fc.integer({ min: -30, max: 120 }), fc.integer({ min: 0, max: 100 }), (days, later) => {
      const at = (plus: number) => order.indexOf(consentSituation(standing(days), NOW + plus * DAY_MS))
      expect(at(later)).toBeGreaterThanOrEqual(at(0))
    }),
  )
})

describe('turns', () => {
  test.each([
    [standing(null), 'working', null],
    [standing(15), 'working', null],
    [standing(14), 'to_confirm', 'client'],
    [standing(2.01), 'to_confirm', 'client'],
    [standing(9, 'asked'), 'to_confirm', 'client'],
    [standing(9, 'opened'), 'opened', 'client'],
    [standing(9, 'bounced'), 'bounced', 'practice'],
    [standing(1, 'unreached'), 'bounced', 'practice'],
    [standing(-3, 'bounced'), 'bounced', 'practice'],
    [standing(-8, 'bounced'), 'expired_long', 'practice'],
    [standing(20, 'bounced'), 'working', null],
    [standing(1, 'opened'), 'unanswered', 'practice'],
    [standing(2), 'unanswered', 'practice'],
    [standing(0), 'expired', 'client'],
    [{ state: 'expired', endsAt: NOW - 6 * DAY_MS, asked: 'asked' }, 'expired', 'client'],
    [{ state: 'expired', endsAt: NOW - 7 * DAY_MS, asked: 'asked' }, 'expired_long', 'practice'],
    [{ state: 'stopped', endsAt: NOW - 90 * DAY_MS, asked: 'asked' }, 'stopped', 'practice'],
    [{ state: 'lost', endsAt: null, asked: 'asked' }, 'lost', 'practice'],
  ] as [Consent, string, string | null][])('of %j: %s', (consent, situation, move) => {
    const found = consentSituation(consent, NOW)
    expect([found, moveOfConsent(found)]).toEqual([situation, move])
  })

  test('that are the practice’s are all in the view of what to do now, until a month after the end', () => {
    fc.assert(
      fc.property(consents, ({ state, ...rest }) => {
        const endsAt = state === 'standing' || rest.endsAt === null ? rest.endsAt : Math.min(NOW, rest.endsAt)
        const consent = { ...rest, state, endsAt }
        const isTheirs = moveOfConsent(consentSituation(consent, NOW)) === 'practice'
        const isOld = endsAt === null || endsAt <= NOW - 30 * DAY_MS
        if (isTheirs && !isOld) expect(isInView('act_now', consent, NOW)).toBe(true)
      }),
    )
  })
})

test('each situation but one has a sentence, with and without names', () => {
  const names = {
    first: 'Jo',
    bank: 'Northgate',
    asked: 'bounced',
    endsAt: NOW + DAY_MS,
    loss: 'ended',
    visitsBank: true,
    isDown: false,
  } as const
  const said = CONSENT_SITUATIONS.map((one) => consentSentence(one, { ...names, zone: 'Europe/London' }))
  expect(said).toEqual([
    null,
    'Jo to approve again at Northgate',
    'Jo opened it, hasn’t confirmed',
    'Email bounced: correct it',
    'Call Jo: access ends Thu 19 Feb',
    'Jo to share again',
    'Call Jo',
    'Jo stopped sharing: ask why',
    'Access ended early: at the bank',
  ])
  const nobody = {
    first: null,
    bank: null,
    asked: 'unreached',
    endsAt: null,
    loss: null,
    visitsBank: false,
    isDown: false,
    zone: 'Europe/London',
  } as const
  expect(CONSENT_SITUATIONS.map((one) => consentSentence(one, nobody))).toEqual([
    null,
    'Client to confirm',
    'Client opened it, hasn’t confirmed',
    'Nobody could be asked: add an address',
    'Call the client: access ends soon',
    'Client to share again',
    'Call the client',
    'Client stopped sharing: ask why',
    'Access ended early: at the bank',
  ])
  const held = { ...names, isDown: true, zone: 'Europe/London' }
  expect(CONSENT_SITUATIONS.map((one) => consentSentence(one, held)).filter((one, n) => one !== said[n])).toEqual([
    'Northgate is down, Jo isn’t asked',
    'Northgate is down, Jo isn’t asked',
    'Northgate is down, Jo isn’t asked',
  ])
})
