import type { MailContext } from '../../db/invitations/mailContext.ts'
import type { Message } from '../../db/invitations/messages.ts'
import { firstName } from '../../domain/fields/person.ts'
import { type Facts, type Instant, stateOf, stepOf } from '../../domain/situation.ts'
import { lastTryOf } from '../../domain/words/sharing.ts'
import type { Asked } from '../templates/view.ts'
import { inMails } from './brand.ts'
import type { ClientMailInputs, TextInputs } from './inputs.ts'

/** What a message to the client is made of. `askedBy` is who wanted a new link. */
export type ClientSource = {
  message: Message
  facts: Facts
  context: MailContext & { invitation: NonNullable<MailContext['invitation']> }
  askedBy: 'client' | 'practice'
  now: Instant
  /** Our origin, where the logo is. */
  publicUrl: string
}

/** What a mail to the client says, without its link. */
export function clientMailInputs(source: ClientSource, email: string): ClientMailInputs {
  const { message, facts, context, askedBy, now, publicUrl } = source
  const { practice, invitation } = context
  const shared = {
    practice: inMails(practice, publicUrl),
    inviter: invitation.inviterName,
    organisation: context.organisation,
    person: context.person,
    zone: practice.timeZone,
    recipient: { first: firstName(invitation.name ?? context.contactName), email },
  }
  const asked = askedOf(facts)
  const expiresAt = facts.expiresAt ?? now
  if (message.purpose === 'invitation') {
    const { reasonBank } = practice
    const texted = invitation.channels.includes('sms') && !invitation.textsStopped ? invitation.phone : null
    const textedLast3 = texted?.slice(-3) ?? null
    const { payments } = context
    const said = { reasonBank, payments, message: invitation.message }
    return { ...shared, mail: 'invitation', asked, ...said, expiresAt, textedLast3 }
  }
  if (message.purpose === 'access_request') return { ...shared, mail: 'access-request' }
  if (message.purpose === 'new_link') return { ...shared, mail: 'new-link', asked, askedBy, expiresAt }
  if (message.purpose === 'continue_link') return { ...shared, mail: 'continue-link', askedBy }
  if (message.purpose === 'bank_back') {
    const { bank: bankName, at: triedAt } = context.lastTry ?? { bank: 'Your bank', at: now }
    return { ...shared, mail: 'bank-back', bankName, triedAt }
  }
  if (message.purpose === 'client_done') return { ...shared, mail: 'done', ...whatIsDone(source) }
  if (message.purpose === 'client_expired') return { ...shared, mail: 'expired', expiresAt }
  if (message.purpose === 'client_withdrawn') {
    const isConnected = stateOf(stepOf(facts, 'bank')) === 'done'
    return { ...shared, mail: 'withdrawn', connectedBank: isConnected ? (context.bank?.name ?? null) : null }
  }
  const { accepted } = facts.instants
  if (accepted === null && invitation.asks) {
    return { ...shared, mail: 'access-reminder', last: touchNumber(message) === 3, expiresAt }
  }
  if (accepted === null) return { ...shared, mail: 'reminder', number: touchNumber(message), asked, expiresAt, now }
  const step = openStep(facts)
  const last = step === 'bank' ? context.lastTry : null
  const lastTry = last && lastTryOf(last.failure, last.bank, last.reason)
  return { ...shared, mail: 'after-accepting', step, acceptedAt: accepted, lastTry }
}

/** What a text to the client says, without its link. */
export function textInputs({ message, facts, context, now }: ClientSource): TextInputs {
  const { practice, organisation, person } = context
  const shared = { practice: practice.name, organisation, isPerson: person !== null }
  if (message.purpose === 'bank_back') {
    return { ...shared, text: 'bank-back', bankName: context.lastTry?.bank ?? 'Your bank' }
  }
  if (facts.instants.accepted !== null) return { ...shared, text: 'after-accepting', step: openStep(facts) }
  const until = { expiresAt: facts.expiresAt ?? now, zone: practice.timeZone }
  const bank = askedOf(facts) === 'bank'
  if (message.purpose === 'new_link') return { ...shared, text: 'new-link', ...until }
  if (message.purpose === 'access_request') return { ...shared, text: 'join', ...until }
  if (message.purpose === 'invitation') return { ...shared, text: bank ? 'invitation' : 'join', ...until }
  if (touchNumber(message) === 3) return { ...shared, text: 'last-reminder', ...until }
  return { ...shared, text: bank ? 'reminder' : 'join-reminder', ...until }
}

/** What is shared once all is done, and what the practice says to do next. */
function whatIsDone({ facts, context }: ClientSource) {
  const { bank, practice } = context
  const isShared = bank !== null && stateOf(stepOf(facts, 'bank')) === 'done'
  return {
    shared: isShared ? { accounts: bank.shown, bankName: bank.name, until: bank.until } : null,
    setupGuide: practice.setupGuide,
  }
}

/** The bank is asked for when it is open and the client's; else only to join. */
function askedOf(facts: Facts): Asked {
  const bank = stepOf(facts, 'bank')
  return stateOf(bank) === 'open' && bank.owner === 'client' ? 'bank' : 'join'
}

function openStep(facts: Facts): 'bank' | 'books' {
  return stateOf(stepOf(facts, 'bank')) === 'open' ? 'bank' : 'books'
}

function touchNumber({ touchN }: Message): 1 | 2 | 3 {
  return touchN === 1 || touchN === 2 ? touchN : 3
}
