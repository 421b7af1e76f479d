import type postgres from 'postgres'
import type { Blocker, Mover } from '../../domain/describe.ts'
import { searchedDigits } from '../../domain/fields/searchedDigits.ts'
import { PACED_STAGES, type PacedStage } from '../../domain/rows/overdue.ts'
import type { Status } from '../../domain/situation.ts'
import type { Tx } from '../client.ts'
import { type Locked, readManyFacts } from '../onboardings/facts.ts'
import { type OnboardingView, viewColumns, viewTables } from '../onboardings/onboardingView.ts'
import { findGiven, inSight, type Sight } from '../sight.ts'
import { type RowContext, readRowContexts } from './rowContext.ts'

/** `waiting`: longest first, and only what somebody has to move. `updated`: the latest change first. */
export type ListSort = 'newest' | 'waiting' | 'updated'

/** Where a page ended. `rank` is 0 for exact matches of a search; `key` is the sorted instant in microseconds. */
export type ListPlace = { rank: number; key: string; id: string }

/** Empty lists and nulls filter nothing. */
export type ListQuery = {
  statuses: Status[]
  moves: Mover[]
  blockers: Blocker[]
  /** Only what staff have to put right, and what takes longer than usual. */
  attention: boolean
  search: string | null
  /** Account managers, by id. */
  managers: string[]
  /** Of accepted clients: those with this step open, and with it the first of the two. */
  openStep: 'bank' | 'books' | null
  /** When it was completed, at the earliest. */
  completedSince: Date | null
  /** Of the conversion report: the weeks of the first invitation, and within how many days the bank was connected. */
  cohort: { week: string | null; lastWeek: string | null; within: number | null } | null
  sight: Sight
  updatedSince: Date | null
  sort: ListSort
  after: ListPlace | null
  limit: number
}

/** What narrows nothing. */
export const EVERYTHING: Omit<ListQuery, 'limit' | 'sight'> = {
  statuses: [],
  moves: [],
  blockers: [],
  attention: false,
  search: null,
  managers: [],
  openStep: null,
  completedSince: null,
  cohort: null,
  updatedSince: null,
  sort: 'newest',
  after: null,
}

/** One row of a list, and its place, from which the next page goes on. */
export type ListRow = { view: OnboardingView; locked: Locked; context: RowContext; place: ListPlace }

/** A search looks at this many organisations at most. */
const SEARCH_LIMIT = 1000
/** Whoever is given no more than this has them looked through; for others each row of a list is asked about. */
const FEW_GIVEN = 1000

/**
 * Reads a page of onboardings as they stand now: what has turned into something else by time alone since its last fact
 * (an invitation past its end) is filtered and sorted as what it is.
 */
export async function readPage(tx: Tx, query: ListQuery): Promise<ListRow[]> {
  const found = await pageOf(tx, query)
  if (!found) return []
  const ascending = query.sort === 'waiting'
  const rows = await tx<(OnboardingView & ListPlace)[]>`
    WITH page AS (${found.page})
    SELECT ${viewColumns(tx)}, page.rank, (extract(epoch FROM page.key) * 1000000)::bigint::text AS key
    FROM page JOIN ${viewTables(tx)} ON o.id = page.id
    ORDER BY page.rank, page.key ${ascending ? tx`ASC, page.id ASC` : tx`DESC, page.id DESC`}`
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const [facts, contexts] = await Promise.all([readManyFacts(tx, ids), readRowContexts(tx, ids)])
  return rows.flatMap(({ rank, key, ...view }) => {
    const locked = facts.get(view.id)
    const context = contexts.get(view.id)
    return locked && context ? [{ view, locked, context, place: { rank, key, id: view.id } }] : []
  })
}

/** These onboardings as a list shows them, in no order. */
export async function readRows(tx: Tx, ids: string[]): Promise<Omit<ListRow, 'place'>[]> {
  const [views, facts, contexts] = await Promise.all([
    tx<OnboardingView[]>`SELECT ${viewColumns(tx)} FROM ${viewTables(tx)} WHERE o.id = ANY (${ids})`,
    readManyFacts(tx, ids),
    readRowContexts(tx, ids),
  ])
  return views.flatMap((view) => {
    const locked = facts.get(view.id)
    const context = contexts.get(view.id)
    return locked && context ? [{ view, locked, context }] : []
  })
}

/** How many a list holds, counted no further than `limit`. */
export async function countUpTo(
  tx: Tx,
  filters: Pick<ListQuery, 'statuses' | 'moves' | 'blockers' | 'sight'> & Partial<ListQuery>,
  limit: number,
): Promise<number> {
  const ids = await readIds(tx, { ...EVERYTHING, ...filters, limit })
  return ids.length
}

