import { searchedDigits } from '../../domain/fields/searchedDigits.ts'
import type { Condition } from '../../domain/rows/conditions.ts'
import { PACED_STAGES } from '../../domain/rows/overdue.ts'
import type { Tx } from '../client.ts'
import { type InvitedCohort, isInCohort } from '../invitedCohort.ts'
import { type Locked, readManyFacts } from '../onboardings/facts.ts'
import { type OnboardingView, type ViewRow, viewColumns, viewOf, viewTables } from '../onboardings/onboardingView.ts'
import { findGiven, inSight, type Sight } from '../sight.ts'
import { allOf, type Fragment, isOverdueIn, partsOf, type Reading, standing, turned } from './conditions.ts'
import { type RowContext, readRowContexts } from './rowContext.ts'

/** `waiting`: the longest waiting first, only rows with an open move. `updated`: the latest change first. */
export type ListSort = 'newest' | 'waiting' | 'updated'

/** The end of a page. `rank` is 0 for exact matches of a search; `key` is the sorted instant in microseconds. */
export type ListPlace = { rank: number; key: string; id: string }

/** The filters of a list. A null filters nothing; a row must meet every condition. */
export type ListQuery = {
  conditions: readonly Condition[]
  search: string | null
  cohort: InvitedCohort | null
  sight: Sight
  updatedSince: Date | null
  sort: ListSort
  after: ListPlace | null
  limit: number
  /** The result of `findCandidates`, for several lists of one search. */
  candidates?: Candidates
}

/** The organisations to search in, exact matches apart; null for all of the practice. */
type Candidates = { exact: string[]; all: string[] } | null

/** A query without filters. */
export const EVERYTHING: Omit<ListQuery, 'limit' | 'sight'> = {
  conditions: [],
  search: null,
  cohort: null,
  updatedSince: null,
  sort: 'newest',
  after: null,
}

/** One row of a list, with its place, after which the next page starts. */
export type ListRow = { view: OnboardingView; locked: Locked; context: RowContext; place: ListPlace }

/** The most organisations that a search reads. */
const SEARCH_LIMIT = 1000
/** The most organisations with access by rule that are read as a list; above that each row is checked. */
const FEW_GIVEN = 1000

/**
 * Reads a page of onboardings as they are now. A row that time has changed since its last event, such as an invitation
 * past its end, is filtered and sorted by its new state.
 */
export async function readPage(tx: Tx, query: ListQuery): Promise<ListRow[]> {
  const found = await pageOf(tx, query)
  if (!found) return []
  const ascending = query.sort === 'waiting'
  const rows = await tx<(ViewRow & ListPlace)[]>`
    WITH page AS (${found.page})
    SELECT ${viewColumns(tx)}, page.rank, (extract(epoch FROM page.key) * 1000000)::bigint::text AS key
    FROM page JOIN ${viewTables(tx)} ON o.id = page.id
    ORDER BY page.rank, page.key ${ascending ? tx`ASC, page.id ASC` : tx`DESC, page.id DESC`}`
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const [facts, contexts] = await Promise.all([readManyFacts(tx, ids), readRowContexts(tx, ids)])
  return rows.flatMap(({ rank, key, ...row }) => {
    const view = viewOf(row)
    const locked = facts.get(view.id)
    const context = contexts.get(view.id)
    return locked && context ? [{ view, locked, context, place: { rank, key, id: view.id } }] : []
  })
}

/** Reads these onboardings as list rows, in no order. */
export async function readRows(tx: Tx, ids: string[]): Promise<Omit<ListRow, 'place'>[]> {
  const [views, facts, contexts] = await Promise.all([
    tx<ViewRow[]>`SELECT ${viewColumns(tx)} FROM ${viewTables(tx)} WHERE o.id = ANY (${ids})`,
    readManyFacts(tx, ids),
    readRowContexts(tx, ids),
  ])
  return views.flatMap((row) => {
    const view = viewOf(row)
    const locked = facts.get(view.id)
    const context = contexts.get(view.id)
    return locked && context ? [{ view, locked, context }] : []
  })
}

/** Returns the number of rows of a list, counted up to `limit`. */
export async function countUpTo(
  tx: Tx,
  query: Pick<ListQuery, 'conditions' | 'sight'> & Partial<ListQuery>,
  limit: number,
): Promise<number> {
  return (await readIds(tx, { ...EVERYTHING, ...query, limit })).length
}

/** Returns the ids of a list in its order, at most `query.limit`. */
export async function readIds(tx: Tx, query: ListQuery): Promise<string[]> {
  const found = await pageOf(tx, query)
  const rows = found ? await tx<{ id: string }[]>`${found.page}` : []
  return rows.map((row) => row.id)
}

