import type { Tx } from '../../db/client.ts'
import { type MailContext, readUndelivered } from '../../db/mailContext.ts'
import type { Message } from '../../db/messages.ts'
import { readToldIn } from '../../db/told.ts'
import { DECLINE_REASONS, type DeclineReason } from '../../domain/commands.ts'
import { describe } from '../../domain/describe.ts'
import { sentenceOf } from '../../domain/sentences.ts'
import { DAY_MS, type Facts, type Instant, stateOf, stepOf } from '../../domain/situation.ts'
import { inMails } from '../../pages/brand.ts'
import type { ToStaff } from '../../pages/mails/view.ts'
import type { StaffMailInputs } from './inputs.ts'
import { firstName } from './names.ts'

type Source = { message: Message; facts: Facts; context: MailContext; publicUrl: string; now: Instant }

/** What a mail to the practice says; null when what it was to tell is no longer so. */
export async function staffMailInputs(tx: Tx, source: Source): Promise<StaffMailInputs | null> {
  const { message, facts, context, publicUrl, now } = source
  const shared: ToStaff = {
    practice: inMails(context.practice, publicUrl),
    organisation: context.organisation,
    zone: context.practice.timeZone,
    first: firstName(context.invitation?.name ?? context.contactName),
    openUrl: `${publicUrl}/clients/${facts.id}`,
  }
  switch (message.purpose) {
    case 'staff_touch':
      return { ...shared, mail: 'waiting', situation: situationNow(source), since: describe(facts, now).since }
    case 'staff_bounced':
      return undelivered(tx, message, shared)
    case 'staff_bank_connected': {
      const at = stepOf(facts, 'bank').doneAt ?? now
      const { bank } = context
      const connected = { bankName: bank?.name ?? 'the bank', accounts: bank?.accounts ?? 0 }
      const afterMs = sinceInvited(context, at)
      return { ...shared, mail: 'bank-connected', ...connected, at, afterMs, situation: situationNow(source) }
    }
    case 'staff_completed':
      return { ...shared, mail: 'completed', ...whatWasDone(source) }
    case 'staff_declined':
      return { ...shared, mail: 'declined', ...whyDeclined(context) }
    case 'staff_told':
      return told(tx, message, shared)
    default:
      throw new Error(`${message.purpose} does not go to the practice`)
  }
}

function situationNow({ facts, context, now }: Source): string {
  const names = {
    first: firstName(context.invitation?.name ?? context.contactName),
    bank: context.bank?.name ?? null,
    ledger: context.ledger,
    domain: context.invitation?.email?.split('@')[1] ?? null,
    unmatched: Math.max((context.bank?.accounts ?? 0) - context.matched, 0),
    cancelledBy: null,
    giveUpDays: Math.round(facts.policy.giveUpAfterMs / DAY_MS),
  }
  return sentenceOf(describe(facts, now), facts, names, now)
}

const sinceInvited = ({ firstInvitedAt }: MailContext, at: Instant) => firstInvitedAt && at - firstInvitedAt

async function undelivered(tx: Tx, message: Message, shared: ToStaff): Promise<StaffMailInputs | null> {
  const dead = await readUndelivered(tx, message.id)
  if (!dead) return null
  const { channel, state, recipient: address, at } = dead
  const reason = dead.reason === 'stop' ? 'they asked for no more texts' : dead.reason
  return { ...shared, mail: 'undelivered', kind: kindOf(channel, state), channel, address, at, reason }
}

function kindOf(channel: 'email' | 'sms', state: string) {
  if (state === 'unknown') return 'unknown'
  if (channel === 'sms') return 'text-failed'
  return state === 'bounced' || state === 'complained' ? state : 'blocked'
}

function whatWasDone({ facts, context, now }: Source) {
  const done = (kind: 'bank' | 'books' | 'mapping') => stateOf(stepOf(facts, kind)) === 'done'
  return {
    bank: done('bank') ? context.bank : null,
    ledger: done('books') ? (context.ledger ?? 'done by hand') : null,
    matched: done('mapping') ? context.matched : null,
    afterMs: sinceInvited(context, facts.instants.completed ?? now),
  }
}

const DECLINED_BECAUSE: Record<DeclineReason, string | null> = {
  not_my_company: 'this isn’t my company',
  not_the_right_person: 'I’m not the right person',
  no_wish: 'I don’t want to share this',
  not_now: 'not now',
  other: null,
}

/** The note is whom they named, or their reason in their own words. */
function whyDeclined({ declineReason, declineNote }: MailContext) {
  const code = DECLINE_REASONS.find((one) => one === declineReason) ?? 'other'
  if (code === 'not_the_right_person') return { reason: DECLINED_BECAUSE[code], named: declineNote }
  return { reason: declineNote ?? DECLINED_BECAUSE[code], named: null }
}

async function told(tx: Tx, message: Message, shared: ToStaff): Promise<StaffMailInputs | null> {
  const said = await readToldIn(tx, message.id)
  if (!said) return null
  const { about, text, name, email } = said
  if (about === 'open_again' || about === 'already_linked') return { ...shared, mail: 'told', about }
  if (about === 'not_the_right_person') return { ...shared, mail: 'told', about, name, email }
  return { ...shared, mail: 'told', about, text }
}
