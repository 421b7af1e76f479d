import type { Database, Tx } from '../client.ts'

/** The least number of clients from which a usual length is computed. */
const ENOUGH = 20

/** Returns the practices whose stages were not measured for this time, at most `atMost`. */
export async function findPracticesToMeasure(db: Database, olderThanMs: number, atMost: number): Promise<string[]> {
  const rows = await db.sql<{ id: string }[]>`
    SELECT practice_id AS id FROM practices_to_measure(${olderThanMs} * interval '1 millisecond', ${atMost})`
  return rows.map((row) => row.id)
}

/**
 * Measures the length of each stage for clients who left it in the last 90 days: the time within which nine of ten did.
 * Rehearsals do not count; a client who was reopened counts with the first completion.
 */
export async function measureStages(tx: Tx): Promise<void> {
  const recently = tx`clock_timestamp() - interval '90 days'`
  const took = (took: ReturnType<Tx>) => tx`count(*) AS n, percentile_cont(0.9) WITHIN GROUP (ORDER BY ${took}) AS p90`
  await tx`
    INSERT INTO stage_usual (practice_id, stage, usual, counted, measured_at)
    SELECT current_practice(), stage, CASE WHEN n >= ${ENOUGH} THEN p90 END, n, clock_timestamp() FROM (
      SELECT 'not_invited' AS stage, ${took(tx`e.at - o.provisioned_at`)}
      FROM event e JOIN onboarding o ON o.id = e.onboarding_id
      WHERE e.kind = 'invited' AND e.key = '1' AND e.at > ${recently} AND e.at > o.provisioned_at AND o.clock_offset_ms = 0
      UNION ALL
      SELECT 'invited', ${took(tx`accepted_at - invited_at`)} FROM onboarding
      WHERE accepted_at > ${recently} AND clock_offset_ms = 0
      UNION ALL
      SELECT 'accepted', ${took(tx`e.at - o.accepted_at`)}
      FROM event e JOIN onboarding o ON o.id = e.onboarding_id
      WHERE e.kind = 'completed' AND e.at > ${recently} AND e.at > o.accepted_at AND o.clock_offset_ms = 0
        AND NOT EXISTS (SELECT FROM event earlier
          WHERE earlier.onboarding_id = e.onboarding_id AND earlier.kind = 'completed' AND earlier.seq < e.seq)
    ) AS measured
    ON CONFLICT (practice_id, stage) DO UPDATE
      SET usual = excluded.usual, counted = excluded.counted, measured_at = excluded.measured_at`
}
