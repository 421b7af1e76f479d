import { tokenOf } from '../../commands/invitations/linkTokens.ts'
import type { Tx } from '../../db/client.ts'
import { findLink, type Link } from '../../db/invitations/links.ts'
import { type Frozen, type Message, readFrozen } from '../../db/invitations/messages.ts'
import { type Practice, readPractice } from '../../db/practices.ts'
import { isForStaff } from '../../domain/messages.ts'
import type { Mail } from '../../providers/email/email.ts'
import { messageIdParameter, type Text } from '../../providers/sms/sms.ts'
import type { MailInputs, TextInputs } from '../compose/inputs.ts'
import type { Sending } from '../sending.ts'
import { renderMail } from '../templates/render.tsx'
import { senderOf } from '../templates/sender.ts'
import { renderText, type TextView } from '../templates/texts.ts'
import type { MailView } from '../templates/view.ts'

type Sender = Pick<Sending, 'linkKeys' | 'emailFrom' | 'publicUrl'>

/** What a frozen message is rendered with besides its own inputs. */
export type Rendering = { practice: Practice; link: Link | null }

/** Reads what a frozen message is rendered with. */
export async function readRendering(tx: Tx, { linkId }: Message & Frozen): Promise<Rendering> {
  const [practice, link] = await Promise.all([readPractice(tx), linkId === null ? null : findLink(tx, linkId)])
  return { practice, link }
}

/** The mail of a frozen message: the same bytes at every attempt, as the provider's key demands. */
export async function renderEmail(sender: Sender, message: Message & Frozen, rendering: Rendering): Promise<Mail> {
  const { practice } = rendering
  const toStaff = isForStaff(message.purpose)
  const inputs = message.inputs as MailInputs
  const view = toStaff ? inputs : { ...inputs, linkUrl: linkUrl(sender, message, rendering) }
  return {
    from: senderOf(practice.senderName ?? practice.name, sender.emailFrom),
    to: message.recipient,
    replyTo: toStaff ? null : (practice.replyTo ?? practice.notificationEmail),
    ...renderMail(view as MailView),
    messageId: message.id,
  }
}

/** The text of a frozen message. Throws a RangeError when the link is too long for a text. */
export function renderSms(sender: Sender, message: Message & Frozen, rendering: Rendering): Text {
  const inputs = message.inputs as TextInputs
  const view = { ...inputs, link: linkUrl(sender, message, rendering) } as TextView
  const statusCallback = new URL(`${sender.publicUrl}/hooks/twilio`)
  statusCallback.searchParams.set(messageIdParameter, message.id)
  return { to: message.recipient, body: renderText(view), statusCallback: statusCallback.href }
}

/** Makes a text as it left; null when it never did, or its client is erased. */
export async function readText(dependencies: Sending, practiceId: string, messageId: string): Promise<Text | null> {
  return dependencies.commands.db.inPractice(practiceId, async (tx) => {
    const message = await readFrozen(tx, messageId)
    return message && renderSms(dependencies, message, await readRendering(tx, message))
  })
}

function linkUrl({ linkKeys, publicUrl }: Sender, { id }: Message, { link }: Rendering): string {
  if (!link) throw new Error(`message ${id} has no link`)
  return `${publicUrl}/j/${tokenOf(linkKeys, link)}`
}
