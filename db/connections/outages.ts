import { type BankTries, OUTAGE_WINDOW_MS, USUAL_MS } from '../../domain/connections/bankOutages.ts'
import type { Instant } from '../../domain/situation.ts'
import type { Database, Tx } from '../client.ts'
import type { Fragment } from '../list/conditions.ts'

/** A bank's tries, with its outage that stands, if there is one. */
export type TriedBank = BankTries & {
  institution: string
  outageId: string | null
  firstFailedAt: Instant | null
  lastFailedAt: Instant | null
  now: Instant
}

/** Returns the tries at each bank that fails now or is down: counts over all practices. */
export async function readTriedBanks({ sql }: Database): Promise<TriedBank[]> {
  const ms = (length: number) => sql`${length}::float8 * interval '1 millisecond'`
  return sql<TriedBank[]>`
    SELECT institution, outage AS "outageId", outage IS NOT NULL AS "isDown", epoch_ms(retry_at) AS "retryAt",
      json_build_object('failed', failed, 'connected', connected) AS recent,
      json_build_object('failed', usually_failed, 'connected', usually_connected) AS usual,
      epoch_ms(first_failed_at) AS "firstFailedAt", epoch_ms(last_failed_at) AS "lastFailedAt",
      epoch_ms(clock_timestamp()) AS now
    FROM bank_tries(${ms(OUTAGE_WINDOW_MS)}, ${ms(USUAL_MS)})`
}

/** Records that a bank is down. Returns false if another worker has done so. */
export async function beginOutage(
  { sql }: Database,
  { institution, since, retryAt }: { institution: string; since: Instant; retryAt: Instant },
): Promise<boolean> {
  const rows = await sql`
    INSERT INTO bank_outage (institution, since, retry_at)
    VALUES (${institution}, ${new Date(since)}, ${new Date(retryAt)}) ON CONFLICT DO NOTHING RETURNING id`
  return rows.count === 1
}

/** Records when the bank is tried again; never earlier than before. */
export async function deferRetry({ sql }: Database, outageId: string, retryAt: Instant): Promise<void> {
  await sql`UPDATE bank_outage SET retry_at = ${new Date(retryAt)}
    WHERE id = ${outageId} AND ended_at IS NULL AND retry_at < ${new Date(retryAt)}`
}

/** Records that a bank works again. Returns false if another worker has done so. */
export async function endOutage({ sql }: Database, outageId: string): Promise<boolean> {
  const rows = await sql`
    UPDATE bank_outage SET ended_at = clock_timestamp() WHERE id = ${outageId} AND ended_at IS NULL RETURNING id`
  return rows.count === 1
}

/** Returns the banks that are down now, and since when. */
export const readOutages = (tx: Tx): Promise<{ institution: string; since: Instant }[]> =>
  tx<{ institution: string; since: Instant }[]>`
    SELECT institution, epoch_ms(since) AS since FROM bank_outage WHERE ended_at IS NULL`

/** Returns since when the bank of the connection `c` is down; null for one that works, and for a ledger. */
export const downSince = (tx: Tx) => tx`(
  SELECT epoch_ms(d.since) FROM bank_outage d WHERE d.institution = c.institution AND c.kind = 'bank' AND d.ended_at IS NULL)`

/** Returns the name of the bank of the connection `c` while it is down; null for one that works, and for a ledger. */
export const downBank = (tx: Tx) => tx`(
  SELECT coalesce(c.institution_name, 'The bank') FROM bank_outage d
  WHERE d.institution = c.institution AND c.kind = 'bank' AND d.ended_at IS NULL)`

/**
 * Returns, on a connection's own clock, when its bank is tried again, some minutes from now at the earliest; null for a bank
 * that works.
 */
export const downUntil = (tx: Tx, connection: Fragment) => tx`(
  SELECT epoch_ms(greatest(d.retry_at, clock_timestamp() + interval '5 minutes')) + ${connection}.clock_offset_ms
  FROM bank_outage d WHERE d.institution = ${connection}.institution AND d.ended_at IS NULL)`

/** Returns clients whose row says of a bank that completion waits for what was so before its outage began or ended. */
export const findClientsOfAwaitedBanks = ({ sql }: Database, atMost: number) =>
  sql<{ practiceId: string; onboardingId: string }[]>`
    SELECT practice_id AS "practiceId", onboarding_id AS "onboardingId" FROM clients_of_awaited_banks(${atMost})`

/** Records which outages the row of a client says of the banks that completion waits for. */
export async function writeSaidOutages(tx: Tx, onboardingId: string): Promise<void> {
  await tx`
    UPDATE bank_ask b SET outage_id = (
      SELECT d.id FROM bank_outage d WHERE d.institution = b.institution AND d.ended_at IS NULL)
    WHERE b.onboarding_id = ${onboardingId}`
}

/** Returns clients who are asked to connect a bank that is down. */
export const findClientsOfBanksDown = ({ sql }: Database, atMost: number) =>
  sql<{ practiceId: string; onboardingId: string; outageId: string }[]>`
    SELECT practice_id AS "practiceId", onboarding_id AS "onboardingId", outage AS "outageId"
    FROM clients_of_banks_down(${atMost})`

/** Returns clients who are not asked because their bank was down, and whose bank works again; the longest waiting first. */
export const findClientsOfBanksBack = ({ sql }: Database, atMost: number) =>
  sql<{ practiceId: string; onboardingId: string; sessionId: string; hasTried: boolean }[]>`
    SELECT practice_id AS "practiceId", onboarding_id AS "onboardingId", id AS "sessionId", has_tried AS "hasTried"
    FROM clients_of_banks_back(${atMost})`
