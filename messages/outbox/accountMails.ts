import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import type { Database } from '../../db/client.ts'
import { moveAccountMail, noteAccountMail } from '../../db/people/accountMails.ts'
import type { AccountMailState } from '../../domain/practice/accountMails.ts'
import type { EmailProvider, SendOutcome } from '../../providers/email/email.ts'
import { renderMail } from '../templates/render.tsx'
import { senderOf } from '../templates/sender.ts'
import type { AccountMail } from '../templates/view.ts'

/** The pauses before the second and the third attempt, in ms. */
const PAUSES_MS = [1_000, 4_000]

/** Sends mails about a person's own sign-in. Returns true if the provider took it. */
export type SendAccountMail = (view: AccountMail, from?: string) => Promise<boolean>

/** Returns the hash by which mails to an address are found. */
export const addressSha256 = (address: string): Buffer => sha256(address.trim().toLowerCase())

/**
 * Creates the sender of mails that people wait for at a screen: three attempts within seconds, under one key. A person
 * who gets none asks again. The content is not stored; the outcome is, for support.
 */
export function createAccountMails(
  db: Database,
  email: EmailProvider,
  emailFrom: string,
  logger: Logger,
): SendAccountMail {
  return async (view, from = 'Embark') => {
    // A mail that states the instant of its event is a different one each time.
    const at = 'at' in view ? Number(view.at) : ''
    const key = createHash('sha256').update(`${view.mail} ${view.email} ${view.actionUrl} ${at}`).digest('hex')
    const id = key.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
    const mail = {
      from: senderOf(from, emailFrom),
      to: view.email,
      replyTo: null,
      messageId: id,
      ...renderMail(view),
    }
    await noteAccountMail(db, { id, addressSha256: addressSha256(view.email), mail: view.mail })
    for (let tries = 0; ; tries += 1) {
      const sent = await email.send(mail, key)
      const pauseMs = PAUSES_MS[tries]
      if (sent.outcome === 'accepted' || sent.outcome === 'refused' || pauseMs === undefined) {
        const reason = sent.outcome === 'accepted' ? null : sent.reason
        await moveAccountMail(db, id, endOf(sent), reason)
        if (reason !== null)
          logger.warn({ mail: view.mail, outcome: sent.outcome, reason }, 'an account mail was not sent')
        return sent.outcome === 'accepted'
      }
      await sleep(pauseMs)
    }
  }
}

function endOf(sent: SendOutcome): AccountMailState {
  switch (sent.outcome) {
    case 'accepted':
      return 'sent'
    case 'refused':
      return sent.state
    case 'unknown':
      return 'unknown'
    case 'later':
      return 'failed'
  }
}
