import type { NoticeKind } from '../../domain/practice/notices.ts'
import type { MemberRole } from '../../domain/rights.ts'
import type { Database, Tx } from '../client.ts'
import { hasRight, type Sight, sightOfRole } from '../sight.ts'

/** A mail to a colleague that is due for an attempt. */
export type DueMail = { practiceId: string; id: string }

/** Returns the due mails of every practice, the oldest first. */
export async function findDueMails({ sql }: Database, atMost: number): Promise<DueMail[]> {
  return sql<DueMail[]>`SELECT practice_id AS "practiceId", id FROM staff_mails_due(${atMost})`
}

/** The content of a mail, stored until it has ended. */
export type FrozenMail = { recipient: string; templateVersion: string; inputs: unknown }

/** A mail that an attempt has claimed. `of`: the event; null for a digest, whose content is stored from the start. */
export type ClaimedMail = {
  id: string
  personId: string
  of: { onboardingId: string; seq: number; kind: NoticeKind } | null
  frozen: FrozenMail | null
  /** The start of the first attempt, in ms. */
  claimedAt: number
  /** True if the provider may have taken it in an earlier attempt. */
  isRepeat: boolean
}

/** Claims a mail for one attempt; null if it is taken or ended. Free again after `holdMs` without an outcome. */
export async function claimStaffMail(tx: Tx, id: string, holdMs: number): Promise<ClaimedMail | null> {
  const [row] = await tx<(ClaimedMail & { recipient: string | null } & Omit<FrozenMail, 'recipient'>)[]>`
    UPDATE staff_mail SET attempts = attempts + 1, claimed_at = coalesce(claimed_at, clock_timestamp()),
      retry_at = clock_timestamp() + ${holdMs} * interval '1 millisecond'
    WHERE id = ${id} AND state = 'queued' AND (retry_at IS NULL OR retry_at <= clock_timestamp())
    RETURNING id, person_id AS "personId", epoch_ms(claimed_at) AS "claimedAt",
      attempts > 1 AS "isRepeat", recipient,
      template_version AS "templateVersion", inputs,
      CASE WHEN day IS NULL THEN
        json_build_object('onboardingId', onboarding_id, 'seq', event_seq, 'kind', notice) END AS of`
  if (!row) return null
  const { id: mailId, personId, claimedAt, isRepeat, of, recipient, templateVersion, inputs } = row
  return {
    id: mailId,
    personId,
    claimedAt,
    isRepeat,
    of,
    frozen: recipient === null ? null : { recipient, templateVersion, inputs },
  }
}

/** Stores the content that every attempt sends. */
export async function freezeStaffMail(tx: Tx, id: string, { recipient, templateVersion, inputs }: FrozenMail) {
  await tx`UPDATE staff_mail SET recipient = ${recipient}, template_version = ${templateVersion},
    inputs = ${tx.json(inputs as never)} WHERE id = ${id} AND state = 'queued'`
}

/** Ends a mail and deletes its content. */
export async function endStaffMail(tx: Tx, id: string, state: 'sent' | 'refused' | 'given_up' | 'nothing') {
  await tx`UPDATE staff_mail SET state = ${state}, recipient = NULL, inputs = NULL
    WHERE id = ${id} AND state = 'queued'`
}

/** Makes a mail due again after `afterMs`. */
export async function putOffStaffMail(tx: Tx, id: string, afterMs: number): Promise<void> {
  await tx`UPDATE staff_mail SET retry_at = clock_timestamp() + ${afterMs} * interval '1 millisecond'
    WHERE id = ${id} AND state = 'queued'`
}

/** Returns a colleague's address and visible clients; null once they have left or may not have notices. */
export async function readMailReader(tx: Tx, personId: string): Promise<{ email: string; sight: Sight } | null> {
  const [row] = await tx<{ email: string; role: MemberRole }[]>`
    SELECT m.email, m.role FROM colleagues() m WHERE m.user_id = ${personId} AND ${hasRight(tx, 'have_notices')}`
  return row ? { email: row.email, sight: sightOfRole(row.role, personId) } : null
}

/** Returns the address of the colleague who chose to get this message to the practice by mail; null if nobody did. */
export async function readChosenAddress(tx: Tx, messageId: string): Promise<string | null> {
  const [row] = await tx<{ email: string }[]>`
    SELECT c.email FROM message m
      JOIN event e ON e.onboarding_id = m.onboarding_id AND e.at = m.created_at
      JOIN staff_mail s ON s.onboarding_id = e.onboarding_id AND s.event_seq = e.seq AND s.state = 'with_message'
      JOIN colleagues() c ON c.user_id = s.person_id
    WHERE m.id = ${messageId} LIMIT 1`
  return row?.email ?? null
}
