import type { EventKind } from '../domain/events.ts'
import {
  type CohortRow,
  cohortRow,
  HORIZON_DAYS,
  type HorizonDays,
  isMature,
  weeksBetween,
} from '../domain/metrics/cohorts.ts'
import { medianHours } from '../domain/metrics/median.ts'
import type { Outcome } from '../domain/metrics/outcomes.ts'
import { DAY_MS, type Instant } from '../domain/situation.ts'
import { asDate, type Tx } from './client.ts'
import { outcomeOf } from './invitedCohort.ts'
import type { Fragment } from './list/conditions.ts'
import { inSight, type Sight } from './sight.ts'

/** The period of the report: half a year. */
const PERIOD_MS = 26 * 7 * DAY_MS

/** PostgreSQL's type id of `timestamptz`, for arrays. */
const TIMESTAMPTZ = 1184

/** The kinds of events that give an invitation its answer, or take one back. */
const ANSWERING: EventKind[] = [
  'accepted',
  'declined',
  'expired',
  'cancelled',
  'resent',
  'extended',
  'undone',
  'reopened',
  'invitation_skipped',
]

/** The number of clients in a slot, by the shortest horizon within which they converted, and by their answer. */
type Counted = { slot: number; within: HorizonDays | null; outcome: Outcome; n: number }

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
  // A generic plan for any period and number of weeks is several times slower than one for these values.
  await tx`SET LOCAL plan_cache_mode = force_custom_plan`
  const period = { from: slots[0] ?? 0, to: nowMs }
  const rows = await tx<Counted[]>`
    SELECT width_bucket(invited.at, ${instants(tx, slots)}) - 1 AS slot, within, outcome, count(*)::int AS n
    FROM (${asOf ? invitedInLog(tx, period, asOf) : invitedNow(tx, period)}) AS invited
    WHERE onboarding_id NOT IN (SELECT id FROM onboarding WHERE clock_offset_ms <> 0) ${seen(tx, sight)}
    GROUP BY slot, within, outcome`
  const sum = (some: { n: number }[]) => some.reduce((total, row) => total + row.n, 0)
  const ofWeek = weeks.map((week) => ({ week, mine: rows.filter(({ slot }) => isWithin(slots[slot], week)) }))
  const first = ofWeek.findIndex(({ mine }) => sum(mine) > 0)
  return ofWeek.slice(first < 0 ? ofWeek.length : first).map(({ week, mine }) => {
    const horizon = (days: HorizonDays) => {
      const old = mine.filter(({ slot }) => (slots[slot] ?? 0) < tooYoung(days))
      return { eligible: sum(old), converted: sum(old.filter(({ within }) => within !== null && within <= days)) }
    }
    const answered = (outcome: Outcome) => sum(mine.filter((row) => row.outcome === outcome))
    const outcomes = {
      accepted: answered('accepted'),
      declined: answered('declined'),
      expired: answered('expired'),
      cancelled: answered('cancelled'),
      open: answered('open'),
    }
    return cohortRow(
      week,
      { n: sum(mine), outcomes, horizons: { 7: horizon(7), 14: horizon(14), 30: horizon(30) } },
      nowMs,
    )
  })
}

/** The time that half of those took who connected a bank within `days`, in hours rounded up; null if they are too few. */
export type Median = { days: HorizonDays; hours: number | null }

/** Returns the medians of the report's weeks, each over the weeks that are counted in full within its days. */
export async function readMedians(
  tx: Tx,
  weeks: readonly CohortRow[],
  now: Date,
  sight: Sight,
  asOf?: Date,
): Promise<Median[]> {
  const nowMs = Math.min(now.getTime(), asOf?.getTime() ?? Number.POSITIVE_INFINITY)
  const from = weeks[0]?.from ?? nowMs
  // Ascending, because longer horizons are counted in full for fewer weeks.
  const horizons = [...HORIZON_DAYS]
    .reverse()
    .map((days) => ({ days, until: weeks.findLast((week) => isMature(week, days, nowMs))?.to ?? from }))
  const period = { from, to: nowMs }
  const counts = await tx<{ until: number; hours: number; n: number }[]>`
    SELECT width_bucket(invited.at, ${instants(
      tx,
      horizons.map(({ until }) => until),
    )}) AS until, hours, count(*)::int AS n
    FROM (${asOf ? invitedInLog(tx, period, asOf) : connectedNow(tx, period)}) AS invited
    WHERE within IS NOT NULL AND onboarding_id NOT IN (SELECT id FROM onboarding WHERE clock_offset_ms <> 0)
      ${seen(tx, sight)}
    GROUP BY 1, hours`
  return horizons
    .map(({ days }, place) => ({
      days,
      hours: medianHours(counts.filter(({ until, hours }) => until <= place && hours <= days * 24)),
    }))
    .reverse()
}

