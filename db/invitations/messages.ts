import type { MessagePurpose, MessageState } from '../../domain/situation.ts'
import type { Tx } from '../client.ts'

/** A message as an attempt needs it. `inputs` are frozen at the first claim and null before. */
export type Message = {
  id: string
  onboardingId: string
  purpose: MessagePurpose
  channel: 'email' | 'sms'
  touchN: number | null
  state: MessageState
  linkId: string | null
  recipient: string | null
  templateVersion: string | null
  inputs: unknown
  attempts: number
  claimedAtMs: number | null
}

export async function readMessage(tx: Tx, messageId: string): Promise<Message | null> {
  const [row] = await tx<Message[]>`
    SELECT id, onboarding_id AS "onboardingId", purpose, channel, touch_n AS "touchN", state, link_id AS "linkId",
      recipient, template_version AS "templateVersion", inputs, attempts, epoch_ms(claimed_at) AS "claimedAtMs"
    FROM message WHERE id = ${messageId}`
  return row ?? null
}

/** What an attempt sends, kept so that every later attempt sends the same. */
export type Frozen = { recipient: string; templateVersion: string; inputs: unknown; linkId: string | null }

/** Counts an attempt; at the first, freezes what is sent. Real time: the provider's key window runs from here. */
export async function writeAttempt(tx: Tx, messageId: string, frozen: Frozen | null): Promise<void> {
  const freezes = frozen
    ? tx`, recipient = ${frozen.recipient}, template_version = ${frozen.templateVersion},
        inputs = ${tx.json(frozen.inputs as never)}, link_id = ${frozen.linkId}`
    : tx``
  await tx`UPDATE message SET state = 'sending', attempts = attempts + 1,
    claimed_at = coalesce(claimed_at, clock_timestamp()) ${freezes} WHERE id = ${messageId}`
}

/** Whom a message was for that is not sent. */
export async function writeRecipient(tx: Tx, messageId: string, recipient: string): Promise<void> {
  await tx`UPDATE message SET recipient = ${recipient} WHERE id = ${messageId}`
}

/**
 * The provider did not take an attempt, which is made again later. `found` is the message as the attempt found it. It goes
 * back to `queued`, from where it can be withdrawn, only if no other attempt may have been taken: none was open when this
 * one began, and none has begun since.
 */
export async function postpone(tx: Tx, found: Message, reason: string): Promise<void> {
  const { id, state, attempts } = found
  const isFree = tx`${state === 'queued'} AND attempts = ${attempts + 1}`
  await tx`UPDATE message SET state = CASE WHEN ${isFree} THEN 'queued' ELSE state END, reason = ${reason}
    WHERE id = ${id} AND state = 'sending'`
}

/** Of an erased client it is not kept. */
export async function writeProviderId(tx: Tx, messageId: string, provider: string, providerId: string | null) {
  await tx`UPDATE message SET provider = ${provider}, provider_id = coalesce(${providerId}, provider_id)
    WHERE id = ${messageId} AND erased_at IS NULL`
}

/** Notes a webhook's id; false when it was seen before. */
export async function noteProviderEvent(tx: Tx, practiceId: string, provider: string, id: string): Promise<boolean> {
  const rows =
    await tx`INSERT INTO provider_event (provider, id, practice_id) VALUES (${provider}, ${id}, ${practiceId})
    ON CONFLICT DO NOTHING RETURNING id`
  return rows.count === 1
}
