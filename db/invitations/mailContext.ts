import { nameOfSoftware, type Used } from '../../domain/connections/ledgers.ts'
import type { Person } from '../../domain/fields/person.ts'
import { DEAD_STATES, type MessageCause, type MessageState } from '../../domain/messageFacts.ts'
import { TO_CLIENTS } from '../../domain/messages.ts'
import type { StepReason } from '../../domain/situation.ts'
import { first, type Tx } from '../client.ts'
import { accountsShown, type PageConnection } from '../connections/shown.ts'
import { personOf } from '../onboardings/person.ts'
import { type Practice, readPractice } from '../practices.ts'
import { type Invitation, readInvitation } from './invitations.ts'

/** The content of messages about an onboarding besides its facts. */
export type MailContext = {
  practice: Practice
  organisation: string
  /** Set for a self-employed client. */
  person: Person | null
  /** True if the practice takes payments for this client. */
  payments: boolean
  contactName: string | null
  invitation: Invitation | null
  /** The bank that was connected last with its accounts, and the end of access (ms; null for one reading). */
  bank: { name: string; accounts: number; shown: PageConnection['accounts']; until: number | null } | null
  /** The banks that are connected, the first one first. */
  bankNames: string[]
  /** The name of the client's accounting software; null while it is not known, and without any. */
  ledger: string | null
  matched: number
  firstInvitedAt: number | null
  declineReason: string | null
  declineNote: string | null
  /** The last bank session that ended without a connection. */
  lastTry: { bank: string; failure: StepReason; reason: string | null; at: number } | null
}

export async function readMailContext(tx: Tx, onboardingId: string): Promise<MailContext> {
  const [practice, invitation, [row]] = await Promise.all([
    readPractice(tx),
    readInvitation(tx, onboardingId),
    tx<(Omit<MailContext, 'practice' | 'invitation' | 'ledger'> & Used)[]>`
    SELECT g.name AS organisation, ${personOf(tx)} AS person, 'payments' = ANY (g.solutions) AS payments,
      g.contact_name AS "contactName",
      (SELECT json_build_object('name', coalesce(x.institution_name, x.provider),
          'accounts', (SELECT count(*) FROM shared_account a WHERE a.connection_id = x.id),
          'shown', ${accountsShown(tx)}, 'until', epoch_ms(x.access_until))
        FROM connection x WHERE x.organisation_id = g.id AND x.kind = 'bank' AND x.state = 'connected'
        ORDER BY x.created_at DESC LIMIT 1) AS bank,
      ARRAY(SELECT coalesce(x.institution_name, x.provider) FROM connection x WHERE x.organisation_id = g.id
        AND x.kind = 'bank' AND x.state = 'connected' ORDER BY x.created_at, x.id) AS "bankNames",
      g.software, g.software_name AS "softwareName",
      (SELECT count(*)::int FROM account_mapping m
        WHERE m.onboarding_id = o.id AND m.ledger_account_id IS NOT NULL) AS matched,
      (SELECT epoch_ms(min(e.at)) FROM event e WHERE e.onboarding_id = o.id AND e.kind = 'invited') AS "firstInvitedAt",
      o.decline_reason AS "declineReason", o.decline_note AS "declineNote",
      (SELECT json_build_object('bank', coalesce(s.institution_name, 'the bank'), 'failure', s.failure,
          'reason', s.failure_reason, 'at', epoch_ms(s.status_at))
        FROM auth_session s WHERE s.onboarding_id = o.id AND s.step = 'bank' AND s.status = 'failed'
          AND s.failure <> 'ended' ORDER BY s.created_at DESC LIMIT 1) AS "lastTry"
    FROM onboarding o JOIN organisation g ON g.id = o.organisation_id WHERE o.id = ${onboardingId}`,
  ])
  if (!row) throw new Error('no such onboarding')
  const { software, softwareName, ...context } = row
  return { ...context, ledger: nameOfSoftware({ software, softwareName }), practice, invitation }
}

/** A message to the client that did not arrive or may not have arrived. */
export type Undelivered = {
  channel: 'email' | 'sms'
  state: MessageState
  recipient: string
  reason: string | null
  cause: MessageCause | null
  at: number
}

const undelivered = (tx: Tx) => tx`m.channel, m.state, m.recipient, m.reason, m.cause, epoch_ms(m.state_at) AS at`

/** Returns the client message whose failure queued this message to the practice, else the newest failed one. */
export const readUndelivered = (tx: Tx, staffMessageId: string): Promise<Undelivered | null> =>
  first(tx<Undelivered[]>`
    SELECT ${undelivered(tx)}
    FROM message s JOIN message m ON m.onboarding_id = s.onboarding_id
    WHERE s.id = ${staffMessageId} AND m.recipient IS NOT NULL AND m.purpose = ANY (${TO_CLIENTS}::text[])
      AND m.state = ANY (${DEAD_STATES}::text[])
    ORDER BY m.state_at = s.created_at DESC, m.state_at DESC LIMIT 1`)

/** Returns this message to the client; null if it has no recipient. */
export const readUndeliveredMessage = (tx: Tx, messageId: string): Promise<Undelivered | null> =>
  first(tx<Undelivered[]>`
    SELECT ${undelivered(tx)} FROM message m WHERE m.id = ${messageId} AND m.recipient IS NOT NULL`)

/** Returns who asked for the link in this message. */
export async function readAskedBy(tx: Tx, messageId: string): Promise<'client' | 'practice'> {
  const [row] = await tx<{ client: boolean }[]>`
    SELECT e.actor_type = 'client' OR coalesce(e.data->>'by' = 'client', false) AS client
    FROM message m JOIN event e ON e.onboarding_id = m.onboarding_id AND e.at = m.created_at
      AND e.kind IN ('invited', 'resent', 'link_sent')
    WHERE m.id = ${messageId} ORDER BY e.seq DESC LIMIT 1`
  return row?.client ? 'client' : 'practice'
}
