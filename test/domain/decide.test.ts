import { describe, expect, test } from 'vitest'
import type { Command } from '../../domain/commands.ts'
import type { RenewalWay } from '../../domain/connections/renewal.ts'
import { decide } from '../../domain/decide/decide.ts'
import type { Verb } from '../../domain/refusals.ts'
import { type Facts, type Instant, statusAt, UNDO_MS } from '../../domain/situation.ts'
import {
  accepted,
  ask,
  asking as askingIfAll,
  at,
  cancelled,
  cleaned,
  completed,
  creating,
  days,
  declined,
  doneAt,
  expired,
  gaveUp,
  hours,
  invited,
  invitedBy,
  link,
  message,
  notInvited,
  uninvited,
  withStep,
  wordOf,
} from './onboardings.ts'

const queued = message({ id: 'queued', state: 'queued', claimed: false })
const waiting = (facts: Facts): Facts => ({ ...facts, messages: facts.invitation ? [queued] : [] })

/** The situations of an onboarding, and the instant at which each is decided. */
const STANDS: Record<string, { facts: Facts; now: Instant }> = {
  creating: { facts: creating, now: hours(1) },
  not_invited: { facts: notInvited, now: hours(1) },
  invited: { facts: waiting(invited), now: hours(1) },
  late: { facts: waiting(invited), now: days(7) + 1 },
  expired: { facts: waiting(expired), now: days(8) },
  declined: { facts: waiting(declined), now: days(1) + 1000 },
  accepted: { facts: waiting(accepted), now: days(1) + 1000 },
  gave_up: { facts: waiting(gaveUp), now: days(91) },
  completed: { facts: waiting(completed), now: days(3) },
  uninvited: { facts: uninvited, now: days(3) },
  undoable: { facts: waiting(cancelled), now: days(1) + UNDO_MS },
  cancelled: { facts: waiting(cancelled), now: days(1) + UNDO_MS + 1 },
  cleaned: { facts: waiting(cleaned), now: days(2) },
}

const { invite } = ask
const steps = (facts: Facts) => doneAt(facts, days(1), 'bank', 'books', 'mapping')
const connected = (facts: Facts) => doneAt(facts, days(1), 'bank', 'books')

const ANY = { institution: null, institutionName: null }
const asking = (): Command => ({ ...ask.link('email'), asks: { besides: 1, bank: ANY, isAwaited: true } }) as Command
/** Has a bank awaited that was asked for on the first day, or is not needed since. */
const withAsk = (facts: Facts, droppedAt: Instant | null = null): Facts => ({
  ...connected(facts),
  bankAsks: [{ ...ANY, id: 'ask', isAwaited: true, askedAt: days(0), doneAt: null, droppedAt, tookBack: null }],
})
/** One whose bank step is open until the client says that these are all; closed where it must be. */
const shares = (facts: Facts) => (facts.instants.completed === null ? askingIfAll(facts) : facts)

const forClient = (way: RenewalWay): Command => ({
  do: 'confirm_renewal',
  connectionId: 'c',
  accounts: [],
  until: days(100),
  wording: 'w',
  isLost: false,
  isMapped: false,
  forClient: { how: 'phone', agreedOn: '2026-03-03', allowing: { isOn: true, isDue: true, way } },
})

