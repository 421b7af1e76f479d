import { describe, expect, test } from 'vitest'
import { decide } from '../../domain/decide/decide.ts'
import { describe as situate } from '../../domain/describe.ts'
import { nextReminder, seriesAt, windowReminders } from '../../domain/reminders.ts'
import { DAY_MS, type Facts, HOUR_MS, type Instant, type ReminderDays } from '../../domain/situation.ts'
import { after, doing } from './applied.ts'
import {
  accepted,
  ask,
  at,
  days,
  doneAt,
  expired,
  invited,
  invitedBy,
  MONDAY,
  message,
  notInvited,
  withStep,
  wordOf,
} from './onboardings.ts'

/** Makes every reminder at its instant until `until`; returns `kind n day` for each. */
function remindersUntil(facts: Facts, until: Instant, from: Instant = MONDAY): string[] {
  const made: string[] = []
  let now = from
  for (let reminder = nextReminder(facts, now); reminder && reminder.at <= until; reminder = nextReminder(facts, now)) {
    now = Math.max(reminder.at, now)
    const { change, facts: then } = doing(facts, now, { do: 'remind' })
    const last = change.messages?.some(({ isLast }) => isLast) ? ', the last' : ''
    made.push(`${change.reminded?.kind} ${change.reminded?.n} day ${(now - MONDAY) / DAY_MS}${last}`)
    facts = then
  }
  return made
}