/** The ids of a list, in its order, at most `query.limit`. */
export async function readIds(tx: Tx, query: ListQuery): Promise<string[]> {
  const found = await pageOf(tx, query)
  const rows = found ? await tx<{ id: string }[]>`${found.page}` : []
  return rows.map((row) => row.id)
}

/** The page's ids with their places, in order, as a query (wrapped: a bare one would run); null: a search found nothing. */
async function pageOf(tx: Tx, query: ListQuery): Promise<{ page: Fragment } | null> {
  const given = query.sight.of === 'given' ? await findGiven(tx, query.sight.personId, FEW_GIVEN) : null
  const matches =
    query.search === null ? given && { exact: [], all: given } : await findMatches(tx, query.search, given)
  if (matches?.all.length === 0) return null
  const page = matches ? searched(tx, query, matches) : unioned(tx, query)
  const order = query.sort === 'waiting' ? tx`rank ASC, key ASC, id ASC` : tx`rank ASC, key DESC, id DESC`
  return { page: tx`SELECT * FROM (${page}) AS found ORDER BY ${order} LIMIT ${query.limit}` }
}

/**
 * Returns the organisations found by a text, of those given if any are: their names, contacts, everyone invited at present
 * or joined, addresses, numbers however they are written, references and codes. Reference and code match exactly first.
 */
async function findMatches(tx: Tx, text: string, among: string[] | null): Promise<{ exact: string[]; all: string[] }> {
  const digits = searchedDigits(text)
  const [exact, found] = await Promise.all([
    tx<{ id: string }[]>`SELECT id FROM organisation WHERE reference = ${text.toUpperCase()}
      UNION SELECT id FROM organisation_by_code(${text})`,
    among === null
      ? tx<{ id: string }[]>`SELECT id FROM search_clients(${text}, ${digits}, ${SEARCH_LIMIT})`
      : tx<{ id: string }[]>`
          SELECT g.id FROM organisation g, LATERAL (SELECT lower(concat_ws(' ',
            g.name, g.contact_name, g.contact_email, g.contact_phone, g.reference, g.practice_code,
            (SELECT string_agg(concat_ws(' ', i.name, i.email, i.phone), ' ') FROM onboarding o
              JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation WHERE o.organisation_id = g.id),
            (SELECT string_agg(concat_ws(' ', m.name, m.address), ' ') FROM organisation_member m
              WHERE m.organisation_id = g.id AND m.removed_at IS NULL),
            (SELECT string_agg(concat_ws(' ', u.name, u.email), ' ') FROM user_invitation u
              WHERE u.organisation_id = g.id AND u.ended_at IS NULL))) AS words) AS said
          WHERE g.id = ANY (${among})
            AND (position(${text.toLowerCase()} IN said.words) > 0 OR position(${digits} IN said.words) > 0)`,
  ])
  const exactIds = exact.map((row) => row.id)
  return { exact: exactIds, all: [...new Set([...exactIds, ...found.map((row) => row.id)])] }
}

type Fragment = postgres.PendingQuery<postgres.Row[]>

/** Whether time alone has turned a row since its last fact. `now()` and not `clock_timestamp()`: an index can be asked. */
const turned = (tx: Tx) => tx`o.turns_at <= now()`
const unturned = (tx: Tx) => tx`(o.turns_at IS NULL OR o.turns_at > now())`

const keyOf = (tx: Tx, sort: ListSort) =>
  sort === 'newest' ? tx`o.created_at` : sort === 'updated' ? tx`o.updated_at` : tx`o.since`

const statusWhenTurned = (tx: Tx) => tx`CASE WHEN o.turns_blocked_by = 'expired' THEN 'expired' ELSE o.status END`

const instantOf = (tx: Tx, micros: string) =>
  tx`(timestamptz 'epoch' + ${micros}::text::bigint * interval '1 microsecond')`

/** Whether a row stands in a stage for longer than is usual or allowed there, as `overdueOf` says. Rehearsals never do. */
const isOverdueIn = (tx: Tx, stage: PacedStage) => tx`
  o.status = ${stage} AND o.stage_since < now() - (SELECT u.overdue_after FROM stage_usual u WHERE u.stage = ${stage})
  AND o.clock_offset_ms = 0 AND (o.snoozed_until IS NULL OR o.snoozed_until <= now())`

