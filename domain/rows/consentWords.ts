import type { LossReason } from '../connections/connectionLife.ts'
import { type AskedState, type ConsentSituation, isHeldBack } from '../connections/consents.ts'
import type { Instant } from '../situation.ts'
import { shortDay } from '../words/dates.ts'

/** The names and instants in a sentence about a consent. */
export type ConsentNames = {
  first: string | null
  bank: string | null
  asked: AskedState
  endsAt: Instant | null
  /** The reason of a loss. */
  loss: LossReason | null
  /** True if the client has to approve at the bank again, because the provider can extend nothing. */
  visitsBank: boolean
  /** True while the bank is down, so that the client is not asked. */
  isDown: boolean
  zone: string
}

/** Short, so that the sentence stands whole in the narrowest column that has one line for it. */
const LOSS: Record<LossReason, string> = {
  permission: 'not allowed',
  expired: 'by time',
  ended: 'at the bank',
  sign_in_ended: 'sign-in ended',
}

/** Returns the sentence of a situation for staff, without a full stop; null while nobody has to act. */
export function consentSentence(situation: ConsentSituation, names: ConsentNames): string | null {
  const { bank, asked, endsAt, loss, visitsBank, isDown, zone } = names
  const first = names.first ?? 'Client'
  const called = names.first ?? 'the client'
  if (isHeldBack(situation, isDown)) return `${bank ?? 'The bank'} is down, ${called} isn’t asked`
  switch (situation) {
    case 'working':
      return null
    case 'to_confirm':
      return visitsBank ? `${first} to approve again at ${bank ?? 'the bank'}` : `${first} to confirm`
    case 'opened':
      return `${first} opened it, hasn’t confirmed`
    case 'bounced':
      return asked === 'bounced' ? 'Email bounced: correct it' : 'Nobody could be asked: add an address'
    case 'unanswered':
      return `Call ${called}: access ends ${endsAt === null ? 'soon' : shortDay(endsAt, zone)}`
    case 'expired':
      return `${first} to share again`
    case 'expired_long':
      return `Call ${called}`
    case 'stopped':
      return `${first} stopped sharing: ask why`
    case 'lost':
      return `Access ended early: ${LOSS[loss ?? 'ended']}`
  }
}
