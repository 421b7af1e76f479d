import type { Kind } from '../../domain/fields/kinds.ts'
import type { Software } from '../../domain/ledgers.ts'
import type { Channel } from '../../domain/situation.ts'
import type { Tx } from '../client.ts'

/** The organisation as the practice sees it, with the last four characters of the National Insurance number. */
export type OrganisationView = {
  id: string
  reference: string | null
  name: string
  kind: Kind
  practiceCode: string | null
  industry: string | null
  software: Software
  softwareName: string | null
  solutions: string[]
  country: string
  currency: string
  companiesHouseNumber: string | null
  contactName: string | null
  contactEmail: string | null
  contactPhone: string | null
  niNumberLast4: string | null
  postcode: string | null
  intakeAddress: string | null
  ledgerName: string | null
}

/** The recipient of the present invitation. */
export type InvitationView = {
  generation: number
  name: string | null
  email: string | null
  phone: string | null
  channels: Channel[]
  message: string | null
  acceptedThrough: Channel | null
  asks: boolean
}

/** The part of an onboarding in lists and details besides its facts. `updatedAt` in ms. */
export type OnboardingView = {
  id: string
  updatedAt: number
  organisation: OrganisationView
  invitation: InvitationView | null
}

/** The columns of an OnboardingView, from `viewTables`. */
export const viewColumns = (tx: Tx) => tx`
  o.id, epoch_ms(o.updated_at) AS "updatedAt",
  json_build_object('id', g.id, 'reference', g.reference, 'name', g.name, 'kind', g.kind,
    'practiceCode', g.practice_code, 'industry', g.industry, 'software', g.software,
    'softwareName', g.software_name, 'solutions', g.solutions, 'country', g.country,
    'currency', g.currency, 'companiesHouseNumber', g.companies_house_number, 'contactName', g.contact_name,
    'contactEmail', g.contact_email, 'contactPhone', g.contact_phone, 'niNumberLast4', g.ni_number_last4,
    'postcode', g.postcode, 'intakeAddress', g.intake_address, 'ledgerName', g.ledger_name) AS organisation,
  CASE WHEN i.id IS NOT NULL THEN json_build_object('generation', i.generation, 'name', i.name, 'email', i.email,
    'phone', i.phone, 'channels', i.channels, 'message', i.message, 'acceptedThrough', i.accepted_channel, 'asks', i.asks)
  END AS invitation`

/** The tables of `viewColumns`. */
export const viewTables = (tx: Tx) => tx`
  onboarding o JOIN organisation g ON g.id = o.organisation_id
  LEFT JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation`
