import { expect, test } from 'vitest'
import { kindsIn, problemsOfKind } from '../../domain/fields/kinds.ts'

test('self-employed clients are for the UK alone', () => {
  expect(kindsIn('GB')).toEqual(['business', 'self_employed'])
  expect(kindsIn('IE')).toEqual(['business'])
})

test('a self-employed client has a contact with an email address and an income source', () => {
  const none = { kind: 'self_employed', contact: null, hasNiNumber: false, incomeSources: [] } as const
  expect(problemsOfKind(none).map(({ field }) => field)).toEqual(['contact.name', 'contact.email', 'incomeSources'])
  const whole = { ...none, contact: { name: 'Ann Roe', email: 'ann@roe.example' }, incomeSources: ['Windows'] }
  expect(problemsOfKind(whole)).toEqual([])
})

test('a business has neither a National Insurance number nor income sources', () => {
  const all = { kind: 'business', contact: null, hasNiNumber: true, incomeSources: ['Windows'] } as const
  expect(problemsOfKind(all)).toEqual([
    { code: 'self_employed_only', field: 'niNumber' },
    { code: 'self_employed_only', field: 'incomeSources' },
  ])
})
