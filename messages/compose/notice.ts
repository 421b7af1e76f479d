import type { Tx } from '../../db/client.ts'
import { readEvent } from '../../db/eventLog.ts'
import { readMailContext, readUndeliveredMessage } from '../../db/invitations/mailContext.ts'
import { type ClaimedMail, readMailReader } from '../../db/notices/staffMails.ts'
import { readFacts } from '../../db/onboardings/facts.ts'
import { sees } from '../../db/sight.ts'
import { isForStaff } from '../../domain/messages.ts'
import { type NoticeKind, noticeSentence } from '../../domain/practice/notices.ts'
import { latestMessages } from '../../domain/reminders.ts'
import type { Facts } from '../../domain/situation.ts'
import type { Happened } from '../templates/view.ts'
import { type Context, situationNow } from './context.ts'
import type { StaffMailInputs } from './inputs.ts'
import { bankConnected, completed, declined, sharedOf, undelivered } from './staff.ts'

type Event = NonNullable<Awaited<ReturnType<typeof readEvent>>>

/**
 * Composes the mail to a colleague about an event, with its recipient. Returns null if they have left or no longer see
 * the client, or if it is erased.
 */
export async function noticeMail(
  tx: Tx,
  personId: string,
  { onboardingId, seq, kind }: NonNullable<ClaimedMail['of']>,
  publicUrl: string,
): Promise<{ recipient: string; inputs: StaffMailInputs } | null> {
  const [reader, event, read] = await Promise.all([
    readMailReader(tx, personId),
    readEvent(tx, onboardingId, seq),
    readFacts(tx, onboardingId),
  ])
  if (!reader || !event || !read || read.facts.erased) return null
  if (!(await sees(tx, reader.sight, 'onboarding', onboardingId))) return null
  const { messageId } = event.data
  const context: Context = {
    ...(await readMailContext(tx, onboardingId)),
    ...(kind === 'undelivered' && { undelivered: await readUndeliveredMessage(tx, String(messageId)) }),
    publicUrl,
    now: read.now,
  }
  const inputs = composeNotice(kind, event, read.facts, context)
  return inputs && { recipient: reader.email, inputs }
}

/** Composes the mail about an event from facts and context alone. */
function composeNotice(kind: NoticeKind, event: Event, facts: Facts, context: Context): StaffMailInputs | null {
  switch (kind) {
    case 'bank_connected':
      return bankConnected(facts, context)
    case 'completed':
      return completed(facts, context)
    case 'declined':
      return declined(facts, context)
    case 'undelivered':
      return undelivered(facts, context)
    case 'expired':
      return expired(event, facts, context)
    case 'accepted':
    case 'books_connected':
    case 'waiting':
    case 'failed':
    case 'assigned':
    case 'support':
      return happened(kind, event, facts, context)
  }
}

/** Composes the mail about an expired invitation, with the number of its messages and the last delivery. */
function expired({ at }: Event, facts: Facts, context: Context): StaffMailInputs {
  const latest = latestMessages(facts)
  const sent = facts.messages.filter(
    ({ generation, purpose, state }) =>
      generation === facts.invitation?.generation && !isForStaff(purpose) && state !== 'withdrawn',
  )
  const has = (wanted: string) => latest.some(({ state }) => state === wanted)
  const lastDelivery = has('delivered') ? 'delivered' : has('bounced') ? 'bounced' : null
  return {
    ...sharedOf(facts, context),
    mail: 'expired',
    expiresAt: facts.expiresAt ?? at,
    touches: sent.length,
    lastDelivery,
  }
}

const happened = (what: Happened, { at, kind, data }: Event, facts: Facts, context: Context): StaffMailInputs => ({
  ...sharedOf(facts, context),
  mail: 'happened',
  what,
  sentence: noticeSentence(what, kind, data),
  at,
  situation: situationNow(facts, context),
})
