import type { Link } from '../../db/invitations/links.ts'
import type { Practice } from '../../db/practices.ts'
import type { SendOutcome } from '../../providers/email/email.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { Sending } from '../sending.ts'
import { recordDelivery } from './recordDelivery.ts'
import { renderEmail, renderSms } from './render.ts'

/** A message that an attempt has claimed: frozen inputs, with what they are rendered with. */
export type Taken = {
  id: string
  channel: 'email' | 'sms'
  recipient: string
  inputs: unknown
  practice: Practice
  /** The client's link; null in mails to the practice and to colleagues. */
  link: Link | null
  /** True if the provider may have taken it in an earlier attempt. */
  isRepeat: boolean
  /** True for a mail whose turn was free at the claim. */
  hasTurn: boolean
  claimedAtMs: number | null
}

/** `wait`: too early; `why` gives the reason. `leave`: it was sent or withdrawn, or people must look at it. */
type Left = { do: 'wait'; forMs: number; why: string } | { do: 'leave' }

/**
 * The storage of one kind of messages: claims a message under its lock and freezes it, and records the outcome of an
 * attempt. Inputs frozen under another template version are composed again.
 */
export type Outbox<Message extends Taken, Recorded> = {
  claim(id: string): Promise<{ do: 'send'; message: Message } | Left>
  record(message: Message, sent: SendOutcome): Promise<Recorded>
}

/** The outcome of one attempt. */
type Attempted<Message, Recorded> = { do: 'record'; message: Message; sent: SendOutcome; recorded: Recorded } | Left

/** Makes one attempt at one message: claims it, gives it to its provider under its own key, and records the outcome. */
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
      ? await sending.email.send(renderEmail(sending, message), message.id, message)
      : await sendText(sending, message)
  if (sent === 'found') return { do: 'leave' }
  return { do: 'record', message, sent, recorded: await outbox.record(message, sent) }
}

/** Sends a text, unless the provider took it in an earlier attempt whose answer was lost; then records that. */
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
