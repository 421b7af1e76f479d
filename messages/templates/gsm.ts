import { SegmentedMessage } from 'sms-segments-calculator'
import { transliterate } from 'transliteration'

/** Replacements of ASCII characters that the GSM basic alphabet lacks. */
const SPELLED = new Map(
  Object.entries({ '[': '(', ']': ')', '{': '(', '}': ')', '\\': '/', '|': '/', '~': '-', '^': '', '`': "'" }),
)

const SEPTET_BITS = 7

/** The cache of `isBasic`; asking the library takes a tenth of a millisecond. */
const known = new Map<string, boolean>()
/** The alphabet has no characters from here on; the Greek ones are its last. */
const FIRST_FOREIGN = '\u0400'

/** Returns true if the GSM basic alphabet has the character and counts it once. Line breaks do not occur in names. */
function isBasic(character: string): boolean {
  if (character >= FIRST_FOREIGN || /[\r\n\f]/.test(character)) return false
  const before = known.get(character)
  if (before !== undefined) return before
  const { encodingName, messageSize } = new SegmentedMessage(character)
  const basic = encodingName === 'GSM-7' && messageSize === SEPTET_BITS
  known.set(character, basic)
  return basic
}

/** The most characters of the GSM basic alphabet that one text has. */
const LONGEST = 160

/** Returns true if a body fits one text: GSM characters only, at most 160. */
export const isOneText = (body: string): boolean => body.length <= LONGEST && isGsm(body)

/** Returns true if the GSM basic alphabet has every character, so that each counts once. */
export const isGsm = (text: string): boolean => [...text].every(isBasic)

/**
 * Returns a name in the GSM basic alphabet on one line. Missing letters are transliterated, pictures are left out. A
 * name in any script stays recognisable.
 */
export function toGsm(name: string): string {
  const line = name.normalize('NFKC').replace(/\s+/gu, ' ')
  const spelled = transliterate(line, { ignore: [...new Set(line)].filter(isBasic), replace: [['€', 'EUR']] })
  const basic = [...spelled].map((one) => SPELLED.get(one) ?? (isBasic(one) ? one : '')).join('')
  return basic.replace(/ +/g, ' ').trim()
}