/** The commands of the table; some run on an onboarding with further steps done. */
const COMMANDS: Record<string, { make: (now: Instant) => Command; on?: (facts: Facts) => Facts }> = {
  provision: { make: () => ({ do: 'provision' }) },
  invite: { make: () => invite() },
  'copy link': { make: () => ask.link() },
  'send link': { make: () => ask.link('email') },
  'accept, same link': { make: () => ask.accept() },
  'accept, sibling': { make: () => ask.accept(link({ id: 'link-2', channel: 'sms' })) },
  'accept, dead link': { make: () => ask.accept(link({ id: 'link-3', live: false })) },
  'decline by client': { make: () => ask.decline('client') },
  'decline by staff': { make: () => ask.decline('staff') },
  expire: { make: () => ({ do: 'expire' }) },
  'give up': { make: () => ({ do: 'give_up' }) },
  remind: { make: () => ({ do: 'remind' }) },
  cancel: { make: () => ask.cancel() },
  'undo cancel': { make: () => ask.undo() },
  'clean up': { make: () => ({ do: 'clean_up' }) },
  'reopen bank': { make: () => ask.reopen('bank') },
  'reopen nothing': { make: () => ask.reopen() },
  extend: { make: (now) => ask.extend(now + days(30) - days(0)) },
  snooze: { make: (now) => ask.snooze(now + 1) },
  resume: { make: () => ask.resume() },
  'complete, open steps': { make: () => ({ do: 'complete' }) },
  'complete, all done': { make: () => ({ do: 'complete' }), on: steps },
  'skip bank': { make: () => ask.skip('bank') },
  'reopen step bank': { make: () => ask.reopenStep('bank') },
  'mark bank done': { make: () => ask.completeStep('bank') },
  'mark mapping done': { make: () => ask.completeStep('mapping') },
  'edit the name': { make: () => ask.edit('name') },
  'edit nothing': { make: () => ask.edit() },
  assign: { make: () => ask.assign() },
  'change access': { make: () => ask.changeAccess() },
  visit: { make: () => ask.visit() },
  reveal: { make: () => ask.reveal() },
  erase: { make: () => ({ do: 'erase' }) },
  'bank to practice': { make: () => ask.handOver('bank', 'practice') },
  'books to client': { make: () => ask.handOver('books', 'client') },
  'start bank': { make: () => ask.start('bank') },
  'bank processing': { make: () => ask.await('bank') },
  'bank failed': { make: () => ask.fail('bank') },
  'bank down': { make: () => ({ do: 'pause_bank', outageId: 'o' }) },
  'bank down while the client is there': {
    make: () => ({ do: 'pause_bank', outageId: 'o' }),
    on: (facts) => withStep(facts, 'bank', { startedAt: days(0), phase: 'at_provider' }),
  },
  'bank back': { make: () => ({ do: 'bank_back', sessionId: 's' }) },
  'bank back after it was down': {
    make: () => ({ do: 'bank_back', sessionId: 's' }),
    on: (facts) => withStep(facts, 'bank', { failedAt: days(0), reason: 'bank_down' }),
  },
  'bank connected': { make: () => ask.connect('bank') },
  'connect one more bank': { make: () => ask.connect('bank'), on: connected },
  'finish banks': { make: () => ask.finishBanks() },
  'finish banks, one shared': { make: () => ask.finishBanks(), on: shares },
  'connect one more bank before that': { make: () => ask.connect('bank'), on: shares },
  'skip bank, one shared': { make: () => ask.skip('bank'), on: shares },
  'an eleventh bank': { make: () => ({ ...ask.connect('bank'), others: 10 }) as Command, on: connected },
  'connect done books': { make: () => ask.connect('books'), on: connected },
  'bank disconnected': {
    make: () => ({ do: 'disconnect', connectionId: 'c', step: 'bank', by: 'staff' }),
    on: connected,
  },
  'books lost': {
    make: () => ({ do: 'lose', connectionId: 'c', step: 'books', health: 'sign_in_ended' }),
    on: connected,
  },
  'books work again': { make: () => ({ do: 'recover', connectionId: 'c', step: 'books', isMapped: true }) },
  'ask to keep sharing': { make: () => ({ do: 'ask_renewal', connectionId: 'c', asked: ['c'], by: 'clock' }) },
  'ask, by staff': { make: () => ({ do: 'ask_renewal', connectionId: 'c', asked: ['c'], by: 'staff' }) },
  'confirm for the client': { make: () => forClient('confirm') },
  'confirm, bank to be visited': { make: () => forClient('visit') },
  'close accounts': { make: () => ({ do: 'close_accounts', connectionId: 'c', accounts: 1 }) },
  'reopen accounts': { make: () => ({ do: 'reopen_accounts', connectionId: 'c', accounts: 1 }) },
  'an account is gone': { make: () => ({ do: 'note_accounts', connectionId: 'c', gone: 1, back: 1 }) },
  'an account is back': { make: () => ({ do: 'note_accounts', connectionId: 'c', gone: 0, back: 1 }) },
  'no account is gone': { make: () => ({ do: 'note_accounts', connectionId: 'c', gone: 0, back: 0 }) },
  'map, bank open': { make: () => ask.map() },
  'map, both done': { make: () => ask.map(), on: connected },
  'ask for another bank': { make: () => asking(), on: connected },
  'undo the request': { make: () => ({ do: 'undo_ask', requestId: 'undo', ask: 'ask' }), on: withAsk },
  'another bank not needed': {
    make: () => ({ do: 'change_ask', requestId: 'not', ask: 'ask', to: 'not_needed' }),
    on: withAsk,
  },
  'another bank awaited again': {
    make: () => ({ do: 'change_ask', requestId: 'again', ask: 'ask', to: 'open' }),
    on: (facts) => withAsk(facts, days(2)),
  },
  report: { make: () => ask.report() },
  'stop texts': { make: () => ({ do: 'stop_texts', requestId: 'stop' }) },
  'allow texts': { make: () => ({ do: 'allow_texts', requestId: 'allow' }) },
  'claim message': { make: () => ({ do: 'claim', messageId: 'queued' }) },
  'message bounced': {
    make: () => ({ do: 'move_message', messageId: 'queued', to: 'bounced', reason: 'no such box' }),
  },
}

