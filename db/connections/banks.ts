import type { SharedBank } from '../../domain/connections/severalBanks.ts'
import type { Tx } from '../client.ts'

/**
 * Returns the banks that the client of an onboarding shares, and those whose access was lost, the oldest first. Accounts
 * that are known to be closed are left out.
 */
export function readSharedBanks(tx: Tx, onboardingId: string): Promise<SharedBank[]> {
  return tx<SharedBank[]>`
    SELECT c.id, c.institution, c.institution_name AS "institutionName", c.state,
      coalesce((SELECT json_agg(json_build_object('id', a.id, 'sortCode', a.sort_code, 'accountNumber', a.account_number,
          'iban', a.iban, 'isMatched', EXISTS (SELECT FROM account_mapping m WHERE m.bank_account_id = a.id),
          'isMissing', a.missing_since IS NOT NULL) ORDER BY a.id)
        FROM connection_account a WHERE a.connection_id = c.id AND a.closed_at IS NULL), '[]') AS accounts
    FROM onboarding o JOIN connection c ON c.organisation_id = o.organisation_id
    WHERE o.id = ${onboardingId} AND c.kind = 'bank' AND c.state IN ('connected', 'lost') ORDER BY c.created_at, c.id`
}

/** Returns true if another connection of the same client and kind works. */
export async function isOneOfSeveral(tx: Tx, connectionId: string): Promise<boolean> {
  const others = await tx`
    SELECT FROM connection c JOIN connection other ON other.organisation_id = c.organisation_id AND other.kind = c.kind
    WHERE c.id = ${connectionId} AND other.id <> c.id AND other.state = 'connected' LIMIT 1`
  return others.count > 0
}

/** Gives the matches of accounts to the accounts that replace them. */
export async function moveMatches(tx: Tx, kept: readonly { from: string; to: string }[]): Promise<void> {
  if (kept.length === 0) return
  await tx`
    UPDATE account_mapping m SET bank_account_id = k.account
    FROM unnest(${kept.map(({ from }) => from)}::uuid[], ${kept.map(({ to }) => to)}::uuid[]) AS k (was, account)
    WHERE m.bank_account_id = k.was`
}

/** Returns the number of matches with accounts of these books, and of those whose account was read, by its id there. */
export async function countMatches(
  tx: Tx,
  connectionId: string,
  read: readonly string[],
): Promise<{ matched: number; kept: number }> {
  const [row] = await tx<{ matched: number; kept: number }[]>`
    SELECT count(*)::int AS matched, (count(*) FILTER (WHERE a.external_id = ANY (${[...read]})))::int AS kept
    FROM account_mapping m JOIN connection_account a ON a.id = m.ledger_account_id
    WHERE a.connection_id = ${connectionId}`
  return row ?? { matched: 0, kept: 0 }
}

/** Deletes the matches of the accounts of these connections. */
export async function deleteMatches(tx: Tx, connectionIds: readonly string[]): Promise<void> {
  if (connectionIds.length === 0) return
  await tx`
    DELETE FROM account_mapping m USING connection_account a
    WHERE a.connection_id = ANY (${[...connectionIds]}::uuid[]) AND a.id IN (m.bank_account_id, m.ledger_account_id)`
}
