import { ensureLink } from '../../commands/invitations/linkTokens.ts'
import { findLastLink } from '../../db/invitations/links.ts'
import { readAskedBy, readMailContext } from '../../db/invitations/mailContext.ts'
import { readChosenAddress } from '../../db/notices/staffMails.ts'
import { isForStaff, MESSAGES } from '../../domain/messages.ts'
import { clientMailInputs, textInputs } from '../compose/client.ts'
import { TEMPLATE_VERSION } from '../compose/inputs.ts'
import { staffMailInputs } from '../compose/staff.ts'
import type { Sending } from '../sending.ts'
import type { Freeze } from './claimMessage.ts'

/**
 * Builds what a message says, under the lock: to whom, with which link, in plain data that renders to the same bytes at
 * every attempt. Null when there is nobody to send it to, or nothing left to say.
 */
export const freezeMessage =
  ({ linkKeys, publicUrl }: Pick<Sending, 'linkKeys' | 'publicUrl'>): Freeze =>
  async (tx, message, facts, now) => {
    const context = await readMailContext(tx, facts.id)
    const { practice, invitation } = context
    if (isForStaff(message.purpose)) {
      const recipient =
        (MESSAGES[message.purpose].saysNotice && (await readChosenAddress(tx, message.id))) ||
        practice.notificationEmail
      const inputs = recipient && (await staffMailInputs(tx, { message, facts, context, publicUrl, now }))
      return inputs ? { recipient, templateVersion: TEMPLATE_VERSION, inputs, linkId: null } : null
    }

    if (!invitation) return null
    const phone = invitation.textsStopped ? null : invitation.phone
    const recipient = message.channel === 'email' ? invitation.email : phone
    if (!recipient) return null
    const askedBy = await readAskedBy(tx, message.id)
    const source = { message, facts, context: { ...context, invitation }, askedBy, now, publicUrl }
    const inputs = message.channel === 'email' ? clientMailInputs(source, recipient) : textInputs(source)
    // What says that a link is over names that link, and makes no new one.
    const link = MESSAGES[message.purpose].namesLastLink
      ? await findLastLink(tx, invitation.id, message.channel)
      : await ensureLink(
          tx,
          linkKeys,
          {
            practiceId: practice.id,
            onboardingId: facts.id,
            invitationId: invitation.id,
            channel: message.channel,
            purpose: facts.instants.accepted === null ? 'accept' : 'continue',
          },
          now,
        )
    return link && { recipient, templateVersion: TEMPLATE_VERSION, inputs, linkId: link.id }
  }
