import { banksAskedFor } from '../../domain/connections/severalBanks.ts'
import { listed } from '../../domain/practice/rightWords.ts'
import { asksIfAll, type Facts, stateOf, stepOf } from '../../domain/situation.ts'
import { lastTryOf } from '../../domain/words/sharing.ts'
import type { Asked } from '../templates/view.ts'
import { inMails } from './brand.ts'
import { type AskedBanks, type ClientContext, firstNameIn } from './context.ts'
import type { ClientMailInputs, TextInputs } from './inputs.ts'

/** Returns the inputs that all mails to the client share. */
const inMail = (context: ClientContext) => ({
  practice: inMails(context.practice, context.publicUrl),
  inviter: context.invitation.inviterName,
  organisation: context.organisation,
  person: context.person,
  zone: context.practice.timeZone,
  recipient: { first: firstNameIn(context), email: context.invitation.email ?? '' },
})

const inText = ({ practice, organisation, person }: ClientContext) => ({
  practice: practice.name,
  organisation,
  isPerson: person !== null,
})

const endOf = ({ expiresAt }: Facts, { now }: ClientContext) => expiresAt ?? now

export function invitationMail(facts: Facts, context: ClientContext): ClientMailInputs {
  const { practice, invitation, payments } = context
  const texted = invitation.channels.includes('sms') && !invitation.textsStopped ? invitation.phone : null
  return {
    ...inMail(context),
    mail: 'invitation',
    asked: askedOf(facts),
    reasonBank: practice.reasonBank,
    payments,
    message: invitation.message,
    expiresAt: endOf(facts, context),
    textedLast3: texted?.slice(-3) ?? null,
  }
}

export const newLinkMail = (facts: Facts, context: ClientContext): ClientMailInputs => ({
  ...inMail(context),
  mail: 'new-link',
  asked: askedOf(facts),
  askedBy: context.askedBy ?? 'practice',
  expiresAt: endOf(facts, context),
})

export const accessRequestMail = (_: Facts, context: ClientContext): ClientMailInputs => ({
  ...inMail(context),
  mail: 'access-request',
})

export const continueLinkMail = (_: Facts, context: ClientContext): ClientMailInputs => ({
  ...inMail(context),
  mail: 'continue-link',
  askedBy: context.askedBy ?? 'practice',
})

export const anotherBankMail = (_: Facts, context: ClientContext): ClientMailInputs => ({
  ...inMail(context),
  mail: 'another-bank',
})

/** Composes a reminder: to accept, to let the practice in, or to take the open step. */
export function reminderMail(facts: Facts, context: ClientContext): ClientMailInputs {
  const shared = inMail(context)
  const { accepted } = facts.instants
  const { isLastReminder = false } = context
  if (accepted !== null && asksAnotherBank(facts)) return anotherBankMail(facts, context)
  if (accepted !== null) {
    const step = openStep(facts)
    if (step === 'more_banks') return { ...shared, mail: 'all-banks', banks: context.bankNames }
    const last = step === 'bank' ? context.lastTry : null
    const lastTry = last && lastTryOf(last.failure, last.bank, last.reason)
    return { ...shared, mail: 'after-accepting', step, ledger: context.ledger, acceptedAt: accepted, lastTry }
  }
  const expiresAt = endOf(facts, context)
  return context.invitation.asks
    ? { ...shared, mail: 'access-reminder', last: isLastReminder, expiresAt }
    : { ...shared, mail: 'reminder', which: whichOf(context), asked: askedOf(facts), expiresAt, now: context.now }
}

/** Composes the request to keep sharing; once nothing that waits for an answer is shared any more, to share again. */
export function renewalMail(_: Facts, context: ClientContext): ClientMailInputs {
  const { ending, over, days, now } = askedIn(context)
  return ending.length > 0
    ? { ...inMail(context), mail: 'renewal', banks: ending, days, now }
    : { ...inMail(context), mail: 'access-ended', bankName: listed(over) }
}

export function renewalText(_: Facts, context: ClientContext): TextInputs {
  const { ending, over } = askedIn(context)
  const [first, another] = ending
  if (!first) return { ...inText(context), text: 'access-ended', bankName: over.length > 1 ? null : (over[0] ?? '') }
  const bankName = another ? null : first.name
  return { ...inText(context), text: 'renewal', bankName, expiresAt: first.until, zone: context.practice.timeZone }
}

/** Composes the notice that a colleague confirmed for the client; null if nothing is left to say. */
export function confirmedMail(_: Facts, context: ClientContext): ClientMailInputs | null {
  const { confirmed } = context
  if (!confirmed) return null
  const { connectionId, bank: bankName, colleague, how, at, until } = confirmed
  return { ...inMail(context), mail: 'confirmed-for-you', connectionId, bankName, colleague, how, at, until }
}

