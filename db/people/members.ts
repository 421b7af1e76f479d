import type { Plan } from '../../domain/practice/plans.ts'
import type { MemberRole, Role } from '../../domain/rights.ts'
import type { Database, Tx } from '../client.ts'

/** A practice that a person may work in, with the role there. */
export type Membership = {
  practiceId: string
  name: string
  role: Role
  addClients: boolean
  signOnRequired: boolean
  /** True if working there needs a second factor, except after single sign-on. */
  secondFactorRequired: boolean
  plan: Plan
}

/**
 * Returns the practices of a person, the oldest membership first, and for a support person also those that let support
 * in now; and whether the person is a support person.
 */
export async function resolvePlaces(
  db: Database,
  userId: string,
): Promise<{ practices: Membership[]; isSupport: boolean }> {
  const rows = await db.sql<(Membership & { isSupport: boolean })[]>`
    SELECT is_support(${userId}) AS "isSupport", p.practice_id AS "practiceId", p.name, p.role,
      p.add_clients AS "addClients", p.sign_on_required AS "signOnRequired", p.plan,
      p.second_factor_required AS "secondFactorRequired"
    FROM (VALUES (1)) AS one LEFT JOIN resolve_practices(${userId}) AS p ON true`
  const practices = rows.filter(({ practiceId }) => practiceId !== null).map(({ isSupport: _, ...place }) => place)
  return { practices, isSupport: rows[0]?.isSupport ?? false }
}

/** A member of the present practice. Instants in ms since the epoch. */
export type Colleague = {
  userId: string
  name: string
  email: string
  role: MemberRole
  addClients: boolean
  twoFactor: boolean
  joinedAt: number
  lastSeenAt: number | null
}

/** Returns the practice's members by name. */
export async function readColleagues(tx: Tx): Promise<Colleague[]> {
  return tx<Colleague[]>`
    SELECT user_id AS "userId", name, email, role, add_clients AS "addClients", two_factor AS "twoFactor",
      epoch_ms(joined_at) AS "joinedAt", epoch_ms(last_seen_at) AS "lastSeenAt"
    FROM colleagues()`
}

/** Returns true if more than one person works in the practice. */
export async function hasColleagues(tx: Tx): Promise<boolean> {
  return (await tx`SELECT FROM membership WHERE practice_id = current_practice() LIMIT 2`).count > 1
}

/** A member with the number of clients they manage. */
export type TeamMember = Colleague & { clients: number }

/** Returns the members with the number of clients each manages. `lastSeenAt` is the last sign-in if that is later. */
export async function readTeam(tx: Tx): Promise<TeamMember[]> {
  return tx<TeamMember[]>`
    SELECT c.user_id AS "userId", c.name, c.email, c.role, c.add_clients AS "addClients", c.two_factor AS "twoFactor",
      epoch_ms(c.joined_at) AS "joinedAt", epoch_ms(greatest(c.last_seen_at, (
        SELECT max(a.at) FROM audit_event a WHERE a.subject_id = c.user_id::text AND a.kind = 'signed_in'))) AS "lastSeenAt",
      (SELECT count(*)::int FROM organisation g WHERE g.account_manager_id = c.user_id AND g.erased_at IS NULL) AS clients
    FROM colleagues() c ORDER BY lower(c.name), c.user_id`
}

/**
 * Locks the team, so that joining, leaving and changing are decided one after another. Writes for clients do not wait,
 * because rows that refer to the practice stay possible.
 */
export async function lockTeam(tx: Tx): Promise<void> {
  await tx`SELECT FROM practice WHERE id = current_practice() FOR NO KEY UPDATE`
}

/**
 * Returns those of the people who do not work in the present practice, and locks the others in it until the transaction
 * ends. Call it before locking a client, in the same order as removing a member does.
 */
export async function findStrangers(tx: Tx, people: readonly string[]): Promise<string[]> {
  if (people.length === 0) return []
  const rows = await tx<{ id: string }[]>`
    SELECT user_id AS id FROM membership WHERE user_id = ANY (${[...people]}::uuid[]) ORDER BY user_id FOR KEY SHARE`
  const known = new Set(rows.map(({ id }) => id))
  return people.filter((id) => !known.has(id))
}

export async function updateMember(
  tx: Tx,
  { userId, role, addClients }: { userId: string; role: MemberRole; addClients: boolean },
): Promise<void> {
  await tx`UPDATE membership SET role = ${role}, add_clients = ${addClients} WHERE user_id = ${userId}`
}

/** Locks a membership: waits for transactions that give the person clients, and blocks new ones. */
export async function lockMember(tx: Tx, userId: string): Promise<void> {
  await tx`SELECT FROM membership WHERE user_id = ${userId} FOR UPDATE`
}

/** Removes a person from the practice, with their teams, access rules, notices and settings. */
export async function deleteMember(tx: Tx, userId: string): Promise<void> {
  await tx`DELETE FROM team_member WHERE user_id = ${userId}`
  await tx`DELETE FROM access_rule WHERE kind = 'person' AND user_id = ${userId}`
  await tx`DELETE FROM notice WHERE person_id = ${userId}`
  await tx`DELETE FROM staff_mail WHERE person_id = ${userId}`
  await tx`DELETE FROM notice_settings WHERE person_id = ${userId}`
  await tx`DELETE FROM membership WHERE user_id = ${userId}`
}

/** Ends the login sessions of a removed person unless they open another practice, and records it. */
export async function signOutRemoved(tx: Tx, userId: string): Promise<void> {
  await tx`SELECT sign_out_removed(${userId})`
}