const isOverdue = (tx: Tx) =>
  tx`(${PACED_STAGES.map((stage) => tx`(${isOverdueIn(tx, stage)})`).reduce((all, one) => tx`${all} OR ${one}`)})`

/** Any open thing, what leads or what is also open, is this one's turn or waits for this. */
const open = (tx: Tx, { moves, blockers }: Pick<ListQuery, 'moves' | 'blockers'>) => tx`TRUE
  ${eitherOf(tx, [tx`o.move`, tx`o.also_move`], moves)} ${eitherOf(tx, [tx`o.blocked_by`, tx`o.also_blocked_by`], blockers)}`

/** The same of a row that time has turned, all of which need staff. */
const openWhenTurned = (tx: Tx, { moves, blockers }: ListQuery) => tx`TRUE
  ${eitherOf(tx, [tx`o.turns_move`, tx`o.turns_also_move`], moves)}
  ${eitherOf(tx, [tx`o.turns_blocked_by`, tx`o.turns_also_blocked_by`], blockers)}`

/** A handful of candidates: every condition on the effective values, no index needed. */
function searched(tx: Tx, query: ListQuery, { exact, all }: { exact: string[]; all: string[] }): Fragment {
  const { sort, after } = query
  const key = sort === 'waiting' ? tx`CASE WHEN ${turned(tx)} THEN o.turns_at ELSE o.since END` : keyOf(tx, sort)
  const move = tx`CASE WHEN ${turned(tx)} THEN o.turns_move ELSE o.move END`
  const status = tx`CASE WHEN ${turned(tx)} THEN ${statusWhenTurned(tx)} ELSE o.status END`
  const rank = tx`CASE WHEN o.organisation_id = ANY (${exact}) THEN 0 ELSE 1 END`
  const beyond = sort === 'waiting' ? tx`>` : tx`<`
  return tx`
    SELECT * FROM (
      SELECT o.id, ${rank} AS rank, ${key} AS key FROM onboarding o
      WHERE o.organisation_id = ANY (${all}) ${anyOf(tx, tx`o.account_manager_id`, query.managers)} ${anyOf(tx, status, query.statuses)}
        AND CASE WHEN ${turned(tx)} THEN ${openWhenTurned(tx, query)} ELSE ${open(tx, query)}
          ${query.attention ? tx`AND (o.needs_staff OR ${isOverdue(tx)})` : tx``} END ${since(tx, query)} ${stands(tx, query)} ${invitedIn(tx, query)} ${seen(tx, query)}
        ${sort === 'waiting' ? tx`AND ${move} IS NOT NULL` : tx``}
    ) AS match
    ${after ? tx`WHERE rank > ${after.rank} OR (rank = ${after.rank} AND (key, id) ${beyond} (${instantOf(tx, after.key)}, ${after.id}::uuid))` : tx``}`
}

/**
 * Branches that each follow one index in order and stop at the page's end: one per value of the most telling filter,
 * and one for the rows that time has turned, which are few.
 */
function unioned(tx: Tx, query: ListQuery): Fragment {
  const { statuses, moves, blockers, managers, attention, sort } = query
  const filtersOf = (wanted: Pick<ListQuery, 'moves' | 'blockers'>) => tx`${anyOf(tx, tx`o.status`, statuses)}
    AND ${open(tx, wanted)} ${anyOf(tx, tx`o.account_manager_id`, managers)}`
  const filters = filtersOf(query)
  const plain = (condition: Fragment) => branch(tx, query, condition, keyOf(tx, sort))
  const filtered = attention || statuses.length + moves.length + blockers.length + managers.length > 0
  if (!filtered && sort !== 'waiting') return plain(tx`TRUE`)
  const now = unturned(tx)
  // What leads, by value; then what is also open, of those that are not found by what leads. What a branch goes by is not
  // asked of it again: the planner would read all that match either way, and sort them.
  const either = (lead: Fragment, also: Fragment, values: string[], others: Pick<ListQuery, 'moves' | 'blockers'>) => [
    ...values.map((one) => plain(tx`${lead} = ${one} AND ${now} ${filtersOf(others)}`)),
    ...values.map((one) =>
      plain(
        tx`${also} = ${one} AND o.also_move IS NOT NULL AND ${lead} <> ALL (${values}) AND ${now} ${filtersOf(others)}`,
      ),
    ),
  ]
  const branches =
    managers.length > 0
      ? managers.map((one) =>
          plain(
            tx`o.account_manager_id = ${one} AND ${now} ${filters}
              ${attention ? tx`AND (o.needs_staff OR ${isOverdue(tx)})` : tx``}`,
          ),
        )
      : attention
        ? [
            plain(tx`o.needs_staff AND ${now} ${filters}`),
            // A branch each, so that each follows its index; what needs staff as well is in the one before.
            ...PACED_STAGES.map((stage) =>
              plain(tx`${isOverdueIn(tx, stage)} AND NOT o.needs_staff AND ${now} ${filters}`),
            ),
          ]
        : blockers.length > 0
          ? either(tx`o.blocked_by`, tx`o.also_blocked_by`, blockers, { moves, blockers: [] })
          : statuses.length > 0
            ? statuses.map((one) => plain(tx`o.status = ${one} AND ${now} ${filters}`))
            : moves.length > 0
              ? either(tx`o.move`, tx`o.also_move`, moves, { moves: [], blockers: [] })
              : [plain(tx`${now}`)]
  const afterwards = tx`${turned(tx)} ${anyOf(tx, statusWhenTurned(tx), statuses)} AND ${openWhenTurned(tx, query)}
    ${anyOf(tx, tx`o.account_manager_id`, managers)}`
  branches.push(branch(tx, query, afterwards, sort === 'waiting' ? tx`o.turns_at` : keyOf(tx, sort)))
  return branches.reduce((all, one) => tx`${all} UNION ALL ${one}`)
}

