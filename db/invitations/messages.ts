import type { MessageState } from '../../domain/messageFacts.ts'
import type { MessagePurpose } from '../../domain/messages.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import { type Database, first, type Tx } from '../client.ts'

/** A message for an attempt. `inputs` are fixed at the first claim and null before. */
export type Message = {
  id: string
  onboardingId: string
  purpose: MessagePurpose
  channel: 'email' | 'sms'
  /** The number of a reminder in its series; null for other messages. */
  reminderN: number | null
  isLastReminder: boolean
  state: MessageState
  linkId: string | null
  recipient: string | null
  templateVersion: string | null
  inputs: unknown
  attempts: number
  refusals: number
  claimedAtMs: number | null
  /** The last attempt that gave it to the provider. */
  attemptedAtMs: number | null
}

export const readMessage = (tx: Tx, messageId: string): Promise<Message | null> =>
  first(tx<Message[]>`
    SELECT id, onboarding_id AS "onboardingId", purpose, channel, touch_n AS "reminderN", touch_last AS "isLastReminder",
      state, link_id AS "linkId", recipient, template_version AS "templateVersion", inputs, attempts, refusals, epoch_ms(claimed_at) AS "claimedAtMs",
      epoch_ms(attempted_at) AS "attemptedAtMs"
    FROM message WHERE id = ${messageId}`)

/** The content of a message, stored so that every attempt sends the same. */
export type Frozen = { recipient: string; templateVersion: string; inputs: unknown; linkId: string | null }

/** Returns the columns that count an attempt, with the content at the first. */
export const attemptColumns = (tx: Tx, frozen: Frozen | null) => tx`attempts = attempts + 1,
  attempted_at = clock_timestamp(), ask_at = CASE WHEN channel = 'sms' THEN ${firstAsked(tx)} END ${
    frozen
      ? tx`, recipient = ${frozen.recipient}, template_version = ${frozen.templateVersion},
          inputs = ${tx.json(frozen.inputs as never)}, link_id = ${frozen.linkId}`
      : tx``
  }`

/**
 * Counts a further attempt. The provider remembers a key from the first attempt that it may have taken, in real time; a
 * message in `queued` was not taken, however long it waited.
 */
export async function writeAttempt(tx: Tx, messageId: string, frozen: Frozen | null): Promise<void> {
  await tx`UPDATE message SET state = 'sending',
    claimed_at = CASE WHEN state = 'queued' THEN clock_timestamp() ELSE coalesce(claimed_at, clock_timestamp()) END,
    ${attemptColumns(tx, frozen)} WHERE id = ${messageId}`
}

/** Returns the column of the intended recipient, for a message that is not sent. */
export const recipientColumn = (tx: Tx, recipient: string) => tx`recipient = ${recipient}`

/**
 * Records that the provider did not take an attempt, which is repeated later. `found`: the message before the attempt.
 * It returns to `queued`, where it can be withdrawn, only if no other attempt may have been taken: none was open before
 * this one, and none has begun since.
 */
export async function postpone(tx: Tx, found: Message, reason: string): Promise<void> {
  const { id, state, attempts } = found
  const isFree = tx`${state === 'queued'} AND attempts = ${attempts + 1}`
  await tx`UPDATE message SET state = CASE WHEN ${isFree} THEN 'queued' ELSE state END, reason = ${reason}
    WHERE id = ${id} AND state = 'sending'`
}

/** Counts a refusal by the provider of a message that is tried again. */
export async function countRefusal(tx: Tx, messageId: string): Promise<void> {
  await tx`UPDATE message SET refusals = refusals + 1 WHERE id = ${messageId}`
}

/** The delay before a text without a report is asked about. Callbacks that met a restart have been repeated by then. */
const FIRST_ASKED_AFTER_MS = 2 * MINUTE_MS
const firstAsked = (tx: Tx) => tx`clock_timestamp() + ${FIRST_ASKED_AFTER_MS} * interval '1 millisecond'`

/** Returns the columns of a message's id at its provider, which an erased client's message does not keep. */
export const providerColumns = (tx: Tx, provider: string, providerId: string | null) => tx`provider = ${provider},
  provider_id = CASE WHEN erased_at IS NULL THEN coalesce(${providerId}, provider_id) END`

/** Stores a message's id at its provider, unless it is known or its client is erased. */
export async function writeProviderId(tx: Tx, messageId: string, provider: string, providerId: string | null) {
  await tx`UPDATE message SET ${providerColumns(tx, provider, providerId)} WHERE id = ${messageId}
    AND erased_at IS NULL AND (provider, provider_id) IS DISTINCT FROM (${provider}, coalesce(${providerId}, provider_id))`
}

/**
 * Takes the texts of every practice that are due to be asked about. Each is due again at the next of `agesMs` since its
 * first attempt, until a report brings its outcome.
 */
export async function takeTextsToAsk({ sql }: Database, agesMs: number[], atMost: number) {
  const ages = agesMs.map((ms) => `${ms} milliseconds`)
  return sql<{ practiceId: string; messageId: string }[]>`
    SELECT practice_id AS "practiceId", id AS "messageId" FROM take_texts_to_ask(${ages}::interval[], ${atMost})`
}

/** Makes a text due to be asked about in `afterMs`, unless it is due earlier. */
export async function askAgain(tx: Tx, messageId: string, afterMs: number): Promise<void> {
  await tx`UPDATE message SET ask_at = least(ask_at, clock_timestamp() + ${afterMs} * interval '1 millisecond')
    WHERE id = ${messageId}`
}

/** Returns a message's id at its provider (or null) and the instant of its first attempt. */
export const readSent = (tx: Tx, messageId: string) =>
  first(tx<{ providerId: string | null; claimedAt: Date }[]>`
    SELECT provider_id AS "providerId", claimed_at AS "claimedAt" FROM message
    WHERE id = ${messageId} AND claimed_at IS NOT NULL`)

/** Returns the message with its stored content; null if it was never claimed or its client is erased. */
export async function readFrozen(tx: Tx, messageId: string): Promise<(Message & Frozen) | null> {
  const message = await readMessage(tx, messageId)
  const frozen = message && frozenOf(message)
  return frozen && { ...message, ...frozen }
}

/** Returns the stored content of a message; null before its first claim. */
export function frozenOf(message: Message): Frozen | null {
  const { recipient, templateVersion, inputs, linkId } = message
  return inputs === null || recipient === null || templateVersion === null
    ? null
    : { recipient, templateVersion, inputs, linkId }
}

/** Records a webhook's id. Returns false if it was recorded before. */
export async function noteProviderEvent(tx: Tx, practiceId: string, provider: string, id: string): Promise<boolean> {
  const rows =
    await tx`INSERT INTO provider_event (provider, id, practice_id) VALUES (${provider}, ${id}, ${practiceId})
    ON CONFLICT DO NOTHING RETURNING id`
  return rows.count === 1
}
