import { BY_COMMAND } from '../domain/messages.ts'
import { NEW_PRACTICE_LIMITS, type NextAllowed } from '../domain/practice/limits.ts'
import { DAY_MS } from '../domain/situation.ts'
import type { Tx } from './client.ts'

/** Sends that are planned but not written, as in a preview. */
export type Planned = { invitations: number; texts: number }

const NOTHING: Planned = { invitations: 0, texts: 0 }

/**
 * Returns when the present practice may send next, or null if it has no limit. Locks the practice's other sends until
 * the transaction ends, so that two cannot take the last place. Call it after the onboarding is locked.
 */
export async function lockNextAllowed(tx: Tx): Promise<NextAllowed | null> {
  const { count } = await tx`
    SELECT pg_advisory_xact_lock(hashtextextended('practice_limit ' || id, 0)) FROM practice
    WHERE id = current_practice() AND limit_lifted_at IS NULL`
  return count === 0 ? null : readNextAllowed(tx, NOTHING)
}

/** Returns the same after `planned` more sends. Takes no lock. */
export async function previewNextAllowed(tx: Tx, planned: Planned): Promise<NextAllowed | null> {
  const { count } = await tx`SELECT FROM practice WHERE id = current_practice() AND limit_lifted_at IS NULL`
  if (count === 0) return null
  const { invitation, text } = await readNextAllowed(tx, planned)
  const tomorrow = Date.now() + DAY_MS
  return {
    invitation: invitation ?? (planned.invitations >= NEW_PRACTICE_LIMITS.invitations ? tomorrow : null),
    text: text ?? (planned.texts >= NEW_PRACTICE_LIMITS.texts ? tomorrow : null),
  }
}

/**
 * Counts requested sends, whether or not they left: to clients, client users and colleagues. An invitation by mail and
 * text counts as one invitation and one text. Reminders by text count as texts.
 */
async function readNextAllowed(tx: Tx, planned: Planned): Promise<NextAllowed> {
  const { invitations, texts } = NEW_PRACTICE_LIMITS
  const [row] = await tx<NextAllowed[]>`
    SELECT epoch_ms((
      SELECT created_at FROM (
        SELECT DISTINCT onboarding_id AS id, created_at FROM message
        WHERE purpose = ANY (${BY_COMMAND}::text[])
        UNION ALL SELECT id, created_at FROM user_invitation
        UNION ALL SELECT id, created_at FROM colleague_invitation) AS sent
      WHERE created_at > clock_timestamp() - interval '24 hours' ORDER BY created_at DESC
      OFFSET ${Math.max(0, invitations - planned.invitations - 1)} LIMIT 1) + interval '24 hours') AS invitation,
    epoch_ms((
      SELECT created_at FROM message
      WHERE channel = 'sms' AND created_at > clock_timestamp() - interval '24 hours' ORDER BY created_at DESC
      OFFSET ${Math.max(0, texts - planned.texts - 1)} LIMIT 1) + interval '24 hours') AS text`
  return row ?? { invitation: null, text: null }
}

/** Lifts the present practice's limit, for a support person only. Returns false if there was none. */
export async function liftPracticeLimit(tx: Tx, personId: string): Promise<boolean> {
  const [row] = await tx<{ lifted: boolean }[]>`SELECT lift_practice_limit(${personId}) AS lifted`
  return row?.lifted ?? false
}
