import { SOFTWARE, type Software, softwareLabel } from '../../../domain/connections/ledgers.ts'
import { INDUSTRIES, offeredIndustry } from '../../../domain/fields/industries.ts'
import { solutionOf } from '../../words/solutions.ts'
import { phoneOf } from '../verbs/words.ts'
import type { Organisation } from './queries.ts'

/** The choice "Other" of the industries. */
export const OTHER = 'other'

/** The form's values. */
export type Details = {
  name: string
  practiceCode: string
  companiesHouseNumber: string
  country: string
  currency: string
  solutions: string[]
  /** An offered industry, `OTHER`, or empty. */
  industry: string
  otherIndustry: string
  software: Software
  softwareName: string
  contactName: string
  email: string
  phone: string
  niNumber: string
  postcode: string
  incomeSources: Organisation['incomeSources']
}

/** The offered industries and `Other`. */
export const INDUSTRY_CHOICES = [
  ...INDUSTRIES.map((value) => ({ value: value as string, label: solutionOf(value) })),
  { value: OTHER, label: 'Other' },
]

export const SOFTWARE_CHOICES = SOFTWARE.map((value) => ({ value, label: softwareLabel(value) }))

type Contact = Organisation['contact']

/** Returns the form's values for an organisation. Without a contact, the invited person is the contact. */
export function detailsOf(of: Organisation, invited: Contact): Details {
  const contact = of.contact ?? (invited?.name ? invited : null)
  const isOffered = of.industry !== null && offeredIndustry(of.industry) === of.industry
  return {
    name: of.name,
    practiceCode: of.practiceCode ?? '',
    companiesHouseNumber: of.companiesHouseNumber ?? '',
    country: of.country,
    currency: of.currency,
    solutions: of.solutions,
    industry: of.industry === null ? '' : isOffered ? of.industry : OTHER,
    software: of.software,
    softwareName: of.softwareName ?? '',
    otherIndustry: isOffered ? '' : (of.industry ?? ''),
    contactName: contact?.name ?? '',
    email: contact?.email ?? '',
    phone: phoneOf(contact?.phone ?? ''),
    niNumber: '',
    postcode: of.postcode ?? '',
    incomeSources: of.incomeSources,
  }
}

const orNull = (text: string) => text.trim() || null

/** Returns the body of the PATCH. A National Insurance number is included only if one was typed. */
export function changesOf(given: Details, base: Details, isSelfEmployed: boolean) {
  const { contactName, email, phone, industry, otherIndustry, solutions } = given
  const hasContact = [contactName, email, phone].some((text) => text.trim() !== '')
  return {
    name: given.name,
    practiceCode: orNull(given.practiceCode),
    companiesHouseNumber: orNull(given.companiesHouseNumber),
    country: given.country,
    currency: given.currency,
    // An empty "other" is sent as `other`, which the API rejects with a message at the field.
    industry: industry === OTHER ? (orNull(otherIndustry) ?? OTHER) : orNull(industry),
    contact: hasContact ? { name: contactName.trim(), email: orNull(email), phone: orNull(phone) } : null,
    postcode: orNull(given.postcode),
    ...(JSON.stringify(solutions) !== JSON.stringify(base.solutions) && { solutions }),
    // The software may have been told by a connection meanwhile.
    ...((given.software !== base.software || given.softwareName !== base.softwareName) && {
      software: given.software,
      softwareName: given.software === 'other' ? orNull(given.softwareName) : null,
    }),
    ...(isSelfEmployed && { incomeSources: given.incomeSources }),
    ...(given.niNumber.trim() && { niNumber: given.niNumber }),
  }
}