/** Returns the query for a page's ids, wrapped, because a bare query would run; null if nothing is found. */
async function pageOf(tx: Tx, query: ListQuery): Promise<{ page: Fragment } | null> {
  const candidates = query.candidates === undefined ? await findCandidates(tx, query) : query.candidates
  if (candidates?.all.length === 0) return null
  const branches = candidates ? branchesAmong(tx, query, candidates) : branchesByIndex(tx, query)
  const page = branches.map((one) => branch(tx, query, one)).reduce((all, one) => tx`${all} UNION ALL ${one}`)
  const direction = directionOf(tx, query)
  return {
    page: tx`SELECT * FROM (${page}) AS found ORDER BY rank, key ${direction}, id ${direction} LIMIT ${limitOf(tx, query)}`,
  }
}

/** Returns the organisations to search in: the matches of the text, or those given to a person if they are few. */
export async function findCandidates(
  tx: Tx,
  { search, sight }: Pick<ListQuery, 'search' | 'sight'>,
): Promise<Candidates> {
  const given = sight.of === 'given' ? await findGiven(tx, sight.personId, FEW_GIVEN) : null
  return search === null ? given && { exact: [], all: given } : findMatches(tx, search, given)
}

/**
 * Returns the organisations that match a text, only among the given ones if any: by name, contact, present recipients
 * and users, address, number in any notation, reference and code. Exact matches of reference and code are separate.
 */
async function findMatches(tx: Tx, text: string, among: string[] | null): Promise<NonNullable<Candidates>> {
  const digits = searchedDigits(text)
  const [exact, found] = await Promise.all([
    tx<{ id: string }[]>`SELECT id FROM organisation WHERE reference = ${text.toUpperCase()}
      UNION SELECT id FROM organisation_by_code(${text})`,
    among === null
      ? tx<{ id: string }[]>`SELECT id FROM search_clients(${text}, ${digits}, ${SEARCH_LIMIT})`
      : tx<{ id: string }[]>`
          SELECT DISTINCT w.organisation_id AS id FROM searched_words w, search_patterns(${text}) AS p
          WHERE w.organisation_id = ANY (${among})
            AND (w.searched LIKE p.inside OR w.searched LIKE p.word OR position(${digits} IN w.searched) > 0)`,
  ])
  const exactIds = exact.map((row) => row.id)
  return { exact: exactIds, all: [...new Set([...exactIds, ...found.map((row) => row.id)])] }
}

/** A part of a list whose rows are read alike: where they are found, their conditions, and the rank of exact matches. */
type Branch = { reading: Reading; from?: Fragment; conditions: Fragment[]; rank?: Fragment }

/** The start of a branch: the source of its rows, and its own conditions. */
type Start = Pick<Branch, 'from' | 'conditions'>

/** Returns the branches for few candidates, which are all read. */
function branchesAmong(tx: Tx, { conditions }: ListQuery, { exact, all }: NonNullable<Candidates>): Branch[] {
  const rank = tx`CASE WHEN o.organisation_id = ANY (${exact}) THEN 0 ELSE 1 END`
  return [standing(tx), turned(tx)].map((reading) => ({
    reading,
    rank,
    conditions: [
      tx`o.organisation_id = ANY (${all})`,
      reading.when(),
      ...conditions.flatMap((one) => partsOf(tx, one, reading)),
    ],
  }))
}

/** The conditions by which branches are formed, the most selective first. */
const TELLING = ['managers', 'attention', 'statuses'] as const
/** The conditions that only clients meet whom somebody has to move. */
const OF_OPEN = ['attention', 'moves', 'blockers'] as const

/**
 * Returns branches that each follow one index in order and stop at the page's end: one per value of the most selective
 * condition, and one for the few rows that time has changed. A branch's own condition is not repeated, because the
 * planner would otherwise read and sort all matching rows.
 */
function branchesByIndex(tx: Tx, { conditions, sort }: ListQuery): Branch[] {
  const reading = standing(tx)
  const isSaid = (one: Condition, what: keyof Condition) => {
    const values = one[what]
    return typeof values === 'object' ? values.length > 0 : values === true
  }
  const telling = TELLING.find((what) => conditions.some((one) => isSaid(one, what)))
  const leading = telling && conditions.find((one) => isSaid(one, telling))
  if (!leading && conditions.every((one) => Object.keys(one).length === 0) && sort !== 'waiting') {
    return [{ reading, conditions: [] }]
  }
  const rest = conditions.map((one) => (one === leading ? { ...one, [telling as string]: undefined } : one))
  const isOpen = conditions.some((one) => OF_OPEN.some((what) => isSaid(one, what)))
  const others = [
    reading.when(),
    ...(isOpen ? [tx`o.move IS NOT NULL`] : []),
    ...rest.flatMap((one) => partsOf(tx, one, reading)),
  ]
  const late = turned(tx)
  // No index in the order of changes holds them alone.
  const open = isOpen && sort === 'updated' ? { from: foundFirst(tx, tx`o.move IS NOT NULL`) } : {}
  return [
    ...startsOf(tx, leading ?? {}, telling).map(({ conditions: start, ...from }) => ({
      reading,
      ...open,
      ...from,
      conditions: [...start, ...others],
    })),
    { reading: late, conditions: [late.when(), ...conditions.flatMap((one) => partsOf(tx, one, late))] },
  ]
}

