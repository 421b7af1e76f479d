import type { Instant } from '../../domain/situation.ts'
import type { SharedAccount } from '../../domain/words/sharing.ts'
import type { Tx } from '../client.ts'

/** An account that a bank shares or shared. `isMissing`: a visit left it out. */
export type KnownAccount = {
  id: string
  externalId: string
  sortCode: string | null
  accountNumber: string | null
  iban: string | null
  isMissing: boolean
}

/** Returns all accounts of a connection, also those that a visit left out. */
export const readKnownAccounts = (tx: Tx, connectionId: string): Promise<KnownAccount[]> =>
  tx<KnownAccount[]>`
    SELECT id, external_id AS "externalId", sort_code AS "sortCode", account_number AS "accountNumber", iban,
      missing_since IS NOT NULL AS "isMissing"
    FROM connection_account WHERE connection_id = ${connectionId} ORDER BY id`

/** Records which accounts a visit kept, with their ids at the provider, and which it left out at `now`. */
export async function writeAccountChange(
  tx: Tx,
  { kept, missing }: { kept: readonly { id: string; externalId: string }[]; missing: readonly string[] },
  now: Instant,
): Promise<void> {
  await tx`
    UPDATE connection_account a SET external_id = k.external_id, missing_since = NULL
    FROM unnest(${kept.map(({ id }) => id)}::uuid[], ${kept.map(({ externalId }) => externalId)}::text[]) AS k (id, external_id)
    WHERE a.id = k.id AND (a.external_id <> k.external_id OR a.missing_since IS NOT NULL)`
  await tx`UPDATE connection_account SET missing_since = coalesce(missing_since, ${new Date(now)}) WHERE id = ANY (${[...missing]}::uuid[])`
}

/** Returns the accounts of a connection that a visit left out and that nobody has said anything about. */
export const readMissing = (tx: Tx, connectionId: string): Promise<(SharedAccount & { id: string })[]> =>
  tx<(SharedAccount & { id: string })[]>`
    SELECT id, name, right(coalesce(account_number, iban, ''), 4) AS last4, sort_code AS "sortCode"
    FROM connection_account WHERE connection_id = ${connectionId} AND missing_since IS NOT NULL ORDER BY name, id`

/** Deletes the accounts that a visit left out, with their matches. */
export async function deleteMissing(tx: Tx, connectionId: string): Promise<void> {
  await tx`
    DELETE FROM account_mapping m USING connection_account a
    WHERE m.bank_account_id = a.id AND a.connection_id = ${connectionId} AND a.missing_since IS NOT NULL`
  await tx`DELETE FROM connection_account WHERE connection_id = ${connectionId} AND missing_since IS NOT NULL`
}
