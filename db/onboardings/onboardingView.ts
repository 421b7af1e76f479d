import type { Kind } from '../../domain/fields/kinds.ts'
import type { Channel } from '../../domain/situation.ts'
import type { Tx } from '../client.ts'
import { inJson } from '../columns.ts'
import { DETAILS, type Details } from './organisationDetails.ts'

/** The organisation as the practice sees it, with the last four characters of the National Insurance number. */
export type OrganisationView = Omit<Details, 'niNumberSealed'> & {
  id: string
  reference: string | null
  kind: Kind
  contactName: string | null
  contactEmail: string | null
  contactPhone: string | null
  intakeAddress: string | null
  ledgerName: string | null
}
const SHOWN = DETAILS.filter((name) => name !== 'niNumberSealed')

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
  json_build_object('id', g.id, 'reference', g.reference, 'kind', g.kind, ${inJson(tx, 'g', SHOWN)},
    'contactName', g.contact_name, 'contactEmail', g.contact_email, 'contactPhone', g.contact_phone,
    'intakeAddress', g.intake_address, 'ledgerName', g.ledger_name) AS organisation,
  CASE WHEN i.id IS NOT NULL THEN json_build_object('generation', i.generation, 'name', i.name, 'email', i.email,
    'phone', i.phone, 'channels', i.channels, 'message', i.message, 'acceptedThrough', i.accepted_channel, 'asks', i.asks)
  END AS invitation`

/** The tables of `viewColumns`. */
export const viewTables = (tx: Tx) => tx`
  onboarding o JOIN organisation g ON g.id = o.organisation_id
  LEFT JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation`
