import { SegmentedMessage } from 'sms-segments-calculator'
import { transliterate } from 'transliteration'

/** Signs of ASCII that the GSM basic alphabet lacks. */
const SPELLED = new Map(
  Object.entries({ '[': '(', ']': ')', '{': '(', '}': ')', '\\': '/', '|': '/', '~': '-', '^': '', '`': "'" }),
)

const SEPTET_BITS = 7

/** Returns true if a body is sent as one text: GSM letters only, at most 160 of them. */
export function isOneText(body: string): boolean {
  const { encodingName, segmentsCount } = new SegmentedMessage(body)
  return encodingName === 'GSM-7' && segmentsCount === 1
}

/** Remembers the answers of `isBasic`: asking the library takes a tenth of a millisecond. */
const known = new Map<string, boolean>()
/** No letter of the alphabet stands behind the Greek ones. */
const FIRST_FOREIGN = '\u0400'

/** Returns true if a character stands in the GSM basic alphabet, where each counts once. Line breaks are no part of names. */
function isBasic(character: string): boolean {
  if (character >= FIRST_FOREIGN || /[\r\n\f]/.test(character)) return false
  const before = known.get(character)
  if (before !== undefined) return before
  const { encodingName, messageSize } = new SegmentedMessage(character)
  const basic = encodingName === 'GSM-7' && messageSize === SEPTET_BITS
  known.set(character, basic)
  return basic
}

/** Returns true if every character is of the GSM basic alphabet, so that the text's length is its count of characters. */
export const isGsm = (text: string): boolean => [...text].every(isBasic)

/**
 * Returns a name in the GSM basic alphabet on one line: letters that it lacks are transliterated, pictures left out. A name
 * in any script that people write in keeps some likeness.
 */
export function toGsm(name: string): string {
  const line = name.normalize('NFKC').replace(/\s+/gu, ' ')
  const spelled = transliterate(line, { ignore: [...new Set(line)].filter(isBasic), replace: [['€', 'EUR']] })
  const basic = [...spelled].map((one) => SPELLED.get(one) ?? (isBasic(one) ? one : '')).join('')
  return basic.replace(/ +/g, ' ').trim()
}
