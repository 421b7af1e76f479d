import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  maskNiNumber,
  readCompanyNumber,
  readNiNumber,
  readPostcode,
  showNiNumber,
} from '../../domain/fields/ukFormats.ts'

const oneOf = (letters: string) => fc.constantFrom(...letters)
const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`))
/** The same characters with blanks between them and in any letter case. */
const sloppy = (value: string) =>
  fc
    .array(fc.tuple(fc.boolean(), fc.constantFrom('', '', ' ')), { minLength: value.length, maxLength: value.length })
    .map((ways) => [...value].map((char, i) => (ways[i]![0] ? char.toLowerCase() : char) + ways[i]![1]).join(''))

describe('National Insurance numbers', () => {
  it.each([
    ['AB123456C', 'AB123456C'],
    ['ab 12 34 56 c', 'AB123456C'],
    [' AB-12-34-56-D ', 'AB123456D'],
  ])('takes %j', (typed, value) => {
    expect(readNiNumber(typed)).toEqual({ ok: true, value, doubtful: false })
  })

  it.each(['QQ123456C', 'BG123456A', 'GB123456A', 'KN123456A', 'NK123456A', 'NT123456A', 'TN123456A', 'ZZ123456A'])(
    'refuses %s, which nobody can have',
    (typed) => expect(readNiNumber(typed)).toEqual({ ok: false }),
  )

  it.each(['DA123456A', 'AO123456A', 'OO123456A', 'AB12345C', 'AB1234567C', 'AB123456E', 'AB123456', '11A11111', ''])(
    'refuses %j',
    (typed) => expect(readNiNumber(typed)).toEqual({ ok: false }),
  )

  it('takes administrative prefixes with a doubt', () => {
    expect(readNiNumber('PY123456A')).toEqual({ ok: true, value: 'PY123456A', doubtful: true })
  })

  it('reads what it shows, however it is typed', () => {
    const number = fc
      .tuple(oneOf('ABCEGHJKLMPRSW'), oneOf('ACEHJLMPRSWXY'), digits(6), oneOf('ABCD'))
      .map((parts) => parts.join(''))
      .filter((text) => !/^(NT|TN)/.test(text))
    fc.assert(
      fc.property(
        number.chain((value) => fc.tuple(fc.constant(value), sloppy(value))),
        ([value, typed]) => {
          expect(readNiNumber(typed)).toMatchObject({ ok: true, value })
          expect(readNiNumber(showNiNumber(value))).toMatchObject({ ok: true, value })
        },
      ),
    )
  })

  it('masks all but the last four characters', () => {
    expect(showNiNumber('AB123456C')).toBe('AB 12 34 56 C')
    expect(maskNiNumber('AB123456C')).toBe('•• •• •4 56 C')
  })
})

describe('postcodes', () => {
  it.each(['SW1A 1AA', 'M1 1AE', 'B33 8TH', 'CR2 6XH', 'DN55 1PT', 'W1A 1HQ', 'EC1A 1BB', 'GIR 0AA', 'BF1 0AA'])(
    'knows %s in any spacing and case',
    (value) => {
      const known = { ok: true, value, doubtful: false }
      expect(readPostcode(value)).toEqual(known)
      expect(readPostcode(value.replace(' ', '').toLowerCase())).toEqual(known)
      expect(readPostcode(`  ${value.split('').join(' ')} `)).toEqual(known)
    },
  )

  it.each([
    ['gy1 1aa', 'GY1 1AA'],
    ['je2 3ab', 'JE2 3AB'],
    ['im1 1ad', 'IM1 1AD'],
    ['fiqq1zz', 'FIQQ 1ZZ'],
    ['bfpo 123', 'BFPO 123'],
  ])('knows %s', (typed, value) => expect(readPostcode(typed)).toEqual({ ok: true, value, doubtful: false }))

  it.each([
    ['QA1 1AA', 'QA1 1AA'],
    ['SW1A 1CA', 'SW1A 1CA'],
    ['10115', '10115'],
    ['d02  x285', 'D02 X285'],
  ])('keeps %s with a doubt', (typed, value) => {
    expect(readPostcode(typed)).toEqual({ ok: true, value, doubtful: true })
  })

  it.each(['', '   ', 'not a postcode at all'])('refuses %j', (typed) =>
    expect(readPostcode(typed)).toEqual({ ok: false }),
  )

  it('is stable: reading a read postcode changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 14 }), (typed) => {
        const once = readPostcode(typed)
        if (once.ok) expect(readPostcode(once.value)).toEqual(once)
      }),
    )
  })
})

describe('company numbers', () => {
  it.each([
    ['01234567', '01234567'],
    ['1234567', '01234567'],
    ['12', '00000012'],
    ['sc 123456', 'SC123456'],
    ['sc1234', 'SC001234'],
    ['NI012345', 'NI012345'],
    ['oc300001', 'OC300001'],
    ['r0000123', 'R0000123'],
  ])('reads %s as %s', (typed, value) => expect(readCompanyNumber(typed)).toEqual({ ok: true, value, doubtful: false }))

  it.each(['', '0', '00000000', '123456789', 'ABC12345', 'SC1234567', 'SC', '12A45678', 'X1234567'])(
    'refuses %j',
    (typed) => expect(readCompanyNumber(typed)).toEqual({ ok: false }),
  )

  it('has 8 characters whenever it is taken, and reads itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z]{0,2} ?\d{0,9}$/), (typed) => {
        const read = readCompanyNumber(typed)
        if (!read.ok) return
        expect(read.value).toMatch(/^[A-Z0-9]{8}$/)
        expect(readCompanyNumber(read.value)).toEqual(read)
      }),
    )
  })
})
