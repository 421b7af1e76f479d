import type { Tx } from '../../db/client.ts'
import { type MailContext, readUndelivered, type Undelivered } from '../../db/invitations/mailContext.ts'
import type { Message } from '../../db/invitations/messages.ts'
import { readToldIn } from '../../db/onboardings/told.ts'
import { DECLINE_REASONS, type DeclineReason } from '../../domain/commands.ts'
import { describe } from '../../domain/describe.ts'
import { firstName } from '../../domain/fields/person.ts'
import { type Said, sentenceOf } from '../../domain/rows/sentences.ts'
import { DAY_MS, type Facts, hasStopped, type Instant, stateOf, stepOf } from '../../domain/situation.ts'
import type { ToStaff } from '../templates/view.ts'
import { inMails } from './brand.ts'
import type { StaffMailInputs } from './inputs.ts'

/** What a mail to staff is made of. */
export type StaffSource = { facts: Facts; context: MailContext; publicUrl: string; now: Instant }

/** What a message to the practice says; null when what it was to tell is no longer so. */
export async function staffMailInputs(
  tx: Tx,
  source: StaffSource & { message: Message },
): Promise<StaffMailInputs | null> {
  const { message } = source
  switch (message.purpose) {
    case 'staff_touch':
      return {
        ...sharedOf(source),
        mail: 'waiting',
        ...ours(source),
      }
    case 'staff_bounced':
      return undelivered(source, await readUndelivered(tx, message.id))
    case 'staff_bank_connected':
      return bankConnected(source)
    case 'staff_completed':
      return completed(source)
    case 'staff_declined':
      return declined(source)
    case 'staff_told':
      return told(tx, message, sharedOf(source))
    default:
      throw new Error(`${message.purpose} does not go to the practice`)
  }
}

/** What every mail to staff about a client says. */
export const sharedOf = ({ facts, context, publicUrl }: StaffSource): ToStaff => ({
  practice: inMails(context.practice, publicUrl),
  organisation: context.organisation,
  zone: context.practice.timeZone,
  first: firstName(context.invitation?.name ?? context.contactName),
  openUrl: `${publicUrl}/clients/${facts.id}`,
})

/** That a bank is connected. */
export function bankConnected(source: StaffSource): StaffMailInputs {
  const { facts, context, now } = source
  const at = stepOf(facts, 'bank').doneAt ?? now
  const { bank } = context
  return {
    ...sharedOf(source),
    mail: 'bank-connected',
    bankName: bank?.name ?? 'the bank',
    accounts: bank?.accounts ?? 0,
    at,
    afterMs: sinceInvited(context, at),
    situation: situationNow(source),
  }
}

/** That nothing is left to do. */
export const completed = (source: StaffSource): StaffMailInputs => ({
  ...sharedOf(source),
  mail: 'completed',
  ...whatWasDone(source),
})

/** That the client declined, and why. */
export const declined = (source: StaffSource): StaffMailInputs => ({
  ...sharedOf(source),
  mail: 'declined',
  ...whyDeclined(source.context),
})

/** Returns how the client stands, as lists say it. */
export const situationNow = (source: StaffSource): string => sentence(source, describe(source.facts, source.now))

/** Returns what the practice itself has to do, which another step may stand before, and since when. */
function ours(source: StaffSource): { situation: string; since: Instant } {
  const described = describe(source.facts, source.now)
  const { stage, also } = described
  const one = [described, ...also].find(({ move }) => move === 'practice') ?? described
  return { situation: sentence(source, { stage, ...one }), since: one.since }
}

function sentence({ facts, context, now }: StaffSource, said: Said): string {
  const names = {
    first: firstName(context.invitation?.name ?? context.contactName),
    bank: context.bank?.name ?? null,
    ledger: context.ledger,
    domain: context.invitation?.email?.split('@')[1] ?? null,
    unmatched: Math.max((context.bank?.accounts ?? 0) - context.matched, 0),
    cancelledBy: null,
    giveUpDays: Math.round(facts.policy.giveUpAfterMs / DAY_MS),
  }
  return sentenceOf(said, facts, names, now)
}

const sinceInvited = ({ firstInvitedAt }: MailContext, at: Instant) => firstInvitedAt && at - firstInvitedAt

/** That a message to the client did not arrive; null where none is known. */
export function undelivered(source: StaffSource, dead: Undelivered | null): StaffMailInputs | null {
  if (!dead) return null
  const { channel, recipient: address, at } = dead
  const reason = hasStopped(dead) ? 'they asked for no more texts' : dead.reason
  return { ...sharedOf(source), mail: 'undelivered', kind: kindOf(dead), channel, address, at, reason }
}

function kindOf(dead: Undelivered) {
  const { channel, state } = dead
  if (state === 'unknown') return 'unknown'
  // A blocked text says nothing about its number, unless the person asked for no more.
  if (channel === 'sms') return state === 'suppressed' && !hasStopped(dead) ? 'text-blocked' : 'text-failed'
  return state === 'bounced' || state === 'complained' ? state : 'blocked'
}

function whatWasDone({ facts, context, now }: StaffSource) {
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
  if (about === 'open_again' || about === 'needs_link' || about === 'mistake' || about === 'already_linked')
    return { ...shared, mail: 'told', about }
  if (about === 'not_the_right_person') return { ...shared, mail: 'told', about, name, email }
  return { ...shared, mail: 'told', about, text }
}
