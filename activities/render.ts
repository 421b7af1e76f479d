import { tokenOf } from '../commands/linkTokens.ts'
import type { Tx } from '../db/client.ts'
import { findLink } from '../db/links.ts'
import type { Frozen, Message } from '../db/messages.ts'
import { readPractice } from '../db/practices.ts'
import { isForStaff } from '../domain/messages.ts'
import { renderMail } from '../pages/mails/render.tsx'
import { senderOf } from '../pages/mails/sender.ts'
import type { MailView } from '../pages/mails/view.ts'
import { renderText, type TextView } from '../pages/texts.ts'
import type { Mail } from '../providers/email/email.ts'
import { messageIdParameter, type Text } from '../providers/sms/sms.ts'
import type { MailInputs, TextInputs } from './compose/inputs.ts'
import type { Dependencies } from './dependencies.ts'

type Rendering = Pick<Dependencies, 'linkKeys' | 'emailFrom' | 'publicUrl'>

/** The mail of a frozen message: the same bytes at every attempt, as the provider's key demands. */
export async function renderEmail(tx: Tx, dependencies: Rendering, message: Message & Frozen): Promise<Mail> {
  const practice = await readPractice(tx)
  const toStaff = isForStaff(message.purpose)
  const inputs = message.inputs as MailInputs
  const view = toStaff ? inputs : { ...inputs, linkUrl: await linkUrl(tx, dependencies, message) }
  return {
    from: senderOf(practice.senderName ?? practice.name, dependencies.emailFrom),
    to: message.recipient,
    replyTo: toStaff ? null : (practice.replyTo ?? practice.notificationEmail),
    ...(await renderMail(view as MailView)),
    messageId: message.id,
  }
}

/** The text of a frozen message. Throws a RangeError when the link is too long for a text. */
export async function renderSms(tx: Tx, dependencies: Rendering, message: Message & Frozen): Promise<Text> {
  const inputs = message.inputs as TextInputs
  const view = { ...inputs, link: await linkUrl(tx, dependencies, message) } as TextView
  const statusCallback = new URL(`${dependencies.publicUrl}/hooks/twilio`)
  statusCallback.searchParams.set(messageIdParameter, message.id)
  return { to: message.recipient, body: renderText(view), statusCallback: statusCallback.href }
}

async function linkUrl(tx: Tx, { linkKeys, publicUrl }: Rendering, { id, linkId }: Message & Frozen): Promise<string> {
  const link = linkId && (await findLink(tx, linkId))
  if (!link) throw new Error(`message ${id} has no link`)
  return `${publicUrl}/j/${tokenOf(linkKeys, link)}`
}
