import { executeIn, type Filling, type Target, type Unit } from '../../commands/execute.ts'
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
import { readRestsMs } from '../../db/troubles.ts'
import type { Command } from '../../domain/commands.ts'
import { type Facts, HOUR_MS, MINUTE_MS, UNDO_MS } from '../../domain/situation.ts'
import { isRepeatable } from '../compose/inputs.ts'
import type { Sending } from '../sending.ts'
import type { Left, Taken } from './attempt.ts'
import { freezeMessage } from './freeze.ts'
import { type Rendering, readRendering } from './render.ts'

/** The age after which an unanswered message is no longer repeated. The mail provider remembers a key for 24 h. */
export const REPEAT_WITHIN_MS = 20 * HOUR_MS
/** The time after which a text that the provider took is in its list. */
const LISTED_AFTER_MS = MINUTE_MS
/** The interval of checks for what an attempt waits for: an undone cancellation or a report. */
const LOOK_AGAIN_MS = 5_000
/** The longest intervals of checks while the provider's channel pauses, and for messages that leave later. */
const REST_LOOK_AGAIN_MS = 5 * MINUTE_MS
const LOOK_LATER_MS = 10 * MINUTE_MS

const LOST_TEXT = 'Its words have changed before the provider answered.'

const SYSTEM = { type: 'system', id: null } as const

type Found = [Message | null, Awaited<ReturnType<typeof readHeldBack>>, Awaited<ReturnType<typeof readRestsMs>>]

/** A message as before its claim, with frozen inputs and what it is rendered with. */
type Claimed = Message & Frozen & Taken
type Claim = { do: 'send'; message: Claimed } | Left

/**
 * Claims a message for one attempt if it is still wanted, with what it is rendered with and its turn. Throws if the
 * onboarding is gone.
 */
export async function claimMessage(
  sending: Pick<Sending, 'linkKeys' | 'publicUrl' | 'takeTurn' | 'banks'>,
  unit: Unit,
  target: Target,
  messageId: string,
): Promise<Claim> {
  const stateIn = ({ messages }: Facts) => messages.find(({ id }) => id === messageId)?.state
  const { tx } = unit
  const send = async (message: Message, frozen: Frozen, rendering: Rendering): Promise<Claim> => {
    const hasTurn = message.channel === 'email' && (await sending.takeTurn(tx))
    const isRepeat = message.state === 'sending'
    return { do: 'send', message: { ...message, ...frozen, ...rendering, hasTurn, isRepeat } }
  }
  const outcome = await executeIn<Claim, Claim | null, Found>(unit, target, {
    actor: SYSTEM,
    read: () => Promise.all([readMessage(tx, messageId), readHeldBack(tx, messageId), readRestsMs(tx)]),
    prepare: async (_tx, _locked, [message, held, rests]) => {
      if (message?.state !== 'queued' && message?.state !== 'sending') return { answer: { do: 'leave' } }
      const { known, stopped } = held
      const wait = known || stopped !== null ? null : waitOf(message, rests[message.channel] ?? 0)
      if (wait) return { answer: wait }
      const filling: Filling<Claim | null> = async (_tx, after, now) => {
        const made = stateIn(after) === 'sending' ? await freezeMessage(sending, tx, message, after, now) : null
        if (made) return { set: attemptColumns(tx, made.frozen), written: send(message, made.frozen, made.rendering) }
        // Staff see the number that stopped texts.
        return { set: stopped !== null && !known ? recipientColumn(tx, stopped) : undefined, written: null }
      }
      return { command: commandFor(message, held), filling }
    },
  })
  if ('do' in outcome) return outcome
  if (outcome.result === 'not_found') throw new Error('the onboarding of a message is gone')
  const { facts, now } = outcome
  if (outcome.result === 'too_early') {
    const aheadMs = outcome.at - now
    const forMs = Math.min(aheadMs, aheadMs > UNDO_MS ? LOOK_LATER_MS : LOOK_AGAIN_MS)
    return { do: 'wait', forMs, why: 'it is not time yet' }
  }
  const state = stateIn(facts)
  if (state !== 'queued' && state !== 'sending') return { do: 'leave' }
  const sendAgain = async () => {
    const message = await readMessage(tx, messageId)
    if (!message) return null
    const kept = isRepeatable(message) ? frozenOf(message) : null
    const made = kept
      ? { frozen: kept, rendering: await readRendering(tx, { ...message, ...kept }) }
      : await freezeMessage(sending, tx, message, facts, now)
    if (!made) return null
    await writeAttempt(tx, messageId, kept ? null : made.frozen)
    return send(message, made.frozen, made.rendering)
  }
  const claimed = outcome.result === 'changed' ? outcome.written : await sendAgain()
  if (claimed) return claimed
  const reason = 'There is no address to send it to.'
  const command = { do: 'move_message', messageId, to: 'withdrawn', reason } as const
  await executeIn(unit, target, { actor: SYSTEM, command })
  return { do: 'leave' }
}

/** Returns the command of an attempt: the claim, unless the message is held back or too old to repeat. */
function commandFor(message: Message, { known, stopped }: Awaited<ReturnType<typeof readHeldBack>>): Command {
  const { id: messageId, state, claimedAtMs } = message
  const move = { do: 'move_message', messageId } as const
  if (known) return { ...move, to: 'suppressed', reason: null, about: 'known_address' }
  if (stopped !== null) return { ...move, to: 'suppressed', reason: null, about: 'opted_out' }
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
function waitOf({ channel, state, attemptedAtMs }: Message, restMs: number): Left | null {
  if (state === 'queued' && restMs > 0) {
    return { do: 'wait', forMs: Math.min(restMs, REST_LOOK_AGAIN_MS), why: 'its provider rests' }
  }
  const listedInMs = channel === 'sms' && state === 'sending' ? (attemptedAtMs ?? 0) + LISTED_AFTER_MS - Date.now() : 0
  if (listedInMs <= 0) return null
  return { do: 'wait', forMs: Math.min(listedInMs, LOOK_AGAIN_MS), why: 'its answer was lost and is looked for' }
}
