import { z } from 'zod'
import type { NewOnboarding } from '../../../commands/createOnboarding.ts'
import type { Edit } from '../../../commands/organisations/editOrganisation.ts'
import type { Access } from '../../../db/access.ts'
import { NO_DETAILS } from '../../../db/onboardings/organisationDetails.ts'
import type { Sight } from '../../../db/sight.ts'
import { SOFTWARE, SOFTWARE_NAME_LENGTH } from '../../../domain/connections/ledgers.ts'
import { suggestEmail } from '../../../domain/fields/emailAddress.ts'
import { KINDS, problemsOfKind } from '../../../domain/fields/kinds.ts'
import { namesOf } from '../../../providers/connectors.ts'
import type { Sealer } from '../../../providers/seal.ts'
import type { Dependencies } from '../../dependencies.ts'
import type { Caller } from '../../endpoint.ts'
import { accessSchema } from '../access.ts'
import {
  companyNumber,
  country,
  currency,
  existingUser,
  industry,
  line,
  mobileNumber,
  niNumber,
  personAddress,
  personalMessage,
  personName,
  postcode,
  practiceCode,
  problem,
} from '../fields.ts'
import { fieldText, messageText } from '../texts.ts'
import { describeByKind, sentenceOfKind } from './byKind.ts'

const channel = z.enum(['email', 'sms', 'link'])

/** The channels of an invitation, duplicates removed. */
export const channels = z
  .array(channel)
  .min(1, { error: 'Choose at least one.' })
  .max(3)
  .transform((given) => [...new Set(given)])

const incomeSource = z.strictObject({
  name: line(160, 'Name the income source.').meta({ example: 'Window cleaning' }),
  type: z.enum(['self_employment', 'uk_property']),
})

/** The error shown to somebody who chose other software and did not name it. */
export const SAY_WHICH = 'Say which software, in 60 characters or fewer.'

/** The details of a client's business. */
export const organisationFields = {
  name: line(160, 'Enter the company name.').meta({ example: 'Harbour Bakery Ltd' }),
  practiceCode: practiceCode.nullish(),
  industry: industry.nullish(),
  software: z.enum(SOFTWARE).nullish().meta({
    description:
      'What the client keeps its books in. It decides who does what about them; null and `unknown`: you find out. Connects nothing.',
  }),
  softwareName: line(SOFTWARE_NAME_LENGTH, SAY_WHICH)
    .nullish()
    .meta({ description: 'Of `other` software: its name.', example: 'Clear Books' }),
  solutions: z
    .array(line(60, 'Choose at least one.'))
    .min(1, { error: 'Choose at least one.' })
    .max(40)
    .transform((given) => [...new Set(given)])
    .nullish()
    .meta({ description: "Of the practice's own list." }),
  country: country.nullish(),
  currency: currency.nullish(),
  companiesHouseNumber: companyNumber.nullish(),
  contact: z
    .strictObject({ name: personName, email: personAddress.nullish(), phone: mobileNumber.nullish() })
    .nullish()
    .meta({ description: "For contact only. This doesn't send an invitation." }),
  niNumber: niNumber.nullish().meta({ description: 'Stored encrypted, shown masked.' }),
  postcode: postcode.nullish(),
  incomeSources: z
    .array(incomeSource)
    .max(20, { error: 'You can add up to 20.' })
    .nullish()
    .meta({ description: 'Of self-employed clients: at least one.' }),
}

const organisation = z
  .strictObject({
    ...organisationFields,
    kind: z.enum(KINDS).default('business').meta({ description: 'Can never be changed.' }),
  })
  .superRefine((given, context) => {
    for (const wrong of problemsOfKind({ ...given, hasNiNumber: Boolean(given.niNumber) })) {
      const { code, field } = wrong
      const isNone = code === 'required' && field === 'incomeSources'
      problem(context, isNone ? 'too_few' : code, sentenceOfKind(wrong), field.split('.'))
    }
  })
  .meta({ override: ({ jsonSchema }) => describeByKind(jsonSchema) })

