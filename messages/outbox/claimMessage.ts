import { type Commands, executeIn, type Target, transact } from '../../commands/execute.ts'
import type { Tx } from '../../db/client.ts'
import { readHeldBack } from '../../db/invitations/invitations.ts'
import {
  attemptColumns,
  type Frozen,
  frozenOf,
  type Message,
  readMessage,
  recipientColumn,
  writeAttempt,
} from '../../db/invitations/messages.ts'
import { lockOnboarding } from '../../db/onboardings/facts.ts'
import { readRestsMs } from '../../db/troubles.ts'
import type { Command } from '../../domain/commands.ts'
import { type Facts, HOUR_MS, type Instant, MINUTE_MS, STOPPED, UNDO_MS } from '../../domain/situation.ts'
import { isRepeatable } from '../compose/inputs.ts'

/** The age after which an unanswered message is no longer repeated. The mail provider remembers a key for 24 h. */
export const REPEAT_WITHIN_MS = 20 * HOUR_MS
/** The time after which a text that the provider took is in its list. */
const LISTED_AFTER_MS = MINUTE_MS
/** The interval of checks for what an attempt waits for: an undone cancellation or a report. */
const LOOK_AGAIN_MS = 5_000
/** The longest intervals of checks while the provider's channel pauses, and for messages that leave later. */
const REST_LOOK_AGAIN_MS = 5 * MINUTE_MS
const LOOK_LATER_MS = 10 * MINUTE_MS

/** Composes a message under the lock at its first claim; null without a recipient. */
export type Freeze = (tx: Tx, message: Message, facts: Facts, now: Instant) => Promise<Frozen | null>

/**
 * `send`: the message as before the claim, with frozen inputs and the further data of rendering. `wait`: too early;
 * `why` gives the reason. `leave`: it was sent or withdrawn, or people must look at it.
 */
export type Claim<T> =
  | { do: 'send'; message: Message & Frozen; rendering: T }
  | { do: 'wait'; forMs: number; why: string }
  | { do: 'leave' }

const LOST_TEXT = 'Its words have changed before the provider answered.'

const SYSTEM = { type: 'system', id: null } as const

/**
 * Claims a message for one attempt if it is still wanted, and reads what it is rendered with, in one transaction.
 * Throws if the onboarding is gone.
 */
export async function claimMessage<T>(
  commands: Commands,
  target: Target,
  messageId: string,
  freeze: Freeze,
  readRendering: (tx: Tx, message: Message & Frozen) => Promise<T>,
): Promise<Claim<T>> {
  return transact<Claim<T>>(commands, target.practiceId, async (unit) => {
    const { tx } = unit
    const [, message, held, rests] = await Promise.all([
      lockOnboarding(tx, target.onboardingId),
      readMessage(tx, messageId),
      readHeldBack(tx, messageId),
      readRestsMs(tx),
    ])
    if (message?.state !== 'queued' && message?.state !== 'sending') return { do: 'leave' }
    const { known, stopped } = held
    const wait = known || stopped !== null ? null : waitOf(message, rests[message.channel] ?? 0)
    if (wait) return wait
    const stateIn = ({ messages }: Facts) => messages.find(({ id }) => id === messageId)?.state
    const outcome = await executeIn<never, Frozen | null>(unit, target, {
      actor: SYSTEM,
      command: commandFor(message, held),
      filling: async (_tx, after, now) => {
        const frozen = stateIn(after) === 'sending' ? await freeze(tx, message, after, now) : null
        if (frozen) return { set: attemptColumns(tx, frozen), written: frozen }
        // Staff see the number that stopped texts.
        return { set: stopped !== null && !known ? recipientColumn(tx, stopped) : undefined, written: null }
      },
    })
    if (outcome.result === 'not_found') throw new Error('the onboarding of a message is gone')
    const { facts, now } = outcome
    if (outcome.result === 'too_early') {
      const aheadMs = outcome.at - now
      const forMs = Math.min(aheadMs, aheadMs > UNDO_MS ? LOOK_LATER_MS : LOOK_AGAIN_MS)
      return { do: 'wait', forMs, why: 'it is not time yet' }
    }
    const state = stateIn(facts)
    if (state !== 'queued' && state !== 'sending') return { do: 'leave' }
    const kept = isRepeatable(message) ? frozenOf(message) : null
    const isFirst = outcome.result === 'changed'
    const frozen = isFirst ? outcome.written : (kept ?? (await freeze(tx, message, facts, now)))
    if (!frozen) {
      const reason = 'There is no address to send it to.'
      const command = { do: 'move_message', messageId, to: 'withdrawn', reason } as const
      await executeIn(unit, target, { actor: SYSTEM, command })
      return { do: 'leave' }
    }
    const claimed = { ...message, ...frozen }
    const [rendering] = await Promise.all([
      readRendering(tx, claimed),
      isFirst || writeAttempt(tx, messageId, kept ? null : frozen),
    ])
    return { do: 'send', message: claimed, rendering }
  })
}

/** Returns the command of an attempt: the claim, unless the message is held back or too old to repeat. */
function commandFor(message: Message, { known, stopped }: Awaited<ReturnType<typeof readHeldBack>>): Command {
  const { id: messageId, state, claimedAtMs } = message
  const move = { do: 'move_message', messageId } as const
  if (known) return { ...move, to: 'suppressed', reason: null, about: 'known_address' }
  if (stopped !== null) return { ...move, to: 'suppressed', reason: STOPPED }
  if (isLostText(message)) return { ...move, to: 'unknown', reason: LOST_TEXT }
  const isOld = state === 'sending' && claimedAtMs !== null && Date.now() - claimedAtMs > REPEAT_WITHIN_MS
  return isOld
    ? { ...move, to: 'unknown', reason: 'The provider gave no answer within 20 hours.' }
    : { do: 'claim', messageId }
}

/**
 * Returns true for a text that may have been sent and whose words have changed since. The provider's list is searched
 * by words, so its outcome stays unknown. A mail is composed again instead, because the provider rejects other bytes
 * under its key and is then asked.
 */
const isLostText = (message: Message): boolean =>
  message.channel === 'sms' && message.state === 'sending' && !isRepeatable(message)

/** Returns the reason and length of a wait; null if it is time. */
function waitOf({ channel, state, attemptedAtMs }: Message, restMs: number): Claim<never> | null {
  if (state === 'queued' && restMs > 0) {
    return { do: 'wait', forMs: Math.min(restMs, REST_LOOK_AGAIN_MS), why: 'its provider rests' }
  }
  const listedInMs = channel === 'sms' && state === 'sending' ? (attemptedAtMs ?? 0) + LISTED_AFTER_MS - Date.now() : 0
  if (listedInMs <= 0) return null
  return { do: 'wait', forMs: Math.min(listedInMs, LOOK_AGAIN_MS), why: 'its answer was lost and is looked for' }
}
