import { CONFIRM_MS } from '../../domain/connections/consents.ts'
import type { Instant } from '../../domain/situation.ts'
import type { SharedAccount } from '../../domain/words/sharing.ts'
import type { Tx } from '../client.ts'
import type { MissingAccount } from './connections.ts'

/** An account that a bank shares or shared. `isMissing`: a visit left it out, or a look does not see it any more. */
export type KnownAccount = Omit<MissingAccount, 'connectionId' | 'name' | 'holder' | 'currency' | 'code'> & {
  isMissing: boolean
}

/** Returns all accounts of a connection, also those that are missing or closed. */
export const readKnownAccounts = (tx: Tx, connectionId: string): Promise<KnownAccount[]> =>
  tx<KnownAccount[]>`
    SELECT id, external_id AS "externalId", sort_code AS "sortCode", account_number AS "accountNumber", iban,
      missing_since IS NOT NULL AS "isMissing", closed_at IS NOT NULL AS "isClosed",
      is_seen_again AS "isSeenAgain"
    FROM connection_account WHERE connection_id = ${connectionId} ORDER BY id`

/** Records which accounts are shared, with their ids at the provider, and which are missing from `now` on. */
export async function writeAccountChange(
  tx: Tx,
  { kept, missing }: { kept: readonly { id: string; externalId: string }[]; missing: readonly string[] },
  now: Instant,
): Promise<void> {
  await tx`
    UPDATE connection_account a SET external_id = k.external_id, missing_since = NULL, closed_at = NULL, is_seen_again = false
    FROM unnest(${kept.map(({ id }) => id)}::uuid[], ${kept.map(({ externalId }) => externalId)}::text[]) AS k (id, external_id)
    WHERE a.id = k.id AND (a.external_id <> k.external_id OR a.missing_since IS NOT NULL)`
  await tx`UPDATE connection_account SET missing_since = coalesce(missing_since, ${new Date(now)}) WHERE id = ANY (${[...missing]}::uuid[])`
}

/** Returns the accounts of a connection that were missing at `asOf` and that nobody has said anything about. */
export const readMissing = (
  tx: Tx,
  connectionId: string,
  asOf: Instant | null = null,
): Promise<(SharedAccount & { id: string })[]> =>
  tx<(SharedAccount & { id: string })[]>`
    SELECT id, name, right(coalesce(account_number, iban, ''), 4) AS last4, sort_code AS "sortCode"
    FROM connection_account
    WHERE connection_id = ${connectionId} AND missing_since IS NOT NULL AND closed_at IS NULL
      ${asOf === null ? tx`` : tx`AND missing_since <= ${new Date(asOf)}`} ORDER BY name, id`

/** Makes accounts of replaced connections missing ones of the connection that replaces them, with their matches. */
export async function moveMissing(
  tx: Tx,
  accountIds: readonly string[],
  toConnection: string,
  now: Instant,
): Promise<void> {
  if (accountIds.length === 0) return
  await tx`
    UPDATE connection_account a SET connection_id = ${toConnection}, is_seen_again = false, missing_since = coalesce(missing_since, ${new Date(now)})
    WHERE id = ANY (${[...accountIds]}::uuid[]) AND NOT EXISTS (SELECT FROM connection_account other
      WHERE other.connection_id = ${toConnection} AND other.external_id = a.external_id)`
}

/** Returns the connection that a session brought, if accounts that were shared before are missing in it; null otherwise. */
export async function findMissingAfter(tx: Tx, sessionId: string): Promise<string | null> {
  const [row] = await tx<{ id: string }[]>`
    SELECT c.id FROM connection c WHERE c.session_id = ${sessionId} AND c.state = 'connected' AND EXISTS (
      SELECT FROM connection_account a
      WHERE a.connection_id = c.id AND a.missing_since IS NOT NULL AND a.closed_at IS NULL)`
  return row?.id ?? null
}

/** Records which closed accounts their bank shows again, with their ids at the provider, and which it shows no more. */
export async function writeSeenAgain(
  tx: Tx,
  { again, away }: { again: readonly { id: string; externalId: string }[]; away: readonly string[] },
): Promise<void> {
  if (again.length > 0)
    await tx`
      UPDATE connection_account a SET external_id = k.external_id, is_seen_again = true
      FROM unnest(${again.map(({ id }) => id)}::uuid[], ${again.map(({ externalId }) => externalId)}::text[]) AS k (id, external_id)
      WHERE a.id = k.id AND a.closed_at IS NOT NULL`
  if (away.length > 0)
    await tx`UPDATE connection_account SET is_seen_again = false WHERE id = ANY (${[...away]}::uuid[])`
}

/** Records from when on missing accounts are closed; null: they are not. One that its bank shows again is then shared again. */
export async function writeClosed(tx: Tx, accountIds: readonly string[], at: Instant | null): Promise<void> {
  await tx`
    UPDATE connection_account SET closed_at = ${at === null ? null : new Date(at)},
      missing_since = CASE WHEN is_seen_again THEN NULL ELSE missing_since END, is_seen_again = false
    WHERE id = ANY (${[...accountIds]}::uuid[]) AND missing_since IS NOT NULL`
}

/** Ends the question to the client about a bank that misses no account any more, unless its end is near. */
export async function endAskAboutMissing(tx: Tx, connectionId: string): Promise<void> {
  await tx`
    UPDATE connection c SET asked_at = NULL, opened_at = NULL
    WHERE id = ${connectionId} AND asked_at IS NOT NULL AND state = 'connected'
      AND epoch_ms(access_until) > epoch_ms(clock_timestamp()) + clock_offset_ms + ${CONFIRM_MS}
      AND NOT EXISTS (SELECT FROM connection_account a
        WHERE a.connection_id = c.id AND a.missing_since IS NOT NULL AND a.closed_at IS NULL)`
}

/** Deletes missing accounts, with their matches. */
export async function deleteMissing(tx: Tx, accountIds: readonly string[]): Promise<void> {
  await tx`DELETE FROM account_mapping WHERE bank_account_id = ANY (${[...accountIds]}::uuid[])`
  await tx`DELETE FROM connection_account WHERE id = ANY (${[...accountIds]}::uuid[]) AND missing_since IS NOT NULL`
}
