import type { UserRole } from '../../domain/practice/users.ts'
import { first, type Tx } from '../client.ts'

/** A client user. Instants in ms since the epoch. */
export type Member = {
  personId: string
  name: string | null
  /** The e-mail address; the phone number of those who have none. */
  address: string
  role: UserRole
  joinedAt: number
  lastSeenAt: number | null
}

/** Locks a client's users, in a statement of its own: joining, leaving and changing happen one by one. */
export async function lockUsers(tx: Tx, organisationId: string): Promise<void> {
  await tx`SELECT FROM organisation WHERE id = ${organisationId} FOR NO KEY UPDATE`
}

/** Returns a client's users, the longest there first. */
export async function readMembers(tx: Tx, organisationId: string): Promise<Member[]> {
  return tx<Member[]>`
    SELECT person_id AS "personId", name, address, role, epoch_ms(joined_at) AS "joinedAt",
      epoch_ms(last_seen_at) AS "lastSeenAt"
    FROM organisation_member WHERE organisation_id = ${organisationId} AND removed_at IS NULL
    ORDER BY joined_at, person_id`
}

/** Returns recipient and organisation of a link; null for an unknown one. Signing in again needs an address. */
export const readInvitee = (tx: Tx, linkId: string) =>
  first(tx<{ organisationId: string; name: string | null; address: string | null }[]>`
    SELECT o.organisation_id AS "organisationId", i.name, coalesce(i.email, i.phone) AS address
    FROM link l JOIN invitation i ON i.id = l.invitation_id JOIN onboarding o ON o.id = l.onboarding_id
    WHERE l.id = ${linkId}`)

/** A person who joins a client, with the role. */
export type Joining = { organisationId: string; address: string; name: string | null; role: UserRole }

/** Inserts or restores a client user. Returns the person's id. */
export async function insertMember(
  tx: Tx,
  practiceId: string,
  { organisationId, address, name, role }: Joining,
  now: number,
): Promise<string> {
  const at = new Date(now)
  const [row] = await tx<{ id: string }[]>`
    INSERT INTO organisation_member AS m (practice_id, organisation_id, person_id, name, address, role, joined_at, last_seen_at)
    VALUES (${practiceId}, ${organisationId}, person_at(${address}), ${name}, lower(${address}), ${role}, ${at}, ${at})
    ON CONFLICT (organisation_id, person_id) DO UPDATE SET role = excluded.role, removed_at = NULL,
      name = coalesce(excluded.name, m.name), last_seen_at = excluded.last_seen_at,
      joined_at = CASE WHEN m.removed_at IS NULL THEN m.joined_at ELSE excluded.joined_at END
    RETURNING person_id AS id`
  if (!row) throw new Error('nobody joined')
  return row.id
}

export async function updateMemberRole(tx: Tx, organisationId: string, personId: string, role: UserRole) {
  await tx`UPDATE organisation_member SET role = ${role}
    WHERE organisation_id = ${organisationId} AND person_id = ${personId}`
}

export async function endMember(tx: Tx, organisationId: string, personId: string, now: number): Promise<void> {
  await tx`UPDATE organisation_member SET removed_at = ${new Date(now)}
    WHERE organisation_id = ${organisationId} AND person_id = ${personId}`
}

/** Records that a client user visited one of their organisations, at most once a minute. Only an observation. */
export async function stampSeen(tx: Tx, organisationId: string, personId: string): Promise<void> {
  await tx`UPDATE organisation_member SET last_seen_at = clock_timestamp()
    WHERE organisation_id = ${organisationId} AND person_id = ${personId}
      AND (last_seen_at IS NULL OR last_seen_at < clock_timestamp() - interval '1 minute')`
}
