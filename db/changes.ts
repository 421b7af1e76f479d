import type { Database } from './client.ts'

/** An onboarding that has changed, and the newest of its facts that is told. */
export type ChangedOnboarding = { practiceId: string; onboardingId: string; seq: number }

/**
 * What changed since a position. `position` is where the next read goes on: everything before it has been told, since no
 * transaction that is still under way can write there. `tooMany`: more changed than were asked for, and none is told.
 */
export type Changes = { position: string; changed: ChangedOnboarding[]; tooMany: boolean }

/** Reads what changed from `since` on, of one practice or of all; null only finds the position that holds now. */
export async function readChanges(
  { sql }: Database,
  since: string | null,
  practiceId: string | null,
  atMost: number,
): Promise<Changes> {
  const rows = await sql<({ position: string } & Partial<ChangedOnboarding>)[]>`
    SELECT now.position::text, c.practice_id AS "practiceId", c.onboarding_id AS "onboardingId", c.seq
    FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS position) AS now
      LEFT JOIN LATERAL changes_between(${since}::text::xid8, now.position, ${practiceId}::uuid, ${atMost + 1}) AS c
        ON ${since !== null}`
  const changed = rows.filter((row): row is { position: string } & ChangedOnboarding => row.seq !== null)
  const tooMany = changed.length > atMost
  return {
    position: rows[0]?.position ?? '0',
    changed: tooMany ? [] : changed.map(({ position: _, ...one }) => one),
    tooMany,
  }
}
