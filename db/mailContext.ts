import type { Tx } from './client.ts'
import { type Invitation, readInvitation } from './invitations.ts'
import { type Practice, readPractice } from './practices.ts'

/** What messages say about an onboarding besides its facts. */
export type MailContext = {
  practice: Practice
  organisation: string
  contactName: string | null
  invitation: Invitation | null
  bank: { name: string; accounts: number } | null
  ledger: string | null
  matched: number
  firstInvitedAt: number | null
  declineReason: string | null
  declineNote: string | null
  /** The last session at a bank that ended without a connection. */
  lastTry: { bank: string; failure: string; reason: string | null } | null
  cancelReason: string | null
}

export async function readMailContext(tx: Tx, onboardingId: string): Promise<MailContext> {
  const practice = await readPractice(tx)
  const invitation = await readInvitation(tx, onboardingId)
  const [row] = await tx<Omit<MailContext, 'practice' | 'invitation'>[]>`
    SELECT g.name AS organisation, g.contact_name AS "contactName",
      (SELECT json_build_object('name', coalesce(c.institution_name, c.provider),
          'accounts', (SELECT count(*) FROM connection_account a WHERE a.connection_id = c.id))
        FROM connection c WHERE c.organisation_id = g.id AND c.kind = 'bank' AND c.state = 'connected') AS bank,
      (SELECT c.institution_name FROM connection c
        WHERE c.organisation_id = g.id AND c.kind = 'books' AND c.state = 'connected') AS ledger,
      (SELECT count(*)::int FROM account_mapping m
        WHERE m.onboarding_id = o.id AND m.ledger_account_id IS NOT NULL) AS matched,
      (SELECT epoch_ms(min(e.at)) FROM event e WHERE e.onboarding_id = o.id AND e.kind = 'invited') AS "firstInvitedAt",
      o.decline_reason AS "declineReason", o.decline_note AS "declineNote", o.cancel_reason AS "cancelReason",
      (SELECT json_build_object('bank', coalesce(s.institution_name, 'the bank'), 'failure', s.failure,
          'reason', s.failure_reason)
        FROM auth_session s WHERE s.onboarding_id = o.id AND s.step = 'bank' AND s.status = 'failed'
          AND s.failure <> 'ended' ORDER BY s.created_at DESC LIMIT 1) AS "lastTry"
    FROM onboarding o JOIN organisation g ON g.id = o.organisation_id WHERE o.id = ${onboardingId}`
  if (!row) throw new Error('no such onboarding')
  return { ...row, practice, invitation }
}

/** Address and reason of the newest client message that cannot arrive, for the mail that tells staff. */
export async function readUndelivered(tx: Tx, onboardingId: string) {
  const [row] = await tx<
    { channel: 'email' | 'sms'; state: string; recipient: string; reason: string | null; at: number }[]
  >`
    SELECT channel, state, recipient, reason, epoch_ms(state_at) AS at FROM message
    WHERE onboarding_id = ${onboardingId} AND recipient IS NOT NULL AND NOT starts_with(purpose, 'staff_')
      AND state IN ('bounced', 'complained', 'suppressed', 'failed', 'unknown')
    ORDER BY state_at DESC LIMIT 1`
  return row ?? null
}