/** Returns the condition that an `onboarding_id` belongs to a visible client. */
const seen = (tx: Tx, sight: Sight) =>
  sight.of === 'all' ? tx`` : tx`AND onboarding_id IN (SELECT o.id FROM onboarding o WHERE ${inSight(tx, sight)})`

const isWithin = (at: Instant | undefined, { from, to }: { from: Instant; to: Instant }) =>
  at !== undefined && at >= from && at < to

type Period = { from: Instant; to: Instant }

/** Returns the query for the clients invited in a period, as of now. Those without acceptance are few. */
const invitedNow = (tx: Tx, { from, to }: Period): Fragment => tx`
  SELECT c.onboarding_id, c.invited_at AS at, c.within, coalesce(u.outcome, 'accepted') AS outcome
  FROM conversion c LEFT JOIN (
    SELECT o.id, ${outcomeOf(tx, tx`${asDate(to)}::timestamptz`)} AS outcome FROM onboarding o WHERE o.accepted_at IS NULL
  ) AS u ON u.id = c.onboarding_id
  WHERE NOT c.skipped AND c.invited_at >= ${asDate(from)} AND c.invited_at <= ${asDate(to)}`

/** Returns the query for those of them who connected a bank, with the hours that it took. */
const connectedNow = (tx: Tx, { from, to }: Period): Fragment => tx`
  SELECT c.onboarding_id, c.invited_at AS at, c.within, ${hoursBetween(tx, tx`c.invited_at`, tx`c.bank_at`)} AS hours
  FROM conversion c
  WHERE NOT c.skipped AND c.within IS NOT NULL
    AND c.invited_at >= ${asDate(from)} AND c.invited_at <= ${asDate(to)}`

const hoursBetween = (tx: Tx, start: Fragment, end: Fragment): Fragment =>
  tx`ceil(date_part('epoch', ${end} - ${start}) / 3600)::int`

/** Returns the query for all invited clients from the log as of `asOf`, with both. A link that has ended counts as expired once that is recorded. */
function invitedInLog(tx: Tx, { from, to }: Period, asOf: Date): Fragment {
  const known = tx`AND recorded_at <= ${asOf}`
  const isLast = (kind: EventKind, undoneBy: EventKind[]) => tx`(max(seq) FILTER (WHERE kind = ${kind})
    > coalesce(max(seq) FILTER (WHERE kind = ANY (${undoneBy})), 0))`
  return tx`
    WITH invited AS (
      SELECT onboarding_id, at FROM event
      WHERE kind = 'invited' AND data->>'bank' <> 'done' AND at >= ${asDate(from)} AND at <= ${asDate(to)} ${known}
    ), connected AS (
      SELECT onboarding_id, min(at) AS at FROM event WHERE kind = 'bank_connected' ${known} GROUP BY onboarding_id
    ), skip AS (
      SELECT DISTINCT ON (onboarding_id) onboarding_id, kind IN ('step_skipped', 'invited') AS stands
      FROM event
      WHERE (kind = 'step_skipped' AND data->>'step' = 'bank' OR kind = 'step_reopened' AND data->>'step' = 'bank'
          OR kind = 'reopened' AND data->'steps' ? 'bank' OR kind = 'invited' AND data->>'bank' = 'skipped') ${known}
      ORDER BY onboarding_id, seq DESC
    ), answer AS (
      SELECT onboarding_id, CASE
        WHEN bool_or(kind = 'accepted') THEN 'accepted'
        WHEN ${isLast('cancelled', ['undone', 'reopened'])} THEN 'cancelled'
        WHEN ${isLast('declined', ['resent'])} THEN 'declined'
        WHEN ${isLast('expired', ['resent', 'extended', 'invitation_skipped'])} THEN 'expired' END AS outcome
      FROM event WHERE kind = ANY (${ANSWERING}) ${known} GROUP BY onboarding_id
    )
    SELECT onboarding_id, invited.at, coalesce(answer.outcome, 'open') AS outcome,
      ${hoursBetween(tx, tx`invited.at`, tx`connected.at`)} AS hours,
      CASE WHEN connected.at <= invited.at + interval '168 hours' THEN 7
           WHEN connected.at <= invited.at + interval '336 hours' THEN 14
           WHEN connected.at <= invited.at + interval '720 hours' THEN 30 END AS within
    FROM invited LEFT JOIN connected USING (onboarding_id) LEFT JOIN answer USING (onboarding_id)
    WHERE (connected.at IS NULL OR connected.at >= invited.at)
      AND onboarding_id NOT IN (SELECT onboarding_id FROM skip WHERE stands)`
}

const instants = (tx: Tx, list: Instant[]) =>
  tx.array(
    list.map((at) => new Date(at)),
    TIMESTAMPTZ,
  )