const invitation = z
  .strictObject({
    name: personName,
    email: personAddress.nullish(),
    phone: mobileNumber.nullish(),
    channels: channels.optional().meta({ description: 'Left out: every address given.' }),
    message: personalMessage.nullish(),
    existingUser: existingUser.optional(),
    asks: z
      .boolean()
      .optional()
      .meta({ description: 'They keep the business on Embark already: they are asked by email to let you in.' }),
  })
  .transform((given, context) => {
    const email = given.email ?? null
    const asks = given.asks ?? false
    const phone = asks ? null : (given.phone ?? null)
    const all = [...(email ? (['email'] as const) : []), ...(phone ? (['sms'] as const) : [])]
    const chosen = asks ? channels.parse(['email']) : (given.channels ?? all)
    const add = (path: string, message: string) => problem(context, 'required', message, [path])
    if (chosen.length === 0) add('email', 'Enter an email address or a mobile number.')
    if (chosen.includes('email') && !email) add('email', 'Enter an email address like name@example.com.')
    if (chosen.includes('sms') && !phone) add('phone', 'Enter a mobile number like 07400 123456.')
    const { name, message = null } = given
    const existingUser = asks || given.existingUser
    return { name, email, phone, channels: chosen, message, existingUser, asks }
  })

export const newOnboardingSchema = z
  .strictObject({
    organisation,
    invitation: invitation.nullish().meta({ description: 'Left out: nobody is invited yet.' }),
    accountManager: z.uuid().nullish().meta({ description: 'Who looks after the client and gets its notices.' }),
    access: accessSchema.nullish().meta({ description: 'Left out: admins and the account manager alone.' }),
    draft: z
      .uuid()
      .nullish()
      .meta({ description: 'The draft that becomes this client, with the ledger that was connected for it.' }),
    steps: z
      .strictObject({
        bank: z.enum(['client', 'skip']).default('client'),
        books: z.enum(['practice', 'client', 'skip']).default('practice'),
        mapping: z.enum(['practice', 'skip']).default('practice'),
      })
      .optional()
      .meta({ description: 'Who does each step, or that it is skipped. Left out: as the practice does it.' }),
  })
  .meta({
    example: {
      organisation: { name: 'Harbour Bakery Ltd', solutions: ['bookkeeping', 'vat'] },
      invitation: { name: 'Jo Marsden', email: 'jo@harbour.example', message: 'Lovely to have you with us.' },
    },
  })

type Given = z.output<typeof newOnboardingSchema>

/** A warning that does not prevent anything. */
export const noticeSchema = z.object({
  code: z.enum(['doubtful', 'did_you_mean', 'duplicate_name', 'same_name']),
  field: fieldText,
  message: messageText,
  suggestion: z.string().nullable(),
  client: z.uuid().nullable().meta({ description: 'The onboarding of the client it is about.' }),
})
export type Notice = z.infer<typeof noticeSchema>

/** The typed values that can have warnings, as far as they were readable. */
type Looked = {
  organisation: {
    contact?: { email?: string | null | undefined } | null | undefined
    postcode?: { doubtful: boolean } | null | undefined
    niNumber?: { doubtful: boolean } | null | undefined
    incomeSources?: { name: string }[] | null | undefined
  }
  invitation?: { email: string | null } | null | undefined
}

