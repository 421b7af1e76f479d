import { OUTAGE_WINDOW_MS } from '../../domain/connections/bankOutages.ts'
import type { Tx } from '../client.ts'
import { readOutages } from './outages.ts'

/**
 * The banks that the practice's clients use most, the instants (ms) since which banks fail, for its own clients or in
 * an outage, and the outages. `providers`: the only bank providers of the practice, the preferred one first; null: all.
 */
export type BankChoices = {
  mostUsed: string[]
  failsSince: Record<string, number>
  outages: string[]
  providers: string[] | null
}

/** Reads the newest 500 sessions only, so that the cost does not grow with the practice. */
export async function readBankChoices(tx: Tx): Promise<BankChoices> {
  const [practices, rows, outages] = await Promise.all([
    tx<{ providers: string[] | null }[]>`SELECT bank_providers AS providers FROM practice`,
    tx<{ institution: string; uses: number; failsSince: number | null }[]>`
      WITH trip AS (
        SELECT institution, status, failure, status_at FROM auth_session
        WHERE step = 'bank' AND institution IS NOT NULL ORDER BY created_at DESC LIMIT 500)
      SELECT institution, count(*) FILTER (WHERE status = 'done')::int AS uses,
        -- Failed, and nobody got through since.
        epoch_ms(min(status_at) FILTER (WHERE failure = 'bank_down'
          AND status_at > clock_timestamp() - ${OUTAGE_WINDOW_MS}::float8 * interval '1 millisecond'
          AND status_at > coalesce((SELECT max(d.status_at) FROM trip d
            WHERE d.institution = trip.institution AND d.status = 'done'), '-infinity'))) AS "failsSince"
      FROM trip GROUP BY institution ORDER BY uses DESC, institution`,
    readOutages(tx),
  ])
  const failing = rows.flatMap(({ institution, failsSince }) =>
    failsSince === null ? [] : [[institution, failsSince] as const],
  )
  return {
    mostUsed: rows.filter((row) => row.uses > 0).map((row) => row.institution),
    failsSince: Object.fromEntries([...failing, ...outages.map((one) => [one.institution, one.since] as const)]),
    outages: outages.map((one) => one.institution),
    providers: practices[0]?.providers ?? null,
  }
}
