import type { Tx } from '../../db/client.ts'
import { readEvent } from '../../db/eventLog.ts'
import { readMailContext, readUndeliveredMessage } from '../../db/invitations/mailContext.ts'
import { type ClaimedMail, readMailReader } from '../../db/notices/staffMails.ts'
import { readFacts } from '../../db/onboardings/facts.ts'
import { sees } from '../../db/sight.ts'
import { isForStaff } from '../../domain/messages.ts'
import { type NoticeKind, noticeSentence } from '../../domain/practice/notices.ts'
import { latestMessages } from '../../domain/touches.ts'
import type { Happened } from '../templates/view.ts'
import type { StaffMailInputs } from './inputs.ts'
import { bankConnected, completed, declined, type StaffSource, sharedOf, situationNow, undelivered } from './staff.ts'

type Event = NonNullable<Awaited<ReturnType<typeof readEvent>>>

/**
 * What a mail tells a colleague of an event, and where it goes; null when they have left, may see the client no longer,
 * or it is erased.
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
  const context = await readMailContext(tx, onboardingId)
  const inputs = await inputsOf(tx, kind, event, { facts: read.facts, context, publicUrl, now: read.now })
  return inputs && { recipient: reader.email, inputs }
}

async function inputsOf(tx: Tx, kind: NoticeKind, event: Event, source: StaffSource): Promise<StaffMailInputs | null> {
  switch (kind) {
    case 'bank_connected':
      return bankConnected(source)
    case 'completed':
      return completed(source)
    case 'declined':
      return declined(source)
    case 'undelivered':
      return undelivered(source, await readUndeliveredMessage(tx, String(event.data.messageId)))
    case 'expired':
      return expired(event, source)
    case 'accepted':
    case 'books_connected':
    case 'waiting':
    case 'failed':
    case 'assigned':
    case 'support':
      return happened(kind, event, source)
  }
}

/** Of the invitation that expired: how often it was said, and how far the last of it got. */
function expired({ at }: Event, source: StaffSource): StaffMailInputs {
  const { facts } = source
  const latest = latestMessages(facts)
  const sent = facts.messages.filter(
    ({ generation, purpose, state }) =>
      generation === facts.invitation?.generation && !isForStaff(purpose) && state !== 'withdrawn',
  )
  const has = (wanted: string) => latest.some(({ state }) => state === wanted)
  const lastDelivery = has('delivered') ? 'delivered' : has('bounced') ? 'bounced' : null
  return {
    ...sharedOf(source),
    mail: 'expired',
    expiresAt: facts.expiresAt ?? at,
    touches: sent.length,
    lastDelivery,
  }
}

const happened = (what: Happened, { at, kind, data }: Event, source: StaffSource): StaffMailInputs => ({
  ...sharedOf(source),
  mail: 'happened',
  what,
  sentence: noticeSentence(what, kind, data),
  at,
  situation: situationNow(source),
})
