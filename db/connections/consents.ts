import type { Health } from '../../domain/connections/connectionLife.ts'
import {
  type Consent,
  type ConsentMove,
  type ConsentPart,
  type ConsentView,
  consentsWaitingFor,
  hidesSnoozed,
  PARTS_OF_VIEW,
  type Span,
} from '../../domain/connections/consents.ts'
import { first, type Tx } from '../client.ts'
import { allOf, type Fragment, isGivenToTeams } from '../list/conditions.ts'
import { findCandidates } from '../list/list.ts'
import { inSight, type Sight } from '../sight.ts'
import { askedState, isFollowed, NO_END } from './consentParts.ts'
import { downSince } from './outages.ts'
import { accountsShown, type PageConnection } from './shown.ts'

/** `earliest`: by the end of access, what ends first. `latest`: the other way around. */
export type ConsentSort = 'earliest' | 'latest'

/** The end of a page of consents. */
export type ConsentPlace = { endsMs: string; id: string }

/** The filters of the consents. Null or an empty list filters nothing; a row must meet every one. */
export type ConsentQuery = {
  view: ConsentView
  moves: readonly ConsentMove[]
  banks: readonly string[]
  managers: readonly string[]
  teams: readonly string[]
  search: string | null
  /** The ids to which the list is limited; absent for all. */
  ids?: readonly string[]
  sight: Sight
}

/** A bank's consent as a list shows it, on the real clock. `now`: the instant of the read. */
export type ConsentRow = Consent & {
  id: string
  onboardingId: string
  organisation: { id: string; name: string; reference: string | null }
  managerId: string | null
  contact: string | null
  provider: string
  bank: string | null
  accounts: number
  health: Health
  healthSince: number | null
  downSince: number | null
  givenAt: number
  /** The instant of the request that waits for an answer; null if none does. */
  askedAt: number | null
  asksMade: number
  accessUntil: number | null
  /** The end of its snooze; null if it is not snoozed. */
  snoozedUntil: number | null
  place: ConsentPlace
  now: number
}

/** The most clients that are read as a list; above that each row is checked. */
const FEW = 1000

/** Reads a page of consents, at most `limit`. */
export async function readConsents(
  tx: Tx,
  query: ConsentQuery,
  { sort, after, limit }: { sort: ConsentSort; after: ConsentPlace | null; limit: number },
): Promise<ConsentRow[]> {
  const direction = sort === 'earliest' ? tx`ASC` : tx`DESC`
  const found = await conditionOf(tx, query)
  if (!found) return []
  const beyond =
    after &&
    tx`(c.consent_ends_ms, c.id) ${sort === 'earliest' ? tx`>` : tx`<`} (${after.endsMs}::text::bigint, ${after.id}::uuid)`
  return tx<ConsentRow[]>`
    WITH page AS (
      SELECT c.* FROM connection c WHERE ${found.condition} AND ${beyond ?? tx`TRUE`}
      ORDER BY c.consent_ends_ms ${direction}, c.id ${direction} LIMIT ${tx.unsafe(String(limit))})
    SELECT ${columns(tx)} FROM page c ${clientOf(tx)}
    ORDER BY c.consent_ends_ms ${direction}, c.id ${direction}`
}

/** Returns the ids of consents, what ends first first, at most `limit`. */
export async function readConsentIds(tx: Tx, query: ConsentQuery, limit: number): Promise<string[]> {
  const found = await conditionOf(tx, query)
  if (!found) return []
  const rows = await tx<{ id: string }[]>`
    SELECT c.id FROM connection c WHERE ${found.condition}
    ORDER BY c.consent_ends_ms, c.id LIMIT ${tx.unsafe(String(limit))}`
  return rows.map(({ id }) => id)
}

/** Returns the number of consents, counted up to `limit`. */
export async function countConsents(tx: Tx, query: ConsentQuery, limit: number): Promise<number> {
  const found = await conditionOf(tx, query)
  if (!found) return 0
  return (await tx`SELECT FROM connection c WHERE ${found.condition} LIMIT ${tx.unsafe(String(limit))}`).count
}

