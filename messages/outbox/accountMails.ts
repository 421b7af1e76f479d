import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { EmailProvider } from '../../providers/email/email.ts'
import { renderMail } from '../templates/render.tsx'
import { senderOf } from '../templates/sender.ts'
import type { AccountMail } from '../templates/view.ts'

/** Pauses before the second and the third try, ms. */
const PAUSES_MS = [1_000, 4_000]

/** Sends mails about somebody's own sign-in. Answers whether the provider took it. */
export type SendAccountMail = (view: AccountMail, from?: string) => Promise<boolean>

/**
 * Mails that people wait for at their screen: tried three times within seconds, under one key, and not kept. Who gets
 * none asks again.
 */
export function createAccountMails(email: EmailProvider, emailFrom: string, logger: Logger): SendAccountMail {
  return async (view, from = 'Embark') => {
    const mail = renderMail(view)
    // What says when it happened is another mail each time.
    const at = 'at' in view ? Number(view.at) : ''
    const key = createHash('sha256').update(`${view.mail} ${view.email} ${view.actionUrl} ${at}`).digest('hex')
    const sent = {
      from: senderOf(from, emailFrom),
      to: view.email,
      replyTo: null,
      messageId: key.slice(0, 36),
      ...mail,
    }
    for (let tries = 0; ; tries += 1) {
      const result = await email.send(sent, key)
      if (result.outcome === 'accepted') return true
      const pauseMs = result.outcome === 'refused' ? undefined : PAUSES_MS[tries]
      if (pauseMs === undefined) {
        logger.warn({ mail: view.mail, outcome: result.outcome, reason: result.reason }, 'an account mail was not sent')
        return false
      }
      await sleep(pauseMs)
    }
  }
}
