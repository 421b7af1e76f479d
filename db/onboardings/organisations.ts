import type { Software } from '../../domain/connections/ledgers.ts'
import type { BusinessIdentity } from '../../domain/connections/matching.ts'
import { first, type Tx } from '../client.ts'
import { openFirst } from './onboardings.ts'

/** Returns the client reference; null until shortly after creation. */
export async function readReference(tx: Tx, onboardingId: string): Promise<string | null> {
  const [row] = await tx<{ reference: string | null }[]>`
    SELECT g.reference FROM onboarding o JOIN organisation g ON g.id = o.organisation_id WHERE o.id = ${onboardingId}`
  return row?.reference ?? null
}

/**
 * Returns the practice's client that has this code, compared without case; null if it is free. Locks the code until the
 * transaction ends, so that a concurrent request for it waits and then finds it taken.
 */
export async function holdPracticeCode(tx: Tx, code: string): Promise<{ id: string; name: string } | null> {
  await tx`
    SELECT pg_advisory_xact_lock(hashtextextended('practice code ' || current_practice() || lower(${code}), 0))`
  return first(tx<{ id: string; name: string }[]>`
    SELECT id, name FROM organisation_by_code(${code})`)
}

/** Returns up to five other clients of the practice with this name, compared without case. */
export async function findNamesakes(tx: Tx, name: string, exceptId: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`SELECT id FROM organisations_named(${name}, 5) WHERE id <> ${exceptId}`
  return rows.map((row) => row.id)
}

/** Sets reference and intake address unless set. Returns the reference now; null if the given one is taken. */
export async function giveReference(
  tx: Tx,
  organisationId: string,
  reference: string,
  intakeAddress: string | null,
): Promise<string | null> {
  const [row] = await tx<{ reference: string }[]>`
    UPDATE organisation SET reference = coalesce(reference, ${reference}),
      intake_address = coalesce(intake_address, ${intakeAddress})
    WHERE id = ${organisationId}
      AND (reference IS NOT NULL OR NOT EXISTS (SELECT FROM resolve_reference(${reference})))
    RETURNING reference`
  return row?.reference ?? null
}

/** Returns the organisation's name and company number as the practice keeps them. */
export async function readIdentity(tx: Tx, onboardingId: string): Promise<BusinessIdentity> {
  const [row] = await tx<BusinessIdentity[]>`
    SELECT g.name, g.companies_house_number AS "companyNumber" FROM onboarding o JOIN organisation g ON g.id = o.organisation_id WHERE o.id = ${onboardingId}`
  if (!row) throw new Error('no such onboarding')
  return row
}

/** Stores the ledger's name beside the practice's own. */
export async function writeLedgerName(tx: Tx, onboardingId: string, name: string): Promise<void> {
  await tx`UPDATE organisation SET ledger_name = ${name}
    WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${onboardingId})`
}

/** Returns the client's accounting software. */
export async function readSoftware(tx: Tx, onboardingId: string): Promise<Software> {
  const [row] = await tx<{ software: Software }[]>`
    SELECT software FROM organisation WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${onboardingId})`
  return row?.software ?? 'unknown'
}

/** Stores the client's accounting software, if it is another than before. */
export async function writeSoftware(tx: Tx, onboardingId: string, software: string): Promise<void> {
  await tx`UPDATE organisation SET software = ${software}, software_name = NULL
    WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${onboardingId}) AND software <> ${software}`
}

/** Returns the account manager of an onboarding's organisation. */
export async function readManager(tx: Tx, onboardingId: string): Promise<string | null> {
  const [row] = await tx<{ id: string | null }[]>`
    SELECT g.account_manager_id AS id FROM onboarding o JOIN organisation g ON g.id = o.organisation_id
    WHERE o.id = ${onboardingId}`
  return row?.id ?? null
}

/**
 * Returns the open or else last onboarding of every client that a colleague manages, in the order of locking. Leaves
 * out erased clients.
 */
export async function readManaged(tx: Tx, managerId: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    SELECT * FROM (
      SELECT (SELECT o.id FROM onboarding o WHERE o.organisation_id = g.id
        ORDER BY ${openFirst(tx)} LIMIT 1) AS id
      FROM organisation g WHERE g.account_manager_id = ${managerId} AND g.erased_at IS NULL
    ) AS managed WHERE id IS NOT NULL ORDER BY id`
  return rows.map(({ id }) => id)
}

/** Removes the account manager from the clients that are left, which are erased ones. */
export async function forgetManager(tx: Tx, managerId: string): Promise<void> {
  await tx`UPDATE organisation SET account_manager_id = NULL WHERE account_manager_id = ${managerId}`
}

export async function writeManager(tx: Tx, onboardingId: string, managerId: string | null): Promise<void> {
  await tx`UPDATE organisation SET account_manager_id = ${managerId}
    WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${onboardingId})`
}
