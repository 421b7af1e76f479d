import { type CohortRow, cohortRow, HORIZON_DAYS, type HorizonDays, weeksBetween } from '../domain/metrics/cohorts.ts'
import { DAY_MS, type Instant } from '../domain/situation.ts'
import { asDate, type Tx } from './client.ts'
import { inSight, type Sight } from './sight.ts'

/** The period of the report: half a year. */
const PERIOD_MS = 26 * 7 * DAY_MS

/** PostgreSQL's type id of `timestamptz`, for arrays. */
const TIMESTAMPTZ = 1184

/** The number of clients in a slot, by the shortest horizon within which they converted. */
type Counted = { slot: number; within: HorizonDays | null; n: number }

/**
 * Returns conversion from invitation to connected bank, by week of the first invitation in `timeZone`, oldest first,
 * over the last half year. The unit is one onboarding. Leaves out onboardings whose bank is skipped or was connected
 * before the invitation, and rehearsals. With `asOf` it reads the log as of then, so that it returns that day's report.
 * Counts only clients that are visible now.
 */
export async function readConversion(
  tx: Tx,
  timeZone: string,
  now: Date,
  sight: Sight,
  asOf?: Date,
): Promise<CohortRow[]> {
  const nowMs = Math.min(now.getTime(), asOf?.getTime() ?? Number.POSITIVE_INFINITY)
  const weeks = weeksBetween(nowMs - PERIOD_MS, nowMs, timeZone)
  // Weeks are cut where clients become old enough for a horizon, so that a slot is old enough as a whole or not at all.
  const tooYoung = (days: HorizonDays) => nowMs - days * DAY_MS + 1
  const slots = [...new Set([...weeks.map((week) => week.from), ...HORIZON_DAYS.map(tooYoung)])].sort((a, b) => a - b)
  const rows = await (asOf ? countLog(tx, slots, nowMs, asOf, sight) : countNow(tx, slots, nowMs, sight))
  const sum = (some: { n: number }[]) => some.reduce((total, row) => total + row.n, 0)
  const ofWeek = weeks.map((week) => ({ week, mine: rows.filter(({ slot }) => isWithin(slots[slot], week)) }))
  const first = ofWeek.findIndex(({ mine }) => sum(mine) > 0)
  return ofWeek.slice(first < 0 ? ofWeek.length : first).map(({ week, mine }) => {
    const horizon = (days: HorizonDays) => {
      const old = mine.filter(({ slot }) => (slots[slot] ?? 0) < tooYoung(days))
      return { eligible: sum(old), converted: sum(old.filter(({ within }) => within !== null && within <= days)) }
    }
    return cohortRow(week, { n: sum(mine), horizons: { 7: horizon(7), 14: horizon(14), 30: horizon(30) } }, nowMs)
  })
}

/** Returns the condition that an `onboarding_id` belongs to a visible client. */
const seen = (tx: Tx, sight: Sight) =>
  sight.of === 'all' ? tx`` : tx`AND onboarding_id IN (SELECT o.id FROM onboarding o WHERE ${inSight(tx, sight)})`

const isWithin = (at: Instant | undefined, { from, to }: { from: Instant; to: Instant }) =>
  at !== undefined && at >= from && at < to

/** Counts slot by slot from one index, then subtracts the rehearsals, which are few. */
async function countNow(tx: Tx, slots: Instant[], nowMs: Instant, sight: Sight): Promise<Counted[]> {
  const from = instants(tx, slots)
  const to = instants(tx, [...slots.slice(1), nowMs + 1])
  const [rows, rehearsals] = await Promise.all([
    tx<Counted[]>`
      SELECT s.n::int - 1 AS slot, c.within, c.n FROM unnest(${from}, ${to}) WITH ORDINALITY AS s (from_at, to_at, n)
      CROSS JOIN LATERAL (
        SELECT within, count(*)::int AS n FROM conversion
        WHERE NOT skipped AND invited_at >= s.from_at AND invited_at < s.to_at ${seen(tx, sight)} GROUP BY within) AS c`,
    tx<{ at: Instant; within: HorizonDays | null }[]>`
      SELECT epoch_ms(c.invited_at) AS at, c.within FROM onboarding o JOIN conversion c ON c.onboarding_id = o.id
      WHERE o.clock_offset_ms <> 0 AND NOT c.skipped AND c.invited_at <= ${asDate(nowMs)} ${seen(tx, sight)}`,
  ])
  const taken = rehearsals.map(({ at, within }) => ({ slot: slots.findLastIndex((from) => from <= at), within, n: -1 }))
  return [...rows, ...taken]
}

/** Counts the same from the log as of `asOf`. */
async function countLog(tx: Tx, slots: Instant[], nowMs: Instant, asOf: Date, sight: Sight): Promise<Counted[]> {
  const known = tx`AND recorded_at <= ${asOf}`
  // A generic plan for any period and number of weeks is several times slower than one for these values.
  await tx`SET LOCAL plan_cache_mode = force_custom_plan`
  return tx<Counted[]>`
    WITH invited AS (
      SELECT onboarding_id, at FROM event
      WHERE kind = 'invited' AND data->>'bank' <> 'done'
        AND at >= ${asDate(slots[0] ?? 0)} AND at <= ${asDate(nowMs)} ${known} ${seen(tx, sight)}
    ), connected AS (
      SELECT onboarding_id, min(at) AS at FROM event WHERE kind = 'bank_connected' ${known} GROUP BY onboarding_id
    ), skip AS (
      SELECT DISTINCT ON (onboarding_id) onboarding_id, kind IN ('step_skipped', 'invited') AS stands
      FROM event
      WHERE (kind = 'step_skipped' AND data->>'step' = 'bank' OR kind = 'step_reopened' AND data->>'step' = 'bank'
          OR kind = 'reopened' AND data->'steps' ? 'bank' OR kind = 'invited' AND data->>'bank' = 'skipped') ${known}
      ORDER BY onboarding_id, seq DESC
    )
    SELECT
      width_bucket(invited.at, ${instants(tx, slots)}) - 1 AS slot,
      CASE WHEN connected.at <= invited.at + interval '168 hours' THEN 7
           WHEN connected.at <= invited.at + interval '336 hours' THEN 14
           WHEN connected.at <= invited.at + interval '720 hours' THEN 30 END AS within,
      count(*)::int AS n
    FROM invited LEFT JOIN connected USING (onboarding_id)
    WHERE (connected.at IS NULL OR connected.at >= invited.at)
      AND onboarding_id NOT IN (SELECT onboarding_id FROM skip WHERE stands)
      AND onboarding_id NOT IN (SELECT id FROM onboarding WHERE clock_offset_ms <> 0)
    GROUP BY slot, within`
}

const instants = (tx: Tx, list: Instant[]) =>
  tx.array(
    list.map((at) => new Date(at)),
    TIMESTAMPTZ,
  )
