import type { Tx } from '../client.ts'
import type { AuthSession } from './sessions.ts'

/** The longest wait for another process's refresh. */
const REFRESH_WITHIN = '40s'

/** A ledger's answer about a sign-in. `subject`: its own id of what was authorised; null if it names none. */
export type SignInState = { subject: string | null; tokensSealed: string; endsIfUnusedAt: Date | null }

/**
 * Stores the authorisation that a session brought, and names it in the session. A subject that the practice has already
 * keeps its row, which the caller then writes; the row stays locked. Returns the id of the row.
 */
export async function putSignIn(
  tx: Tx,
  practiceId: string,
  { id: sessionId, provider, openedBy, openerId }: Pick<AuthSession, 'id' | 'provider' | 'openedBy' | 'openerId'>,
  { id, subject, tokensSealed, endsIfUnusedAt }: SignInState & { id: string },
): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    INSERT INTO sign_in (id, practice_id, provider, subject, opened_by, opened_by_person, tokens_sealed, used_at,
      ends_if_unused_at)
    VALUES (${id}, ${practiceId}, ${provider}, ${subject}, ${openedBy}, ${openerId}, ${tokensSealed},
      clock_timestamp(), ${endsIfUnusedAt})
    ON CONFLICT ON CONSTRAINT sign_in_of_subject
      DO UPDATE SET opened_by = excluded.opened_by, opened_by_person = excluded.opened_by_person
    RETURNING id`
  const signInId = row?.id ?? id
  await tx`UPDATE auth_session SET sign_in_id = ${signInId} WHERE id = ${sessionId}`
  return signInId
}

/** Locks a sign-in, so that its tokens are refreshed one at a time. Returns them, sealed; null if there is none. */
export async function lockSignIn(tx: Tx, signInId: string): Promise<string | null> {
  // The holder of the lock waits for the ledger, which may take longer than our own statements ever do.
  await tx`SELECT set_config('lock_timeout', ${REFRESH_WITHIN}, true), set_config('statement_timeout', ${REFRESH_WITHIN}, true)`
  const [row] = await tx<{ sealed: string }[]>`
    SELECT tokens_sealed AS sealed FROM sign_in WHERE id = ${signInId} FOR UPDATE`
  return row?.sealed ?? null
}

/** Writes the tokens that the ledger gave last. Keeps the subject that is known already. */
export async function writeSignIn(
  tx: Tx,
  signInId: string,
  { tokensSealed, endsIfUnusedAt }: Pick<SignInState, 'tokensSealed' | 'endsIfUnusedAt'>,
): Promise<void> {
  await tx`
    UPDATE sign_in SET tokens_sealed = ${tokensSealed}, used_at = clock_timestamp(), ends_if_unused_at = ${endsIfUnusedAt}
    WHERE id = ${signInId}`
}

/** Returns true if no other connection and no session needs the connection's sign-in. */
export async function isLastOfSignIn(tx: Tx, signInId: string, connectionId: string): Promise<boolean> {
  const others = await tx`
    SELECT FROM connection WHERE sign_in_id = ${signInId} AND id <> ${connectionId}
    UNION ALL SELECT FROM auth_session WHERE sign_in_id = ${signInId}`
  return others.count === 0
}

/** Rows that pointed to sign-ins until now. */
type Left = Iterable<{ signInId: string | null }>

/** Deletes those of the sign-ins, tokens and all, that neither a connection nor a session needs any more. */
export async function deleteUnusedSignIns(tx: Tx, left: Left): Promise<void> {
  const ids = [...left].flatMap(({ signInId }) => signInId ?? [])
  if (ids.length === 0) return
  // A row that is locked is being used again.
  await tx`
    DELETE FROM sign_in WHERE id IN (SELECT s.id FROM sign_in s WHERE s.id = ANY (${ids})
      AND NOT EXISTS (SELECT FROM connection WHERE sign_in_id = s.id)
      AND NOT EXISTS (SELECT FROM auth_session WHERE sign_in_id = s.id) FOR UPDATE SKIP LOCKED)`
}
