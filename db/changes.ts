import type { Database } from './client.ts'

/** An onboarding that changed, with the sequence number of its newest reported event. */
export type ChangedOnboarding = { practiceId: string; onboardingId: string; seq: number }

/**
 * The changes since a position. The next read continues at `position`: everything before it is included, because no
 * open transaction can still write there. `tooMany`: more changed than `atMost`, and `changed` is empty.
 */
export type Changes = { position: string; changed: ChangedOnboarding[]; tooMany: boolean }

/** Reads the changes from `since` on, of one practice or of all. With null it only returns the present position. */
export async function readChanges(
  { sql }: Database,
  since: string | null,
  practiceId: string | null,
  atMost: number,
): Promise<Changes> {
  const rows = await sql<({ position: string } & Partial<ChangedOnboarding>)[]>`
    SELECT now.position::text, c.practice_id AS "practiceId", c.onboarding_id AS "onboardingId", c.seq
    FROM (SELECT ${firstOpen(sql)} AS position) AS now
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

/**
 * Returns the expression for the first transaction that may still write here; after all of them if there is none. A long
 * one in another database of the server cannot, and is known by the lock that it holds on itself. One that has no lock any
 * more has just ended, and counts as ours.
 */
const firstOpen = (sql: Database['sql']) => sql`coalesce(
  (SELECT min(open) FROM pg_snapshot_xip(pg_current_snapshot()) AS open WHERE open::xid <> ALL (ARRAY(
    SELECT l.transactionid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND a.datname <> current_database()))),
  pg_snapshot_xmax(pg_current_snapshot()))`
