import type postgres from 'postgres'
import type { Condition } from '../../domain/rows/conditions.ts'
import { PACED_STAGES, type PacedStage } from '../../domain/rows/overdue.ts'
import type { Tx } from '../client.ts'

export type Fragment = postgres.PendingQuery<postgres.Row[]>

/** Joins conditions with AND; without conditions every row matches. */
export const allOf = (tx: Tx, conditions: readonly Fragment[]): Fragment =>
  conditions.reduce((all, one) => tx`${all} AND ${one}`, tx`TRUE`)

const anyOf = (tx: Tx, conditions: readonly Fragment[]): Fragment =>
  tx`(${conditions.reduce((all, one) => tx`${all} OR ${one}`, tx`FALSE`)})`

/** Returns the condition that one of the columns holds one of the values; none without values. */
function among(tx: Tx, columns: () => readonly Fragment[], values: readonly string[] | undefined): Fragment[] {
  if (!values?.length) return []
  const parts = columns().map((column) => tx`${column} = ANY (${[...values]})`)
  return [anyOf(tx, parts)]
}

/** Returns the condition for rows that are overdue in a stage, like `overdueOf`. Rehearsals never are. */
export const isOverdueIn = (tx: Tx, stage: PacedStage): Fragment => tx`(
  o.status = ${stage} AND o.stage_since < now() - (SELECT u.overdue_after FROM stage_usual u WHERE u.stage = ${stage})
  AND o.clock_offset_ms = 0 AND (o.snoozed_until IS NULL OR o.snoozed_until <= now()))`

/**
 * The columns to read a row by: as of its last event, or, after `turns_at`, as changed by time. Each is made when it is
 * asked for, because a list uses few of them and a part of a statement costs as much as a promise.
 */
export type Reading = {
  /** The condition for rows that are read this way. An index applies to `now()`, not to `clock_timestamp()`. */
  when: () => Fragment
  status: () => Fragment
  /** The leading thing's, then the other open thing's. */
  moves: () => [Fragment, Fragment]
  blockers: () => [Fragment, Fragment]
  attention: () => Fragment
  since: () => Fragment
}

export const standing = (tx: Tx): Reading => ({
  when: () => tx`(o.turns_at IS NULL OR o.turns_at > now())`,
  status: () => tx`o.status`,
  moves: () => [tx`o.move`, tx`o.also_move`],
  blockers: () => [tx`o.blocked_by`, tx`o.also_blocked_by`],
  attention: () => anyOf(tx, [tx`o.needs_staff`, ...PACED_STAGES.map((stage) => isOverdueIn(tx, stage))]),
  since: () => tx`o.since`,
})

/** Reads rows after `turns_at`. What time makes the practice's turn needs staff. */
export const turned = (tx: Tx): Reading => ({
  when: () => tx`o.turns_at <= now()`,
  status: () => tx`CASE WHEN o.turns_blocked_by = 'expired' THEN 'expired' ELSE o.status END`,
  moves: () => [tx`o.turns_move`, tx`o.turns_also_move`],
  blockers: () => [tx`o.turns_blocked_by`, tx`o.turns_also_blocked_by`],
  attention: () => tx`o.turns_move = 'practice'`,
  since: () => tx`o.turns_at`,
})

/** Returns the SQL parts of a condition on the onboarding `o`. Equal to `holds` of `domain/rows/conditions.ts`. */
export function partsOf(tx: Tx, condition: Condition, reading: Reading): Fragment[] {
  const { statuses, moves, blockers, managers, solutions, software, banks, teams } = condition
  const { attention, isBankOpen, completedWithinMs } = condition
  return [
    ...among(tx, () => [reading.status()], statuses),
    ...among(tx, reading.moves, moves),
    ...among(tx, reading.blockers, blockers),
    ...among(tx, () => [tx`o.account_manager_id`], managers),
    ...(solutions?.length ? [tx`(${ofOrganisation(tx, tx`g.solutions`)}) && ${[...solutions]}::text[]`] : []),
    ...among(tx, () => [tx`(${ofOrganisation(tx, tx`g.software`)})`], software),
    ...(banks?.length ? [sharesOneOf(tx, banks)] : []),
    ...(teams?.length ? [isGivenToTeams(tx, teams)] : []),
    ...(attention ? [reading.attention()] : []),
    ...(isBankOpen === undefined ? [] : [tx`${isBankOpen ? tx`` : tx`NOT`} ${bankIsOpen(tx)}`]),
    ...(completedWithinMs === undefined
      ? []
      : [anyOf(tx, [isCompletedWithin(tx, completedWithinMs), tx`${reading.moves()[0]} IS NOT NULL`])]),
  ]
}

const isCompletedWithin = (tx: Tx, ms: number) => tx`o.completed_at >= now() - ${ms}::float8 * interval '1 millisecond'`

const ofOrganisation = (tx: Tx, column: Fragment) =>
  tx`SELECT ${column} FROM organisation g WHERE g.id = o.organisation_id`

const sharesOneOf = (tx: Tx, banks: readonly string[]) => tx`EXISTS (SELECT FROM connection c
  WHERE c.organisation_id = o.organisation_id AND c.kind = 'bank' AND c.state IN ('connected', 'lost')
    AND c.institution_name = ANY (${[...banks]}))`

/** Returns the condition that one of the teams may see the client of the onboarding `o` by a rule of its own. */
export const isGivenToTeams = (tx: Tx, teams: readonly string[]) => tx`EXISTS (SELECT FROM access_rule r
  WHERE r.organisation_id = o.organisation_id AND r.kind = 'team' AND r.team_id = ANY (${[...teams]}::uuid[]))`

/**
 * `OFFSET 0` keeps each part a look at the row: otherwise the planner reads the open banks of all clients into a table
 * first.
 */
const bankIsOpen = (tx: Tx) => tx`(EXISTS (SELECT FROM onboarding_step s
  WHERE s.onboarding_id = o.id AND s.kind = 'bank' AND s.done_at IS NULL AND s.skipped_at IS NULL OFFSET 0)
  OR EXISTS (SELECT FROM bank_ask b
    WHERE b.onboarding_id = o.id AND b.is_awaited AND b.done_at IS NULL AND b.dropped_at IS NULL OFFSET 0))`