describe('who is reminded, and when', () => {
  test('the client on days 2, 4 and 6 of the default week', () => {
    expect(remindersUntil(invited, days(7))).toEqual(['client 1 day 2', 'client 2 day 4', 'client 3 day 6, the last'])
  })

  test('2/7, 4/7 and 6/7 of any window, at least a day apart', () => {
    for (let window = 1; window <= 60; window++) {
      const reminders = windowReminders(MONDAY, days(window), 'UTC')
      expect(reminders[0]?.n).toBe(1)
      reminders.slice(1).forEach((reminder, i) => {
        expect(reminder.at - (reminders[i]?.at ?? 0)).toBeGreaterThanOrEqual(DAY_MS)
      })
      expect(reminders.every((reminder) => reminder.at < days(window))).toBe(true)
      expect(reminders.map(({ n, isLast }) => [n, isLast])).toEqual(
        reminders.map((_, i) => [i + 1, i + 1 === reminders.length]),
      )
    }
    expect(windowReminders(MONDAY, days(14), 'UTC').map((reminder) => (reminder.at - MONDAY) / DAY_MS)).toEqual([
      4, 8, 12,
    ])
    expect(windowReminders(MONDAY, days(1), 'UTC')).toHaveLength(1)
  })

  test('on the days the practice chose instead, as far as the link lives, the last marked as the last', () => {
    const policy = (reminderDays: ReminderDays) => ({ policy: { ...invited.policy, reminderDays } })
    const onDays = (chosen: number[]) =>
      remindersUntil({ ...invited, ...policy({ invited: chosen, accepted: null }) }, days(7))
    expect(onDays([1, 3, 5])).toEqual(['client 1 day 1', 'client 2 day 3', 'client 3 day 5, the last'])
    expect(onDays([1, 3, 9])).toEqual(['client 1 day 1', 'client 2 day 3, the last'])
    expect(onDays([5])).toEqual(['client 1 day 5, the last'])
    expect(onDays([7])).toEqual([])
    expect(onDays([])).toEqual([])
    const connecting = { ...doneAt(accepted, days(1), 'books'), ...policy({ invited: null, accepted: [1, 30] }) }
    expect(remindersUntil(connecting, days(60), days(1))).toEqual(['client 1 day 2', 'client 2 day 31, the last'])
    const left = { ...doneAt(accepted, days(1), 'bank'), ...policy({ invited: [], accepted: [] }) }
    expect(remindersUntil(left, days(60), days(1))).toHaveLength(3)
  })

  test('on every one of four days: the number that says which is not the mark that says last', () => {
    const policy = { ...invited.policy, reminderDays: { invited: null, accepted: [2, 5, 9, 10] } }
    expect(remindersUntil({ ...doneAt(accepted, days(1), 'books'), policy }, days(60), days(1))).toEqual([
      'client 1 day 3',
      'client 2 day 6',
      'client 3 day 10',
      'client 4 day 11, the last',
    ])
  })

  test('days that an extension brings follow the last that was made for the shorter link', () => {
    const policy = { ...invited.policy, reminderDays: { invited: [1, 3, 9], accepted: null } }
    const shorter = doing(doing({ ...invited, policy }, days(1), { do: 'remind' }).facts, days(3), {
      do: 'remind',
    }).facts
    expect(nextReminder(shorter, days(4))).toBeNull()
    const longer = doing(shorter, days(4), ask.extend(days(14))).facts
    expect(nextReminder(longer, days(4))).toMatchObject({ n: 3, isLast: true, at: days(9) })
  })

  test('after acceptance the client on days 2, 5 and 10 while a step of theirs is open, the practice while one of its', () => {
    const booksDone = doneAt(accepted, days(1), 'books')
    expect(remindersUntil(booksDone, days(60), days(1))).toEqual([
      'client 1 day 3',
      'client 2 day 6',
      'client 3 day 11, the last',
    ])
    expect(remindersUntil(doneAt(accepted, days(1), 'bank'), days(60), days(1))).toEqual([
      'staff 1 day 3',
      'staff 2 day 6',
      'staff 3 day 11',
    ])
    expect(remindersUntil(accepted, days(60), days(1))).toHaveLength(6)
  })

  test('matching starts its own days when bank and books are both done', () => {
    const ready = doneAt(doneAt(accepted, days(2), 'bank'), days(4), 'books')
    expect(remindersUntil(ready, days(60), days(4))).toEqual(['staff 1 day 6', 'staff 2 day 9', 'staff 3 day 14'])
  })

  test('the practice on days 2, 5 and 10 after it expired, was declined or was set up without an invitation', () => {
    expect(remindersUntil(at(expired, { expired: days(7) }), days(60), days(7))).toEqual([
      'staff 1 day 9',
      'staff 2 day 12',
      'staff 3 day 17',
    ])
    expect(remindersUntil(at(invited, { declined: days(1) }), days(60), days(1))).toHaveLength(3)
    expect(remindersUntil(notInvited, days(60))).toEqual(['staff 1 day 2', 'staff 2 day 5', 'staff 3 day 10'])
  })

  test('nobody is reminded of a bank that is down, nor after saying no', () => {
    const failed = (reason: 'stopped' | 'bank_down' | 'refused') =>
      doneAt(withStep(accepted, 'bank', { failedAt: days(2), reason }), days(1), 'books')
    for (const reason of ['stopped', 'bank_down'] as const) {
      expect(remindersUntil(failed(reason), days(3), days(2))).toEqual([])
    }
    expect(remindersUntil(failed('refused'), days(3), days(2))).toEqual(['client 1 day 3'])
  })

  test('once the bank works again the client is asked back, instead of what was missed, and reminded as before', () => {
    const down = doneAt(withStep(accepted, 'bank', { failedAt: days(1.5), reason: 'bank_down' }), days(1), 'books')
    const back = { do: 'bank_back', sessionId: 's' } as const
    const { facts, change } = doing(down, days(5.5), back)
    expect(change.messages).toEqual([{ purpose: 'bank_back', channels: ['email'] }])
    expect(situate(facts, days(5.5))).toMatchObject({ blockedBy: 'bank', move: 'client' })
    // Accepted on day 1: the reminder of day 3 was missed, and that of day 6 would follow within a day.
    expect(remindersUntil(facts, days(60), days(5.5))).toEqual(['client 3 day 11, the last'])
    expect(decide(facts, back, days(5.5))).toEqual({ unchanged: true })
    expect(doing(facts, days(6), ask.start('bank')).facts.messages.at(-1)).toMatchObject({ state: 'withdrawn' })
    const unreachable = { ...down, messages: [message({ state: 'bounced' })] }
    expect(doing(unreachable, days(3), back).change.messages).toEqual([])
  })

  test('a client who has not tried a bank that is down is not reminded of it, and gets the missed reminders once it works', () => {
    const stage = doneAt(accepted, days(1), 'books')
    const lost = withStep(stage, 'bank', { openedAt: days(1), failedAt: days(1), phase: 'lost' })
    for (const before of [stage, lost]) {
      const { facts: down } = doing(before, days(2), { do: 'pause_bank', outageId: 'o' })
      expect(situate(down, days(2))).toMatchObject({ blockedBy: 'bank_down', move: 'bank', since: days(2) })
      expect(remindersUntil(down, days(3.5), days(2))).toEqual([])
      expect(decide(down, { do: 'pause_bank', outageId: 'o' }, days(3))).toEqual({ unchanged: true })
      const { facts: back, change } = doing(down, days(3.5), { do: 'bank_back', sessionId: 's', hasTried: false })
      expect(change.messages ?? []).toEqual([])
      expect(situate(back, days(3.5))).toMatchObject({ blockedBy: before === lost ? 'lost' : 'bank', move: 'client' })
      expect(remindersUntil(back, days(7), days(3.5))).toEqual(['client 1 day 3.5', 'client 2 day 6'])
    }
    const stopped = withStep(stage, 'bank', { failedAt: days(1), reason: 'stopped' })
    expect(decide(stopped, { do: 'pause_bank', outageId: 'o' }, days(2))).toEqual({ unchanged: true })
  })

  test('a failed attempt that nobody touched for two days goes to the practice', () => {
    const failed = doneAt(withStep(accepted, 'bank', { failedAt: days(2), reason: 'stopped' }), days(1), 'books')
    expect(remindersUntil(failed, days(60), days(2))).toEqual([
      'staff 1 day 4',
      'staff 2 day 6',
      'staff 3 day 9',
      'staff 4 day 14',
    ])
  })

  test('an address that is dead stops the client’s reminders and starts the practice’s', () => {
    const bounced = message({ state: 'bounced', stateAt: days(1) })
    const dead = invitedBy(notInvited, ['email'], [bounced])
    expect(remindersUntil(dead, days(7), days(1))).toEqual(['staff 1 day 3', 'staff 2 day 6'])
    const texts = invitedBy(notInvited, ['email', 'sms'], [bounced, message({ channel: 'sms' })])
    expect(remindersUntil(texts, days(3), days(1))).toEqual(['client 1 day 2'])
  })

  test('a mail to the practice that bounces says nothing about the client, and starts no series anew', () => {
    const toStaff = message({ purpose: 'staff_touch', state: 'bounced', stateAt: days(5) })
    const bounced = message({ state: 'bounced', stateAt: days(1) })
    const series = (sent: (typeof toStaff)[]) => seriesAt(invitedBy(notInvited, ['email'], sent), days(6))
    expect(series([bounced, toStaff])).toEqual(series([bounced]))
    expect(series([message(), toStaff]).map((one) => one.kind)).toEqual(['client'])
  })

  test('a link sent again to an address that works now brings the reminders back', () => {
    const again = [message({ state: 'bounced' }), message({ state: 'delivered', stateAt: days(1) })]
    expect(seriesAt(invitedBy(notInvited, ['email'], again), days(1)).map((one) => one.kind)).toEqual(['client'])
  })

  test('a stage that comes back is recorded under a key of its own', () => {
    const reached = doneAt(accepted, days(1), 'bank')
    const first = doing(reached, days(11), { do: 'remind' })
    const mapping = doing(first.facts, days(12), ask.connect('books')).facts
    const touched = doing(mapping, days(14), { do: 'remind' }).facts
    // As in rows from before steps recorded their reopening.
    const back = withStep(doing(touched, days(15), ask.reopenStep('books')).facts, 'books', { openedAt: null })
    const second = doing(back, days(15), { do: 'remind' })
    expect(second.change.reminded).toEqual(first.change.reminded)
    expect(second.change.event.key).not.toBe(first.change.event.key)
  })
})

