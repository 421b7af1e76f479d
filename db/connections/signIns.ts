import { first, type Tx } from '../client.ts'
import { waitForProvider } from './patience.ts'
import type { AuthSession } from './sessions.ts'

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
      ends_if_unused_at, clock_offset_ms)
    SELECT ${id}, ${practiceId}, ${provider}, ${subject}, ${openedBy}, ${openerId}, ${tokensSealed},
      clock_timestamp() + ms * interval '1 millisecond', ${endsIfUnusedAt}::timestamptz + ms * interval '1 millisecond', ms
    FROM (SELECT coalesce((SELECT o.clock_offset_ms FROM auth_session s JOIN onboarding o ON o.id = s.onboarding_id
      WHERE s.id = ${sessionId}), 0) AS ms) AS clock
    ON CONFLICT ON CONSTRAINT sign_in_of_subject
      DO UPDATE SET opened_by = excluded.opened_by, opened_by_person = excluded.opened_by_person
    RETURNING id`
  const signInId = row?.id ?? id
  await tx`UPDATE auth_session SET sign_in_id = ${signInId} WHERE id = ${sessionId}`
  return signInId
}

/**
 * Locks a sign-in, so that its tokens are refreshed one at a time. Returns them, sealed, and whether the ledger said that
 * it is over; null if there is none.
 */
export async function lockSignIn(tx: Tx, signInId: string): Promise<{ sealed: string; isEnded: boolean } | null> {
  await waitForProvider(tx)
  return first(tx<{ sealed: string; isEnded: boolean }[]>`
    SELECT tokens_sealed AS sealed, ended_at IS NOT NULL AS "isEnded" FROM sign_in WHERE id = ${signInId} FOR UPDATE`)
}

/** The present instant on a row's own clock. */
const ownNow = (tx: Tx) => tx`clock_timestamp() + clock_offset_ms * interval '1 millisecond'`

/**
 * Writes the tokens that the ledger gave last; keeps the subject that is known. Tokens of an ended sign-in begin it again,
 * and its lost connections are looked at soon.
 */
export async function writeSignIn(
  tx: Tx,
  signInId: string,
  { tokensSealed, endsIfUnusedAt }: Pick<SignInState, 'tokensSealed' | 'endsIfUnusedAt'>,
): Promise<void> {
  await tx`
    WITH written AS (
    UPDATE sign_in SET tokens_sealed = ${tokensSealed}, used_at = ${ownNow(tx)}, failures = 0, tried_at = NULL,
      ended_at = NULL, ends_if_unused_at = ${endsIfUnusedAt}::timestamptz + clock_offset_ms * interval '1 millisecond'
    WHERE id = ${signInId} RETURNING old.ended_at)
    UPDATE connection SET look_at = ${ownNow(tx)} WHERE sign_in_id = ${signInId} AND state = 'lost'
      AND (SELECT ended_at IS NOT NULL FROM written)`
}

/** Records that the ledger said that a sign-in is over; its workflow then records what ended with it. */
export async function endSignIn(tx: Tx, signInId: string): Promise<void> {
  await tx`
    UPDATE sign_in SET ended_at = ${ownNow(tx)}, wake_at = ${ownNow(tx)} WHERE id = ${signInId} AND ended_at IS NULL`
}

/** Records a refresh without an answer. */
export async function countFailure(tx: Tx, signInId: string): Promise<void> {
  await tx`UPDATE sign_in SET failures = failures + 1, tried_at = ${ownNow(tx)} WHERE id = ${signInId}`
}

/** Returns true if no connection and no session but the one with this id needs the sign-in. */
export async function isLastOfSignIn(tx: Tx, signInId: string, id: string): Promise<boolean> {
  const others = await tx`
    SELECT FROM connection WHERE sign_in_id = ${signInId} AND id <> ${id}
    UNION ALL SELECT FROM auth_session WHERE sign_in_id = ${signInId} AND id <> ${id}`
  return others.count === 0
}

/** Rows that pointed to sign-ins until now. */
type Left = Iterable<{ signInId: string | null }>

/** Deletes the sign-ins, with their tokens, that no connection and no session needs any more. */
export async function deleteUnusedSignIns(tx: Tx, left: Left): Promise<void> {
  const ids = [...left].flatMap(({ signInId }) => signInId ?? [])
  if (ids.length === 0) return
  // A row that is locked is being used again.
  await tx`
    DELETE FROM sign_in WHERE id IN (SELECT s.id FROM sign_in s WHERE s.id = ANY (${ids})
      AND NOT EXISTS (SELECT FROM connection WHERE sign_in_id = s.id)
      AND NOT EXISTS (SELECT FROM auth_session WHERE sign_in_id = s.id) FOR UPDATE SKIP LOCKED)`
}
