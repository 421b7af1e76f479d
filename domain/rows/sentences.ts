import type { DeclineReason } from '../commands.ts'
import { awaitedBanks, type BankAsk, isChoice } from '../connections/bankAsks.ts'
import type { LostAccess } from '../connections/lostAccess.ts'
import { banksAskedFor } from '../connections/severalBanks.ts'
import type { Description } from '../describe.ts'
import { isLastMade, latestMessages } from '../reminders.ts'
import { DAY_MS, type Facts, type Instant, type Status, type StepReason, stepOf } from '../situation.ts'
import { consentSentence } from './consentWords.ts'

/** The names in a sentence. `first` is the contact's first name. Long names are shortened here. */
export type Names = {
  first: string | null
  bank: string | null
  ledger: string | null
  /** The person who signed in to the ledger, as far as that is known by name. */
  signedIn?: string | null
  domain: string | null
  unmatched: number
  cancelledBy: string | null
  cancelReason?: string | null
  /** The client's reason to decline, and the person they named instead. */
  declined?: { reason: DeclineReason; instead: string | null } | null
  giveUpDays: number
}

/** Short words for the reasons to retry the bank; every other reason reads "stopped". */
const RETRIES: Partial<Record<StepReason, string>> = {
  refused: 'refused',
  no_accounts: 'no account',
  unconfirmed: 'timed out',
  unavailable: 'timed out',
}

/** The subject of a sentence: the whole situation, or one of its other open things. */
export type Said = Pick<Description, 'stage' | 'blockedBy' | 'since' | 'step' | 'reason' | 'access'>

/** The greatest length of a sentence whose names can be shortened. */
const LENGTH = 44

const cut = (text: string, length: number) => (text.length <= length ? text : `${text.slice(0, length - 1)}…`)

