import { readRefusalNames } from '../../db/refusalNames.ts'
import type { Refusal, RefusalCode, Verb } from '../../domain/commands.ts'
import { DAY_MS, type Instant, MINUTE_MS, SECOND_MS, type Status } from '../../domain/situation.ts'
import { staffClock, staffInstant, staffMoment } from '../../pages/dates.ts'
import type { Dependencies } from '../dependencies.ts'
import type { Caller } from '../endpoint.ts'
import { practiceLimitSentence, writeToOf } from '../practiceLimit.ts'
import { Problem } from '../problem.ts'

const STAGE_WORDS: Record<Status, string> = {
  creating: 'being set up',
  not_invited: 'not invited yet',
  invited: 'invited',
  accepted: 'accepted',
  declined: 'declined',
  expired: 'expired',
  gave_up: 'closed without an answer',
  completed: 'completed',
  cancelled: 'cancelled',
}

/** What is done to a client by each verb, and how it is offered instead. */
const VERB_WORDS: Record<Verb, { done: string; offer: string }> = {
  invite: { done: 'invited', offer: 'invite' },
  link: { done: 'sent a link', offer: 'copy or send a link' },
  accept: { done: 'accepted', offer: 'let the client accept' },
  decline: { done: 'declined', offer: 'decline for the client' },
  cancel: { done: 'cancelled', offer: 'cancel' },
  undo_cancel: { done: 'brought back', offer: 'undo the cancellation' },
  reopen: { done: 'reopened', offer: 'reopen' },
  extend: { done: 'extended', offer: 'extend' },
  snooze: { done: 'snoozed', offer: 'snooze' },
  resume: { done: 'woken', offer: 'wake' },
  skip_step: { done: 'changed by skipping a step', offer: 'skip a step' },
  reopen_step: { done: 'changed by reopening a step', offer: 'reopen a step' },
  complete_step: { done: 'changed by marking a step done', offer: 'mark a step done' },
  hand_over: { done: 'changed by handing a step over', offer: 'hand a step over' },
  connect: { done: 'connected', offer: 'connect' },
  map: { done: 'matched', offer: 'match accounts' },
}

/** Those that waiting helps are 429, a wish without its steps is 422, all others are about how things stand. */
const STATUS_OF: Partial<Record<RefusalCode, number>> = {
  resend_too_soon: 429,
  address_limit: 429,
  practice_limit: 429,
  steps_required: 422,
}

type Names = Awaited<ReturnType<typeof readRefusalNames>>

/** The problem a refusal is answered with: its code, a sentence, how the onboarding stands and what is possible. */
export async function refused(
  { db, emailFrom }: Dependencies,
  { practiceId }: Caller,
  onboardingId: string | null,
  verb: Verb,
  refusal: Refusal,
  now: Instant,
): Promise<Problem> {
  const names = await db.inPractice(practiceId, (tx) => readRefusalNames(tx, onboardingId))
  const { code, status, allowed } = refusal
  const at = refusal.at ?? (code === 'address_limit' ? now + DAY_MS : null)
  const httpStatus = STATUS_OF[code] ?? 409
  const seconds = at === null ? 0 : Math.max(1, Math.ceil((at - now) / SECOND_MS))
  return new Problem(httpStatus, code, sentenceOf(refusal, verb, names, now, writeToOf(emailFrom)), {
    members: { presentStatus: status, allowed, at: at === null ? null : new Date(at).toISOString() },
    headers: httpStatus === 429 ? { 'Retry-After': String(seconds) } : {},
  })
}

function sentenceOf(
  { code, status, allowed, at }: Refusal,
  verb: Verb,
  names: Names,
  now: Instant,
  writeTo: string,
): string {
  const { client, first, timeZone } = names
  switch (code) {
    case 'not_allowed': {
      const offers = allowed.map((one) => VERB_WORDS[one].offer).join(', ')
      const instead = offers ? ` You can: ${offers}.` : ''
      return `${client} is ${STAGE_WORDS[status]}, so it can't be ${VERB_WORDS[verb].done}.${instead}`
    }
    case 'resend_too_soon': {
      const sentMs = at === null ? 0 : Math.max(0, now - (at - MINUTE_MS))
      const seconds = Math.floor(sentMs / SECOND_MS)
      // To the minute, and never too early.
      const again = at === null ? 'in a minute' : `at ${staffClock(Math.ceil(at / MINUTE_MS) * MINUTE_MS, timeZone)}`
      return `Sent ${seconds} ${seconds === 1 ? 'second' : 'seconds'} ago. You can send again ${again}.`
    }
    case 'address_limit':
      return 'This address has had 5 messages today. Try again tomorrow, or use another way.'
    case 'practice_limit':
      return practiceLimitSentence(at ?? now + DAY_MS, names.timeZone, writeTo)
    case 'already_accepted':
      return names.acceptedAt === null
        ? `${first} has accepted. There is nothing to send.`
        : `${first} accepted at ${staffMoment(names.acceptedAt, timeZone)}. There is nothing to send.`
    case 'step_blocked':
      return 'Match accounts comes after the bank and the books.'
    case 'undo_too_late':
      return at === null
        ? 'That took effect. You can reopen it instead.'
        : `That took effect at ${staffMoment(at, timeZone)}. You can reopen it instead.`
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
