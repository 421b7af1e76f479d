import { describe, expect, test } from 'vitest'
import { askedName, isSameOrganisation } from '../../../domain/connections/matching.ts'

const of = (name: string, companyNumber: string | null = null) => ({ name, companyNumber })

describe('the same organisation', () => {
  test.each([
    ['names alone agree', of('Harbour Bakery Ltd'), of('Harbour Bakery Limited'), true],
    ['names alone differ', of('Quay Bakery Ltd'), of('Harbour Bakery Ltd'), false],
    ['one has no number', of('Harbour Bakery Ltd', '01234567'), of('Harbour Bakery Ltd'), true],
    ['numbers agree, however they are written', of('HBK 2019', '1234567'), of('Harbour Bakery Ltd', '01234567'), true],
    [
      'names agree and numbers differ',
      of('Harbour Bakery Ltd', '07654321'),
      of('Harbour Bakery Ltd', '01234567'),
      false,
    ],
    ['a number that cannot be read', of('Harbour Bakery Ltd', 'n/a'), of('Harbour Bakery Ltd', '01234567'), true],
  ])('%s', (_why, found, expected, isSame) => {
    expect(isSameOrganisation(found, expected)).toBe(isSame)
    expect(isSameOrganisation(expected, found)).toBe(isSame)
  })

  test('the name to ask about shows the number where the names show no difference', () => {
    const expected = of('Harbour Bakery Ltd', '01234567')
    expect(askedName(of('Quay Bakery Ltd', '07654321'), expected)).toBe('Quay Bakery Ltd')
    const asked = askedName(of('Harbour Bakery Ltd', '07654321'), expected)
    expect(asked).toBe('Harbour Bakery Ltd (company number 07654321)')
  })
})
