import type { Health } from '../../domain/connections/connectionLife.ts'
import type { Consent } from '../../domain/connections/consents.ts'
import type { AgreedBy, Asking } from '../../domain/connections/renewal.ts'
import type { Instant } from '../../domain/situation.ts'
import type { SharedAccount } from '../../domain/words/sharing.ts'
import { first, type Tx } from '../client.ts'
import { type Connection, connectionColumns } from './connections.ts'
import { askedState, NO_END } from './consentParts.ts'
import { downUntil } from './outages.ts'
import { connectedBy, missingShown } from './shown.ts'

/** A bank's consent with what decides whether its client is asked to confirm it. `askedAt`: while an answer is waited for. */
export type Askable = Omit<Asking, 'accessUntil'> &
  Consent & {
    id: string
    onboardingId: string
    health: Health
    accessUntil: Instant | null
    askedAt: Instant | null
  }

/** Returns the consents of the client to whom a connection belongs, and the present instant on that one's own clock. */
export async function readAskable(tx: Tx, connectionId: string): Promise<{ consents: Askable[]; now: Instant }> {
  const rows = await tx<(Askable & { now: Instant })[]>`
    SELECT c.id, c.onboarding_id AS "onboardingId", c.consent_state AS state, c.health,
      epoch_ms(c.access_until) AS "accessUntil", epoch_ms(c.consent_given_at) AS "givenAt", c.asks_made AS "asksMade",
      epoch_ms(c.asked_at) AS "askedAt", ${askedState(tx)} AS asked,
      nullif(c.consent_ends_ms, ${NO_END}::bigint)::float8 + c.clock_offset_ms AS "endsAt",
      (SELECT p.time_zone FROM practice p WHERE p.id = c.practice_id) AS zone, ${downUntil(tx, tx`c`)} AS "downUntil",
      epoch_ms(clock_timestamp()) + this.clock_offset_ms AS now
    FROM connection this JOIN connection c ON c.organisation_id = this.organisation_id
    WHERE this.id = ${connectionId} AND c.consent_state IS NOT NULL ORDER BY c.id`
  return { consents: rows.map(({ now: _, ...one }) => one), now: rows[0]?.now ?? 0 }
}

/** The banks of a practice among connections, each with the onboarding of its client. */
export async function readClientsOf(tx: Tx, connectionIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx<{ id: string; onboardingId: string }[]>`
    SELECT id, onboarding_id AS "onboardingId" FROM connection
    WHERE id = ANY (${[...connectionIds]}::uuid[]) AND consent_state IS NOT NULL`
  return new Map(rows.map(({ id, onboardingId }) => [id, onboardingId]))
}

/** Records that the client was asked at `now` to confirm a consent, and how many of its instants for it are over. */
export async function writeAsked(tx: Tx, connectionId: string, asksMade: number, now: Instant | null): Promise<void> {
  await tx`UPDATE connection SET asks_made = ${asksMade},
    asked_at = coalesce(${now === null ? null : new Date(now)}, asked_at) WHERE id = ${connectionId}`
}

/** Records that the client pressed something on the page that asks about these banks. */
export async function writeOpened(tx: Tx, onboardingId: string, connectionIds: readonly string[]): Promise<void> {
  await tx`UPDATE connection SET opened_at = coalesce(opened_at, ${ownNow(tx)})
    WHERE id = ANY (${[...connectionIds]}::uuid[]) AND onboarding_id = ${onboardingId}`
}

/** Writes until when a bank's access is left alone. */
export async function writeSnoozed(tx: Tx, connectionId: string, until: Instant | null): Promise<void> {
  await tx`UPDATE connection SET snoozed_until = ${until === null ? null : new Date(until)} WHERE id = ${connectionId}`
}

/** A consent as a message about it names it. `isOver`: nothing can be read through it. `missing`: accounts not seen any more. */
export type AskedConsent = {
  provider: string
  name: string
  accounts: number
  until: Instant | null
  endsThere: Instant | null
  isOver: boolean
  missing: SharedAccount[]
  /** The present instant on its own clock. */
  now: Instant
}

/** Returns the consents of an onboarding's client that wait for an answer, the first to end first. */
export async function readAsked(tx: Tx, onboardingId: string): Promise<AskedConsent[]> {
  return tx<AskedConsent[]>`
    SELECT c.provider, coalesce(c.institution_name, c.provider) AS name, epoch_ms(c.access_until) AS until,
      epoch_ms(c.ends_there) AS "endsThere", epoch_ms(clock_timestamp()) + c.clock_offset_ms AS now,
      c.state = 'lost' OR c.access_until <= clock_timestamp() + c.clock_offset_ms * interval '1 millisecond' AS "isOver",
      (SELECT count(*)::int FROM shared_account a WHERE a.connection_id = c.id) AS accounts,
      ${missingShown(tx, tx`c`)} AS missing
    FROM onboarding o JOIN connection c ON c.organisation_id = o.organisation_id
    WHERE o.id = ${onboardingId} AND c.kind = 'bank' AND c.state IN ('connected', 'lost') AND c.asked_at IS NOT NULL
    ORDER BY c.access_until, c.id`
}

/** A consent before it is confirmed, with the ids of its accounts and the present instant on its own clock. */
export type Renewable = Connection & {
  onboardingId: string
  institution: string | null
  accessUntil: Instant | null
  endsThere: Instant | null
  askedAt: Instant | null
  isCut: boolean
  accounts: string[]
  now: Instant
}

