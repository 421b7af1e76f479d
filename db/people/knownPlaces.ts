import type { IdentityDatabase } from './identity.ts'

/** The time for which a place stays known after the last sign-in. */
const KNOWN_FOR = '400 days'

/** Returns the hashes of those places from which the person of an address has signed in. */
export async function findKnownPlaces(
  { sql }: IdentityDatabase,
  email: string,
  places: readonly Buffer[],
): Promise<Buffer[]> {
  const rows = await sql<{ place: Buffer }[]>`
    SELECT k.place_sha256 AS place FROM identity.known_place k JOIN identity.person u ON u.id = k.user_id
    WHERE u.email = ${email} AND k.place_sha256 = ANY (${sql.array([...places], BYTEA)})
      AND k.last_seen_at > clock_timestamp() - ${KNOWN_FOR}::interval`
  return rows.map(({ place }) => place)
}

/** PostgreSQL's type id of `bytea`, which the driver cannot infer from an empty array. */
const BYTEA = 17

/** Records that the person signed in from these places. */
export async function rememberPlaces(
  { sql }: IdentityDatabase,
  userId: string,
  places: readonly Buffer[],
): Promise<void> {
  await sql`
    DELETE FROM identity.known_place
    WHERE user_id = ${userId} AND last_seen_at <= clock_timestamp() - ${KNOWN_FOR}::interval`
  for (const place of places) {
    await sql`
      INSERT INTO identity.known_place (user_id, place_sha256) VALUES (${userId}, ${place})
      ON CONFLICT (user_id, place_sha256) DO UPDATE SET last_seen_at = excluded.last_seen_at`
  }
}
