import type postgres from 'postgres'
import { REASON_HOLDS_MS } from '../domain/practice/support.ts'
import { type MemberRole, type Right, rightsOf, rolesWith } from '../domain/rights.ts'
import type { Tx } from './client.ts'

/**
 * The clients of a practice that a caller sees: all; none; `given`: those a person manages or has by access rules; or
 * `reasoned`: those that a support person has given a reason to visit, while the practice lets support in.
 */
export type Sight = { of: 'all' | 'none' } | { of: 'given' | 'reasoned'; personId: string }

/** Returns the visible clients by rights. A caller without a person sees all or none. */
export function sightBy(rights: readonly Right[], personId: string | null): Sight {
  if (rights.includes('see_all_clients')) return { of: 'all' }
  return rights.includes('see_clients') && personId !== null ? { of: 'given', personId } : { of: 'none' }
}

/** Returns the visible clients of a member by role. */
export const sightOfRole = (role: MemberRole, personId: string): Sight =>
  sightBy(rightsOf(role, { addClients: false }), personId)

type Condition = postgres.PendingQuery<postgres.Row[]>

/** Returns the condition that the onboarding `o` is visible. */
export function inSight(tx: Tx, sight: Sight): Condition {
  switch (sight.of) {
    case 'all':
      return tx`TRUE`
    case 'none':
      return tx`FALSE`
    case 'given':
      return isGiven(tx, sight.personId)
    case 'reasoned':
      return isReasoned(tx, sight.personId)
  }
}

const teamsOf = (tx: Tx, person: string | Condition) =>
  tx`SELECT t.team_id FROM team_member t WHERE t.user_id = ${person}`

const isGiven = (tx: Tx, person: string | Condition) => tx`(
  o.account_manager_id = ${person} OR EXISTS (
    SELECT FROM access_rule r WHERE r.organisation_id = o.organisation_id
      AND (r.kind = 'everyone' OR r.user_id = ${person} OR r.team_id IN (${teamsOf(tx, person)}))))`

/** A reason is valid for the client, whichever of its onboardings it was given for. */
const isReasoned = (tx: Tx, person: string) => tx`(EXISTS (
  SELECT FROM support_look l JOIN onboarding looked ON looked.id = l.onboarding_id
  WHERE l.practice_id = o.practice_id AND l.person_id = ${person} AND looked.organisation_id = o.organisation_id
    AND l.at > clock_timestamp() - ${REASON_HOLDS_MS}::float8 * interval '1 millisecond')
  AND EXISTS (SELECT FROM resolve_support_practice(${person}, o.practice_id) p WHERE p.access = 'given'))`

/** Returns the condition that the role of the member `m` has a right. Unknown roles have none. */
export const hasRight = (tx: Tx, right: Right): Condition => tx`m.role = ANY (${rolesWith(right)})`

/** Returns the condition that the member `m` sees the onboarding `o`. */
export const inSightOfMember = (tx: Tx): Condition => tx`(
  ${hasRight(tx, 'see_all_clients')} OR ${hasRight(tx, 'see_clients')} AND ${isGiven(tx, tx`m.user_id`)})`

/**
 * The things of a client that an id may name. A draft belongs to a client who is not created yet; a sign-in at a ledger,
 * to each client whose books are read through it.
 */
export const CLIENT_THINGS = ['onboarding', 'organisation', 'connection', 'sign_in', 'draft'] as const
export type ClientThing = (typeof CLIENT_THINGS)[number]

/** Returns true if the client of a thing is visible. False also if there is none. */
export async function sees(tx: Tx, sight: Sight, thing: ClientThing, id: string): Promise<boolean> {
  if (thing === 'draft') return seesDraft(tx, sight, id)
  const named = {
    onboarding: tx`o.id = ${id}`,
    organisation: tx`o.organisation_id = ${id}`,
    connection: tx`o.id = (SELECT c.onboarding_id FROM connection c WHERE c.id = ${id})`,
    sign_in: tx`o.id IN (SELECT c.onboarding_id FROM connection c WHERE c.sign_in_id = ${id})`,
  }[thing]
  const rows = await tx`SELECT FROM onboarding o WHERE ${named} AND ${inSight(tx, sight)} LIMIT 1`
  return rows.count === 1
}

/** Returns true if a draft is visible: to its author and to those who see every client, not to support. */
async function seesDraft(tx: Tx, sight: Sight, id: string): Promise<boolean> {
  if (sight.of === 'none' || sight.of === 'reasoned') return false
  const begun = 'personId' in sight ? tx`created_by_type = 'staff' AND created_by_id = ${sight.personId}` : tx`TRUE`
  return (await tx`SELECT FROM client_draft WHERE id = ${id} AND ${begun}`).count === 1
}

/** Returns those of the onboardings that are visible, in the same order. */
export async function keepSeen(tx: Tx, sight: Sight, onboardingIds: string[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    SELECT o.id FROM onboarding o WHERE o.id = ANY (${onboardingIds}) AND ${inSight(tx, sight)}`
  const seen = new Set(rows.map(({ id }) => id))
  return onboardingIds.filter((id) => seen.has(id))
}

/** Returns the organisations given to a person; null if there are more than `atMost`. */
export async function findGiven(tx: Tx, person: string, atMost: number): Promise<string[] | null> {
  const rows = await tx<{ id: string }[]>`
    SELECT id FROM (
      (SELECT g.id FROM organisation g WHERE g.account_manager_id = ${person} LIMIT ${atMost + 1})
      UNION
      (SELECT r.organisation_id FROM access_rule r WHERE r.kind = 'everyone' LIMIT ${atMost + 1})
      UNION
      (SELECT r.organisation_id FROM access_rule r WHERE r.kind = 'person' AND r.user_id = ${person} LIMIT ${atMost + 1})
      UNION
      (SELECT r.organisation_id FROM access_rule r WHERE r.kind = 'team' AND r.team_id IN (${teamsOf(tx, person)})
        LIMIT ${atMost + 1})
    ) AS seen LIMIT ${atMost + 1}`
  return rows.length > atMost ? null : rows.map((row) => row.id)
}
