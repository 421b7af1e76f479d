import { nextReminder } from '../reminders.ts'
import type { Facts, Instant } from '../situation.ts'

export type ComingReminder = { at: Instant; kind: 'client' | 'staff'; n: number; isLast: boolean }

/** Returns the reminders to come if nothing else happens, soonest first, at most `atMost`. */
export function remindersToCome(facts: Facts, now: Instant, atMost: number): ComingReminder[] {
  const coming: ComingReminder[] = []
  let as = facts
  let at = now
  while (coming.length < atMost) {
    const reminder = nextReminder(as, at)
    if (!reminder) break
    const { kind, n, series, isLast } = reminder
    coming.push({ at: reminder.at, kind, n, isLast })
    at = Math.max(at, reminder.at)
    as = { ...as, reminded: { ...as.reminded, [kind]: { series, n } } }
  }
  return coming
}
