import { isForStaff, type MessagePurpose } from '../../domain/messages.ts'
import type { Facts } from '../../domain/situation.ts'
import { CATALOGUE } from '../catalogue.ts'
import type { Context } from './context.ts'
import type { MailInputs, TextInputs } from './inputs.ts'

/**
 * Composes the inputs of a message, without its link, from facts and context alone, for sending, previews and test
 * mails. Returns null without a recipient or if nothing is left to say.
 */
export function compose(
  purpose: MessagePurpose,
  channel: 'email' | 'sms',
  facts: Facts,
  context: Context,
): MailInputs | TextInputs | null {
  if (isForStaff(purpose)) return CATALOGUE[purpose].mail(facts, context)
  const { invitation } = context
  if (!invitation) return null
  const { mail, text } = CATALOGUE[purpose]
  if (channel === 'email') return mail(facts, { ...context, invitation })
  if (!text) throw new Error(`${purpose} goes by mail alone`)
  return text(facts, { ...context, invitation })
}
