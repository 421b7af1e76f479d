/**
 * A typed identifier in its normal form for storing, or not ok. `doubtful`: its letters are unusual, so that the page
 * asks to check it; it never blocks.
 */
export type UkFormat = { ok: true; value: string; doubtful: boolean } | { ok: false }

const refused: UkFormat = { ok: false }

const niNumberPattern = /^(?!BG|GB|KN|NK|NT|TN|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z]\d{6}[A-D]$/
/** Prefixes for administrative use. No person's number begins with them. */
const administrativePrefixes = new Set(['CR', 'FY', 'MW', 'NC', 'PP', 'PY', 'PZ'])

/** Reads a National Insurance number, without spaces, in capitals (`AB123456C`). Checks its form only. */
export function readNiNumber(text: string): UkFormat {
  const value = compact(text)
  if (!niNumberPattern.test(value)) return refused
  return { ok: true, value, doubtful: administrativePrefixes.has(value.slice(0, 2)) }
}

/** Formats a normal National Insurance number: `AB 12 34 56 C`. */
export function showNiNumber(value: string): string {
  return value.replace(/^(..)(..)(..)(..)(.)$/, '$1 $2 $3 $4 $5')
}

/** Formats a normal National Insurance number and hides all but its last four characters: `•• •• •4 56 C`. */
export function maskNiNumber(value: string): string {
  return showNiNumber('•'.repeat(Math.max(value.length - 4, 0)) + value.slice(-4))
}

const postcodePattern = new RegExp(
  '^(GIR0AA|(?:' +
    [
      '[A-PR-UWYZ]\\d{1,2}',
      '[A-PR-UWYZ][A-HK-Y]\\d{1,2}',
      '[A-PR-UWYZ]\\d[A-HJKPSTUW]',
      '[A-PR-UWYZ][A-HK-Y]\\d[ABEHMNPRVWXY]',
    ].join('|') +
    ')\\d[ABD-HJLNP-UW-Z]{2})$',
)
/** Postcodes of overseas territories, which follow their own rules. */
const overseasPostcodes = new Set([
  'BBND1ZZ',
  'FIQQ1ZZ',
  'ASCN1ZZ',
  'STHL1ZZ',
  'TDCU1ZZ',
  'PCRN1ZZ',
  'TKCA1ZZ',
  'SIQQ1ZZ',
])
const forcesPattern = /^BFPO(\d{1,4})$/

/**
 * Reads a postcode: capitals with one space (`SW1A 1AA`). An unknown shape is kept as typed, tidied, and marked
 * doubtful, because the rules change and other countries have other codes. Refuses only an empty text or one of more
 * than 12 characters.
 */
export function readPostcode(text: string): UkFormat {
  const tight = compact(text)
  const forces = forcesPattern.exec(tight)
  if (forces) return { ok: true, value: `BFPO ${forces[1]}`, doubtful: false }
  if (postcodePattern.test(tight) || overseasPostcodes.has(tight)) {
    return { ok: true, value: `${tight.slice(0, -3)} ${tight.slice(-3)}`, doubtful: false }
  }
  const value = text.trim().replace(/\s+/g, ' ').toUpperCase()
  if (value.length === 0 || value.length > 12) return refused
  return { ok: true, value, doubtful: true }
}

const companyNumberPattern = /^([A-Z]{2}\d{6}|R\d{7}|\d{8})$/

/** Reads a company number: 8 characters in capitals. Adds leading zeros to the digits, also after two letters. */
export function readCompanyNumber(text: string): UkFormat {
  const tight = compact(text)
  const [, letters, digits] = /^([A-Z]{0,2})(\d{1,8})$/.exec(tight) ?? []
  if (letters === undefined || digits === undefined) return refused
  const value = letters + digits.padStart(8 - letters.length, '0')
  if (!companyNumberPattern.test(value) || /^0+$/.test(value)) return refused
  return { ok: true, value, doubtful: false }
}

/** Returns the text in capitals without spaces, dots or hyphens. */
function compact(text: string): string {
  return text.replace(/[\s.\-\u2010-\u2014]/g, '').toUpperCase()
}