describe('the client’s own books, left to the practice', () => {
  const theirs = withStep(doneAt(accepted, days(1), 'bank'), 'books', { owner: 'client', startedAt: days(3) })
  test.each([
    ['another name', { phase: 'check_organisation' }],
    ['linked elsewhere', { reason: 'already_linked', failedAt: days(3) }],
  ] as const)('%s: the practice is reminded, and the client asked nothing', (_what, set) => {
    expect(remindersUntil(theirs, days(4), days(3))[0]).toMatch(/^client/)
    const left = withStep(theirs, 'books', set)
    expect(remindersUntil(left, days(20), days(3))).toEqual(['staff 1 day 5', 'staff 2 day 8', 'staff 3 day 13'])
    expect(situate(left, days(3) + 1)).toMatchObject({ move: 'practice', next: [{ what: 'staff_reminder' }] })
  })

  test('Embark refused by the ledger: nobody is reminded of it', () => {
    const refused = withStep(theirs, 'books', { reason: 'refused_us', failedAt: days(3) })
    expect(seriesAt(refused, days(4)).filter(({ kind }) => kind === 'client')).toEqual([])
  })
})

describe('reminders keep their hour', () => {
  /** Returns when the reminders are made of somebody who was invited at `from` and accepts, as the clock there shows it. */
  const clockOf = (zone: string, from: Instant, reminderDays: ReminderDays | null = null) => {
    const policy = { ...invited.policy, ...(reminderDays && { reminderDays }) }
    const facts = { ...invited, zone, policy, expiresAt: from + 7 * DAY_MS }
    const waiting = { ...facts, invitation: invited.invitation && { ...invited.invitation, from } }
    const left = { ...doneAt(at(waiting, { accepted: from }), from, 'books'), messages: [message({ stateAt: from })] }
    return [waiting, left].map((one) => instantsUntil(one, from + 20 * DAY_MS, from).map((made) => clock(made, zone)))
  }
  const instantsUntil = (facts: Facts, until: Instant, from: Instant): Instant[] => {
    const next = nextReminder(facts, from)
    if (!next || next.at > until || next.kind !== 'client') return []
    return [next.at, ...instantsUntil(doing(facts, next.at, { do: 'remind' }).facts, until, next.at)]
  }
  const clock = (when: Instant, timeZone: string) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(when)

  test('when British clocks go forward, on following days too, and when they go back', () => {
    // Thursday 26 March, 10:00 GMT; clocks go forward on Sunday.
    expect(clockOf('Europe/London', Date.UTC(2026, 2, 26, 10))).toEqual([
      ['2026-03-28 10:00', '2026-03-30 10:00', '2026-04-01 10:00'],
      ['2026-03-28 10:00', '2026-03-31 10:00', '2026-04-05 10:00'],
    ])
    const following = { invited: [2, 3, 4], accepted: [2, 3, 4] }
    const each = ['2026-03-28 10:00', '2026-03-29 10:00', '2026-03-30 10:00']
    expect(clockOf('Europe/London', Date.UTC(2026, 2, 26, 10), following)).toEqual([each, each])
    // Thursday 22 October, 09:00 BST; clocks go back on Sunday.
    expect(clockOf('Europe/London', Date.UTC(2026, 9, 22, 8))).toEqual([
      ['2026-10-24 09:00', '2026-10-26 09:00', '2026-10-28 09:00'],
      ['2026-10-24 09:00', '2026-10-27 09:00', '2026-11-01 09:00'],
    ])
  })

  test('in a zone whose clocks never change', () => {
    expect(clockOf('Asia/Kolkata', Date.UTC(2026, 2, 26, 10))).toEqual([
      ['2026-03-28 15:30', '2026-03-30 15:30', '2026-04-01 15:30'],
      ['2026-03-28 15:30', '2026-03-31 15:30', '2026-04-05 15:30'],
    ])
  })

  test('an hour that the change leaves out becomes the next one that is there', () => {
    const reminderDays = { invited: [1, 2], accepted: null }
    const [waiting] = clockOf('Europe/London', Date.UTC(2026, 2, 28, 1, 30), reminderDays)
    expect(waiting).toEqual(['2026-03-29 02:30', '2026-03-30 01:30'])
  })
})