/** Returns one sentence for lists, details and mails, at most 44 characters where its names can be shortened. */
export function blockerSentence(said: Said, facts: Facts, names: Names, now: Instant): string {
  const sentence = plainSentence(said, facts, names, now)
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

function plainSentence(said: Said, facts: Facts, names: Names, now: Instant): string {
  const first = cut(names.first ?? 'Client', 12)
  const bank = names.bank ? cut(names.bank, 18) : 'the bank'
  const ledger = names.ledger ? cut(names.ledger, 10) : 'the books'
  const lastReminder = isLastMade(facts, now)
  const bankStep = stepOf(facts, 'bank')
  const books = stepOf(facts, 'books')
  switch (said.blockedBy) {
    case null:
      return facts.erased ? 'Personal data erased' : endSentence(said.stage, names)
    case 'creating':
      return now - said.since > 30_000 ? 'Setting up, slower than usual' : 'Setting up'
    case 'not_invited':
      return 'Invite the client'
    case 'no_contact':
      return 'Add a contact and invite'
    case 'sending':
      return 'Sending the invitation'
    case 'delayed':
      return cut(`Email delayed by ${names.domain ?? 'the mail server'}`, LENGTH)
    case 'acceptance':
      return lastReminder ? `${first} to accept, last reminder sent` : `${first} to accept`
    case 'bounced':
      return 'Email bounced: correct it'
    case 'blocked':
      return `${latestMessages(facts).every((m) => m.channel === 'sms') ? 'Text' : 'Email'} blocked: use another way`
    case 'sms_failed':
      return 'Text failed: correct the number'
    case 'send_unknown':
      return `Can't tell if the ${isUnknownText(facts) ? 'text' : 'email'} was sent`
    case 'address_in_use':
      return 'Address in use: choose how to go on'
    case 'access_request':
      return `${first} to let us in`
    case 'expired':
      return 'Invitation expired without an answer'
    case 'declined':
      return declinedSentence(names)
    case 'bank':
      return lastReminder ? `${first} to connect the bank, last reminder sent` : `${first} to connect the bank`
    case 'at_bank':
      return `${first} is at ${bank}`
    case 'bank_unconfirmed':
      return `${first} to confirm the bank on our page`
    case 'signatory':
      return 'Second signatory to approve at the bank'
    case 'processing':
      return `${bank} is processing`
    case 'bank_down': {
      const asks = banksAskedFor(facts)
      if (said.step !== null) return `${bank} is down, reminders paused`
      return `${awaitedWords(asks)} ${asks.length > 1 ? 'are' : 'is'} down, reminders paused`
    }
    case 'bank_failed':
      return `${first} to retry the bank: ${(said.reason && RETRIES[said.reason]) ?? 'stopped'}`
    case 'bank_failed_old':
      return `Bank failed ${Math.floor((now - (bankStep.failedAt ?? now)) / DAY_MS)} days ago: call ${first}`
    case 'another_bank': {
      const awaited = awaitedBanks(facts)
      if (awaited.length > 0 && awaited.every(({ stoppedAt }) => stoppedAt))
        return `${first} said no to ${awaitedWords(awaited)}`
      const said = `${first} to connect ${awaitedWords(awaited)}`
      return lastReminder ? `${said}, last reminder sent` : said
    }
    case 'more_banks':
      return lastReminder ? `${first} to say if that's all, last reminder sent` : `${first} to say if that's all`
    case 'books':
      return books.owner === 'practice' ? `Connect ${ledger}` : `${first} to connect ${ledger}`
    case 'software_unknown':
      return `Find out ${names.first ? `${first}'s` : "the client's"} software`
    case 'manual_books':
      return `Set up ${names.ledger ? cut(names.ledger, LENGTH - 'Set up  by hand'.length) : 'the books'} by hand`
    case 'choose_org':
      return `Choose the organisation in ${ledger}`
    case 'wrong_org':
      return `${ledger} has another name: check it`
    case 'already_linked':
      return `${ledger} is linked to another client`
    case 'permission':
      return `${ledger}: permission missing`
    case 'lost':
      if (said.step !== 'bank') return `${ledger} connection ended`
      return said.reason === 'stopped' ? `${first} stopped sharing the bank` : `${bank} connection ended`
    case 'mapping':
      return names.unmatched === 1 ? `Match 1 account to ${ledger}` : `Match ${names.unmatched} accounts to ${ledger}`
    case 'access_ending':
      return `${first} to confirm access`
    case 'access_ended':
      return accessSentence(said.access, facts, names)
    case 'sign_in_lost':
      return signInSentence(said.access, ledger, names)
    case 'finishing':
      return 'Finishing'
  }
}

const NOTHING_KNOWN: LostAccess = { is: 'lost', asked: 'not_asked', loss: null, downBank: null }

/** Returns the sentence of a bank's ended access, as the page of consents says it. */
function accessSentence(access: LostAccess | undefined, { zone }: Facts, { first }: Names): string {
  const { is, asked, loss, downBank } = access ?? NOTHING_KNOWN
  const called = first && cut(first, 12)
  const left = LENGTH - ` is down, ${called ?? 'the client'} isn’t asked`.length
  const named = { first: called, bank: downBank && cut(downBank, left), zone }
  const ended = { endsAt: null, visitsBank: false, isDown: downBank !== null }
  return consentSentence(is, { ...ended, ...named, asked, loss }) ?? 'Access ended'
}

function signInSentence(access: LostAccess | undefined, ledger: string, { signedIn }: Names): string {
  if (access?.loss === 'permission') return `${ledger}: permission missing`
  if (access?.loss === 'ended') return `${ledger} connection ended`
  const name = signedIn ? cut(signedIn, LENGTH - `${ledger} signed  out`.length) : 'its user'
  return `${ledger} signed ${name} out`
}

/** Returns the name of the bank that is awaited beside those shared, `another bank`, or `2 more banks`. */
function awaitedWords([one, ...others]: BankAsk[]): string {
  if (others.length > 0) return `${others.length + 1} more banks`
  return one && !isChoice(one) ? cut(one.institutionName ?? 'a bank', 18) : 'another bank'
}

function endSentence(stage: Status, names: Names): string {
  if (stage === 'gave_up') return `Closed: no answer in ${names.giveUpDays} days`
  if (stage === 'cancelled') {
    const by = names.cancelledBy ? `Cancelled by ${names.cancelledBy}` : 'Cancelled'
    return cut(names.cancelReason ? `${by}: ${names.cancelReason}` : by, LENGTH)
  }
  return 'Nothing left to do'
}

function declinedSentence({ declined }: Names): string {
  if (declined?.reason === 'not_my_company') return 'Declined: not their company'
  if (declined?.reason === 'not_now') return 'Declined: not now'
  if (declined?.reason === 'not_the_right_person' && declined.instead) {
    return `Declined: ask ${cut(declined.instead, LENGTH - 'Declined: ask  instead'.length)} instead`
  }
  return 'Declined with a reason'
}

function isUnknownText(facts: Facts): boolean {
  return latestMessages(facts).some((m) => m.state === 'unknown' && m.channel === 'sms')
}