function branch(tx: Tx, query: ListQuery, condition: Fragment, key: Fragment): Fragment {
  const { sort, after, limit } = query
  const ascending = sort === 'waiting'
  const place = after && tx`(${instantOf(tx, after.key)}, ${after.id}::uuid)`
  return tx`(
    SELECT o.id, 1 AS rank, ${key} AS key FROM onboarding o
    WHERE ${condition} ${since(tx, query)} ${stands(tx, query)} ${invitedIn(tx, query)} ${seen(tx, query)} ${sort === 'waiting' ? tx`AND o.move IS NOT NULL` : tx``}
      ${place ? tx`AND (${key}, o.id) ${ascending ? tx`>` : tx`<`} ${place}` : tx``}
    ORDER BY ${key} ${ascending ? tx`ASC, o.id ASC` : tx`DESC, o.id DESC`} LIMIT ${limit})`
}

const anyOf = (tx: Tx, column: Fragment, values: string[]) =>
  values.length > 0 ? tx`AND ${column} = ANY (${values})` : tx``

const eitherOf = (tx: Tx, [lead, also]: [Fragment, Fragment], values: string[]) =>
  values.length > 0 ? tx`AND (${lead} = ANY (${values}) OR ${also} = ANY (${values}))` : tx``

/** Instants leave rounded to the millisecond, so what was changed within the one before is told again. */
const since = (tx: Tx, { updatedSince }: ListQuery) =>
  updatedSince ? tx`AND o.updated_at >= ${new Date(updatedSince.getTime() - 1)}` : tx``

const seen = (tx: Tx, { sight }: ListQuery) => (sight.of === 'all' ? tx`` : tx`AND ${inSight(tx, sight)}`)

const isOpen = (tx: Tx, step: 'bank' | 'books') => tx`EXISTS (SELECT FROM onboarding_step s
  WHERE s.onboarding_id = o.id AND s.kind = ${step} AND s.done_at IS NULL AND s.skipped_at IS NULL)`

/** Where an accepted client stands: at the bank while that is open, afterwards at the books. */
const stands = (tx: Tx, { openStep, completedSince }: ListQuery) => tx`
  ${openStep === null ? tx`` : tx`AND o.status = 'accepted' AND ${openStep === 'bank' ? tx`` : tx`NOT`} ${isOpen(tx, 'bank')}`}
  ${completedSince === null ? tx`` : tx`AND o.completed_at >= ${completedSince}`}`

/** What the conversion report counts: weeks from Monday on the practice's clock, without rehearsals. */
const invitedIn = (tx: Tx, { cohort }: ListQuery) => {
  if (cohort === null) return tx``
  const { week, lastWeek, within } = cohort
  const midnight = (days: number) =>
    tx`((${days > 0 ? (lastWeek ?? week) : week}::date + ${days}::int)::timestamp AT TIME ZONE (SELECT time_zone FROM practice))`
  return tx`AND o.clock_offset_ms = 0 AND o.id IN (SELECT c.onboarding_id FROM conversion c WHERE NOT c.skipped
    ${week === null ? tx`` : tx`AND c.invited_at >= ${midnight(0)} AND c.invited_at < ${midnight(7)}`}
    ${within === null ? tx`` : tx`AND c.within <= ${within}`})`
}
