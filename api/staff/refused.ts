import { readRefusalNames } from '../../db/refusalNames.ts'
import { MOST_BANKS } from '../../domain/connections/severalBanks.ts'
import type { Because, Refusal, RefusalCode, Verb } from '../../domain/refusals.ts'
import { STAGE_AFTER_IS } from '../../domain/rows/stateWords.ts'
import { DAY_MS, type Instant, MINUTE_MS, SECOND_MS, type StepKind } from '../../domain/situation.ts'
import { staffClock, staffInstant, staffMoment } from '../../domain/words/dates.ts'
import type { Dependencies } from '../dependencies.ts'
import type { Caller } from '../endpoint.ts'
import { practiceLimitSentence, writeToOf } from '../practiceLimit.ts'
import { Problem } from '../problem.ts'

/** The words for each verb: in a refusal, and as an offer. */
const VERB_WORDS: Record<Verb, { does: string; offer: string }> = {
  invite: { does: 'invite it', offer: 'invite' },
  link: { does: 'copy or send its link', offer: 'copy or send a link' },
  accept: { does: 'accept for it', offer: 'let the client accept' },
  decline: { does: 'decline for it', offer: 'decline for the client' },
  cancel: { does: 'cancel it', offer: 'cancel' },
  undo_cancel: { does: 'undo its cancellation', offer: 'undo the cancellation' },
  reopen: { does: 'reopen it', offer: 'reopen' },
  extend: { does: 'extend its link', offer: 'extend' },
  snooze: { does: 'snooze it', offer: 'snooze' },
  resume: { does: 'wake it', offer: 'wake' },
  skip_step: { does: 'skip this step', offer: 'skip a step' },
  reopen_step: { does: 'reopen this step', offer: 'reopen a step' },
  complete_step: { does: 'mark this step done', offer: 'mark a step done' },
  hand_over: { does: 'hand this step over', offer: 'hand a step over' },
  connect: { does: 'connect it', offer: 'connect' },
  map: { does: 'match its accounts', offer: 'match accounts' },
}

/** The act that a person asked for: a verb, or something about a connection that no verb stands for. */
export type AskedFor = Verb | keyof typeof ABOUT_CONNECTIONS

const ABOUT_CONNECTIONS = {
  close_accounts: 'say that its accounts are closed',
  reopen_accounts: 'reopen its accounts',
  ask_renewal: 'ask it to confirm its bank',
  confirm_renewal: 'confirm its bank for it',
  snooze_access: 'snooze its bank',
}

const doesOf = (asked: AskedFor): string =>
  asked in VERB_WORDS ? VERB_WORDS[asked as Verb].does : ABOUT_CONNECTIONS[asked as keyof typeof ABOUT_CONNECTIONS]

const STEP_WORDS: Record<StepKind, { done: string; skipped: string }> = {
  bank: { done: 'the bank is done already', skipped: 'the bank is skipped' },
  books: { done: 'the accounting software is done already', skipped: 'the accounting software is skipped' },
  mapping: { done: 'the accounts are matched already', skipped: 'there is nothing to match' },
}

function factOf(because: Because | null): string {
  if (because === null) return ''
  if (because === 'erased') return ': its personal data was erased'
  if (because === 'can_be_undone') return ': that can still be undone'
  return `: ${STEP_WORDS[because.step][because.state]}`
}

/**
 * The status of refusals: 429 when waiting helps, 422 for a request without its steps, 409 for those that depend on the
 * onboarding's status.
 */
const STATUS_OF: Partial<Record<RefusalCode, number>> = {
  resend_too_soon: 429,
  address_limit: 429,
  practice_limit: 429,
  steps_required: 422,
}

type Names = Awaited<ReturnType<typeof readRefusalNames>>

