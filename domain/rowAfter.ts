import type { Change } from './commands.ts'
import type { Facts, Instant, MessagePurpose } from './situation.ts'

/** What of the facts stands in the onboarding's own row. */
export type RowFacts = Pick<
  Facts,
  'seq' | 'run' | 'instants' | 'expiresAt' | 'snoozedUntil' | 'lastActAt' | 'sentAt' | 'touched'
> & { generation: number }

/** Sent by command: a further one has to wait a minute. */
const SENT_BY_COMMAND = new Set<MessagePurpose>(['invitation', 'new_link', 'continue_link'])

/** The row as it is. */
export function rowOf(facts: Facts): RowFacts {
  const { seq, run, instants, expiresAt, snoozedUntil, lastActAt, sentAt, touched } = facts
  const generation = facts.invitation?.generation ?? 0
  return { seq, run, instants, expiresAt, snoozedUntil, lastActAt, sentAt, touched, generation }
}

/** The row after a change made at `now`. */
export function rowAfter(facts: Facts, change: Change, now: Instant): RowFacts {
  const row = rowOf(facts)
  const sends = change.messages?.some((message) => SENT_BY_COMMAND.has(message.purpose))
  return {
    seq: row.seq + 1,
    run: row.run + (change.raiseRun ? 1 : 0),
    generation: row.generation + (change.generation ? 1 : 0),
    instants: { ...row.instants, ...change.instants },
    expiresAt: change.expiresAt === undefined ? row.expiresAt : change.expiresAt,
    snoozedUntil: change.snoozedUntil === undefined ? row.snoozedUntil : change.snoozedUntil,
    lastActAt: change.act ? now : row.lastActAt,
    sentAt: sends ? now : row.sentAt,
    touched: change.touched
      ? { ...row.touched, [change.touched.kind]: { series: change.touched.series, n: change.touched.n } }
      : row.touched,
  }
}