/** Reads a bank's consent for its renewal; null for one that is unknown or ended for good. */
export const readRenewable = (tx: Tx, connectionId: string): Promise<Renewable | null> =>
  first(tx<Renewable[]>`
    SELECT ${connectionColumns(tx)}, onboarding_id AS "onboardingId", institution, epoch_ms(access_until) AS "accessUntil",
      epoch_ms(ends_there) AS "endsThere", epoch_ms(asked_at) AS "askedAt", state = 'lost' AND health <> 'expired' AS "isCut",
      ARRAY(SELECT a.id::text FROM shared_account a WHERE a.connection_id = connection.id ORDER BY a.id) AS accounts,
      epoch_ms(clock_timestamp()) + clock_offset_ms AS now
    FROM connection WHERE id = ${connectionId} AND kind = 'bank' AND state IN ('connected', 'lost')`)

/** Gives a consent its new end. It works, nobody waits for an answer any more, and it is looked at soon. */
export async function writeRenewed(
  tx: Tx,
  connectionId: string,
  until: Instant,
  endsThere: Instant | null,
): Promise<void> {
  await tx`
    UPDATE connection SET state = 'connected', health = 'working', last_error = NULL, access_until = ${new Date(until)},
      ends_there = ${endsThere === null ? null : new Date(endsThere)}, asks_made = 0, asked_at = NULL, opened_at = NULL, snoozed_until = NULL,
      health_since = CASE WHEN health = 'working' THEN health_since ELSE ${ownNow(tx)} END,
      consent_given_at = ${ownNow(tx)}, look_at = ${ownNow(tx)}
    WHERE id = ${connectionId}`
}

const ownNow = (tx: Tx) => tx`clock_timestamp() + clock_offset_ms * interval '1 millisecond'`

/** Keeps what a colleague wrote with a confirmation for a client. */
export async function insertConfirmationNote(
  tx: Tx,
  practiceId: string,
  onboardingId: string,
  eventKey: string,
  note: string,
): Promise<void> {
  await tx`INSERT INTO confirmation_note (practice_id, onboarding_id, event_key, note)
    VALUES (${practiceId}, ${onboardingId}, ${eventKey}, ${note})`
}

/** A colleague's confirmation for the client, as a message about it names it. */
export type ConfirmedForClient = {
  connectionId: string
  bank: string
  colleague: string | null
  how: AgreedBy
  at: Instant
  until: Instant
}

/** Returns the confirmation that queued this message to the client; null if it is gone. */
export const readConfirmedForClient = (tx: Tx, messageId: string): Promise<ConfirmedForClient | null> =>
  first(tx<ConfirmedForClient[]>`
    SELECT c.id AS "connectionId", coalesce(c.institution_name, c.provider) AS bank, ${colleagueOf(tx)} AS colleague,
      e.data->>'how' AS how, epoch_ms(e.at) AS at, epoch_ms((e.data->>'until')::timestamptz) AS until
    FROM message m JOIN event e ON e.onboarding_id = m.onboarding_id AND e.kind = 'renewal_confirmed' AND e.at = m.created_at
      JOIN connection c ON c.id::text = e.data->>'connectionId'
    WHERE m.id = ${messageId} ORDER BY e.seq DESC LIMIT 1`)

/** The name of the colleague who wrote the event `e`; null for others. */
const colleagueOf = (tx: Tx) => tx`
  CASE e.actor_type WHEN 'staff' THEN (SELECT p.name FROM people_named(ARRAY[e.actor_id]) p) END`

/** Returns the consent that a session set out to renew, by visit or new connection; null for any other session. */
export async function readRenewedBy(tx: Tx, onboardingId: string, sessionId: string): Promise<string | null> {
  const [row] = await tx<{ id: string }[]>`
    SELECT data->>'connectionId' AS id FROM event
    WHERE onboarding_id = ${onboardingId} AND kind = 'renewal_started' AND key = ${sessionId}`
  return row?.id ?? null
}

/** Ends the sessions that were to renew a consent: their results are not stored. */
export async function endRenewing(tx: Tx, onboardingId: string, connectionId: string, now: Instant): Promise<void> {
  await tx`
    UPDATE auth_session SET status = 'failed', status_at = ${new Date(now)}, failure = 'ended', next_poll_at = NULL
    WHERE onboarding_id = ${onboardingId} AND status = 'pending' AND id::text IN (SELECT key FROM event
      WHERE onboarding_id = ${onboardingId} AND kind = 'renewal_started' AND data->>'connectionId' = ${connectionId})`
}

/** Returns who connected a bank, by name: the client of its link, or nobody known. */
export async function readConnectedBy(tx: Tx, connectionId: string): Promise<{ name: string | null } | null> {
  const [row] = await tx<{ by: { name: string | null } | null }[]>`
    SELECT ${connectedBy(tx)} AS by FROM connection c JOIN onboarding o ON o.id = c.onboarding_id
    WHERE c.id = ${connectionId}`
  return row?.by ?? null
}

/** Returns who confirmed a consent last, and when; null if nobody has. A client is named by the invitation. */
export const readLastConfirmed = (
  tx: Tx,
  onboardingId: string,
  connectionId: string,
): Promise<{ at: Instant; name: string | null } | null> =>
  first(tx<{ at: Instant; name: string | null }[]>`
    SELECT epoch_ms(e.at) AS at, coalesce(${colleagueOf(tx)}, (SELECT i.name FROM link l
      JOIN invitation i ON i.id = l.invitation_id WHERE e.actor_type = 'client' AND l.id::text = e.actor_id)) AS name
    FROM event e WHERE e.onboarding_id = ${onboardingId} AND e.kind = 'renewal_confirmed'
      AND e.data->>'connectionId' = ${connectionId} ORDER BY e.seq DESC LIMIT 1`)
