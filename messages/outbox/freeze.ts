import { ensureLink } from '../../commands/invitations/linkTokens.ts'
import type { Tx } from '../../db/client.ts'
import { readAsked, readConfirmedForClient } from '../../db/connections/renewals.ts'
import { findLastLink, type Link } from '../../db/invitations/links.ts'
import { readAskedBy, readMailContext, readUndelivered } from '../../db/invitations/mailContext.ts'
import type { Frozen, Message } from '../../db/invitations/messages.ts'
import { readChosenAddress } from '../../db/notices/staffMails.ts'
import { readReportOf } from '../../db/onboardings/clientReports.ts'
import { isForStaff, MESSAGES } from '../../domain/messages.ts'
import type { Facts, Instant } from '../../domain/situation.ts'
import { CATALOGUE } from '../catalogue.ts'
import { askedBanks } from '../compose/asked.ts'
import { compose } from '../compose/compose.ts'
import type { Context } from '../compose/context.ts'
import { TEMPLATE_VERSION } from '../compose/inputs.ts'
import type { Sending } from '../sending.ts'
import type { Rendering } from './render.ts'

/**
 * Composes a message under the lock: recipient, link and inputs, as plain data that renders to the same bytes at every
 * attempt, and what it is rendered with. Returns null without a recipient or if nothing is left to say.
 */
export async function freezeMessage(
  { linkKeys, publicUrl, banks }: Pick<Sending, 'linkKeys' | 'publicUrl' | 'banks'>,
  tx: Tx,
  message: Message,
  facts: Facts,
  now: Instant,
): Promise<{ frozen: Frozen; rendering: Rendering } | null> {
  const { id, purpose, channel, reminderN, isLastReminder } = message
  const [read, said] = await Promise.all([readMailContext(tx, facts.id), readSaid(tx, message, banks)])
  const context: Context = { ...read, ...said, reminderN, isLastReminder, now, publicUrl }
  const { practice, invitation } = context
  const inputs = compose(purpose, channel, facts, context)
  if (!inputs) return null
  const frozenWith = (recipient: string, link: Link | null) => ({
    frozen: { recipient, templateVersion: TEMPLATE_VERSION, inputs, linkId: link?.id ?? null },
    rendering: { practice, link },
  })
  if (isForStaff(purpose)) {
    const recipient = (MESSAGES[purpose].saysNotice && (await readChosenAddress(tx, id))) || practice.notificationEmail
    return recipient ? frozenWith(recipient, null) : null
  }

  const phone = invitation?.textsStopped ? null : invitation?.phone
  const recipient = channel === 'email' ? invitation?.email : phone
  if (!invitation || !recipient) return null
  // A message about an ended link names that link and creates none.
  const link = MESSAGES[purpose].namesLastLink
    ? await findLastLink(tx, invitation.id, channel)
    : await ensureLink(
        tx,
        linkKeys,
        {
          practiceId: practice.id,
          onboardingId: facts.id,
          invitationId: invitation.id,
          channel,
          purpose: facts.instants.accepted === null ? 'accept' : 'continue',
        },
        now,
      )
  return link && frozenWith(recipient, link)
}

/** Reads the context that only the message's purpose needs. */
async function readSaid(
  tx: Tx,
  { id, onboardingId, purpose }: Message,
  banks: Sending['banks'],
): Promise<Pick<Context, 'askedBy' | 'undelivered' | 'told' | 'asked' | 'confirmed'> | null> {
  switch (CATALOGUE[purpose].reads) {
    case 'askedBy':
      return { askedBy: await readAskedBy(tx, id) }
    case 'asked':
      return { asked: askedBanks(await readAsked(tx, onboardingId), banks) }
    case 'confirmed':
      return { confirmed: await readConfirmedForClient(tx, id) }
    case 'undelivered':
      return { undelivered: await readUndelivered(tx, id) }
    case 'told':
      return { told: await readReportOf(tx, id) }
    case undefined:
      return null
  }
}
