import { transact } from '../../commands/execute.ts'
import type { Tx } from '../../db/client.ts'
import {
  claimStaffMail,
  type DueMail,
  endStaffMail,
  findDueMails,
  freezeStaffMail,
  putOffStaffMail,
} from '../../db/notices/staffMails.ts'
import { readPractice } from '../../db/practices.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import type { SendOutcome } from '../../providers/email/email.ts'
import { isRepeatable, TEMPLATE_VERSION } from '../compose/inputs.ts'
import { noticeMail } from '../compose/notice.ts'
import type { Sending } from '../sending.ts'
import { attemptEach, type Outbox, type Taken } from './attempt.ts'
import { REPEAT_WITHIN_MS } from './claimMessage.ts'

const MOST_DUE_MAILS = 100
/** The time after which a claimed mail without an outcome may be claimed again. */
const HOLD_MS = MINUTE_MS

/**
 * Sends the due mails to colleagues one after another, each under its own id, so that one that was sent but not
 * recorded is not sent twice. A failure goes to `onError` and stops no other; begins none after `signal` aborts.
 * Returns the number sent.
 */
export async function sendStaffMails(
  sending: Sending,
  onError: (mailId: string, error: unknown) => void,
  signal?: AbortSignal,
): Promise<number> {
  const due = Map.groupBy(await findDueMails(sending.commands.db, MOST_DUE_MAILS), ({ practiceId }) => practiceId)
  let left = 0
  for (const [practiceId, mails] of due) {
    for await (const { id, ended } of attemptEach(
      sending,
      staffMailsOf(sending, practiceId),
      unlessAborted(mails, signal),
    )) {
      if (ended.do === 'fail') onError(id, ended.error)
      if (ended.do === 'record' && ended.sent.outcome === 'accepted') left += 1
    }
  }
  return left
}

function* unlessAborted(mails: DueMail[], signal?: AbortSignal): Generator<string> {
  for (const { id } of mails) if (!signal?.aborted) yield id
}

/** The outbox of a practice's mails to colleagues and digests. Rows lose their content when they end. */
const staffMailsOf = (sending: Sending, practiceId: string): Outbox<Taken, void> => ({
  transact: (work) => transact(sending.commands, practiceId, work),
  async claim({ tx }, id) {
    const message = await claim(tx, sending, id)
    return message ? { do: 'send', message } : { do: 'leave' }
  },
  record: ({ tx }, message, sent) => record(tx, message.id, sent),
})

/** Claims a mail and freezes its content; null if there is nothing to send. */
async function claim(tx: Tx, { publicUrl, takeTurn }: Sending, id: string): Promise<Taken | null> {
  const mail = await claimStaffMail(tx, id, HOLD_MS)
  if (!mail) return null
  const { claimedAt, isRepeat, of, personId } = mail
  if (Date.now() - claimedAt > REPEAT_WITHIN_MS) {
    await endStaffMail(tx, id, 'given_up')
    return null
  }
  const kept = mail.frozen && isRepeatable(mail.frozen) ? mail.frozen : null
  const made = kept ?? (of && (await noticeMail(tx, personId, of, publicUrl)))
  if (!made) {
    await endStaffMail(tx, id, 'nothing')
    return null
  }
  if (!kept) await freezeStaffMail(tx, id, { ...made, templateVersion: TEMPLATE_VERSION })
  const { recipient, inputs } = made
  const [practice, hasTurn] = await Promise.all([readPractice(tx), takeTurn(tx)])
  return { id, channel: 'email', recipient, inputs, practice, link: null, isRepeat, hasTurn, claimedAtMs: claimedAt }
}

async function record(tx: Tx, id: string, sent: SendOutcome): Promise<void> {
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
