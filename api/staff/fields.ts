import { z } from 'zod'
import { LEDGERS } from '../../domain/connections/ledgers.ts'
import { isCountry } from '../../domain/fields/countries.ts'
import { isNoReply, normaliseEmail } from '../../domain/fields/emailAddress.ts'
import { INDUSTRIES, offeredIndustry } from '../../domain/fields/industries.ts'
import { readCompanyNumber, readNiNumber, readPostcode, type UkFormat } from '../../domain/fields/ukFormats.ts'
import { STEP_KINDS } from '../../domain/situation.ts'
import { parseMobile } from '../../providers/phone.ts'
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../identity/passwordLength.ts'

/**
 * Control characters except tab and line feed, and characters that change the reading direction; a character class
 * valid in every regex dialect.
 */
const NEVER_PRINTED = '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069\\ufeff'
const BREAKS = '\\u0009\\u000a\\u2028\\u2029'
/** Characters that cannot be printed or stored; also lone surrogates, which are no valid text. */
const UNPRINTABLE = new RegExp(`[${NEVER_PRINTED}${BREAKS}\\p{Cs}]`, 'u')
const UNPRINTABLE_BUT_LINES = new RegExp(`[${NEVER_PRINTED}\\p{Cs}]`, 'u')
/** The same rules for the OpenAPI document. */
const LINE = { minLength: 1, pattern: `^[^${NEVER_PRINTED}${BREAKS}]*$` }
const LINES = { minLength: 1, pattern: `^[^${NEVER_PRINTED.replace('\\u000b-', '\\u000b\\u000c\\u000e-')}]*$` }
const LINK =
  /https?:|www\.|\b[a-z0-9-]+\.(?:com|net|org|info|biz|io|app|dev|co|uk|eu|ly|me|xyz|top|click|link|online|site|shop)\b/i

type Issue = { code: 'custom'; message: string; params: { code: string }; path?: (string | number)[] }

/** Adds an issue with a stable code to a field, or to the one at `path` in it. */
export const problem = (
  context: { addIssue(issue: Issue): void },
  code: string,
  message: string,
  path?: (string | number)[],
) => context.addIssue({ code: 'custom', message, params: { code }, ...(path && { path }) })

/** A text that `read` brings to its stored form; one for which it returns null is wrong, with this code and message. */
export const readAs = <T>(read: (text: string) => T | null, code: string, message: string) =>
  z.string().transform((text, context) => {
    const value = read(text)
    if (value !== null) return value
    problem(context, code, message)
    return z.NEVER
  })

/** Returns the length in code points, as the database counts them, not in UTF-16 units. */
const lengthOf = (text: string) => [...text].length

