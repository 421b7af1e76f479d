/** Fewer digits than this are found in every other number. */
const FEWEST_DIGITS = 4

/**
 * Returns the digits of a text that may be a phone number or a part of one, without what ways of writing it differ in
 * (`+44`, `0044`, `(0)`, blanks), to be looked for in E.164; null for other texts.
 */
export function searchedDigits(text: string): string | null {
  if (!/^[+\d\s().\-\u2010-\u2015/]+$/.test(text)) return null
  const digits = text.replace(/\(0\)/g, '').replace(/\D/g, '')
  // 0044 7400 …, +44 07400 … and 07400 … are one number.
  const plain = digits.replace(/^00/, '').replace(/^440/, '44').replace(/^0/, '')
  return plain.length >= FEWEST_DIGITS ? plain : null
}
