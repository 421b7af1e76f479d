/** The least number of digits to search for; fewer match almost every number. */
const FEWEST_DIGITS = 4

/**
 * Returns the digits of a text that may be (part of) a phone number, for a search in E.164 numbers; null for other
 * texts. Leaves out `+`, `00`, `(0)`, blanks and the leading zero, which differ by way of writing.
 */
export function searchedDigits(text: string): string | null {
  if (!/^[+\d\s().\-\u2010-\u2015/]+$/.test(text)) return null
  const digits = text.replace(/\(0\)/g, '').replace(/\D/g, '')
  // 0044 7400 …, +44 07400 … and 07400 … are the same number.
  const plain = digits.replace(/^00/, '').replace(/^440/, '44').replace(/^0/, '')
  return plain.length >= FEWEST_DIGITS ? plain : null
}