// The recorded event, `-` unchanged, `~` too early, `!` refused as not allowed, `!code` refused with that code.
const TABLE = `
command              | creating         | not_invited      | invited          | late             | expired          | declined         | accepted          | gave_up  | completed         | uninvited        | undoable  | cancelled      | cleaned
provision            | provisioned      | -                | -                | -                | -                | -                | -                 | -        | -                 | -                | -         | -              | -
invite               | invited          | invited          | resent           | resent           | resent           | resent           | !already_accepted | !        | !already_accepted | invited          | !         | !              | !
copy link            | invited          | invited          | link_copied      | !                | !                | !                | link_copied       | !        | link_copied       | invited          | !         | !              | !
send link            | invited          | invited          | link_sent        | !                | !                | !                | link_sent         | !        | link_sent         | invited          | !         | !              | !
accept, same link    | !                | !                | accepted         | !                | !                | !                | -                 | !        | -                 | !                | !         | !              | !
accept, sibling      | !                | !                | accepted         | !                | !                | !                | !already_accepted | !        | !already_accepted | !                | !         | !              | !
accept, dead link    | !                | !                | !                | !                | !                | !                | !already_accepted | !        | !already_accepted | !                | !         | !              | !
decline by client    | !                | !                | declined         | !                | !                | -                | !already_accepted | !        | !already_accepted | !                | !         | !              | !
decline by staff     | !                | !                | declined         | declined         | declined         | -                | !already_accepted | !        | !already_accepted | !                | !         | !              | !
expire               | -                | -                | -                | expired          | -                | -                | -                 | -        | -                 | -                | -         | -              | -
give up              | -                | -                | -                | -                | -                | -                | -                 | -        | -                 | -                | -         | -              | -
remind               | -                | -                | -                | -                | -                | -                | -                 | -        | -                 | -                | -         | -              | -
cancel               | cancelled        | cancelled        | cancelled        | cancelled        | cancelled        | cancelled        | cancelled         | !        | !                 | !                | !         | !              | !
undo cancel          | !                | !                | !                | !                | !                | !                | !                 | !        | !                 | !                | undone    | !undo_too_late | !undo_too_late
clean up             | -                | -                | -                | -                | -                | -                | -                 | cleaned  | -                 | -                | ~         | cleaned        | -
reopen bank          | !                | !                | !                | !                | !                | !                | !                 | reopened | reopened          | reopened         | !         | reopened       | reopened
reopen nothing       | !                | !                | !                | !                | !                | !                | !                 | reopened | !steps_required   | !steps_required  | !         | reopened       | reopened
extend               | !                | !                | extended         | extended         | extended         | !                | !                 | !        | !                 | !                | !         | !              | !
snooze               | snoozed          | snoozed          | snoozed          | snoozed          | snoozed          | snoozed          | snoozed           | !        | !                 | !                | !         | !              | !
resume               | -                | -                | -                | -                | -                | -                | -                 | !        | !                 | !                | !         | !              | !
complete, open steps | -                | -                | -                | -                | -                | -                | -                 | -        | -                 | -                | -         | -              | -
complete, all done   | -                | completed        | -                | -                | -                | -                | completed         | -        | -                 | -                | -         | -              | -
skip bank            | step_skipped     | step_skipped     | step_skipped     | step_skipped     | step_skipped     | step_skipped     | step_skipped      | !        | !                 | !                | !         | !              | !
reopen step bank     | -                | -                | -                | -                | -                | -                | -                 | !        | step_reopened     | step_reopened    | !         | !              | !
mark bank done       | step_done        | step_done        | step_done        | step_done        | step_done        | step_done        | step_done         | !        | !                 | !                | !         | !              | !
mark mapping done    | !step_blocked    | !step_blocked    | !step_blocked    | !step_blocked    | !step_blocked    | !step_blocked    | !step_blocked     | !        | !                 | !                | !         | !              | !
edit the name        | edited | edited | edited | edited | edited | edited | edited | edited | edited | edited | edited | edited | edited
edit nothing         | - | - | - | - | - | - | - | - | - | - | - | - | -
assign               | assigned | assigned | assigned | assigned | assigned | assigned | assigned | assigned | assigned | assigned | assigned | assigned | assigned
change access        | access_changed | access_changed | access_changed | access_changed | access_changed | access_changed | access_changed | access_changed | access_changed | access_changed | access_changed | access_changed | access_changed
visit                | support_looked | support_looked | support_looked | support_looked | support_looked | support_looked | support_looked | support_looked | support_looked | support_looked | support_looked | support_looked | support_looked
reveal               | ni_number_shown | ni_number_shown | ni_number_shown | ni_number_shown | ni_number_shown | ni_number_shown | ni_number_shown | ni_number_shown | ni_number_shown | ni_number_shown | ni_number_shown | ni_number_shown | ni_number_shown
erase                | ! | ! | ! | ! | ! | ! | ! | erased | erased | erased | erased | erased | erased
bank to practice     | !owner_not_possible | !owner_not_possible | !owner_not_possible | !owner_not_possible | !owner_not_possible | !owner_not_possible | !owner_not_possible | ! | ! | ! | ! | ! | !
books to client      | step_handed_over | step_handed_over | step_handed_over | step_handed_over | step_handed_over | step_handed_over | step_handed_over  | !        | !                 | !                | !         | !              | !
start bank           | bank_started | bank_started | bank_started | bank_started | bank_started | bank_started | bank_started | ! | bank_started | bank_started | ! | ! | !
bank processing      | bank_waiting | bank_waiting | bank_waiting | bank_waiting | bank_waiting | bank_waiting | bank_waiting | ! | !already_connected | !already_connected | ! | ! | !
bank failed          | bank_failed | bank_failed | bank_failed | bank_failed | bank_failed | bank_failed | bank_failed | - | bank_failed | bank_failed | - | - | -
bank down            | - | - | - | - | - | - | bank_paused | - | - | - | - | - | -
bank down while the client is there | - | - | - | - | - | - | - | - | - | - | - | - | -
bank back            | - | - | - | - | - | - | - | - | - | - | - | - | -
bank back after it was down | - | - | - | - | - | - | bank_back | - | - | - | - | - | -
bank connected       | bank_connected | bank_connected | bank_connected | bank_connected | bank_connected | bank_connected | bank_connected | ! | bank_connected | bank_connected | ! | ! | !
connect one more bank | bank_connected | bank_connected | bank_connected | bank_connected | bank_connected | bank_connected | bank_connected | ! | bank_connected | bank_connected | ! | ! | !
finish banks         | - | - | - | - | - | - | - | - | - | - | - | - | -
finish banks, one shared | ! | ! | ! | ! | ! | ! | banks_finished | ! | - | - | ! | ! | !
connect one more bank before that | bank_connected | bank_connected | bank_connected | bank_connected | bank_connected | bank_connected | bank_connected | ! | bank_connected | bank_connected | ! | ! | !
skip bank, one shared | !already_connected | !already_connected | !already_connected | !already_connected | !already_connected | !already_connected | !already_connected | ! | ! | ! | ! | ! | !
an eleventh bank     | !too_many_banks | !too_many_banks | !too_many_banks | !too_many_banks | !too_many_banks | !too_many_banks | !too_many_banks | ! | !too_many_banks | !too_many_banks | ! | ! | !
connect done books   | !already_connected | !already_connected | !already_connected | !already_connected | !already_connected | !already_connected | !already_connected | ! | ! | ! | ! | ! | !
bank disconnected    | disconnected | disconnected | disconnected | disconnected | disconnected | disconnected | disconnected | disconnected | disconnected | disconnected | disconnected | disconnected | disconnected
books lost           | connection_lost | connection_lost | connection_lost | connection_lost | connection_lost | connection_lost | connection_lost | connection_lost | connection_lost | connection_lost | connection_lost | connection_lost | connection_lost
books work again     | connection_recovered | connection_recovered | connection_recovered | connection_recovered | connection_recovered | connection_recovered | connection_recovered | connection_recovered | connection_recovered | connection_recovered | connection_recovered | connection_recovered | connection_recovered
ask to keep sharing | - | - | - | - | - | - | renewal_asked | - | renewal_asked | renewal_asked | - | - | -
ask, by staff        | ! | ! | ! | ! | ! | ! | renewal_asked | ! | renewal_asked | !no_contact | ! | ! | !
confirm for the client | ! | ! | ! | ! | ! | ! | renewal_confirmed | ! | renewal_confirmed | !no_contact | ! | ! | !
confirm, bank to be visited | ! | ! | ! | ! | ! | ! | !bank_needs_client | ! | !bank_needs_client | !bank_needs_client | ! | ! | !
close accounts       | ! | ! | ! | ! | ! | ! | accounts_closed | ! | accounts_closed | accounts_closed | ! | ! | !
reopen accounts      | ! | ! | ! | ! | ! | ! | accounts_reopened | ! | accounts_reopened | accounts_reopened | ! | ! | !
an account is gone | accounts_missing | accounts_missing | accounts_missing | accounts_missing | accounts_missing | accounts_missing | accounts_missing | accounts_missing | accounts_missing | accounts_missing | accounts_missing | accounts_missing | accounts_missing
an account is back | accounts_back | accounts_back | accounts_back | accounts_back | accounts_back | accounts_back | accounts_back | accounts_back | accounts_back | accounts_back | accounts_back | accounts_back | accounts_back
no account is gone | - | - | - | - | - | - | - | - | - | - | - | - | -
map, bank open       | !step_blocked | !step_blocked | !step_blocked | !step_blocked | !step_blocked | !step_blocked | !step_blocked | ! | mapped | mapped | ! | ! | !
map, both done       | mapped | mapped | mapped | mapped | mapped | mapped | mapped | ! | mapped | mapped | ! | ! | !
ask for another bank | !bank_first | !bank_first | !bank_first | ! | ! | ! | link_sent | ! | link_sent | !bank_first | ! | ! | !
undo the request     | !already_sent | !already_sent | !already_sent | !already_sent | !already_sent | !already_sent | !already_sent | !already_sent | !already_sent | !already_sent | !already_sent | !already_sent | !already_sent
another bank not needed | ask_changed | ask_changed | ask_changed | ask_changed | ask_changed | ask_changed | ask_changed | ! | ! | ! | ! | ! | !
another bank awaited again | ask_changed | ask_changed | ask_changed | ask_changed | ask_changed | ask_changed | ask_changed | ! | ask_changed | ask_changed | ! | ! | !
report               | told             | told             | told             | told             | told             | told             | told              | told     | told              | told             | !         | !              | !
stop texts           | texts_stopped    | texts_stopped    | texts_stopped    | texts_stopped    | texts_stopped    | texts_stopped    | texts_stopped     | texts_stopped | texts_stopped | texts_stopped  | texts_stopped | texts_stopped | texts_stopped
allow texts          | texts_allowed    | texts_allowed    | texts_allowed    | texts_allowed    | texts_allowed    | texts_allowed    | texts_allowed     | texts_allowed | texts_allowed | texts_allowed  | texts_allowed | texts_allowed | texts_allowed
claim message        | -                | -                | sending          | withdrawn        | withdrawn        | withdrawn        | withdrawn         | withdrawn | withdrawn        | -                | withdrawn | withdrawn      | withdrawn
message bounced      | -                | -                | bounced          | bounced          | bounced          | bounced          | bounced           | bounced  | bounced           | -                | bounced   | bounced        | bounced
`

