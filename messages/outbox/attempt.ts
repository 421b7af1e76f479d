import type { Link } from '../../db/invitations/links.ts'
import type { Practice } from '../../db/practices.ts'
import type { SendOutcome } from '../../providers/email/email.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { Sending } from '../sending.ts'
import { recordDelivery } from './recordDelivery.ts'
import { renderEmail, renderSms } from './render.ts'

/** A message that an attempt has taken: frozen, with what it is rendered with. */
export type Taken = {
  id: string
  channel: 'email' | 'sms'
  recipient: string
  inputs: unknown
  practice: Practice
  /** The client's link; null in mails to the practice and to colleagues. */
  link: Link | null
  /** The provider may have taken it at an attempt before this one. */
  isRepeat: boolean
  claimedAtMs: number | null
}

/** `wait`: it is not time yet; `why` says what for. `leave`: it went, was taken back, or is for people to look at. */
type Left = { do: 'wait'; forMs: number; why: string } | { do: 'leave' }

/**
 * Where messages of a kind are kept: how one is taken under its lock, frozen, and how it is recorded what an attempt ended
 * in. What is frozen under another version of the templates is composed anew.
 */
export type Outbox<Message extends Taken, Recorded> = {
  claim(id: string): Promise<{ do: 'send'; message: Message } | Left>
  record(message: Message, sent: SendOutcome): Promise<Recorded>
}

/** What one attempt ended in. */
type Attempted<Message, Recorded> = { do: 'record'; message: Message; sent: SendOutcome; recorded: Recorded } | Left

/** Makes one attempt at one message: takes it, gives it to its provider under its own key, and records what came of it. */
export async function attempt<Message extends Taken, Recorded>(
  sending: Sending,
  outbox: Outbox<Message, Recorded>,
  id: string,
): Promise<Attempted<Message, Recorded>> {
  const claim = await outbox.claim(id)
  if (claim.do !== 'send') return claim
  const { message } = claim
  const sent =
    message.channel === 'email'
      ? await sending.email.send(renderEmail(sending, message), message.id, message.isRepeat)
      : await sendText(sending, message)
  if (sent === 'found') return { do: 'leave' }
  return { do: 'record', message, sent, recorded: await outbox.record(message, sent) }
}

/** Sends a text, unless an attempt before this one gave it to the provider and its answer was lost: then it is recorded. */
async function sendText(sending: Sending, message: Taken): Promise<SendOutcome | 'found'> {
  const { sms, commands } = sending
  const text = renderSms(sending, message)
  if (!message.isRepeat) return sms.send(text)
  try {
    const report = await sms.findSent(text, new Date(message.claimedAtMs ?? 0))
    if (!report) return sms.send(text)
    await recordDelivery(commands, sms.name, { ...report, messageId: message.id })
    return 'found'
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    return { outcome: 'unknown', reason: error.message }
  }
}
