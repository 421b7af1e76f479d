import type { Change, NewMessage } from '../domain/commands.ts'
import type { Description } from '../domain/describe.ts'
import type { Actor, NewEvent } from '../domain/events.ts'
import type { RowFacts } from '../domain/rowAfter.ts'
import type { Facts, Instant } from '../domain/situation.ts'
import { asDate, type Tx } from './client.ts'

/** Who an invitation goes to. Addresses are normalised before they come here. */
export type Recipient = {
  name: string | null
  email: string | null
  phone: string | null
  message: string | null
  inviterName: string | null
}

/** Writes what hangs on the row: the change's event, links, invitation, sessions, steps and messages. In any order. */
export async function writeChange(
  tx: Tx,
  practiceId: string,
  facts: Facts,
  change: Change,
  row: RowFacts,
  actor: Actor,
  now: Instant,
  recipient: Recipient | null,
): Promise<void> {
  const { generation, run } = row
  const queries: Promise<unknown>[] = [insertEvent(tx, practiceId, facts.id, row.seq, change.event, actor, now)]
  if (change.generation || change.links === 'end_all') {
    queries.push(tx`UPDATE link SET ended_at = ${new Date(now)} WHERE onboarding_id = ${facts.id} AND ended_at IS NULL`)
  }
  if (change.generation) {
    queries.push(tx`
      INSERT INTO invitation (practice_id, onboarding_id, generation, name, email, phone, channels, message, inviter_name, created_at)
      VALUES (${practiceId}, ${facts.id}, ${generation}, ${recipient?.name ?? null}, ${recipient?.email ?? null},
        ${recipient?.phone ?? null}, ${change.generation.channels}, ${recipient?.message ?? null},
        ${recipient?.inviterName ?? null}, ${new Date(now)})`)
  }
  if (change.acceptedWith && facts.invitation) {
    const { id, channel } = change.acceptedWith
    queries.push(
      tx`UPDATE invitation SET accepted_channel = ${channel}, accepted_link_id = ${id} WHERE id = ${facts.invitation.id}`,
      tx`UPDATE link SET ended_at = ${new Date(now)}
        WHERE onboarding_id = ${facts.id} AND purpose = 'accept' AND id <> ${id} AND ended_at IS NULL`,
      tx`UPDATE link SET purpose = 'continue' WHERE id = ${id}`,
    )
  }
  if (change.sessions) {
    queries.push(tx`
      UPDATE auth_session SET status = 'failed', status_at = ${new Date(now)}, failure = 'ended', next_poll_at = NULL
      WHERE onboarding_id = ${facts.id} AND status IN ('pending', 'exchanging', 'choosing')
        ${change.sessions === 'all' ? tx`` : tx`AND step = ${change.sessions}`}`)
  }
  for (const { kind, set } of change.steps ?? []) {
    const step = facts.steps.find((one) => one.kind === kind)
    if (!step) continue
    const after = { ...step, ...set }
    queries.push(tx`
      UPDATE onboarding_step SET owner = ${after.owner}, opened_at = ${asDate(after.openedAt ?? null)}, started_at = ${asDate(after.startedAt)},
        done_at = ${asDate(after.doneAt)}, skipped_at = ${asDate(after.skippedAt)},
        skipped_because = ${after.skippedBecause}, failed_at = ${asDate(after.failedAt)}, phase = ${after.phase},
        reason = ${after.reason}
      WHERE onboarding_id = ${facts.id} AND kind = ${kind}`)
  }
  if (change.message) {
    const { id, state, reason, claims } = change.message
    queries.push(
      tx`UPDATE message SET state = ${state}, state_at = ${new Date(now)}, reason = ${reason} WHERE id = ${id}`,
    )
    if (claims && facts.invitation) {
      queries.push(tx`UPDATE invitation SET claimed_at = ${new Date(now)} WHERE id = ${facts.invitation.id}`)
    }
  }
  for (const message of change.messages ?? [])
    queries.push(queueMessage(tx, practiceId, facts.id, generation, run, message, now))
  await Promise.all(queries)
}

/** Appends one fact to the log. */
export function insertEvent(
  tx: Tx,
  practiceId: string,
  onboardingId: string,
  seq: number,
  event: NewEvent,
  actor: Actor,
  now: Instant,
) {
  return tx`
    INSERT INTO event (practice_id, onboarding_id, seq, kind, key, at, actor_type, actor_id, data)
    VALUES (${practiceId}, ${onboardingId}, ${seq}, ${event.kind}, ${event.key}, ${new Date(now)},
      ${actor.type}, ${actor.id}, ${tx.json(event.data)})`
}

