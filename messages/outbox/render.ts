import { tokenOf } from '../../commands/invitations/linkTokens.ts'
import type { Tx } from '../../db/client.ts'
import { findLink, type Link } from '../../db/invitations/links.ts'
import { type Frozen, type Message, readFrozen } from '../../db/invitations/messages.ts'
import { type Practice, readPractice } from '../../db/practices.ts'
import type { Mail } from '../../providers/email/email.ts'
import { messageIdParameter, type Text } from '../../providers/sms/sms.ts'
import { isRepeatable, type MailInputs, type TextInputs } from '../compose/inputs.ts'
import type { Sending } from '../sending.ts'
import { renderMail } from '../templates/render.tsx'
import { senderOf } from '../templates/sender.ts'
import { renderText, type TextView } from '../templates/texts.ts'
import type { MailView } from '../templates/view.ts'
import type { Taken } from './attempt.ts'

type Sender = Pick<Sending, 'linkKeys' | 'emailFrom' | 'publicUrl' | 'sms'>

/** The data of rendering besides a message's frozen inputs. */
export type Rendering = { practice: Practice; link: Link | null }

/** Reads the data of rendering for a frozen message. */
export async function readRendering(tx: Tx, { linkId }: Message & Frozen): Promise<Rendering> {
  const [practice, link] = await Promise.all([readPractice(tx), linkId === null ? null : findLink(tx, linkId)])
  return { practice, link }
}

/** Renders the mail of a frozen message, to the same bytes at every attempt as the provider's key requires. */
export function renderEmail(sender: Sender, message: Taken): Mail {
  const { id, recipient, practice, link } = message
  const inputs = message.inputs as MailInputs
  const view = link ? { ...inputs, linkUrl: linkUrl(sender, link) } : inputs
  return {
    from: senderOf(practice.senderName ?? practice.name, sender.emailFrom),
    to: recipient,
    replyTo: link ? (practice.replyTo ?? practice.notificationEmail) : null,
    ...renderMail(view as MailView),
    messageId: id,
  }
}

/** Renders the text of a frozen message. Throws a RangeError if the link is too long for a text. */
export function renderSms(
  sender: Sender,
  { id, recipient, inputs, link }: Pick<Taken, 'id' | 'recipient' | 'inputs' | 'link'>,
): Text {
  if (!link) throw new Error(`message ${id} has no link`)
  const view = { ...(inputs as TextInputs), link: linkUrl(sender, link) } as TextView
  const statusCallback = new URL(`${sender.publicUrl}/hooks/${sender.sms.name}`)
  statusCallback.searchParams.set(messageIdParameter, id)
  return { to: recipient, body: renderText(view), statusCallback: statusCallback.href }
}

/** Returns a text as it was sent; null if it never was, its templates have changed, or its client is erased. */
export async function readText(sending: Sending, practiceId: string, messageId: string): Promise<Text | null> {
  return sending.commands.db.inPractice(practiceId, async (tx) => {
    const message = await readFrozen(tx, messageId)
    if (!message || !isRepeatable(message)) return null
    return renderSms(sending, { ...message, ...(await readRendering(tx, message)) })
  })
}

const linkUrl = ({ linkKeys, publicUrl }: Sender, link: Link): string => `${publicUrl}/j/${tokenOf(linkKeys, link)}`
