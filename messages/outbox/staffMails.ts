import type { Tx } from '../../db/client.ts'
import {
  claimStaffMail,
  type DueMail,
  endStaffMail,
  type FrozenMail,
  findDueMails,
  freezeStaffMail,
  putOffStaffMail,
} from '../../db/notices/staffMails.ts'
import { type Practice, readPractice } from '../../db/practices.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import type { Mail, SendOutcome } from '../../providers/email/email.ts'
import { TEMPLATE_VERSION } from '../compose/inputs.ts'
import { noticeMail } from '../compose/notice.ts'
import type { Sending } from '../sending.ts'
import { renderMail } from '../templates/render.tsx'
import { senderOf } from '../templates/sender.ts'
import type { MailView } from '../templates/view.ts'
import { REPEAT_WITHIN_MS } from './claimMessage.ts'

const AT_ONCE = 100
/** Whoever took a mail and does not answer has lost it after this long. */
const HOLD_MS = MINUTE_MS

type StaffSending = Pick<Sending, 'commands' | 'email' | 'emailFrom' | 'publicUrl'>

/**
 * Sends the mails to colleagues that are due, one after the other: each under its own id, so that one that was sent and
 * not noted is not sent twice. One that cannot be sent stops no other and goes to `onError`. Answers how many left.
 */
export async function sendStaffMails(
  sending: StaffSending,
  onError: (mailId: string, error: unknown) => void,
): Promise<number> {
  let sent = 0
  for (const due of await findDueMails(sending.commands.db, AT_ONCE)) {
    try {
      if (await sendOne(sending, due)) sent += 1
    } catch (error) {
      onError(due.id, error)
    }
  }
  return sent
}

async function sendOne(sending: StaffSending, { practiceId, id }: DueMail): Promise<boolean> {
  const { commands, email } = sending
  const claimed = await commands.db.inPractice(practiceId, (tx) => claim(tx, sending, id))
  if (!claimed) return false
  const sent = await email.send(await render(sending, id, claimed), id)
  await commands.db.inPractice(practiceId, (tx) => note(tx, id, sent))
  return sent.outcome === 'accepted'
}

/** Takes a mail and freezes what it says; null where there is nothing to send. */
async function claim(tx: Tx, { publicUrl }: StaffSending, id: string) {
  const mail = await claimStaffMail(tx, id, HOLD_MS)
  if (!mail) return null
  if (Date.now() - mail.claimedAt > REPEAT_WITHIN_MS) {
    await endStaffMail(tx, id, 'given_up')
    return null
  }
  const practice = await readPractice(tx)
  if (mail.frozen) return { frozen: mail.frozen, practice }
  const made = mail.of && (await noticeMail(tx, mail.personId, mail.of, publicUrl))
  if (!made) {
    await endStaffMail(tx, id, 'nothing')
    return null
  }
  const frozen = { ...made, templateVersion: TEMPLATE_VERSION }
  await freezeStaffMail(tx, id, frozen)
  return { frozen, practice }
}

async function render(
  { emailFrom }: StaffSending,
  id: string,
  { frozen, practice }: { frozen: FrozenMail; practice: Practice },
): Promise<Mail> {
  return {
    from: senderOf(practice.senderName ?? practice.name, emailFrom),
    to: frozen.recipient,
    replyTo: null,
    ...renderMail(frozen.inputs as MailView),
    messageId: id,
  }
}

async function note(tx: Tx, id: string, sent: SendOutcome): Promise<void> {
  switch (sent.outcome) {
    case 'accepted':
      return endStaffMail(tx, id, 'sent')
    case 'refused':
      return endStaffMail(tx, id, 'refused')
    case 'later':
      return putOffStaffMail(tx, id, Math.max(sent.retryAfterMs ?? HOLD_MS, 1_000))
    case 'unknown':
      return
  }
}
