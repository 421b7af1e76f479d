import { BY_COMMAND, INVITING, TO_CLIENTS } from '../../domain/messages.ts'
import type { Channel } from '../../domain/situation.ts'
import { first, type Tx } from '../client.ts'
import type { Recipient } from '../onboardings/writes.ts'

/** The present invitation with its addresses. */
export type Invitation = Recipient & {
  id: string
  channels: Channel[]
  textsStopped: boolean
  existingUser: boolean
  /** True if it asks to be let in. */
  asks: boolean
}

export const readInvitation = (tx: Tx, onboardingId: string): Promise<Invitation | null> =>
  first(tx<Invitation[]>`
    SELECT i.id, i.channels, i.name, i.email, i.phone, i.message, i.inviter_name AS "inviterName",
      EXISTS (SELECT FROM text_opt_out t WHERE t.phone = i.phone) AS "textsStopped",
      i.existing_user AS "existingUser", i.asks
    FROM onboarding o JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation
    WHERE o.id = ${onboardingId}`)

/** Returns the organisation's contact, the default recipient of an invitation. */
export async function readContact(tx: Tx, onboardingId: string) {
  const [row] = await tx<{ name: string | null; email: string | null; phone: string | null }[]>`
    SELECT g.contact_name AS name, g.contact_email AS email, g.contact_phone AS phone
    FROM onboarding o JOIN organisation g ON g.id = o.organisation_id WHERE o.id = ${onboardingId}`
  return row ?? { name: null, email: null, phone: null }
}

/**
 * Returns the most invitation and continue messages that one of these addresses was sent in 24 hours, without
 * reminders. An unclaimed message counts for the invitation's address.
 */
export async function countAddressUse(tx: Tx, addresses: string[]): Promise<number> {
  if (addresses.length === 0) return 0
  const [row] = await tx<{ n: number }[]>`
    SELECT coalesce(max(n), 0)::int AS n FROM (
      SELECT count(*) AS n FROM unnest(${addresses}::text[]) AS address
      JOIN invitation i ON i.email = address OR i.phone = address
      JOIN message m ON m.onboarding_id = i.onboarding_id AND m.generation = i.generation
        AND m.channel = CASE WHEN i.email = address THEN 'email' ELSE 'sms' END
      WHERE m.purpose = ANY (${BY_COMMAND}::text[]) AND m.state <> 'withdrawn'
        AND m.created_at > clock_timestamp() - interval '24 hours'
      GROUP BY address) AS uses`
  return row?.n ?? 0
}

/** Stops texts to a number from every invitation of the practice. */
export async function stopTexts(tx: Tx, practiceId: string, phone: string): Promise<void> {
  await tx`INSERT INTO text_opt_out (practice_id, phone) VALUES (${practiceId}, ${phone}) ON CONFLICT DO NOTHING`
}

/** Allows texts to the number again, for every client of the practice. */
export async function allowTexts(tx: Tx, phone: string): Promise<void> {
  await tx`DELETE FROM text_opt_out WHERE phone = ${phone}`
}

export async function hasStoppedTexts(tx: Tx, phone: string): Promise<boolean> {
  const rows = await tx`SELECT FROM text_opt_out WHERE phone = ${phone}`
  return rows.count > 0
}

/** Returns the number that a link or message was texted to; null if it was no text. */
export async function findTextedPhone(tx: Tx, of: { linkId: string } | { messageId: string }): Promise<string | null> {
  const [row] =
    'linkId' in of
      ? await tx<{ phone: string }[]>`
          SELECT i.phone FROM link l JOIN invitation i ON i.id = l.invitation_id
          WHERE l.id = ${of.linkId} AND l.channel = 'sms' AND i.phone IS NOT NULL`
      : await tx<{ phone: string }[]>`
          SELECT coalesce(m.recipient, i.phone) AS phone
          FROM message m JOIN invitation i ON i.onboarding_id = m.onboarding_id AND i.generation = m.generation
          WHERE m.id = ${of.messageId} AND m.channel = 'sms' AND i.phone IS NOT NULL`
  return row?.phone ?? null
}

/**
 * Returns what holds back an unsent message. `known`: an invitation to an address of somebody at another client that
 * staff have not confirmed. `stopped`: the number of a text that answered STOP. Neither applies to a message that was
 * claimed.
 */
export async function readHeldBack(tx: Tx, messageId: string): Promise<{ known: boolean; stopped: string | null }> {
  const [row] = await tx<{ known: boolean; stopped: string | null }[]>`
    SELECT m.purpose = ANY (${INVITING}::text[]) AND i.email IS NOT NULL AND NOT i.existing_user
        AND address_in_use(i.email, o.organisation_id) AS known,
      (SELECT t.phone FROM text_opt_out t WHERE t.phone = i.phone AND m.channel = 'sms') AS stopped
    FROM message m JOIN onboarding o ON o.id = m.onboarding_id
      JOIN invitation i ON i.onboarding_id = o.id AND i.generation = m.generation
    WHERE m.id = ${messageId} AND m.claimed_at IS NULL AND m.purpose = ANY (${TO_CLIENTS}::text[])`
  return row ?? { known: false, stopped: null }
}

/** Returns true if the address belongs to somebody at another client. Does not reveal which client. */
export async function isAddressInUse(tx: Tx, address: string, exceptOrganisationId: string | null): Promise<boolean> {
  const [row] = await tx<{ used: boolean }[]>`SELECT address_in_use(${address}, ${exceptOrganisationId}) AS used`
  return row?.used ?? false
}

/**
 * Returns the same for a practice that asks. In its first day a practice learns only about users of its own clients,
 * because anybody can create a practice in order to ask.
 */
export async function mayRevealAddressInUse(
  tx: Tx,
  address: string,
  exceptOrganisationId: string | null,
): Promise<boolean> {
  const [row] = await tx<{ used: boolean }[]>`
    SELECT address_in_use(${address}, ${exceptOrganisationId}) AND (
      (SELECT p.created_at <= clock_timestamp() - interval '1 day' FROM practice p)
      OR EXISTS (SELECT FROM organisation_member m WHERE m.address = lower(${address}) AND m.removed_at IS NULL)) AS used`
  return row?.used ?? false
}
