import { randomBytes } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import type postgres from 'postgres'
import { insertPerson } from '../../db/people/identity.ts'

/** Invented colleagues of a practice. Their passwords are random and unknown. */
const invented = [
  { name: 'Amara Okafor', team: 'Northern clients' },
  { name: 'Tom Whitaker', team: 'Northern clients' },
  { name: 'Niamh Byrne', team: 'Property and trusts' },
  { name: 'Daniel Osborne', team: 'Property and trusts' },
  { name: 'Mei Chen', team: null },
]

/** Adds a few colleagues and two teams, unless they exist. Returns all colleagues and teams of the practice. */
export async function keepColleagues(
  sql: postgres.Sql,
  practiceId: string,
): Promise<{ colleagues: { id: string; name: string }[]; teams: string[] }> {
  const passwordHash = await hashPassword(randomBytes(32).toString('base64url'))
  return sql.begin(async (tx) => {
    const [practice] = await tx<{ slug: string }[]>`SELECT slug FROM practice WHERE id = ${practiceId} FOR UPDATE`
    for (const { name, team } of invented) {
      const email = `${name.split(' ')[0]?.toLowerCase()}@${practice?.slug}.example`
      const userId = await insertPerson(tx, { name, email, passwordHash })
      if (userId === null) continue
      await tx`INSERT INTO membership (practice_id, user_id, role) VALUES (${practiceId}, ${userId}, 'standard')`
      if (team) await join(tx, practiceId, userId, team)
    }
    const colleagues = await tx<{ id: string; name: string }[]>`
      SELECT m.user_id AS id, p.name FROM membership m JOIN identity.person p ON p.id = m.user_id
      WHERE m.practice_id = ${practiceId} ORDER BY m.created_at, p.name`
    const teams = await tx<{ id: string }[]>`SELECT id FROM team WHERE practice_id = ${practiceId} ORDER BY name`
    return { colleagues: [...colleagues], teams: teams.map((team) => team.id) }
  })
}

async function join(tx: postgres.TransactionSql, practiceId: string, userId: string, team: string): Promise<void> {
  await tx`INSERT INTO team (practice_id, name) VALUES (${practiceId}, ${team}) ON CONFLICT DO NOTHING`
  await tx`
    INSERT INTO team_member (practice_id, team_id, user_id)
    SELECT ${practiceId}, id, ${userId} FROM team WHERE practice_id = ${practiceId} AND name = ${team}
    ON CONFLICT DO NOTHING`
}