/** Reads one consent with its accounts; null for anything else. */
export const readConsent = (
  tx: Tx,
  id: string,
): Promise<(ConsentRow & { shared: PageConnection['accounts'] }) | null> =>
  first(tx<(ConsentRow & { shared: PageConnection['accounts'] })[]>`
    SELECT ${columns(tx)}, ${accountsShown(tx)} AS shared
    FROM connection x JOIN connection c ON c.id = x.id ${clientOf(tx)}
    WHERE c.id = ${id} AND c.consent_state IS NOT NULL AND g.erased_at IS NULL`)

/** Returns the banks that a client stopped sharing and has not shared again, the last first. */
export const readStoppedBanks = (tx: Tx, onboardingId: string) =>
  tx<{ id: string; institution: string | null; stoppedAt: number }[]>`
    SELECT c.id, c.institution_name AS institution, epoch_ms(c.ended_at) AS "stoppedAt"
    FROM onboarding o JOIN connection c ON c.organisation_id = o.organisation_id
    WHERE o.id = ${onboardingId} AND c.consent_state = 'stopped' AND NOT ${isFollowed(tx)} ORDER BY c.ended_at DESC`

const clientOf = (tx: Tx) => tx`
  JOIN onboarding o ON o.id = c.onboarding_id JOIN organisation g ON g.id = c.organisation_id
  LEFT JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation`

const columns = (tx: Tx) => tx`
  c.id, c.onboarding_id AS "onboardingId", c.consent_state AS state, c.provider, c.institution_name AS bank,
  nullif(c.consent_ends_ms, ${NO_END}::bigint)::float8 AS "endsAt", c.health, epoch_ms(c.health_since) AS "healthSince",
  ${downSince(tx)} AS "downSince",
  epoch_ms(c.consent_given_at) - c.clock_offset_ms AS "givenAt", ${askedState(tx)} AS asked, c.asks_made AS "asksMade",
  epoch_ms(c.asked_at) - c.clock_offset_ms AS "askedAt", epoch_ms(c.access_until) - c.clock_offset_ms AS "accessUntil",
  CASE WHEN ${isSnoozed(tx)} THEN epoch_ms(c.snoozed_until) - c.clock_offset_ms END AS "snoozedUntil",
  o.account_manager_id AS "managerId", epoch_ms(now()) AS now,
  json_build_object('id', g.id, 'name', g.name, 'reference', g.reference) AS organisation,
  coalesce(i.name, g.contact_name) AS contact,
  (SELECT count(*)::int FROM shared_account a WHERE a.connection_id = c.id) AS accounts,
  json_build_object('endsMs', c.consent_ends_ms::text, 'id', c.id) AS place`

/** Returns the condition of a query, wrapped, because a bare one would run; null if it finds nothing. */
async function conditionOf(tx: Tx, query: ConsentQuery): Promise<{ condition: Fragment } | null> {
  const { view, moves, banks, managers, teams, search, ids, sight } = query
  const [candidates, named, ofTeams] = await Promise.all([
    findCandidates(tx, { search, sight }),
    search === null ? [] : findBanksNamed(tx, search),
    findFew(
      tx,
      teams,
      tx`SELECT r.organisation_id AS id FROM access_rule r WHERE r.kind = 'team' AND r.team_id = ANY (${[...teams]}::uuid[])`,
    ),
  ])
  if (candidates?.all.length === 0 && named.length === 0) return null
  const isAmong = (ids: string[]) => tx`c.organisation_id = ANY (${ids})`
  const isFound =
    candidates &&
    (named.length === 0
      ? isAmong(candidates.all)
      : tx`(${isAmong(candidates.all)} OR c.institution_name = ANY (${named}))`)
  const ofClient = [
    ...(teams.length > 0 ? [isGivenToTeams(tx, teams)] : []),
    ...(sight.of === 'all' ? [] : [inSight(tx, sight)]),
  ]
  return {
    condition: allOf(tx, [
      tx`c.consent_state IS NOT NULL`,
      isAnyOf(tx, PARTS_OF_VIEW[view]),
      ...(hidesSnoozed(view) ? [tx`NOT ${isSnoozed(tx)}`] : []),
      ...(ids ? [tx`c.id = ANY (${[...ids]}::uuid[])`] : []),
      ...(moves.length > 0 ? [isAnyOf(tx, moves.flatMap(consentsWaitingFor))] : []),
      ...(banks.length > 0 ? [tx`c.institution_name = ANY (${[...banks]})`] : []),
      ...(managers.length > 0 ? [isOfManagers(tx, managers)] : []),
      ...(ofClient.length > 0 ? [isOfClient(tx, allOf(tx, ofClient))] : []),
      ...(ofTeams ? [isAmong(ofTeams)] : []),
      ...(isFound ? [isFound] : []),
      // Nearly every consent passes these, so they are looked at last.
      tx`NOT ${isErased(tx)} AND NOT ${isFollowed(tx)}`,
    ]),
  }
}

