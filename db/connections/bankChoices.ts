import type { Tx } from '../client.ts'

/** What this practice's clients lately met at banks: which they use, and which are failing since when. */
export type BankChoices = { mostUsed: string[]; troubleSince: Record<string, number> }

/** Looked at over the newest trips only, so that it costs the same for a practice of any size. */
export async function readBankChoices(tx: Tx): Promise<BankChoices> {
  const rows = await tx<{ institution: string; uses: number; troubleSince: number | null }[]>`
    WITH trip AS (
      SELECT institution, status, failure, status_at FROM auth_session
      WHERE step = 'bank' AND institution IS NOT NULL ORDER BY created_at DESC LIMIT 500)
    SELECT institution, count(*) FILTER (WHERE status = 'done')::int AS uses,
      -- Down, and nobody got through since.
      epoch_ms(min(status_at) FILTER (WHERE failure = 'bank_down' AND status_at > clock_timestamp() - interval '3 hours'
        AND status_at > coalesce((SELECT max(d.status_at) FROM trip d
          WHERE d.institution = trip.institution AND d.status = 'done'), '-infinity'))) AS "troubleSince"
    FROM trip GROUP BY institution ORDER BY uses DESC, institution`
  return {
    mostUsed: rows.filter((row) => row.uses > 0).map((row) => row.institution),
    troubleSince: Object.fromEntries(
      rows.flatMap(({ institution, troubleSince }) => (troubleSince === null ? [] : [[institution, troubleSince]])),
    ),
  }
}
