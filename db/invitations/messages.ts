import { type MessagePurpose, type MessageState, MINUTE_MS } from '../../domain/situation.ts'
import type { Database, Tx } from '../client.ts'

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
  refusals: number
  claimedAtMs: number | null
  /** When an attempt last gave it to the provider. */
  attemptedAtMs: number | null
}

export async function readMessage(tx: Tx, messageId: string): Promise<Message | null> {
  const [row] = await tx<Message[]>`
    SELECT id, onboarding_id AS "onboardingId", purpose, channel, touch_n AS "touchN", state, link_id AS "linkId",
      recipient, template_version AS "templateVersion", inputs, attempts, refusals, epoch_ms(claimed_at) AS "claimedAtMs",
      epoch_ms(attempted_at) AS "attemptedAtMs"
    FROM message WHERE id = ${messageId}`
  return row ?? null
}

/** What an attempt sends, kept so that every later attempt sends the same. */
export type Frozen = { recipient: string; templateVersion: string; inputs: unknown; linkId: string | null }

/**
 * Counts an attempt; at the first, freezes what is sent. The provider's key window runs in real time from the first attempt
 * that may have been taken: what is `queued` has not been, however long it was held.
 */
export async function writeAttempt(tx: Tx, messageId: string, frozen: Frozen | null): Promise<void> {
  const freezes = frozen
    ? tx`, recipient = ${frozen.recipient}, template_version = ${frozen.templateVersion},
        inputs = ${tx.json(frozen.inputs as never)}, link_id = ${frozen.linkId}`
    : tx``
  await tx`UPDATE message SET state = 'sending', attempts = attempts + 1, attempted_at = clock_timestamp(),
    ask_at = CASE WHEN channel = 'sms' THEN ${firstAsked(tx)} END,
    claimed_at = CASE WHEN state = 'queued' THEN clock_timestamp() ELSE coalesce(claimed_at, clock_timestamp()) END ${freezes} WHERE id = ${messageId}`
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

/** Counts that the provider refused a message which is tried again. */
export async function countRefusal(tx: Tx, messageId: string): Promise<void> {
  await tx`UPDATE message SET refusals = refusals + 1 WHERE id = ${messageId}`
}

/** A text without a report is asked about after this long: callbacks that met a restart have been repeated by then. */
const FIRST_ASKED_AFTER_MS = 2 * MINUTE_MS
const firstAsked = (tx: Tx) => tx`clock_timestamp() + ${FIRST_ASKED_AFTER_MS} * interval '1 millisecond'`

/** Keeps a message's id at its provider, unless its client is erased. */
export async function writeProviderId(tx: Tx, messageId: string, provider: string, providerId: string | null) {
  await tx`UPDATE message SET provider = ${provider}, provider_id = coalesce(${providerId}, provider_id)
    WHERE id = ${messageId} AND erased_at IS NULL`
}

/**
 * Takes texts, of every practice, that are due to be asked about. Each is due again at the next of `agesMs` since its first
 * attempt, until a report says how it ended.
 */
export async function takeTextsToAsk({ sql }: Database, agesMs: number[], atMost: number) {
  const ages = agesMs.map((ms) => `${ms} milliseconds`)
  return sql<{ practiceId: string; messageId: string }[]>`
    SELECT practice_id AS "practiceId", id AS "messageId" FROM take_texts_to_ask(${ages}::interval[], ${atMost})`
}

/** Has a text asked about again in `afterMs`, unless it is due before. */
export async function askAgain(tx: Tx, messageId: string, afterMs: number): Promise<void> {
  await tx`UPDATE message SET ask_at = least(ask_at, clock_timestamp() + ${afterMs} * interval '1 millisecond')
    WHERE id = ${messageId}`
}

/** Returns a message's id at its provider, null when it has none, and when it was first given to it. */
export async function readSent(tx: Tx, messageId: string) {
  const [row] = await tx<{ providerId: string | null; claimedAt: Date }[]>`
    SELECT provider_id AS "providerId", claimed_at AS "claimedAt" FROM message
    WHERE id = ${messageId} AND claimed_at IS NOT NULL`
  return row ?? null
}

/** Returns the frozen message; null when it was never claimed, or its client is erased. */
export async function readFrozen(tx: Tx, messageId: string): Promise<(Message & Frozen) | null> {
  const message = await readMessage(tx, messageId)
  const frozen = message && frozenOf(message)
  return frozen && { ...message, ...frozen }
}

/** Returns what was frozen of a message at its first claim; null before. */
export function frozenOf(message: Message): Frozen | null {
  const { recipient, templateVersion, inputs, linkId } = message
  return inputs === null || recipient === null || templateVersion === null
    ? null
    : { recipient, templateVersion, inputs, linkId }
}

/** Notes a webhook's id; false when it was seen before. */
export async function noteProviderEvent(tx: Tx, practiceId: string, provider: string, id: string): Promise<boolean> {
  const rows =
    await tx`INSERT INTO provider_event (provider, id, practice_id) VALUES (${provider}, ${id}, ${practiceId})
    ON CONFLICT DO NOTHING RETURNING id`
  return rows.count === 1
}