/** Queues one row per channel. Its bytes are frozen at the first claim. */
function queueMessage(
  tx: Tx,
  practiceId: string,
  onboardingId: string,
  generation: number,
  run: number,
  message: NewMessage,
  now: Instant,
) {
  return tx`
    INSERT INTO message (practice_id, onboarding_id, generation, run, purpose, channel, touch_n, state_at, created_at)
    SELECT ${practiceId}, ${onboardingId}, ${generation}, ${run}, ${message.purpose}, channel, ${message.n ?? null},
      ${new Date(now)}, ${new Date(now)}
    FROM unnest(${message.channels}::text[]) AS channel`
}

/** Takes back queued messages that are no longer wanted. */
export async function withdraw(tx: Tx, messageIds: string[], now: Instant): Promise<void> {
  if (messageIds.length === 0) return
  await tx`UPDATE message SET state = 'withdrawn', state_at = ${new Date(now)} WHERE id = ANY (${messageIds})`
}

/** Writes the row, once: its facts, when to wake, what it looks like, and how much the engine knows. */
export function writeRow(
  tx: Tx,
  onboardingId: string,
  row: RowFacts,
  described: Description,
  wakeAt: Instant | null,
  notifiedSeq: number | null,
  clockOffsetMs: number,
) {
  const { instants, touched } = row
  const turns = described.turns
  return tx`
    UPDATE onboarding SET
      provisioned_at = ${asDate(instants.provisioned)}, invited_at = ${asDate(instants.invited)},
      accepted_at = ${asDate(instants.accepted)}, declined_at = ${asDate(instants.declined)},
      expired_at = ${asDate(instants.expired)}, completed_at = ${asDate(instants.completed)},
      cancelled_at = ${asDate(instants.cancelled)}, gave_up_at = ${asDate(instants.gaveUp)},
      cleaned_at = ${asDate(instants.cleaned)}, expires_at = ${asDate(row.expiresAt)},
      snoozed_until = ${asDate(row.snoozedUntil)}, last_act_at = ${new Date(row.lastActAt)},
      sent_at = ${asDate(row.sentAt)}, generation = ${row.generation},
      client_series = ${touched.client?.series ?? null}, client_touch_n = ${touched.client?.n ?? 0},
      staff_series = ${touched.staff?.series ?? null}, staff_touch_n = ${touched.staff?.n ?? 0},
      workflow_started_at = CASE WHEN ${row.run} = run THEN workflow_started_at END,
      last_fact_at = CASE WHEN ${row.seq} = fact_seq THEN last_fact_at ELSE clock_timestamp() END,
      run = ${row.run}, fact_seq = ${row.seq}, notified_seq = coalesce(${notifiedSeq}, notified_seq),
      wake_at = ${asDate(wakeAt)}, blocked_by = ${described.blockedBy}, move = ${described.move},
      since = ${new Date(described.since)}, turns_at = ${asDate(turns && turns.at - clockOffsetMs)},
      turns_blocked_by = ${turns?.blockedBy ?? null}, turns_move = ${turns?.move ?? null},
      updated_at = clock_timestamp()
    WHERE id = ${onboardingId}`
}

/** The engine knows the facts up to `seq`; it has taken the present run. */
export async function stampNotified(tx: Tx, onboardingId: string, run: number, seq: number): Promise<void> {
  await tx`
    UPDATE onboarding SET notified_seq = greatest(notified_seq, least(${seq}, fact_seq)),
      workflow_started_at = coalesce(workflow_started_at, clock_timestamp())
    WHERE id = ${onboardingId} AND run = ${run}
      AND (notified_seq < ${seq} OR workflow_started_at IS NULL)`
}

/** Goes on to the next run, unless somebody did already. Answers the run that now stands. */
export async function raiseRun(tx: Tx, onboardingId: string, run: number): Promise<number> {
  const [row] = await tx<{ run: number }[]>`
    UPDATE onboarding SET run = run + 1, workflow_started_at = NULL, last_fact_at = clock_timestamp()
    WHERE id = ${onboardingId} AND run = ${run} RETURNING run`
  return row?.run ?? run
}