/** Returns the warnings about the typed values. */
export function noticesOf({ organisation, invitation }: Looked): Notice[] {
  const notices: Notice[] = []
  const add = (code: Notice['code'], field: string, message: string, suggestion: string | null = null) =>
    notices.push({ code, field, message, suggestion, client: null })
  const emails = { 'organisation.contact.email': organisation.contact?.email, 'invitation.email': invitation?.email }
  for (const [field, email] of Object.entries(emails)) {
    const suggestion = email && suggestEmail(email)
    if (suggestion) add('did_you_mean', field, `Did you mean ${suggestion}?`, suggestion)
  }
  if (organisation.postcode?.doubtful) {
    add('doubtful', 'organisation.postcode', "This doesn't look like a UK postcode. Check it or keep it.")
  }
  if (organisation.niNumber?.doubtful) {
    add('doubtful', 'organisation.niNumber', 'Numbers with these first letters are nobody’s own. Check it or keep it.')
  }
  const seen = new Set<string>()
  for (const [index, { name }] of (organisation.incomeSources ?? []).entries()) {
    const same = name !== '' && seen.has(name.toLowerCase())
    if (same) add('same_name', `organisation.incomeSources[${index}].name`, `Two are called ${name}.`)
    seen.add(name.toLowerCase())
  }
  return notices
}

/** Returns a National Insurance number for storage, sealed for its practice: no other can open it. */
const sealNiNumber = (sealer: Sealer, practiceId: string, niNumber: string) => ({
  niNumberSealed: sealer.seal(niNumber, `organisation.ni_number:${practiceId}`),
  niNumberLast4: niNumber.slice(-4),
})

/** Opens a sealed number. Throws SealFailure when it was sealed for another practice. */
export const openNiNumber = (sealer: Sealer, practiceId: string, sealed: string): string =>
  sealer.open(sealed, `organisation.ni_number:${practiceId}`)

/** The details in a parsed body. */
type GivenDetails = z.output<z.ZodObject<typeof organisationFields>>

/** The values of emptied details; of others null. */
const EMPTY: Record<string, unknown> = { ...NO_DETAILS, incomeSources: [] }

/** Returns the normal form of an identifier. */
const normalOf = (given: { value: string } | null | undefined) => (given ? given.value : given)

/** Returns the given details as they are stored: null empties, and those left out stay out. */
export function detailsOf(
  { niNumber, companiesHouseNumber, postcode, contact, ...given }: Partial<GivenDetails>,
  practiceId: string,
  sealer: Sealer,
): Edit {
  const read = {
    ...given,
    companiesHouseNumber: normalOf(companiesHouseNumber),
    postcode: normalOf(postcode),
    contact: contact && { name: contact.name, email: contact.email ?? null, phone: contact.phone ?? null },
    ...(niNumber && sealNiNumber(sealer, practiceId, niNumber.value)),
    ...(niNumber === null && { niNumberSealed: null, niNumberLast4: null }),
  }
  const present = Object.entries(read).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present.map(([field, value]) => [field, value ?? EMPTY[field] ?? null]))
}

/** Returns the command's input for a parsed body. Seals the National Insurance number. */
export function inputOf(
  { organisation, invitation, steps, accountManager, access }: Given,
  caller: Caller,
  { sealer, ledgers }: Pick<Dependencies, 'sealer' | 'ledgers'>,
): NewOnboarding {
  const { name, kind, software, softwareName = null, ...details } = organisation
  return {
    organisation: {
      ...NO_DETAILS,
      contact: null,
      incomeSources: [],
      country: null,
      currency: null,
      ...detailsOf(details, caller.practiceId, sealer),
      name,
      kind,
      software: software ?? NO_DETAILS.software,
      softwareName: software === 'other' ? softwareName : null,
    },
    invitation: invitation ? { ...invitation, inviterName: caller.staff?.name ?? null } : null,
    steps: steps ?? null,
    connectable: namesOf(ledgers),
    managerId: accountManager ?? null,
    access: withCreator(access ?? null, caller.sight),
  }
}

/** Adds the creator to the access rules when they see only some clients, so that they see this one. */
function withCreator(access: Access | null, sight: Sight): Access | null {
  if (sight.of !== 'given') return access
  const { everyone, people, teams } = access ?? { everyone: false, people: [], teams: [] }
  return { everyone, people: [...new Set([...people, sight.personId])], teams }
}
