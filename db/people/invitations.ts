import type { MemberRole } from '../../domain/rights.ts'
import { type Database, first, type Tx } from '../client.ts'

/** An open invitation of a colleague. Instants in ms since the epoch. */
export type ColleagueInvitation = {
  id: string
  /** The name that the inviter gave. */
  name: string | null
  email: string
  role: MemberRole
  addClients: boolean
  createdAt: number
  expiresAt: number
  /** True once the mail provider took it. */
  mailed: boolean
}

const columns = (tx: Tx) => tx`
  id, name, email, role, add_clients AS "addClients", epoch_ms(created_at) AS "createdAt", epoch_ms(expires_at) AS "expiresAt",
  mailed_at IS NOT NULL AS mailed`

/** Returns the open invitations, expired ones included, newest first. */
export async function readColleagueInvitations(tx: Tx): Promise<ColleagueInvitation[]> {
  return tx<ColleagueInvitation[]>`
    SELECT ${columns(tx)} FROM colleague_invitation WHERE ended_at IS NULL ORDER BY id DESC`
}

/** Returns the open invitation with this id, or null. */
export const readColleagueInvitation = (tx: Tx, id: string): Promise<ColleagueInvitation | null> =>
  first(tx<ColleagueInvitation[]>`
    SELECT ${columns(tx)} FROM colleague_invitation WHERE id = ${id} AND ended_at IS NULL`)

/** Ends the open invitations of the address. */
export async function endInvitationsTo(tx: Tx, email: string): Promise<void> {
  await tx`UPDATE colleague_invitation SET ended_at = clock_timestamp() WHERE email = ${email} AND ended_at IS NULL`
}

export async function insertColleagueInvitation(
  tx: Tx,
  invitation: Pick<ColleagueInvitation, 'id' | 'name' | 'email' | 'role' | 'addClients'> & {
    keyId: string
    tokenSha256: Buffer
    validForMs: number
  },
): Promise<ColleagueInvitation> {
  const { id, name, email, role, addClients, keyId, tokenSha256, validForMs } = invitation
  const [row] = await tx<ColleagueInvitation[]>`
    INSERT INTO colleague_invitation (id, practice_id, name, email, role, add_clients, key_id, token_sha256, expires_at)
    VALUES (${id}, current_practice(), ${name}, ${email}, ${role}, ${addClients}, ${keyId}, ${tokenSha256},
      clock_timestamp() + ${validForMs} * interval '1 millisecond')
    RETURNING ${columns(tx)}`
  if (!row) throw new Error('no invitation was made')
  return row
}

/** Records that the mail provider took the invitation. */
export async function stampMailed(tx: Tx, id: string): Promise<void> {
  await tx`UPDATE colleague_invitation SET mailed_at = clock_timestamp() WHERE id = ${id}`
}

/** Returns practice and id of the invitation with this token, open or not; null for an unknown token. */
export const resolveColleagueInvitation = (db: Database, tokenSha256: Buffer) =>
  first(db.sql<{ practiceId: string; id: string }[]>`
    SELECT practice_id AS "practiceId", id FROM resolve_colleague_invitation(${tokenSha256})`)
