import type { Software } from '../../domain/connections/ledgers.ts'
import type { Kind } from '../../domain/fields/kinds.ts'
import { first, type Tx } from '../client.ts'
import { columnOf, selected } from '../columns.ts'

/**
 * The details of a client's business that may be missing, as they are then; each is a column called like it. The row is
 * written and read by this list. Texts are already validated and normalised.
 */
export const NO_DETAILS = {
  practiceCode: null as string | null,
  industry: null as string | null,
  software: 'unknown' as Software,
  softwareName: null as string | null,
  solutions: [] as string[],
  companiesHouseNumber: null as string | null,
  niNumberSealed: null as string | null,
  niNumberLast4: null as string | null,
  postcode: null as string | null,
}

/** The details that are columns. */
export type Details = typeof NO_DETAILS & { name: string; country: string; currency: string }
export const DETAILS = ['name', 'country', 'currency', ...Object.keys(NO_DETAILS)] as (keyof Details)[]

type Contact = { name: string | null; email: string | null; phone: string | null } | null
type IncomeSource = { name: string; type: 'self_employment' | 'uk_property' }

/** A client's business at creation. */
export type NewOrganisation = Details & { kind: Kind; contact: Contact; incomeSources: IncomeSource[] }

/** The details of an organisation, with the version for edits. The National Insurance number stays sealed. */
export type OrganisationDetails = Details & {
  id: string
  kind: Kind
  contact: Contact
  incomeSources: IncomeSource[]
  version: number
  reference: string | null
  managerId: string | null
  intakeAddress: string | null
  ledgerName: string | null
  /** The instant of erasure in ms; null if it is not erased. */
  erasedAt: number | null
}

/** Inserts the organisation and its income sources. Returns its id. */
export async function insertOrganisation(
  tx: Tx,
  practiceId: string,
  organisation: NewOrganisation & { managerId: string | null },
): Promise<string> {
  const { kind, managerId } = organisation
  const columns = { practice_id: practiceId, kind, account_manager_id: managerId, ...columnsOf(organisation) }
  const [row] = await tx<{ id: string }[]>`INSERT INTO organisation ${tx(columns)} RETURNING id`
  if (!row) throw new Error('the organisation was not inserted')
  await insertIncomeSources(tx, practiceId, row.id, organisation.incomeSources)
  return row.id
}

/** Returns the details; null for an unknown id. `lock` locks the row until the transaction ends. */
export async function readOrganisationDetails(tx: Tx, organisationId: string, lock = false) {
  const [[row], incomeSources] = await Promise.all([
    tx<OrganisationDetails[]>`
      SELECT ${selected(tx, DETAILS)}, id, kind, version, reference, account_manager_id AS "managerId",
        intake_address AS "intakeAddress", ledger_name AS "ledgerName", epoch_ms(erased_at) AS "erasedAt",
        CASE WHEN num_nonnulls(contact_name, contact_email, contact_phone) > 0 THEN
          json_build_object('name', contact_name, 'email', contact_email, 'phone', contact_phone) END AS contact
      FROM organisation WHERE id = ${organisationId} ${lock ? tx`FOR UPDATE` : tx``}`,
    tx<IncomeSource[]>`
      SELECT name, type FROM income_source WHERE organisation_id = ${organisationId} ORDER BY position`,
  ])
  return row ? { ...row, incomeSources: [...incomeSources] } : null
}

/** Writes the details as the next version. */
export async function writeOrganisationDetails(
  tx: Tx,
  practiceId: string,
  details: OrganisationDetails,
): Promise<void> {
  const { id } = details
  await tx`UPDATE organisation SET ${tx(columnsOf(details))}, version = version + 1 WHERE id = ${id}`
  await tx`DELETE FROM income_source WHERE organisation_id = ${id}`
  await insertIncomeSources(tx, practiceId, id, details.incomeSources)
}

/** Returns the columns of details and contact with their values. */
function columnsOf({ contact, ...details }: Details & { contact: Contact }) {
  return {
    ...Object.fromEntries(DETAILS.map((name) => [columnOf(name), details[name]])),
    contact_name: contact?.name ?? null,
    contact_email: contact?.email ?? null,
    contact_phone: contact?.phone ?? null,
  }
}

async function insertIncomeSources(tx: Tx, practiceId: string, id: string, sources: IncomeSource[]): Promise<void> {
  if (sources.length === 0) return
  const rows = sources.map(({ name, type }, position) => ({ organisation_id: id, position, name, type }))
  await tx`INSERT INTO income_source ${tx(rows.map((row) => ({ practice_id: practiceId, ...row })))}`
}

/** The last edit of an organisation: by whom, and at which time (ms); null before the first. */
export type LastEdit = { by: string | null; at: number | null }

/** Returns who last edited the details, the access or the manager. */
export const readLastEdit = async (
  tx: Tx,
  organisationId: string,
  kind: 'edited' | 'access_changed' | 'assigned' = 'edited',
): Promise<LastEdit> =>
  (await first(tx<LastEdit[]>`
    SELECT coalesce(k.name, (SELECT p.name FROM people_named(ARRAY[e.actor_id]) p)) AS by, epoch_ms(e.at) AS at
    FROM onboarding o JOIN event e ON e.onboarding_id = o.id AND e.kind = ${kind}
      LEFT JOIN api_key k ON e.actor_type = 'api_key' AND k.id::text = e.actor_id
    WHERE o.organisation_id = ${organisationId} ORDER BY e.recorded_at DESC LIMIT 1`)) ?? { by: null, at: null }
