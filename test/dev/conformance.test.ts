import { expect, test } from 'vitest'
import { CONTRACTS, OUTCOMES } from '../conformance/contracts.ts'
import { matrixOf, problemsOf, type Shown } from '../conformance/matrix.ts'

// The conditions under which `npm run conformance` calls a matrix complete.

const whole: Shown[] = Object.values(CONTRACTS).flatMap(({ label, none, rows }) => [
  ...OUTCOMES.filter((outcome) => !none[outcome]).map((outcome) => ({
    suite: label,
    title: outcome,
    outcomes: [outcome],
    passed: true,
  })),
  ...rows.flat().map((title) => ({ suite: label, title, outcomes: [], passed: true })),
])

test('a matrix is whole when each cell has a test that passes, or a reason to have none', () => {
  expect(problemsOf(matrixOf(whole))).toEqual([])
  for (const { none, rows } of Object.values(CONTRACTS)) {
    const reasons = [...Object.values(none), ...rows.flatMap((row) => (typeof row === 'string' ? [] : [row[1]]))]
    for (const reason of reasons.filter((one) => one.startsWith('none'))) expect(reason).toMatch(/^none: .{10}/)
  }
})

test('an empty cell, a failing one, and a reason beside a test are problems', () => {
  const without = (label: string, title: string) => whole.filter((one) => one.suite !== label || one.title !== title)
  expect(problemsOf(matrixOf(without('Sage', 'malformed')))).toEqual(['Sage, malformed: no test shows it'])
  expect(problemsOf(matrixOf(without('Plaid', 'left')))).toEqual(['Plaid, left: no test shows it'])
  const failing = whole.map((one) => (one.suite === 'Xero' && one.title === '429' ? { ...one, passed: false } : one))
  expect(problemsOf(matrixOf(failing))).toEqual(['Xero, 429: "429" fails'])
  const odd: Shown = { suite: 'bank: plaid', title: 'a test', outcomes: ['wrong organisation'], passed: true }
  expect(problemsOf(matrixOf([...whole, odd]))).toEqual([
    'Plaid, wrong organisation: a test shows it, and yet it says "none: a bank gives accounts, which belong to no organisation"',
  ])
})
