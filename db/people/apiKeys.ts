import type { Tx } from '../client.ts'

/** A valid API key, without its secret. Instants in ms since the epoch. */
export type ApiKey = {
  id: string
  name: string
  scopes: ('read' | 'write')[]
  createdAt: number
  lastUsedAt: number | null
}

const columns = (tx: Tx) => tx`
  id, name, scopes, epoch_ms(created_at) AS "createdAt", epoch_ms(last_used_at) AS "lastUsedAt"`

/** Returns the practice's valid API keys, newest first. */
export async function readApiKeys(tx: Tx): Promise<ApiKey[]> {
  return tx<ApiKey[]>`SELECT ${columns(tx)} FROM api_key WHERE revoked_at IS NULL ORDER BY id DESC`
}

export async function insertApiKey(
  tx: Tx,
  { name, scopes, sha256 }: { name: string; scopes: string[]; sha256: Buffer },
): Promise<ApiKey> {
  const [row] = await tx<ApiKey[]>`
    INSERT INTO api_key (practice_id, name, key_sha256, scopes)
    VALUES (current_practice(), ${name}, ${sha256}, ${scopes}) RETURNING ${columns(tx)}`
  if (!row) throw new Error('no key was made')
  return row
}

/** Revokes an API key. Returns its name, or null if there is no valid one. */
export async function revokeApiKey(tx: Tx, id: string): Promise<string | null> {
  const [row] = await tx<{ name: string }[]>`
    UPDATE api_key SET revoked_at = clock_timestamp() WHERE id = ${id} AND revoked_at IS NULL RETURNING name`
  return row?.name ?? null
}

/** Records the use of an API key. */
export async function stampKeyUse(tx: Tx, id: string): Promise<void> {
  await tx`UPDATE api_key SET last_used_at = clock_timestamp() WHERE id = ${id}`
}
