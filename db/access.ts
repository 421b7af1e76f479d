import type postgres from 'postgres'
import type { Tx } from './client.ts'

/** Who of the practice may see a client, besides its admins and the account manager. */
export type Access = { everyone: boolean; people: string[]; teams: string[] }

/** The rules of one organisation. */
export async function readAccess(tx: Tx, organisationId: string): Promise<Access> {
  const rules = await tx<{ kind: string; userId: string | null; teamId: string | null }[]>`
    SELECT kind, user_id AS "userId", team_id AS "teamId" FROM access_rule
    WHERE organisation_id = ${organisationId} ORDER BY id`
  return {
    everyone: rules.some((rule) => rule.kind === 'everyone'),
    people: rules.flatMap((rule) => rule.userId ?? []),
    teams: rules.flatMap((rule) => rule.teamId ?? []),
  }
}

/** Replaces the rules of one organisation. */
export async function writeAccess(tx: Tx, practiceId: string, organisationId: string, access: Access): Promise<void> {
  const rule = (kind: string, user_id: string | null, team_id: string | null) => ({
    practice_id: practiceId,
    organisation_id: organisationId,
    kind,
    user_id,
    team_id,
  })
  const rules = [
    ...(access.everyone ? [rule('everyone', null, null)] : []),
    ...access.people.map((person) => rule('person', person, null)),
    ...access.teams.map((team) => rule('team', null, team)),
  ]
  await tx`DELETE FROM access_rule WHERE organisation_id = ${organisationId}`
  if (rules.length > 0) await tx`INSERT INTO access_rule ${tx(rules)}`
}

/**
 * Which of these teams the practice does not have; those it has stay until the transaction ends. A foreign key alone would
 * take another practice's.
 */
export async function findStrangeTeams(tx: Tx, teams: string[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`SELECT id FROM team WHERE id = ANY (${teams}) ORDER BY id FOR KEY SHARE`
  const known = new Set(rows.map((row) => row.id))
  return teams.filter((id) => !known.has(id))
}

const teamsOf = (tx: Tx, person: string) => tx`SELECT m.team_id FROM team_member m WHERE m.user_id = ${person}`

/** Whether a person who is no admin may see the onboarding `o`, as a condition. */
export const isSeenBy = (tx: Tx, person: string): postgres.PendingQuery<postgres.Row[]> => tx`(
  o.account_manager_id = ${person} OR EXISTS (
    SELECT FROM access_rule r WHERE r.organisation_id = o.organisation_id
      AND (r.kind = 'everyone' OR r.user_id = ${person} OR r.team_id IN (${teamsOf(tx, person)}))))`

/** Whether a person who is no admin may see an onboarding. False also where there is none. */
export async function maySee(tx: Tx, person: string, onboardingId: string): Promise<boolean> {
  const rows = await tx`SELECT FROM onboarding o WHERE o.id = ${onboardingId} AND ${isSeenBy(tx, person)}`
  return rows.count === 1
}

/** What of a client an id may name; a draft is one of a client to be. */
export type ClientThing = 'onboarding' | 'organisation' | 'connection' | 'draft'

/**
 * Whether a person who is no admin may see the client that a thing is of; a draft is seen by whoever began it. False
 * also where there is none.
 */
export async function maySeeClientOf(tx: Tx, person: string, thing: ClientThing, id: string): Promise<boolean> {
  if (thing === 'onboarding') return maySee(tx, person, id)
  if (thing === 'draft') {
    const begun = await tx`
      SELECT FROM client_draft WHERE id = ${id} AND created_by_type = 'staff' AND created_by_id = ${person}`
    return begun.count === 1
  }
  const named =
    thing === 'organisation'
      ? tx`o.organisation_id = ${id}`
      : tx`o.id = (SELECT c.onboarding_id FROM connection c WHERE c.id = ${id})`
  const rows = await tx`SELECT FROM onboarding o WHERE ${named} AND ${isSeenBy(tx, person)} LIMIT 1`
  return rows.count === 1
}

/** Those of the onboardings that a person who is no admin may see. */
export async function keepSeen(tx: Tx, person: string, onboardingIds: string[]): Promise<Set<string>> {
  const rows = await tx<{ id: string }[]>`
    SELECT o.id FROM onboarding o WHERE o.id = ANY (${onboardingIds}) AND ${isSeenBy(tx, person)}`
  return new Set(rows.map(({ id }) => id))
}

/** The organisations a person who is no admin may see; null where they are more than `atMost`. */
export async function findSeen(tx: Tx, person: string, atMost: number): Promise<string[] | null> {
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