/** Blanks of all widths within a line; a zero-width character is no blank. */
const BLANKS = /[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/g

/** One line of text, trimmed and with single blanks: 1 to `longest` characters, all printable. */
export const line = (longest: number, enter: string) =>
  z
    .string({ error: (issue) => (issue.input === undefined || issue.input === null ? enter : undefined) })
    .transform((given, context) => {
      const text = given.trim().replace(BLANKS, ' ')
      const bad = UNPRINTABLE.exec(text)
      if (bad) {
        const before = text.slice(0, bad.index).slice(-20)
        problem(context, 'unprintable', `Remove the character we can't print after "${before}".`)
      }
      if (text === '') problem(context, 'required', enter)
      if (lengthOf(text) > longest) problem(context, 'too_long', `Use ${longest} characters or fewer.`)
      return text
    })
    .meta({ ...LINE, maxLength: longest })

/** Several lines of text, trimmed, 1 to `longest` characters. */
export const lines = (longest: number, enter: string) =>
  z
    .string({ error: (issue) => (issue.input === undefined || issue.input === null ? enter : undefined) })
    .transform((given, context) => {
      const text = given.replace(/\r\n?/g, '\n').trim()
      if (UNPRINTABLE_BUT_LINES.test(text)) problem(context, 'unprintable', "Remove the characters we can't print.")
      if (text === '') problem(context, 'required', enter)
      const over = lengthOf(text) - longest
      if (over > 0) problem(context, 'too_long', `Remove ${over} ${over === 1 ? 'character' : 'characters'}.`)
      return text
    })
    .meta({ ...LINES, maxLength: longest })

/** A personal message. Links are refused: in the mail they would look like ours. */
export const personalMessage = lines(500, 'Write a message or leave it out.').transform((text, context) => {
  if (LINK.test(text)) problem(context, 'has_link', 'Leave links out: the message stands beside ours.')
  return text
})

/** A web address inside a name, with any top-level domain; a capital after the dot is allowed for "St.John". */
const ADDRESS_IN_NAME = /[\p{L}\p{N}]\.\p{Ll}{2,}/u

/** A practice's name in its mails, also as their sender: it must not pose as another sender or contain an address. */
export const senderName = (longest: number, enter: string) =>
  line(longest, enter).transform((text, context) => {
    // Normalised, because wide forms of the same characters look alike.
    const plain = text.normalize('NFKC')
    if (/[<>@]/.test(plain) || LINK.test(plain) || ADDRESS_IN_NAME.test(plain)) {
      problem(context, 'has_address', 'Use a name only: no email or web address, and none of < > @.')
    }
    return text
  })

export const personName = line(160, 'Enter their name.')

export const emailAddress = z
  .string()
  .max(400, { error: 'Enter an email address like name@example.com.' })
  .transform((text, context) => {
    const read = normaliseEmail(text)
    if (read.ok) return read.email
    problem(context, 'not_an_email', 'Enter an email address like name@example.com.')
    return z.NEVER
  })
  .meta({ example: 'jo@harbour.example', format: 'email' })

const LONGEST_NUMBER = 60

/** The address of a person who reads their mail; no-reply addresses are refused. */
export const personAddress = emailAddress
  .transform((email, context) => {
    if (isNoReply(email)) {
      problem(context, 'no_reply_address', `${email} can't receive replies. Use a person's address.`)
    }
    return email
  })
  .meta({ example: 'jo@harbour.example' })

/** A mobile number in E.164. */
export const mobileNumber = z
  .string()
  .transform((text, context) => {
    const read = text.length > LONGEST_NUMBER ? ({ ok: false, code: 'invalid' } as const) : parseMobile(text)
    if (read.ok) return read.number
    switch (read.code) {
      case 'one_digit_short':
        problem(context, 'one_digit_short', 'Check the number: it is one digit short.')
        break
      case 'not_mobile':
        problem(context, 'not_mobile', `${text.trim()} isn't a mobile number, so it can't get texts.`)
        break
      case 'country':
        problem(context, 'country', `${text.trim()} is from a country we can't text.`)
        break
      case 'invalid':
        problem(context, 'not_a_number', 'Enter a mobile number like 07400 123456.')
    }
    return z.NEVER
  })
  .meta({ example: '07400 123456', minLength: 1, maxLength: LONGEST_NUMBER })

const CODE = /^[A-Za-z0-9./-]{1,24}$/

export const practiceCode = readAs(
  (text) => (CODE.test(text.trim()) ? text.trim() : null),
  'wrong_format',
  'Use letters, digits, full stop, hyphen or slash, up to 24.',
).meta({ example: 'HAR01', pattern: CODE.source, maxLength: 24 })

/** One of the offered industries, or another in free text. */
export const industry = line(80, 'Say which industry, in 80 characters or fewer.')
  .transform((text, context) => {
    if (text.toLowerCase() === 'other') {
      problem(context, 'required', 'Say which industry, in 80 characters or fewer.')
    }
    const offered = offeredIndustry(text)
    // A mistyped code would otherwise be stored as free text.
    if (offered === null && /^[a-z]+(_[a-z]+)+$/.test(text)) {
      problem(context, 'not_an_option', `Choose one of ${INDUSTRIES.join(', ')}, or say which other in your own words.`)
    }
    return offered ?? text
  })
  .meta({
    example: 'food_and_drink',
    description: `One of ${INDUSTRIES.join(', ')}. Any other industry is said in its own words (\`Chimney sweeping\`) and counts as other; what looks like a code and is none of these is refused.`,
  })

/** Returns a typed code in capitals, if it is one of those `isKnown`. */
const capitals = (isKnown: (code: string) => boolean) => (text: string) => {
  const code = text.trim().toUpperCase()
  return isKnown(code) ? code : null
}

export const country = readAs(
  capitals(isCountry),
  'not_a_country',
  'Give the two letters of a country, for example GB.',
).meta({ example: 'GB', pattern: '^[A-Za-z]{2}$', description: 'ISO 3166-1, two letters.' })

const currencies = new Set(Intl.supportedValuesOf('currency'))

export const currency = readAs(
  capitals((code) => currencies.has(code)),
  'not_a_currency',
  'Give the three letters of a currency, for example GBP.',
).meta({ example: 'GBP', pattern: '^[A-Za-z]{3}$', description: 'ISO 4217.' })

/** The name of a time zone in the tz database. */
export const timeZone = readAs(
  (text) => (isTimeZone(text.trim()) ? text.trim() : null),
  'not_a_time_zone',
  'Give the name of a time zone, for example Europe/London.',
).meta({ example: 'Europe/London', pattern: '^[A-Z]', description: 'As the tz database names it.' })

function isTimeZone(name: string): boolean {
  try {
    // Offsets are valid zones here, but have no summer time, so they are refused.
    return /^[A-Z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** A new password, exactly as typed. */
export const password = z
  .string()
  .transform((text, context) => {
    if (lengthOf(text) < SHORTEST_PASSWORD) {
      const message = `At least ${SHORTEST_PASSWORD} characters. Three words make a good one.`
      problem(context, 'too_short', message)
    }
    if (lengthOf(text) > LONGEST_PASSWORD) problem(context, 'too_long', `Use ${LONGEST_PASSWORD} characters or fewer.`)
    return text
  })
  .meta({
    minLength: SHORTEST_PASSWORD,
    maxLength: LONGEST_PASSWORD,
    format: 'password',
    example: 'three words make one',
  })

const LONGEST_IDENTIFIER = 100

/** Parses a typed identifier to its normal form, with a flag when it looks doubtful. */
const identifier = (read: (text: string) => UkFormat, code: string, message: string) =>
  readAs(
    (text) => {
      const found = text.length <= LONGEST_IDENTIFIER && !UNPRINTABLE.test(text) ? read(text) : null
      return found?.ok ? { value: found.value, doubtful: found.doubtful } : null
    },
    code,
    message,
  ).meta({ minLength: 1, maxLength: LONGEST_IDENTIFIER })

export const companyNumber = identifier(
  readCompanyNumber,
  'not_a_company_number',
  'A company number has 8 characters, for example 01234567.',
).meta({ example: 'SC123456' })

export const niNumber = identifier(
  readNiNumber,
  'not_an_ni_number',
  'Enter a National Insurance number like AB 12 34 56 C.',
).meta({ example: 'AB 12 34 56 C' })

export const postcode = identifier(readPostcode, 'not_a_postcode', 'Enter a postcode, or leave it out.').meta({
  example: 'SW1A 1AA',
})

/** Instants outside these bounds are mistakes, and older ones exceed the database's range. */
const [EARLIEST, LATEST] = [Date.UTC(2000), Date.UTC(2200)]

/** An instant with its offset from UTC; parsed to ms since the epoch. */
export const instantField = readAs(
  (text) => {
    const at = z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : Number.NaN
    return at >= EARLIEST && at < LATEST ? at : null
  },
  'not_an_instant',
  'Give a date and time with its offset, for example 2026-03-10T14:02:00Z.',
).meta({ format: 'date-time', example: '2026-03-10T14:02:00Z' })

export const onboardingParams = z.object({ id: z.uuid().meta({ description: 'The id of the onboarding.' }) })
export const askParams = onboardingParams.extend({
  ask: z.uuid().meta({ description: 'The id of the request for another bank.' }),
})
export const stepParams = onboardingParams.extend({ step: z.enum(STEP_KINDS) })

/** The practice of a person for requests without headers: a download, or a stream. */
export const practiceQuery = z
  .uuid()
  .optional()
  .meta({ description: 'In place of the header Embark-Practice, where none can be sent.' })

export const existingUser = z.boolean().meta({
  description:
    'Somebody on Embark has this address (`POST /addresses/check`) and is meant; else the send is held back.',
})

/** The name of a ledger in a request. Which are on offer, /me says. */
export const ledgerOnOffer = line(40, 'Choose the ledger.').meta({ example: LEDGERS[0].id })
