import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/**
 * The result of reading a typed number. `number` is E.164. Refusals: `one_digit_short` (a UK mobile that lacks one
 * digit), `not_mobile` (a real number that takes no texts), `country` (a mobile of a country that is not allowed), else
 * `invalid`.
 */
export type Mobile =
  | { ok: true; number: string }
  | { ok: false; code: 'invalid' | 'one_digit_short' | 'not_mobile' | 'country' }

/** The default countries for mobiles: the United Kingdom and the Crown dependencies. */
const homeCountries: readonly CountryCode[] = ['GB', 'GG', 'JE', 'IM']

/** Reads a typed mobile number; without a country code it counts as a UK number. Never throws. */
export function parseMobile(text: string, allowedCountries: readonly string[] = homeCountries): Mobile {
  const parsed = parsePhoneNumberFromString(text.trim(), { defaultCountry: 'GB', extract: false })
  if (!parsed) return { ok: false, code: 'invalid' }
  if (!parsed.isValid()) {
    const short = parsed.countryCallingCode === '44' && /^7\d{8}$/.test(parsed.nationalNumber)
    return { ok: false, code: short ? 'one_digit_short' : 'invalid' }
  }
  const type = parsed.getType()
  if (type !== 'MOBILE' && type !== 'FIXED_LINE_OR_MOBILE') return { ok: false, code: 'not_mobile' }
  if (!parsed.country || !allowedCountries.includes(parsed.country)) return { ok: false, code: 'country' }
  return { ok: true, number: parsed.number }
}

/** Formats an E.164 number for people: `07700 900123`. Returns text that cannot be read unchanged. */
export function nationalNumber(number: string): string {
  return parsePhoneNumberFromString(number)?.formatNational() ?? number
}
