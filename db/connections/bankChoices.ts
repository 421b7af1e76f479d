import type { Tx } from '../client.ts'

/** The number of clients who fail at a bank at the same time from which it counts as an outage. */
const OUTAGE_CLIENTS = 3

/**
 * The practice's recent experience with banks: those its clients use most, since when banks fail (ms), and those that
 * fail for several clients. `providers`: the only bank providers of the practice, the preferred one first; null: all.
 */
export type BankChoices = {
  mostUsed: string[]
  troubleSince: Record<string, number>
  outages: string[]
  providers: string[] | null
}

/** Reads the newest 500 sessions only, so that the cost does not grow with the practice. */
export async function readBankChoices(tx: Tx): Promise<BankChoices> {
  const [practice] = await tx<{ providers: string[] | null }[]>`SELECT bank_providers AS providers FROM practice`
  const rows = await tx<{ institution: string; uses: number; troubleSince: number | null; failing: number }[]>`
    WITH trip AS (
      SELECT institution, status, failure, status_at, onboarding_id FROM auth_session
      WHERE step = 'bank' AND institution IS NOT NULL ORDER BY created_at DESC LIMIT 500),
    looked_at AS (
      -- Down, and nobody got through since.
      SELECT *, failure = 'bank_down' AND status_at > clock_timestamp() - interval '3 hours'
        AND status_at > coalesce((SELECT max(d.status_at) FROM trip d
          WHERE d.institution = trip.institution AND d.status = 'done'), '-infinity') AS down
      FROM trip)
    SELECT institution, count(*) FILTER (WHERE status = 'done')::int AS uses,
      epoch_ms(min(status_at) FILTER (WHERE down)) AS "troubleSince",
      count(DISTINCT onboarding_id) FILTER (WHERE down)::int AS failing
    FROM looked_at GROUP BY institution ORDER BY uses DESC, institution`
  return {
    mostUsed: rows.filter((row) => row.uses > 0).map((row) => row.institution),
    troubleSince: Object.fromEntries(
      rows.flatMap(({ institution, troubleSince }) => (troubleSince === null ? [] : [[institution, troubleSince]])),
    ),
    outages: rows.filter((row) => row.failing >= OUTAGE_CLIENTS).map((row) => row.institution),
    providers: practice?.providers ?? null,
  }
}
