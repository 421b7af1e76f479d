import type { Tx } from '../client.ts'
import type { NewOrganisation } from './organisations.ts'

/** The details of an organisation, with the version for edits. The National Insurance number stays sealed. */
export type OrganisationDetails = Omit<NewOrganisation, 'contact'> & {
  id: string
  version: number
  reference: string | null
  managerId: string | null
  intakeAddress: string | null
  ledgerName: string | null
  /** The instant of erasure in ms; null if it is not erased. */
  erasedAt: number | null
  contact: { name: string | null; email: string | null; phone: string | null } | null
}

/** Returns the details; null for an unknown id. `lock` locks the row until the transaction ends. */
export async function readOrganisationDetails(tx: Tx, organisationId: string, lock = false) {
  const [[row], incomeSources] = await Promise.all([
    tx<OrganisationDetails[]>`
      SELECT id, version, reference, name, kind, practice_code AS "practiceCode", industry, software, software_name AS "softwareName", solutions, country, currency,
        companies_house_number AS "companiesHouseNumber", ni_number_sealed AS "niNumberSealed",
        ni_number_last4 AS "niNumberLast4", postcode, account_manager_id AS "managerId",
        intake_address AS "intakeAddress", ledger_name AS "ledgerName", epoch_ms(erased_at) AS "erasedAt",
        CASE WHEN num_nonnulls(contact_name, contact_email, contact_phone) > 0 THEN
          json_build_object('name', contact_name, 'email', contact_email, 'phone', contact_phone) END AS contact
      FROM organisation WHERE id = ${organisationId} ${lock ? tx`FOR UPDATE` : tx``}`,
    tx<NewOrganisation['incomeSources']>`
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
  const { id, contact } = details
  await tx`
    UPDATE organisation SET version = version + 1, name = ${details.name}, practice_code = ${details.practiceCode},
      industry = ${details.industry}, software = ${details.software}, software_name = ${details.softwareName}, solutions = ${details.solutions},
      country = ${details.country},
      currency = ${details.currency}, companies_house_number = ${details.companiesHouseNumber},
      contact_name = ${contact?.name ?? null}, contact_email = ${contact?.email ?? null},
      contact_phone = ${contact?.phone ?? null}, ni_number_sealed = ${details.niNumberSealed},
      ni_number_last4 = ${details.niNumberLast4}, postcode = ${details.postcode}
    WHERE id = ${id}`
  await tx`DELETE FROM income_source WHERE organisation_id = ${id}`
  if (details.incomeSources.length === 0) return
  await tx`INSERT INTO income_source ${tx(
    details.incomeSources.map(({ name, type }, position) => ({
      practice_id: practiceId,
      organisation_id: id,
      position,
      name,
      type,
    })),
  )}`
}

/** Returns who last edited the details, the access or the manager, and when (ms); null before the first edit. */
export async function readLastEdit(
  tx: Tx,
  organisationId: string,
  kind: 'edited' | 'access_changed' | 'assigned' = 'edited',
) {
  const [row] = await tx<{ at: number; name: string | null }[]>`
    SELECT epoch_ms(e.at) AS at,
      coalesce(k.name, (SELECT p.name FROM people_named(ARRAY[e.actor_id]) p)) AS name
    FROM onboarding o JOIN event e ON e.onboarding_id = o.id AND e.kind = ${kind}
      LEFT JOIN api_key k ON e.actor_type = 'api_key' AND k.id::text = e.actor_id
    WHERE o.organisation_id = ${organisationId} ORDER BY e.recorded_at DESC LIMIT 1`
  return row ?? null
}
