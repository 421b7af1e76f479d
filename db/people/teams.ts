import { rolesWith } from '../../domain/rights.ts'
import type { Tx } from '../client.ts'

/** A group of colleagues. `clients`: the number of clients that the team may see by rule. */
export type Team = { id: string; name: string; members: { id: string; name: string }[]; clients: number }

/** Returns the practice's teams by name, or the one with this id. */
export async function readTeams(tx: Tx, id: string | null = null): Promise<Team[]> {
  return tx<Team[]>`
    SELECT t.id, t.name,
      coalesce(json_agg(json_build_object('id', c.user_id, 'name', c.name) ORDER BY lower(c.name), c.user_id)
        FILTER (WHERE c.user_id IS NOT NULL), '[]') AS members,
      (SELECT count(*)::int FROM access_rule r WHERE r.kind = 'team' AND r.team_id = t.id) AS clients
    FROM team t LEFT JOIN team_member m ON m.team_id = t.id LEFT JOIN colleagues() c ON c.user_id = m.user_id
    WHERE ${id === null ? tx`true` : tx`t.id = ${id}`}
    GROUP BY t.id ORDER BY lower(t.name)`
}

/** Returns true if another team than `exceptId` has this name, compared without case. */
export async function isTeamNamed(tx: Tx, name: string, exceptId: string | null): Promise<boolean> {
  const rows = await tx`
    SELECT FROM team WHERE lower(name) = lower(${name}) AND id IS DISTINCT FROM ${exceptId}::uuid`
  return rows.count > 0
}

/** Inserts a team without members. Returns its id. */
export async function insertTeam(tx: Tx, name: string): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    INSERT INTO team (practice_id, name) VALUES (current_practice(), ${name}) RETURNING id`
  if (!row) throw new Error('no team was made')
  return row.id
}

export async function renameTeam(tx: Tx, id: string, name: string): Promise<void> {
  await tx`UPDATE team SET name = ${name} WHERE id = ${id}`
}

/** Adds people to a team; existing members stay. */
export async function addToTeam(tx: Tx, id: string, people: readonly string[]): Promise<void> {
  if (people.length === 0) return
  await tx`
    INSERT INTO team_member (practice_id, team_id, user_id)
    SELECT current_practice(), ${id}, unnest(${[...people]}::uuid[]) ON CONFLICT DO NOTHING`
}

export async function takeFromTeam(tx: Tx, id: string, people: readonly string[]): Promise<void> {
  await tx`DELETE FROM team_member WHERE team_id = ${id} AND user_id = ANY (${[...people]}::uuid[])`
}

/** Deletes a team with its memberships and access rules. */
export async function deleteTeamRow(tx: Tx, id: string): Promise<void> {
  await tx`DELETE FROM team WHERE id = ${id}`
}

/** The access lost with a team: people with their numbers of clients, the total, and some clients' names. */
export type Losses = { people: { id: string; name: string; clients: number }[]; clients: number; names: string[] }

/**
 * Returns the access lost without the team: of members who do not see every client, to clients that nothing else lets
 * them see. Gives at most `atMost` names of clients.
 */
export async function readLosses(tx: Tx, id: string, atMost: number): Promise<Losses> {
  const [row] = await tx<Losses[]>`
    WITH lost AS MATERIALIZED (
      SELECT m.user_id, r.organisation_id
      FROM team_member m
        JOIN membership p ON p.user_id = m.user_id AND p.role <> ALL (${rolesWith('see_all_clients')})
        JOIN access_rule r ON r.kind = 'team' AND r.team_id = m.team_id
        JOIN organisation g ON g.id = r.organisation_id
      WHERE m.team_id = ${id} AND g.account_manager_id IS DISTINCT FROM m.user_id
        AND NOT EXISTS (
          SELECT FROM access_rule other WHERE other.organisation_id = r.organisation_id AND (
            other.kind = 'everyone' OR other.user_id = m.user_id OR other.team_id IN (
              SELECT o.team_id FROM team_member o WHERE o.user_id = m.user_id AND o.team_id <> m.team_id)))
    ), people AS (
      SELECT c.user_id AS id, c.name, count(*)::int AS clients FROM lost JOIN colleagues() c USING (user_id)
      GROUP BY c.user_id, c.name
    )
    SELECT (SELECT count(DISTINCT organisation_id)::int FROM lost) AS clients,
      coalesce((SELECT json_agg(p ORDER BY lower(p.name), p.id) FROM people p), '[]') AS people,
      ARRAY(SELECT g.name FROM organisation g WHERE g.id IN (SELECT organisation_id FROM lost)
        ORDER BY lower(g.name), g.id LIMIT ${atMost}) AS names`
  if (!row) throw new Error('nothing was counted')
  return row
}
