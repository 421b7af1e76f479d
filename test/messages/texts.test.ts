import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isGsm, toGsm } from '../../messages/templates/gsm.ts'
import { renderText, type TextView } from '../../messages/templates/texts.ts'
import { dated, link, longest, longestViews } from './textViews.ts'

describe('texts', () => {
  test.each(longestViews)('%o is as long as it can get', (view, length) => {
    expect(renderText(view)).toHaveLength(length)
  })

  test('say what they ask in one message', () => {
    const names = { practice: 'Marsh & Lowe Accountants', organisation: 'Harbour Bakery Ltd', link }
    expect(renderText({ ...names, ...dated, text: 'invitation' })).toBe(
      `Marsh & Lowe Acc..: join Harbour Bakery Ltd, connect its bank: ${link} by Tue 10 Mar 14:02. Unsure? Call us.`,
    )
    expect(renderText({ ...names, ...dated, text: 'join-reminder' })).toBe(
      `Marsh & Lowe Acc..: Harbour Bakery Ltd still needs you to join: ${link} by Tue 10 Mar 14:02`,
    )
  })

  test('address a self-employed person as one', () => {
    const names = { practice: 'Marsh & Lowe Accountants', organisation: 'Ada Whitlock', isPerson: true, link }
    expect(renderText({ ...names, ...dated, text: 'invitation' })).toBe(
      `Marsh & Lowe Acc..: please connect your bank: ${link} by Tue 10 Mar 14:02. Unsure? Call us first.`,
    )
    for (const [view] of longestViews) expect(renderText({ ...view, ...names } as TextView)).not.toMatch(/Ada|its bank/)
  })

  test('a link in a name is no link for a telephone', () => {
    for (const names of [
      { practice: 'evil.example', organisation: 'http://evil.top/x', link },
      { practice: 'evil。example', organisation: 'http：／／evil．top', link },
    ]) {
      expect(renderText({ ...names, ...dated, text: 'join' }).replace(link, '')).not.toMatch(/:\/\/|\w\.\w/)
    }
  })

  test('spell foreign letters in every script that people write in', () => {
    expect(toGsm('Łódź Żabka – “Café” Œuvre…')).toBe('Lodz Zabka - "Café" OEuvre...')
    expect(toGsm('Пекарня Юлия')).toBe('Pekarnya Yuliya')
    expect(toGsm('Αρτοποιείο')).toBe('Αrtopoieio'.replace('Α', 'A'))
    expect(toGsm('O’Brien & [Sons] 50€')).toBe("O'Brien & (Sons) 50EUR")
    expect(toGsm('Ｆｕｌｌ ﬁg\n\tltd 🥐')).toBe('Full fig ltd')
    expect(toGsm('王会计')).toBe('Wang Hui Ji')
    const text = renderText({ practice: '王会计', organisation: '面包店', link, ...dated, text: 'join' })
    expect(text).toContain('Wang Hui Ji: join Mian Bao Dian: https')
    expect(renderText({ practice: '🥐', organisation: '', link, ...dated, text: 'join' })).toContain(
      'Your accountant: join your business: https',
    )
  })

  test('are GSM and at most 160 characters whatever people are called', () => {
    const name = fc.string({ unit: 'binary', maxLength: 80 })
    const latin = fc.string({ unit: 'grapheme', maxLength: 80 })
    const any = fc.oneof(name, latin)
    fc.assert(
      fc.property(any, any, any, fc.constantFrom(...longestViews), (practice, organisation, bankName, [view]) => {
        const text = renderText({
          ...view,
          practice,
          organisation,
          ...('bankName' in view ? { bankName } : {}),
        } as TextView)
        return isGsm(text) && text.length <= 160
      }),
      { numRuns: 2000 },
    )
  })

  test('refuse a link that would not fit', () => {
    expect(() =>
      renderText({ ...longest, link: `${longest.link}x`, text: 'after-accepting', step: 'bank', ledger: null }),
    ).toThrow(RangeError)
  })
})
