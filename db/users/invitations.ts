import type { UserRole } from '../../domain/practice/users.ts'
import { type Database, first, type Tx } from '../client.ts'

/** An open invitation of a client user. Instants in ms since the epoch. */
export type UserInvitation = {
  id: string
  organisationId: string
  name: string | null
  email: string
  role: UserRole
  inviterName: string | null
  createdAt: number
  expiresAt: number
  /** True once the mail provider took it. */
  mailed: boolean
}

const columns = (tx: Tx) => tx`
  id, organisation_id AS "organisationId", name, email, role, inviter_name AS "inviterName",
  epoch_ms(created_at) AS "createdAt", epoch_ms(expires_at) AS "expiresAt", mailed_at IS NOT NULL AS mailed`

/** Returns the open invitations, expired ones included, oldest first. */
export async function readUserInvitations(tx: Tx, organisationId: string): Promise<UserInvitation[]> {
  return tx<UserInvitation[]>`
    SELECT ${columns(tx)} FROM user_invitation WHERE organisation_id = ${organisationId} AND ended_at IS NULL ORDER BY id`
}

/** Returns the open invitation with this id, or null. */
export const readUserInvitation = (tx: Tx, id: string): Promise<UserInvitation | null> =>
  first(tx<UserInvitation[]>`
    SELECT ${columns(tx)} FROM user_invitation WHERE id = ${id} AND ended_at IS NULL`)

/** Ends the open invitations of the address at this client. */
export async function endUserInvitations(tx: Tx, organisationId: string, email: string): Promise<void> {
  await tx`UPDATE user_invitation SET ended_at = clock_timestamp()
    WHERE organisation_id = ${organisationId} AND email = ${email} AND ended_at IS NULL`
}

export async function insertUserInvitation(
  tx: Tx,
  invitation: Pick<UserInvitation, 'id' | 'organisationId' | 'name' | 'email' | 'role' | 'inviterName'> & {
    keyId: string
    tokenSha256: Buffer
    validForMs: number
  },
): Promise<UserInvitation> {
  const { id, organisationId, name, email, role, inviterName, keyId, tokenSha256, validForMs } = invitation
  const [row] = await tx<UserInvitation[]>`
    INSERT INTO user_invitation (id, practice_id, organisation_id, name, email, role, inviter_name, key_id, token_sha256,
      expires_at)
    VALUES (${id}, current_practice(), ${organisationId}, ${name}, ${email}, ${role}, ${inviterName}, ${keyId},
      ${tokenSha256}, clock_timestamp() + ${validForMs} * interval '1 millisecond')
    RETURNING ${columns(tx)}`
  if (!row) throw new Error('no invitation was made')
  return row
}

/** Records that the mail provider took the invitation. */
export async function stampUserMailed(tx: Tx, id: string): Promise<void> {
  await tx`UPDATE user_invitation SET mailed_at = clock_timestamp() WHERE id = ${id}`
}

/** Returns practice and id of the invitation with this token, open or not; null for an unknown token. */
export const resolveUserInvitation = (db: Database, tokenSha256: Buffer) =>
  first(db.sql<{ practiceId: string; id: string }[]>`
    SELECT practice_id AS "practiceId", id FROM resolve_user_invitation(${tokenSha256})`)