const rows = TABLE.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
const stands = (rows[0] ?? []).slice(1)
const cells = rows.slice(1).flatMap(([name = '', ...words]) =>
  stands.map((stand, i) => {
    const word = words[i] === '!' ? '!not_allowed' : (words[i] ?? '')
    return { name, stand, word }
  }),
)

const situationIn = (stand: string) => {
  const found = STANDS[stand]
  if (!found) throw new Error(`no situation named ${stand}`)
  return found
}

/** All commands that a person could mean by a verb. */
const TRIES: Record<Verb, (now: Instant) => Command[]> = {
  invite: () => [invite()],
  link: () => [ask.link(), ask.link('email')],
  accept: () => [ask.accept()],
  decline: () => [ask.decline('client'), ask.decline('staff')],
  cancel: () => [ask.cancel()],
  undo_cancel: () => [ask.undo()],
  reopen: () => [ask.reopen('bank')],
  extend: (now) => [ask.extend(now + days(30) - days(0))],
  snooze: (now) => [ask.snooze(now + 1)],
  resume: () => [ask.resume()],
  skip_step: () => [ask.skip('bank'), ask.skip('books'), ask.skip('mapping')],
  reopen_step: () => [ask.reopenStep('bank'), ask.reopenStep('books'), ask.reopenStep('mapping')],
  complete_step: () => [ask.completeStep('bank'), ask.completeStep('books'), ask.completeStep('mapping')],
  hand_over: () => [ask.handOver('books', 'client')],
  connect: () => [ask.connect('bank'), ask.connect('books')],
  map: () => [ask.map()],
}