/** The condition for several managers. They are no range of the index that is ordered by end. */
const isOfManagers = (tx: Tx, managers: readonly string[]) =>
  managers.length === 1
    ? tx`c.account_manager_id = ${managers[0] ?? null}::uuid`
    : tx`c.account_manager_id = ANY (${[...managers]}::uuid[])`

/**
 * Returns a condition on the onboarding `o` of a consent. `OFFSET 0` keeps it a look at each row that the page reads: as a
 * join the planner would read and sort all of them.
 */
const isOfClient = (tx: Tx, condition: Fragment) =>
  tx`EXISTS (SELECT FROM onboarding o WHERE o.id = c.onboarding_id AND ${condition} OFFSET 0)`

const isErased = (tx: Tx) =>
  tx`EXISTS (SELECT FROM organisation g WHERE g.id = c.organisation_id AND g.erased_at IS NOT NULL OFFSET 0)`

const isSnoozed = (tx: Tx) =>
  tx`(c.snoozed_until IS NOT NULL AND c.snoozed_until > now() + c.clock_offset_ms * interval '1 millisecond')`

const fromNow = (tx: Tx, ms: number) => tx`(epoch_ms(now()) + ${ms}::float8)::bigint`

const endsWithin = (tx: Tx, { after, upTo }: Span): Fragment =>
  allOf(tx, [
    ...(Number.isFinite(after) ? [tx`c.consent_ends_ms > ${fromNow(tx, after)}`] : []),
    ...(Number.isFinite(upTo) ? [tx`c.consent_ends_ms <= ${fromNow(tx, upTo)}`] : []),
  ])

/** Returns the condition that one of the parts holds. The outer bounds let the index leave out the many that work. */
function isAnyOf(
  tx: Tx,
  parts: readonly (Omit<ConsentPart, 'states'> & { states?: ConsentPart['states'] })[],
): Fragment {
  const one = ({ states, ends, asked }: (typeof parts)[number]) =>
    allOf(tx, [
      ...(states ? [tx`c.consent_state = ANY (${states})`] : []),
      endsWithin(tx, ends),
      ...(asked ? [tx`${askedState(tx)} = ANY (${asked})`] : []),
    ])
  const around = {
    after: Math.min(...parts.map(({ ends }) => ends.after)),
    // A situation without a last instant is one of what has ended.
    upTo: Math.max(...parts.map(({ states, ends }) => (states && !Number.isFinite(ends.upTo) ? 0 : ends.upTo))),
  }
  return tx`${endsWithin(tx, around)} AND (${parts.map((part) => tx`(${one(part)})`).reduce((some, next) => tx`${some} OR ${next}`)})`
}

/** Returns the clients of a filter if they are few, to begin with them; null if they are many or nothing is asked for. */
async function findFew(tx: Tx, asked: readonly string[], clients: Fragment): Promise<string[] | null> {
  if (asked.length === 0) return null
  const rows = await tx<{ id: string }[]>`${clients} LIMIT ${FEW + 1}`
  return rows.length > FEW ? null : rows.map(({ id }) => id)
}

/** Returns the names of banks with a word that begins with a text, each found by one look into the index. */
async function findBanksNamed(tx: Tx, text: string): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`
    WITH RECURSIVE bank AS (
      (SELECT c.institution_name AS name FROM connection c WHERE c.consent_state IS NOT NULL
        ORDER BY c.institution_name LIMIT 1)
      UNION ALL
      SELECT (SELECT c.institution_name FROM connection c WHERE c.consent_state IS NOT NULL
        AND c.institution_name > bank.name ORDER BY c.institution_name LIMIT 1)
      FROM bank WHERE bank.name IS NOT NULL)
    SELECT name FROM bank WHERE position(' ' || lower(${text}) IN ' ' || lower(name)) > 0`
  return rows.map(({ name }) => name)
}
