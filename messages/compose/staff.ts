import type { Undelivered } from '../../db/invitations/mailContext.ts'
import { DECLINE_REASONS, type DeclineReason } from '../../domain/commands.ts'
import { describe } from '../../domain/describe.ts'
import { reasonWords } from '../../domain/rows/deliveryWord.ts'
import { type Facts, type Instant, stateOf, stepOf } from '../../domain/situation.ts'
import type { ToStaff } from '../templates/view.ts'
import { inMails } from './brand.ts'
import { type Context, firstNameIn, situationNow, situationSentence } from './context.ts'
import type { StaffMailInputs } from './inputs.ts'

/** Returns the inputs that all mails to staff about a client share. */
export const sharedOf = (facts: Facts, context: Context): ToStaff => ({
  practice: inMails(context.practice, context.publicUrl),
  organisation: context.organisation,
  zone: context.practice.timeZone,
  first: firstNameIn(context),
  openUrl: `${context.publicUrl}/clients/${facts.id}`,
})

/** Composes the reminder to the practice: its own move, even if another one leads, and since when. */
export function waiting(facts: Facts, context: Context): StaffMailInputs {
  const described = describe(facts, context.now)
  const { stage, also } = described
  const one = [described, ...also].find(({ move }) => move === 'practice') ?? described
  const situation = situationSentence(facts, context, { stage, ...one })
  return { ...sharedOf(facts, context), mail: 'waiting', situation, since: one.since }
}

/** Composes the mail about a connected bank. */
export function bankConnected(facts: Facts, context: Context): StaffMailInputs {
  const at = stepOf(facts, 'bank').doneAt ?? context.now
  return {
    ...sharedOf(facts, context),
    mail: 'bank-connected',
    bankName: context.bank?.name ?? 'the bank',
    accounts: context.bank?.accounts ?? 0,
    at,
    afterMs: sinceInvited(context, at),
    situation: situationNow(facts, context),
  }
}

/** Composes the mail about completion, with what was done. */
export function completed(facts: Facts, context: Context): StaffMailInputs {
  const done = (kind: 'bank' | 'books' | 'mapping') => stateOf(stepOf(facts, kind)) === 'done'
  return {
    ...sharedOf(facts, context),
    mail: 'completed',
    bank: done('bank') ? context.bank : null,
    ledger: done('books') ? booksOf(facts, context) : null,
    matched: done('mapping') ? context.matched : null,
    afterMs: sinceInvited(context, facts.instants.completed ?? context.now),
  }
}

function booksOf(facts: Facts, { ledger }: Context): string {
  if (stepOf(facts, 'books').isConnected && ledger) return ledger
  return ledger ? `${ledger}, done by hand` : 'done by hand'
}

const sinceInvited = ({ firstInvitedAt }: Context, at: Instant) => firstInvitedAt && at - firstInvitedAt

/** Composes the mail about an undelivered message to the client; null if none is known. */
export function undelivered(facts: Facts, context: Context): StaffMailInputs | null {
  const { undelivered: dead } = context
  if (!dead) return null
  const { channel, recipient: address, at } = dead
  const reason = reasonWords(dead)
  return { ...sharedOf(facts, context), mail: 'undelivered', kind: kindOf(dead), channel, address, at, reason }
}

function kindOf({ channel, state, cause }: Undelivered) {
  if (state === 'unknown') return 'unknown'
  // A blocked text does not mean that its number is wrong, unless the person answered STOP.
  if (channel === 'sms') return state === 'suppressed' && cause !== 'opted_out' ? 'text-blocked' : 'text-failed'
  return state === 'bounced' || state === 'complained' ? state : 'blocked'
}

const DECLINED_BECAUSE: Record<DeclineReason, string | null> = {
  not_my_company: 'this isn’t my company',
  not_the_right_person: 'I’m not the right person',
  no_wish: 'I don’t want to share this',
  not_now: 'not now',
  other: null,
}

/** Composes the mail about a declined invitation. The note is the person they named, or their own reason. */
export function declined(facts: Facts, context: Context): StaffMailInputs {
  const shared = { ...sharedOf(facts, context), mail: 'declined' } as const
  const { declineReason, declineNote } = context
  const code = DECLINE_REASONS.find((one) => one === declineReason) ?? 'other'
  if (code === 'not_the_right_person') return { ...shared, reason: DECLINED_BECAUSE[code], named: declineNote }
  return { ...shared, reason: declineNote ?? DECLINED_BECAUSE[code], named: null }
}

/** Composes the mail about a client's report; null if the report is gone. */
export function told(facts: Facts, context: Context): StaffMailInputs | null {
  if (!context.told) return null
  const shared = sharedOf(facts, context)
  const { about, text, name, email } = context.told
  if (about === 'open_again' || about === 'needs_link' || about === 'mistake' || about === 'already_linked')
    return { ...shared, mail: 'told', about }
  if (about === 'not_the_right_person') return { ...shared, mail: 'told', about, name, email }
  return { ...shared, mail: 'told', about, text }
}