describe('every command in every situation', () => {
  test('the table names every command and every situation', () => {
    expect(stands).toEqual(Object.keys(STANDS))
    expect(rows.slice(1).map(([name]) => name)).toEqual(Object.keys(COMMANDS))
    expect(rows.every((row) => row.length === stands.length + 1)).toBe(true)
  })

  test.each(cells)('$name, $stand: $word', ({ name, stand, word }) => {
    const { facts, now } = situationIn(stand)
    const command = COMMANDS[name]
    if (!command) throw new Error(`no command named ${name}`)
    const before = command.on ? command.on(facts) : facts
    const decision = decide(before, command.make(now), now)
    expect(wordOf(decision)).toBe(word)
    if (!('refusal' in decision)) return
    const { refusal } = decision
    expect(refusal.status).toBe(statusAt(before, now))
    for (const verb of refusal.allowed) {
      const answers = TRIES[verb](now).map((one) => wordOf(decide(before, one, now)))
      expect(
        answers.filter((answer) => !answer.startsWith('!')),
        verb,
      ).not.toEqual([])
    }
  })

  test.each(Object.keys(STANDS))('what a refusal does not offer is refused: %s', (stand) => {
    const { facts, now } = situationIn(stand)
    const refused = decide(facts, ask.connect('bank'), now)
    const offered = 'refusal' in refused ? refused.refusal.allowed : null
    if (offered === null) return
    for (const verb of Object.keys(TRIES) as Verb[]) {
      if (offered.includes(verb)) continue
      for (const one of TRIES[verb](now)) expect(wordOf(decide(facts, one, now)), verb).toMatch(/^[!-]/)
    }
  })
})

test('a decision leaves what it looked at alone', () => {
  const facts = structuredClone(invitedBy(at(notInvited, {}), ['email', 'sms']))
  const before = structuredClone(facts)
  for (const { make } of Object.values(COMMANDS)) decide(facts, make(hours(1)), hours(1))
  expect(facts).toEqual(before)
})
