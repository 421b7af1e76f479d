import { z } from 'zod'
import { LEDGERS } from '../../../domain/connections/ledgers.ts'
import { BANK_DONE_WHEN } from '../../../domain/connections/severalBanks.ts'
import { LONGEST_PURPOSE, REASONS } from '../../../domain/words/sharing.ts'
import { country, currency, emailAddress, line, lines, problem, readAs, senderName, timeZone } from '../fields.ts'

const days = (longest: number) =>
  z
    .int()
    .min(1)
    .max(longest)
    .meta({ description: `1 to ${longest}.` })

const reminderDays = z
  .array(days(59))
  .max(3, { error: 'Choose up to three days.' })
  .transform((given) => [...new Set(given)].sort((a, b) => a - b))
  .meta({ description: 'Up to three days; none is never.', example: [2, 5] })

const COLOUR = /^#[0-9A-Fa-f]{6}$/
const LONGEST_URL = 500

const brandColour = readAs(
  (text) => (COLOUR.test(text.trim()) ? text.trim().toUpperCase() : null),
  'not_a_colour',
  'Give a colour like #0E4F4A.',
).meta({ example: '#0E4F4A', pattern: COLOUR.source })

const guideUrl = readAs(
  (text) => {
    const url = URL.parse(text.trim())
    return url?.protocol === 'https:' && url.href.length <= LONGEST_URL ? url.href : null
  },
  'not_a_url',
  'Give an address that begins with https://.',
).meta({ format: 'uri', pattern: '^https:', maxLength: LONGEST_URL, example: 'https://marsh-lowe.example/guide' })

/** The reason for asking, after "Why" on pages and in mails. */
const purpose = line(LONGEST_PURPOSE, 'Give the reason, or leave it out.')
  .transform((text, context) => {
    if (!/^To\b/.test(text))
      problem(context, 'not_a_purpose', 'Begin with To, for example: To link your bank to your books.')
    return text
  })
  .meta({ pattern: '^To\\b', example: REASONS.books })

/** The settings that a practice may change; omitted ones stay. */
export const practiceChange = z
  .strictObject({
    name: senderName(160, 'Enter the name of your practice.'),
    country,
    currency,
    timeZone,
    notificationEmail: emailAddress.nullable(),
    postalAddress: line(200, 'Enter the postal address.').nullable(),
    phone: line(40, 'Enter a telephone number.').nullable(),
    privacyContact: line(160, 'Name who answers for personal data.').nullable(),
    inviteExpiryDays: days(60),
    giveUpDays: days(730),
    tellsExpired: z.boolean(),
    invitedReminderDays: reminderDays.nullable(),
    acceptedReminderDays: reminderDays.nullable(),
    stageLimits: z
      .strictObject({
        not_invited: days(365).nullable(),
        invited: days(365).nullable(),
        accepted: days(365).nullable(),
      })
      .partial()
      .meta({ description: 'After how many days in a stage a client needs attention.' }),
    solutions: z
      .array(line(60, 'Name the solution.'))
      .min(1, { error: 'Choose at least one.' })
      .max(40)
      .transform((given) => [...new Set(given)]),
    usualSoftware: z.enum(LEDGERS.map(({ id }) => id)).nullable(),
    steps: z
      .strictObject({
        bank: z.enum(['client', 'skip']),
        books: z.enum(['practice', 'client', 'skip']),
        mapping: z.enum(['practice', 'skip']),
      })
      .partial(),
    bankDoneWhen: z.enum(BANK_DONE_WHEN),
    clientsConnectBooks: z.boolean(),
    confirmForClients: z.boolean(),
    reasonBank: purpose.nullable(),
    reasonBooks: purpose.nullable(),
    senderName: senderName(120, 'Enter the name mails come from.').nullable(),
    replyTo: emailAddress.nullable(),
    brandColour: brandColour.nullable(),
    secondFactorRequired: z.boolean().meta({ description: 'Needs a sign-in of the last ten minutes.' }),
    firstStepsHidden: z.boolean().meta({ description: 'True to hide the list of first things to do.' }),
    setupGuide: z
      .strictObject({
        title: line(120, 'Enter a title.'),
        text: lines(2000, 'Write the guide.'),
        links: z
          .array(z.strictObject({ label: line(80, 'Name the link.'), url: guideUrl }))
          .max(5, { error: 'You can add up to five.' })
          .default([]),
      })
      .nullable(),
  })
  .partial()
  .meta({ example: { inviteExpiryDays: 10, brandColour: '#0E4F4A' } })