describe('snoozing', () => {
  test('nothing while snoozed; what was missed is one reminder at the wake', () => {
    const { facts } = doing(invited, days(1), ask.snooze(days(5)))
    expect(nextReminder(facts, days(1))).toMatchObject({ at: days(5), n: 2 })
    for (const day of [2, 3, 4]) expect(decide(facts, { do: 'remind' }, days(day))).toEqual({ unchanged: true })
    expect(remindersUntil(facts, days(7), days(1))).toEqual(['client 2 day 5', 'client 3 day 6, the last'])
  })

  test('the reminder at the wake stands for one that would follow within a day', () => {
    const { facts } = doing(invited, days(1), ask.snooze(days(5.5)))
    expect(remindersUntil(facts, days(7), days(1))).toEqual(['client 3 day 5.5, the last'])
  })

  test('a wake with nothing missed makes no reminder', () => {
    const { facts } = doing(invited, days(0.5), ask.snooze(days(1)))
    expect(nextReminder(facts, days(0.5))).toMatchObject({ at: days(2), n: 1 })
  })

  test('resuming brings back the days as they were', () => {
    const { facts } = doing(invited, days(1), ask.snooze(days(5)))
    const { facts: woken } = doing(facts, days(1.5), ask.resume())
    expect(remindersUntil(woken, days(7), days(1.5))).toEqual(remindersUntil(invited, days(7)))
  })

  test('no reminder is announced for a wake after the invitation has expired', () => {
    const { facts } = doing(invited, days(1), ask.snooze(days(7) + 1000))
    expect(nextReminder(facts, days(1))).toBeNull()
    const { facts: before } = doing(invited, days(1), ask.snooze(days(7) - 1000))
    expect(nextReminder(before, days(1))).toMatchObject({ kind: 'client', n: 3, at: days(7) - 1000 })
  })
  test('expiry runs on while snoozed', () => {
    const { facts } = doing(invited, days(1), ask.snooze(days(20)))
    expect(wordOf(decide(facts, { do: 'expire' }, days(7) + 1))).toBe('expired')
    const gone = after(facts, { do: 'expire' }, days(7) + 1)
    expect(nextReminder(gone, days(8))).toMatchObject({ kind: 'staff', at: days(20) })
  })
})

test('after an outage the missed reminders are one, and the next is at least a day away', () => {
  expect(nextReminder(invited, days(4) + 5 * HOUR_MS)).toMatchObject({ n: 2, at: days(4) })
  expect(nextReminder(invited, days(5) + 5 * HOUR_MS)).toMatchObject({ n: 3 })
  expect(nextReminder(invited, days(5))).toMatchObject({ n: 2 })
  expect(nextReminder(invited, days(5) + 1)).toMatchObject({ n: 3 })
  expect(nextReminder(invited, days(4) + 1000)).toMatchObject({ n: 2 })
})
