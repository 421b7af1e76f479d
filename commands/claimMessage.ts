import type { Tx } from '../db/client.ts'
import { type Frozen, type Message, readMessage, writeAttempt } from '../db/messages.ts'
import { type Facts, HOUR_MS, type Instant } from '../domain/situation.ts'
import { type Commands, executeIn, type Target, transact } from './execute.ts'

/** The mail provider remembers a key for 24 h; after this long an unanswered mail is no longer repeated. */
const REPEAT_WITHIN_MS = 20 * HOUR_MS

/** What a message says, built under the lock at its first claim; null when there is nobody to send it to. */
export type Freeze = (tx: Tx, message: Message, facts: Facts, now: Instant) => Promise<Frozen | null>

/** `send`: the attempt has the message, frozen. `leave`: it went, was taken back, or is for people to look at. */
export type Claim = { do: 'send'; message: Message & Frozen; facts: Facts } | { do: 'leave'; facts: Facts }

const SYSTEM = { type: 'system', id: null } as const

/** Takes a message for one attempt, if it is still wanted. Throws when the onboarding is gone. */
export async function claimMessage(
  commands: Commands,
  target: Target,
  messageId: string,
  freeze: Freeze,
): Promise<Claim> {
  return transact<Claim>(commands, target, async (tx) => {
    const before = await readMessage(tx, messageId)
    const isOld = before?.claimedAtMs != null && Date.now() - before.claimedAtMs > REPEAT_WITHIN_MS
    const { outcome, tell } = await executeIn(tx, target, {
      actor: SYSTEM,
      command: isOld
        ? { do: 'move_message', messageId, to: 'unknown', reason: 'The provider gave no answer within 20 hours.' }
        : { do: 'claim', messageId },
    })
    if (outcome.result === 'not_found') throw new Error('the onboarding of a message is gone')
    const { facts, now } = outcome
    const message = await readMessage(tx, messageId)
    if (!message || (message.state !== 'queued' && message.state !== 'sending')) {
      return { answer: { do: 'leave', facts }, tell }
    }
    const frozen = frozenOf(message) ?? (await freeze(tx, message, facts, now))
    if (!frozen) {
      const reason = 'There is no address to send it to.'
      const left = await executeIn(tx, target, {
        actor: SYSTEM,
        command: { do: 'move_message', messageId, to: 'withdrawn', reason },
      })
      const after = left.outcome.result === 'not_found' ? facts : left.outcome.facts
      return { answer: { do: 'leave', facts: after }, tell: left.tell ?? tell }
    }
    await writeAttempt(tx, messageId, message.inputs === null ? frozen : null)
    return { answer: { do: 'send', message: { ...message, ...frozen }, facts }, tell }
  })
}

function frozenOf(message: Message): Frozen | null {
  const { recipient, templateVersion, inputs, linkId } = message
  return inputs === null || recipient === null || templateVersion === null
    ? null
    : { recipient, templateVersion, inputs, linkId }
}
