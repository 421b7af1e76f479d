import { createHash } from 'node:crypto'
import type postgres from 'postgres'

export type Scope = 'read' | 'write'

/**
 * Inserts the hash of an API key for the practice with this slug; an existing key stays unchanged. Needs the database
 * owner: no process may create keys. Returns false when there is no such practice.
 */
export async function keepApiKey(
  sql: postgres.Sql | postgres.TransactionSql,
  key: string,
  { practice, name, scopes }: { practice: string; name: string; scopes: Scope[] },
): Promise<boolean> {
  const [found] = await sql<{ id: string }[]>`SELECT id FROM practice WHERE slug = ${practice}`
  if (!found) return false
  await sql`
    INSERT INTO api_key (practice_id, name, key_sha256, scopes)
    VALUES (${found.id}, ${name}, ${createHash('sha256').update(key).digest()}, ${scopes})
    ON CONFLICT (key_sha256) DO NOTHING`
  return true
}