/** Returns the problem of a refusal: its code, a sentence, the onboarding's status and the allowed verbs. */
export async function refused(
  { db, emailFrom }: Dependencies,
  { practiceId }: Caller,
  onboardingId: string | null,
  asked: AskedFor,
  refusal: Refusal,
  now: Instant,
): Promise<Problem> {
  const names = await db.inPractice(practiceId, (tx) =>
    readRefusalNames(tx, onboardingId, typeof refusal.because === 'object' ? (refusal.because?.step ?? null) : null),
  )
  const { code, status, allowed } = refusal
  const at = refusal.at ?? (code === 'address_limit' ? now + DAY_MS : null)
  const httpStatus = STATUS_OF[code] ?? 409
  const seconds = at === null ? 0 : Math.max(1, Math.ceil((at - now) / SECOND_MS))
  return new Problem(httpStatus, code, refusalSentence(refusal, asked, names, now, writeToOf(emailFrom)), {
    members: { presentStatus: status, allowed, at: at === null ? null : new Date(at).toISOString() },
    headers: httpStatus === 429 ? { 'Retry-After': String(seconds) } : {},
  })
}

function refusalSentence(
  { code, status, allowed, at, because }: Refusal,
  asked: AskedFor,
  names: Names,
  now: Instant,
  writeTo: string,
): string {
  const { client, first, timeZone } = names
  switch (code) {
    case 'not_allowed': {
      // Other steps may allow the refused verb, so it is left out.
      const others = allowed.filter((one) => one !== asked).map((one) => VERB_WORDS[one].offer)
      const instead = others.length > 0 ? ` You can: ${others.join(', ')}.` : ''
      return `${client} is ${STAGE_AFTER_IS[status]}, so you can't ${doesOf(asked)}${factOf(because)}.${instead}`
    }
    case 'already_connected':
      return names.connected === null
        ? `The accounting software of ${client} is marked as done already. Reopen that step first.`
        : `${names.connected} is already connected to ${client}. Disconnect it first.`
    case 'bank_first':
      return `${client} shares no bank yet. Another one can be asked for once the first is connected.`
    case 'already_sent':
      return 'That request can’t be taken back any more.'
    case 'too_many_banks':
      return `${MOST_BANKS} banks at most. Disconnect one first.`
    case 'resend_too_soon': {
      const sentMs = at === null ? 0 : Math.max(0, now - (at - MINUTE_MS))
      const seconds = Math.floor(sentMs / SECOND_MS)
      // Rounded up to the minute, so never too early.
      const again = at === null ? 'in a minute' : `at ${staffClock(Math.ceil(at / MINUTE_MS) * MINUTE_MS, timeZone)}`
      return `Sent ${seconds} ${seconds === 1 ? 'second' : 'seconds'} ago. You can send again ${again}.`
    }
    case 'address_limit':
      return 'This address has had 5 messages today. Try again tomorrow, or use another way.'
    case 'practice_limit':
      return practiceLimitSentence(at ?? now + DAY_MS, names.timeZone, writeTo)
    case 'already_accepted': {
      const accepted =
        names.acceptedAt === null ? 'has accepted' : `accepted at ${staffMoment(names.acceptedAt, timeZone)}`
      return asked === 'invite'
        ? `${first} ${accepted}. There is nothing to send.`
        : `${first} ${accepted}, so you can't ${doesOf(asked)}.`
    }
    case 'step_blocked':
      return 'Match accounts comes after the bank and the books.'
    case 'undo_too_late':
      return at === null
        ? 'That took effect. You can reopen it instead.'
        : `That took effect at ${staffMoment(at, timeZone)}. You can reopen it instead.`
    case 'confirming_off':
      return 'Your practice does not confirm for clients. An admin can switch it on in Settings > Onboarding.'
    case 'nothing_to_confirm':
      return `There is nothing to confirm for ${first} now.`
    case 'bank_needs_client':
      return `This bank needs ${first} to confirm.`
    case 'no_contact':
      return 'Enter an email address or a mobile number.'
    case 'address_unknown':
      return 'Nobody on Embark has this address. Invite them instead.'
    case 'steps_required':
      return 'Say which steps to open again.'
    case 'date_out_of_range':
      return at === null
        ? 'Choose a later time.'
        : `Choose a time after now and after the present date, until ${staffInstant(at, timeZone)}.`
    case 'owner_not_possible':
      return 'The bank stays with the client and matching with the practice; only the books can change hands.'
    case 'newer_link':
      return 'There is a newer link.'
  }
}
