import { z } from 'zod'
import type { Practice } from '../../../db/practices.ts'
import { SOFTWARE } from '../../../domain/connections/ledgers.ts'
import { BANK_DONE_WHEN } from '../../../domain/connections/severalBanks.ts'
import { logoPath } from '../../../domain/practice/brand.ts'
import { PLANS } from '../../../domain/practice/plans.ts'
import { instant } from '../onboardings/schema.ts'
import { isoOrNull } from '../onboardings/summary.ts'
import { countryText, currencyText, idText, practiceText, solutionText, timeZoneText } from '../texts.ts'

const steps = z.object({
  bank: z.enum(['client', 'skip']),
  books: z.enum(['practice', 'client', 'skip']),
  mapping: z.enum(['practice', 'skip']),
})

/** The practice's support access. */
export const supportSchema = z.object({
  access: z.enum(['always', 'on_request', 'never']),
  until: instant.nullable().meta({ description: 'Until when support may look in, after it asked.' }),
})

export const practiceSchema = z
  .object({
    id: idText,
    version: z.int().meta({ description: 'Of the choices, as the ETag says it.' }),
    slug: z.string().meta({ example: 'marsh-lowe' }),
    plan: z.enum(PLANS),
    name: practiceText,
    country: countryText,
    currency: currencyText,
    timeZone: timeZoneText,
    notificationEmail: z.string().nullable(),
    postalAddress: z.string().nullable(),
    phone: z.string().nullable().meta({ description: 'Shown on pages where a client may need to call.' }),
    privacyContact: z.string().nullable().meta({
      description: 'Who answers for personal data, named on the privacy page; null names the practice.',
    }),
    inviteExpiryDays: z.int(),
    giveUpDays: z.int(),
    tellsExpired: z.boolean().meta({ description: 'Whether clients are written to when their link has expired.' }),
    invitedReminderDays: z.array(z.int()).nullable().meta({
      description: 'Days after the invitation on which a client is reminded; null spreads them over its time.',
    }),
    acceptedReminderDays: z
      .array(z.int())
      .nullable()
      .meta({ description: 'The same after accepting; null is days 2, 5 and 10.' }),
    stageLimits: z
      .object({ not_invited: z.int().nullable(), invited: z.int().nullable(), accepted: z.int().nullable() })
      .meta({ description: 'After how many days in a stage a client needs attention; null for no limit.' }),
    solutions: z.array(solutionText),
    usualSoftware: z.enum(SOFTWARE).nullable().meta({
      description: 'The software that the app offers first for a new client; null for none.',
    }),
    steps: steps.meta({ description: 'Who does each step of a new client, unless said otherwise.' }),
    bankDoneWhen: z.enum(BANK_DONE_WHEN).meta({
      description:
        'When the bank step of a new client is done: with the first connected bank, or when the client says that these are all.',
    }),
    clientsConnectBooks: z.boolean().meta({
      description: 'Whether clients may connect their accounting software on their own pages.',
    }),
    confirmForClients: z.boolean().meta({
      description: 'Whether colleagues may confirm what a bank shares for clients who have agreed.',
    }),
    reasonBank: z.string().nullable(),
    reasonBooks: z.string().nullable(),
    senderName: z.string().nullable(),
    replyTo: z.string().nullable(),
    brandColour: z.string().nullable(),
    logo: z.string().nullable().meta({ description: 'Where the picture is on our origin.' }),
    setupGuide: z
      .object({
        title: z.string().meta({ example: 'What happens next' }),
        text: z.string().meta({ example: 'We look at your books every month and call you if something is missing.' }),
        links: z.array(
          z.object({
            label: z.string().meta({ example: 'Our guide' }),
            url: z.string().meta({ example: 'https://marsh-lowe.example/guide' }),
          }),
        ),
      })
      .nullable()
      .meta({ description: 'Shown to a client who has completed.' }),
    secondFactorRequired: z.boolean().meta({
      description: 'Nobody works here without a second factor, unless they come from the practice’s own sign-in.',
    }),
    firstStepsHidden: z.boolean().meta({ description: 'True if the list of first things to do is not shown.' }),
    testMailAt: instant.nullable().meta({ description: 'When somebody last sent themselves a test mail.' }),
    support: supportSchema,
  })
  .meta({ id: 'Practice' })

const NO_LIMITS = { not_invited: null, invited: null, accepted: null }

export function practiceOf(practice: Practice): z.infer<typeof practiceSchema> {
  const {
    defaultBank,
    defaultBooks,
    defaultMapping,
    supportAccess,
    supportUntil,
    intakeDomain: _,
    logoId,
    testMailAt,
    ...rest
  } = practice
  const open = supportUntil !== null && supportUntil > Date.now()
  return {
    ...rest,
    logo: logoPath(logoId),
    testMailAt: isoOrNull(testMailAt),
    stageLimits: { ...NO_LIMITS, ...practice.stageLimits },
    steps: { bank: defaultBank, books: defaultBooks, mapping: defaultMapping },
    support: { access: supportAccess, until: open ? new Date(supportUntil).toISOString() : null },
  }
}
