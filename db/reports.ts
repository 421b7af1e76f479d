import type { EventKind } from '../domain/events.ts'
import {
  type CohortRow,
  cohortRow,
  cohortsBetween,
  HORIZON_DAYS,
  type HorizonDays,
  isMature,
  type Span,
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

const LONGEST_HOURS = Math.max(...HORIZON_DAYS) * 24

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

/** The time that half of those took who connected a bank within `days`, in hours rounded up; null if they are too few. */
export type Median = { days: HorizonDays; hours: number | null }

/**
 * The number of clients in a slot, by the shortest horizon within which they converted and by their answer; or, with
 * `ends`, by the hours until they connected, after so many ends of the medians' periods.
 */
type Counted =
  | { ends: null; slot: number; within: HorizonDays | null; outcome: Outcome; n: number }
  | { ends: number; hours: number; n: number }

/**
 * Returns conversion from invitation to connected bank, by week or month of the first invitation in `timeZone`, oldest
 * first, over the last half year; and the median times, each over the cohorts that are counted in full within its days. The unit
 * is one onboarding. Leaves out onboardings whose bank is skipped or was connected before the invitation, and
 * rehearsals. With `asOf` it reads the log as of then, so that it returns that day's report. Counts only clients that
 * are visible now.
 */
export async function readConversion(
  tx: Tx,
  timeZone: string,
  now: Date,
  sight: Sight,
  asOf?: Date,
  by?: Span,
): Promise<{ cohorts: CohortRow[]; medians: Median[] }> {
  const nowMs = Math.min(now.getTime(), asOf?.getTime() ?? Number.POSITIVE_INFINITY)
  const all = cohortsBetween(nowMs - PERIOD_MS, nowMs, timeZone, by)
  // Cohorts are cut where clients become old enough for a horizon, so that a slot is old enough as a whole or not at all.
  const tooYoung = (days: HorizonDays) => nowMs - days * DAY_MS + 1
  const slots = [...new Set([...all.map(({ from }) => from), ...HORIZON_DAYS.map(tooYoung)])].sort((a, b) => a - b)
  // The slot in which a median's cohorts end. Ascending, because longer horizons are counted in full for fewer.
  const ends = HORIZON_DAYS.toReversed().map((days) =>
    slots.indexOf(all.findLast((one) => isMature(one, days, nowMs))?.to ?? Number.NaN),
  )
  // A generic plan for any period and number of cohorts is several times slower than one for these values.
  await tx`SET LOCAL plan_cache_mode = force_custom_plan`
  const rows = await tx<Counted[]>`
    WITH counted AS (${asOf ? countedInLog(tx, slots, nowMs, sight, asOf) : countedNow(tx, slots, nowMs, sight)}), placed AS (
      SELECT *, width_bucket(slot, ${ends}::int[]) AS ends,
        CASE WHEN hours <= 7 * 24 THEN 7 WHEN hours <= 14 * 24 THEN 14 WHEN hours <= 30 * 24 THEN 30 END AS within
      FROM counted
    )
    SELECT slot, within, outcome, ends, hours, sum(n)::int AS n FROM placed
    GROUP BY GROUPING SETS ((slot, within, outcome), (ends, hours)) HAVING ends IS NULL OR hours <= ${LONGEST_HOURS}`
  const answers = rows.filter((row) => row.ends === null)
  const times = rows.filter((row) => row.ends !== null)
  const sum = (some: { n: number }[]) => some.reduce((total, row) => total + row.n, 0)
  const counted = all.map((one) => ({ one, mine: answers.filter(({ slot }) => isWithin(slots[slot], one)) }))
  const first = counted.findIndex(({ mine }) => sum(mine) > 0)
  const cohorts = counted.slice(first < 0 ? counted.length : first).map(({ one, mine }) => {
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
    const counts = { n: sum(mine), outcomes, horizons: { 7: horizon(7), 14: horizon(14), 30: horizon(30) } }
    return cohortRow(one, counts, nowMs)
  })
  const medians = HORIZON_DAYS.map((days, place) => {
    const isCounted = (row: { ends: number; hours: number }) =>
      row.ends < HORIZON_DAYS.length - place && row.hours <= days * 24
    return { days, hours: medianHours(times.filter(isCounted)) }
  })
  return { cohorts, medians }
}

/** Returns the condition that an `onboarding_id` belongs to a visible client, and is no rehearsal. */
const isSeen = (tx: Tx, sight: Sight) =>
  tx`onboarding_id NOT IN (SELECT id FROM onboarding WHERE clock_offset_ms <> 0)
    ${sight.of === 'all' ? tx`` : tx`AND onboarding_id IN (SELECT o.id FROM onboarding o WHERE ${inSight(tx, sight)})`}`

const isWithin = (at: Instant | undefined, { from, to }: { from: Instant; to: Instant }) =>
  at !== undefined && at >= from && at < to

/**
 * Returns the query that counts the invited clients as of now by slot, hours and answer. Each slot is a range of one
 * index, which takes half the time of placing each row in its slot.
 */
const countedNow = (tx: Tx, slots: Instant[], to: Instant, sight: Sight): Fragment => tx`
  SELECT s.place::int - 1 AS slot, c.hours, c.outcome, c.n
  FROM unnest(${instants(tx, slots)}, ${instants(tx, [...slots.slice(1), to + 1])}) WITH ORDINALITY AS s(since, until, place)
  CROSS JOIN LATERAL (
    SELECT hours, ${outcomeOf(tx, tx`${asDate(to)}::timestamptz`)} AS outcome, count(*) AS n FROM conversion c
    WHERE NOT skipped AND invited_at >= s.since AND invited_at < s.until AND ${isSeen(tx, sight)}
    GROUP BY 1, 2) AS c`

/** Returns the query that counts the same in the log as of `asOf`. */
const countedInLog = (tx: Tx, slots: Instant[], to: Instant, sight: Sight, asOf: Date): Fragment => tx`
  SELECT width_bucket(at, ${instants(tx, slots)}) - 1 AS slot, hours, outcome, count(*) AS n
  FROM (${invitedInLog(tx, { from: slots[0] ?? to, to }, asOf)}) AS invited WHERE ${isSeen(tx, sight)}
  GROUP BY 1, hours, outcome`

/** Returns the query for all invited clients from the log as of `asOf`, with both. A link that has ended counts as expired once that is recorded. */
function invitedInLog(tx: Tx, { from, to }: { from: Instant; to: Instant }, asOf: Date): Fragment {
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
      ceil(date_part('epoch', connected.at - invited.at) / 3600)::int AS hours
    FROM invited LEFT JOIN connected USING (onboarding_id) LEFT JOIN answer USING (onboarding_id)
    WHERE (connected.at IS NULL OR connected.at >= invited.at)
      AND onboarding_id NOT IN (SELECT onboarding_id FROM skip WHERE stands)`
}

const instants = (tx: Tx, list: Instant[]) =>
  tx.array(
    list.map((at) => new Date(at)),
    TIMESTAMPTZ,
  )
