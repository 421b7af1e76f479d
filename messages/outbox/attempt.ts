import type { Unit } from '../../commands/execute.ts'
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
export type Left = { do: 'wait'; forMs: number; why: string } | { do: 'leave' }

/**
 * The storage of one kind of messages: claims a message under its lock and freezes it, and records the outcome of an
 * attempt. Inputs frozen under another template version are composed again.
 */
export type Outbox<Message extends Taken, Recorded> = {
  transact<T>(work: (unit: Unit) => Promise<T>): Promise<T>
  claim(unit: Unit, id: string): Promise<{ do: 'send'; message: Message } | Left>
  record(unit: Unit, message: Message, sent: SendOutcome): Promise<Recorded>
}

type Made<Message> = { message: Message; sent: SendOutcome }
type Failed = { do: 'fail'; error: unknown }

/** The outcome of one attempt. */
export type Attempted<Message, Recorded> = (Made<Message> & { do: 'record'; recorded: Recorded }) | Left | Failed

/**
 * Makes one attempt at each message, one after the other: claims it, gives it to its provider under its own key, and
 * records the outcome. The record of one and the claim of the next are one transaction; if that fails they are tried one
 * by one, so that a message that cannot be claimed takes no other with it.
 */
export async function* attemptEach<Message extends Taken, Recorded>(
  sending: Sending,
  outbox: Outbox<Message, Recorded>,
  ids: Iterable<string>,
): AsyncGenerator<{ id: string; ended: Attempted<Message, Recorded> }> {
  const record = (made: Made<Message>) => async (unit: Unit) =>
    ({ do: 'record', ...made, recorded: await outbox.record(unit, made.message, made.sent) }) as const
  const claim = (id: string) => (unit: Unit) => outbox.claim(unit, id)
  const alone = <T>(work: (unit: Unit) => Promise<T>): Promise<T | Failed> =>
    outbox.transact(work).catch((error) => ({ do: 'fail', error }))

  /** Records the attempt before, if there is one, and claims the next message. */
  const recordAndClaimNext = async (made: Made<Message> | null, id: string) => {
    if (made) {
      const both = await alone(async (unit) => [await record(made)(unit), await claim(id)(unit)] as const)
      if (!('do' in both)) return both
    }
    return [made && (await alone(record(made))), await alone(claim(id))] as const
  }

  let made: Made<Message> | null = null
  for (const id of ids) {
    const [recorded, claimed] = await recordAndClaimNext(made, id)
    if (made && recorded) yield { id: made.message.id, ended: recorded }
    const given = claimed.do === 'send' ? await give(sending, claimed.message) : claimed
    made = 'do' in given ? null : given
    if ('do' in given) yield { id, ended: given }
  }
  if (made) yield { id: made.message.id, ended: await alone(record(made)) }
}

/** Gives a claimed message to its provider. */
async function give<Message extends Taken>(sending: Sending, message: Message): Promise<Made<Message> | Left | Failed> {
  try {
    const sent =
      message.channel === 'email'
        ? await sending.email.send(renderEmail(sending, message), message.id, message)
        : await sendText(sending, message)
    return sent === 'found' ? { do: 'leave' } : { message, sent }
  } catch (error) {
    return { do: 'fail', error }
  }
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
