import type { Database, Tx } from './client.ts'

/** Stores a picture and makes it the practice's logo. Earlier mails keep their logo. */
export async function keepLogo(tx: Tx, practiceId: string, png: Buffer): Promise<void> {
  await tx`
    WITH kept AS (INSERT INTO logo (practice_id, png) VALUES (${practiceId}, ${png}) RETURNING id)
    UPDATE practice SET logo_id = kept.id, settings_version = settings_version + 1
    FROM kept WHERE practice.id = current_practice()`
}

/** Deletes every picture of the practice. Returns false if it has none. */
export async function forgetLogos(tx: Tx): Promise<boolean> {
  const changed = await tx`
    UPDATE practice SET logo_id = NULL, settings_version = settings_version + 1
    WHERE id = current_practice() AND logo_id IS NOT NULL`
  await tx`DELETE FROM logo WHERE practice_id = current_practice()`
  return changed.count > 0
}

/** Returns a picture of any practice by its id; null if there is none. */
export async function readLogo({ sql }: Database, id: string): Promise<Buffer | null> {
  const [row] = await sql<{ png: Buffer | null }[]>`SELECT logo_png(${id}) AS png`
  return row?.png ?? null
}
