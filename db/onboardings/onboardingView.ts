import type { Kind } from '../../domain/fields/kinds.ts'
import type { Channel } from '../../domain/situation.ts'
import type { Tx } from '../client.ts'
import { columnOf, packed } from '../columns.ts'
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

/** An OnboardingView as `viewColumns` reads it. */
export type ViewRow = Pick<OnboardingView, 'id' | 'updatedAt'> & {
  organisation: unknown[]
  invitation: unknown[] | null
}

const columnsOf = <Name extends string>(table: string, names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, `${table}.${columnOf(name)}`])) as Record<Name, string>

const ORGANISATION = packed<OrganisationView>({
  ...columnsOf('g', [...SHOWN, 'id', 'reference', 'kind', 'contactName', 'contactEmail', 'contactPhone']),
  ...columnsOf('g', ['intakeAddress', 'ledgerName']),
})

const INVITATION = packed<InvitationView>({
  ...columnsOf('i', ['generation', 'name', 'email', 'phone', 'channels', 'message', 'asks']),
  acceptedThrough: 'i.accepted_channel',
})

/** The columns of a ViewRow, from `viewTables`. */
export const viewColumns = (tx: Tx) => tx`
  o.id, epoch_ms(o.updated_at) AS "updatedAt", ${tx.unsafe(ORGANISATION.sql)} AS organisation,
  CASE WHEN i.id IS NOT NULL THEN ${tx.unsafe(INVITATION.sql)} END AS invitation`

/** Returns the view of a row, and what else was read with it. */
export const viewOf = <Read extends ViewRow>(row: Read): Omit<Read, keyof ViewRow> & OnboardingView => ({
  ...row,
  organisation: ORGANISATION.unpack(row.organisation),
  invitation: row.invitation && INVITATION.unpack(row.invitation),
})

/** The tables of `viewColumns`. */
export const viewTables = (tx: Tx) => tx`
  onboarding o JOIN organisation g ON g.id = o.organisation_id
  LEFT JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation`
