import type { Database, Tx } from './client.ts'

type Sql = Tx | Database['sql']

/** The kind of provider: of mails, of texts, or the company register. */
type Service = 'email' | 'sms' | 'registry'

/** An error that an operator must fix at a provider, with its number since `firstAtMs`. */
export type KeptTrouble = {
  service: Service
  code: string
  reason: string
  firstAtMs: number
  lastAtMs: number
  times: number
}

/**
 * Records an error that an operator must fix. `restMs`: the pause of calls to the service. Counts from one again after
 * a day without it.
 */
export async function writeTrouble(
  sql: Sql,
  service: Service,
  { code, reason, restMs }: { code: string; reason: string; restMs: number | null },
): Promise<void> {
  await sql`INSERT INTO provider_trouble AS t (service, code, reason, rests_until)
    VALUES (${service}, ${code}, ${reason}, clock_timestamp() + ${restMs}::float8 * interval '1 millisecond')
    ON CONFLICT (service, code) DO UPDATE SET reason = excluded.reason, last_at = excluded.last_at,
      rests_until = excluded.rests_until,
      first_at = CASE WHEN t.last_at < excluded.last_at - interval '1 day' THEN excluded.last_at ELSE t.first_at END,
      times = CASE WHEN t.last_at < excluded.last_at - interval '1 day' THEN 1 ELSE t.times + 1 END`
}

/** Returns the rest of the pause of each service in ms; services without a pause are left out. */
export async function readRestsMs(sql: Sql): Promise<Partial<Record<Service, number>>> {
  const rows = await sql<{ service: Service; ms: number }[]>`
    SELECT service, (extract(epoch FROM max(rests_until) - clock_timestamp()) * 1000)::float8 AS ms
    FROM provider_trouble WHERE rests_until > clock_timestamp() GROUP BY service`
  return Object.fromEntries(rows.map(({ service, ms }) => [service, Math.ceil(ms)]))
}

/** Returns the errors of the last day, the latest first. */
export async function readTroubles({ sql }: Database): Promise<KeptTrouble[]> {
  return sql<KeptTrouble[]>`
    SELECT service, code, reason, epoch_ms(first_at) AS "firstAtMs", epoch_ms(last_at) AS "lastAtMs", times
    FROM provider_trouble WHERE last_at > clock_timestamp() - interval '1 day' ORDER BY last_at DESC`
}

/** Returns the pause of one service, which all processes share. */
export const restOf = ({ sql }: Database, service: Service) => ({
  leftMs: async (): Promise<number> => (await readRestsMs(sql))[service] ?? 0,
  begin: (forMs: number, reason: string): Promise<void> =>
    writeTrouble(sql, service, { code: 'rate_limit', reason, restMs: forMs }),
})