export function confirmedText(_: Facts, context: ClientContext): TextInputs | null {
  const { confirmed } = context
  return confirmed ? { ...inText(context), text: 'confirmed-for-you', bankName: confirmed.bank } : null
}

const askedIn = ({ asked, now }: ClientContext): AskedBanks =>
  asked ?? { ending: [], over: ['your bank'], days: 90, now }

export function bankBackMail(_: Facts, context: ClientContext): ClientMailInputs {
  const { bank: bankName, at: triedAt } = context.lastTry ?? { bank: 'Your bank', at: context.now }
  return { ...inMail(context), mail: 'bank-back', bankName, triedAt }
}

/** Composes the mail after completion: what is shared, and the practice's setup guide. */
export function doneMail(facts: Facts, context: ClientContext): ClientMailInputs {
  const { bank, practice } = context
  const isShared = bank !== null && stateOf(stepOf(facts, 'bank')) === 'done'
  return {
    ...inMail(context),
    mail: 'done',
    shared: isShared ? { accounts: bank.shown, bankName: bank.name, until: bank.until } : null,
    setupGuide: practice.setupGuide,
  }
}

export const expiredMail = (facts: Facts, context: ClientContext): ClientMailInputs => ({
  ...inMail(context),
  mail: 'expired',
  expiresAt: endOf(facts, context),
})

export function withdrawnMail(facts: Facts, context: ClientContext): ClientMailInputs {
  const isConnected = stateOf(stepOf(facts, 'bank')) === 'done' || asksIfAll(facts)
  return { ...inMail(context), mail: 'withdrawn', connectedBank: isConnected ? (context.bank?.name ?? null) : null }
}

const until = (facts: Facts, context: ClientContext) => ({
  expiresAt: endOf(facts, context),
  zone: context.practice.timeZone,
})

export const invitationText = (facts: Facts, context: ClientContext): TextInputs => ({
  ...inText(context),
  ...until(facts, context),
  text: askedOf(facts) === 'bank' ? 'invitation' : 'join',
})

export const newLinkText = (facts: Facts, context: ClientContext): TextInputs => ({
  ...inText(context),
  ...until(facts, context),
  text: 'new-link',
})

export const accessRequestText = (facts: Facts, context: ClientContext): TextInputs => ({
  ...inText(context),
  ...until(facts, context),
  text: 'join',
})

export function continueText(facts: Facts, context: ClientContext): TextInputs {
  if (asksAnotherBank(facts)) return anotherBankText(facts, context)
  const step = openStep(facts)
  if (step === 'more_banks') return { ...inText(context), text: 'all-banks' }
  return { ...inText(context), text: 'after-accepting', step, ledger: context.ledger }
}

export const anotherBankText = (_: Facts, context: ClientContext): TextInputs => ({
  ...inText(context),
  text: 'another-bank',
})

export function reminderText(facts: Facts, context: ClientContext): TextInputs {
  if (facts.instants.accepted !== null) return continueText(facts, context)
  const plain = askedOf(facts) === 'bank' ? 'reminder' : 'join-reminder'
  return { ...inText(context), ...until(facts, context), text: context.isLastReminder ? 'last-reminder' : plain }
}

export const bankBackText = (_: Facts, context: ClientContext): TextInputs => ({
  ...inText(context),
  text: 'bank-back',
  bankName: context.lastTry?.bank ?? 'Your bank',
})

/** Returns `bank` if that step is open and the client's; else `join`, which asks only to accept. */
export function askedOf(facts: Pick<Facts, 'steps'>): Asked {
  const bank = stepOf(facts, 'bank')
  return stateOf(bank) === 'open' && bank.owner === 'client' ? 'bank' : 'join'
}

/** Returns true if the client's next step is a bank beside those that they share. */
const asksAnotherBank = (facts: Facts): boolean => banksAskedFor(facts).length > 0

/** Returns the step that a client who accepted is asked for; `more_banks` asks whether the banks that they share are all. */
function openStep(facts: Facts): 'bank' | 'more_banks' | 'books' {
  const bank = stepOf(facts, 'bank')
  if (stateOf(bank) !== 'open') return 'books'
  if (!asksIfAll(facts)) return 'bank'
  return bank.reason === 'stopped' ? 'books' : 'more_banks'
}

/** Returns which words a reminder has. Those between the first and the last share theirs. */
function whichOf({ reminderN, isLastReminder }: ClientContext): 'first' | 'further' | 'last' {
  if (isLastReminder) return 'last'
  return reminderN === 1 ? 'first' : 'further'
}