/** Returns how the branches of a condition start. No row is in two of them. */
function startsOf(tx: Tx, condition: Condition, telling: (typeof TELLING)[number] | undefined): Start[] {
  const each = (column: Fragment, values: readonly string[] = []): Start[] =>
    [...new Set(values)].map((one) => ({ conditions: [tx`${column} = ${one}`] }))
  switch (telling) {
    case 'managers':
      return each(tx`o.account_manager_id`, condition.managers)
    case 'attention':
      return [
        { conditions: [tx`o.needs_staff`] },
        ...PACED_STAGES.map((stage) => ({
          from: foundFirst(tx, isOverdueIn(tx, stage)),
          conditions: [tx`NOT o.needs_staff`],
        })),
      ]
    case 'statuses':
      return each(tx`o.status`, condition.statuses)
    case undefined:
      return [{ conditions: [] }]
  }
}

/**
 * Returns the rows of a condition as a table of their own, which `OFFSET 0` makes of them: they are found by its index
 * and then sorted. The planner would rather follow the list's order, past every row that does not meet it.
 */
const foundFirst = (tx: Tx, condition: Fragment): Fragment =>
  tx`(SELECT * FROM onboarding o WHERE ${condition} OFFSET 0) AS o`

const directionOf = (tx: Tx, { sort }: ListQuery) => (sort === 'waiting' ? tx`ASC` : tx`DESC`)

function branch(tx: Tx, query: ListQuery, { reading, from, conditions, rank }: Branch): Fragment {
  const { sort, after } = query
  const key = sort === 'newest' ? tx`o.created_at` : sort === 'updated' ? tx`o.updated_at` : reading.since()
  const direction = directionOf(tx, query)
  const beyond =
    after && tx`(${key}, o.id) ${sort === 'waiting' ? tx`>` : tx`<`} (${instantOf(tx, after.key)}, ${after.id}::uuid)`
  const isBeyond = !after || !rank ? beyond : tx`(${rank} > ${after.rank} OR (${rank} = ${after.rank} AND ${beyond}))`
  const all = [
    ...conditions,
    ...(sort === 'waiting' ? [tx`${reading.moves()[0]} IS NOT NULL`] : []),
    ...bounds(tx, query),
    ...(sort === 'updated' && after && !rank ? [tx`o.updated_hour <= ${hourOf(tx, instantOf(tx, after.key))}`] : []),
    ...(isBeyond ? [isBeyond] : []),
  ]
  return tx`(
    SELECT o.id, ${rank ?? tx`1`} AS rank, ${key} AS key FROM ${from ?? tx`onboarding o`} WHERE ${allOf(tx, all)}
    ORDER BY rank, ${sort === 'updated' ? tx`o.updated_hour DESC,` : tx``} key ${direction}, o.id ${direction}
    LIMIT ${limitOf(tx, query)})`
}

/** Returns the limit as a part of the statement: a plan for any limit would expect a tenth of all rows. */
const limitOf = (tx: Tx, { limit }: ListQuery) => tx.unsafe(String(limit))

const instantOf = (tx: Tx, micros: string) =>
  tx`(timestamptz 'epoch' + ${micros}::text::bigint * interval '1 microsecond')`

/** Returns the hour of a change, which the index of the latest changes holds instead of its instant. */
const hourOf = (tx: Tx, instant: Fragment) => tx`date_trunc('hour', ${instant} AT TIME ZONE 'UTC')`

/** Returns the conditions of every branch. */
function bounds(tx: Tx, { updatedSince, sight, cohort }: ListQuery): Fragment[] {
  return [
    // Instants are returned rounded to milliseconds, so rows changed in the millisecond before are returned again.
    ...(updatedSince ? [isSince(tx, tx`${new Date(updatedSince.getTime() - 1)}::timestamptz`)] : []),
    ...(sight.of === 'all' ? [] : [inSight(tx, sight)]),
    ...(cohort ? [isInCohort(tx, cohort)] : []),
  ]
}

const isSince = (tx: Tx, instant: Fragment) =>
  tx`o.updated_hour >= ${hourOf(tx, instant)} AND o.updated_at >= ${instant}`
