import type postgres from 'postgres'
import type { Change } from '../../domain/changes.ts'
import { type Description, storedTurns } from '../../domain/describe.ts'
import type { Actor, NewEvent } from '../../domain/events.ts'
import { noticeOf } from '../../domain/practice/notices.ts'
import { type Facts, type Instant, REACHED } from '../../domain/situation.ts'
import { needsStaff } from '../../domain/waiting.ts'
import { asDate, type Tx } from '../client.ts'
import { columnOf } from '../columns.ts'
import { insertNotices } from '../notices/notices.ts'
import { writeSoftware } from './organisations.ts'

/** The recipient of an invitation. Addresses are already normalised. */
export type Recipient = {
  name: string | null
  email: string | null
  phone: string | null
  message: string | null
  inviterName: string | null
  /** True if staff confirmed an address that belongs to somebody on Embark. */
  existingUser?: boolean | undefined
}

/** Further columns of the message that a change moves, for the same statement. */
export type MessageColumns = postgres.PendingQuery<postgres.Row[]>

/**
 * Writes the rows of a change (event, notices, links, invitation, sessions, steps and messages), sent together.
 * `after`: the facts after it; returned with the ids from the database. `beside`: what only the database holds.
 */
export async function writeChange(
  tx: Tx,
  practiceId: string,
  before: Facts,
  change: Change,
  after: Facts,
  actor: Actor,
  now: Instant,
  beside: { recipient: Recipient | null; message: MessageColumns | undefined },
): Promise<Facts> {
  const at = new Date(now)
  const queries: PromiseLike<unknown>[] = [
    insertEvent(tx, practiceId, before.id, after.seq, change.event, actor, now),
    ...noticeWrites(tx, before.id, after.seq, change, actor),
    ...linkWrites(tx, before, change, at),
    ...stepWrites(tx, change, after),
    ...askWrites(tx, practiceId, before, change),
    ...messageWrites(tx, before, change, after, at, beside.message),
  ]
  if (change.sessions) {
    queries.push(tx`
      UPDATE auth_session SET status = 'failed', status_at = ${at}, failure = 'ended', next_poll_at = NULL
      WHERE onboarding_id = ${before.id} AND status IN ('pending', 'exchanging', 'choosing')
        ${change.sessions === 'all' ? tx`` : tx`AND step = ${change.sessions}`}
        AND id::text IS DISTINCT FROM ${change.keepsSession ?? null}`)
  }
  if (change.software !== undefined) queries.push(writeSoftware(tx, before.id, change.software))
  const invited = change.generation && insertInvitation(tx, practiceId, after, beside.recipient, at)
  const queued = queueMessages(tx, practiceId, change, after, at)
  const [invitationId, messageIds] = await Promise.all([invited, queued, ...queries])
  return {
    ...after,
    invitation: after.invitation && invitationId ? { ...after.invitation, id: invitationId } : after.invitation,
    messages: after.messages.map((message) =>
      message.id === '' ? { ...message, id: messageIds.shift() ?? '' } : message,
    ),
  }
}

/** Returns the statement that writes the event's notices, if it has any. */
function noticeWrites(tx: Tx, onboardingId: string, seq: number, change: Change, actor: Actor) {
  const notice = noticeOf(change, actor)
  return notice ? [insertNotices(tx, onboardingId, seq, notice, actor)] : []
}

function linkWrites(tx: Tx, { id: onboardingId, invitation }: Facts, change: Change, at: Date) {
  const writes = []
  if (change.generation || change.links === 'end_all') {
    writes.push(tx`UPDATE link SET ended_at = ${at} WHERE onboarding_id = ${onboardingId} AND ended_at IS NULL`)
  }
  if (change.acceptedWith && invitation) {
    const { id, channel } = change.acceptedWith
    writes.push(
      tx`UPDATE invitation SET accepted_channel = ${channel}, accepted_link_id = ${id} WHERE id = ${invitation.id}`,
      tx`UPDATE link SET ended_at = ${at}
        WHERE onboarding_id = ${onboardingId} AND purpose = 'accept' AND id <> ${id} AND ended_at IS NULL`,
      tx`UPDATE link SET purpose = 'continue' WHERE id = ${id}`,
    )
  }
  return writes
}

function stepWrites(tx: Tx, change: Change, after: Facts) {
  return (change.steps ?? []).flatMap(({ kind }) => {
    const step = after.steps.find((one) => one.kind === kind)
    if (!step) return []
    return tx`
      UPDATE onboarding_step SET owner = ${step.owner}, opened_at = ${asDate(step.openedAt ?? null)},
        started_at = ${asDate(step.startedAt)}, done_at = ${asDate(step.doneAt)}, skipped_at = ${asDate(step.skippedAt)},
        skipped_because = ${step.skippedBecause}, failed_at = ${asDate(step.failedAt)}, phase = ${step.phase},
        reason = ${step.reason}, way = ${step.way ?? 'connect'}, said_all_at = ${asDate(step.saidAllAt ?? null)}
      WHERE onboarding_id = ${after.id} AND kind = ${kind}`
  })
}

/** Returns the statements for the requests for further banks that are new, changed or gone. */
function askWrites(tx: Tx, practiceId: string, { id: onboardingId, bankAsks: before = [] }: Facts, change: Change) {
  if (!change.bankAsks) return []
  const stands = change.bankAsks.map(({ id }) => id)
  const gone = before.filter(({ id }) => !stands.includes(id)).map(({ id }) => id)
  const writes: PromiseLike<unknown>[] = change.bankAsks
    .filter((ask) => !before.includes(ask))
    .map(
      (ask) => tx`
      INSERT INTO bank_ask (onboarding_id, id, practice_id, institution, institution_name, is_awaited, asked_at, took_back)
      VALUES (${onboardingId}, ${ask.id}, ${practiceId}, ${ask.institution}, ${ask.institutionName}, ${ask.isAwaited},
        ${new Date(ask.askedAt)}, ${asDate(ask.tookBack)})
      ON CONFLICT (onboarding_id, id) DO UPDATE SET done_at = ${asDate(ask.doneAt)}, dropped_at = ${asDate(ask.droppedAt)},
        stopped_at = ${asDate(ask.stoppedAt ?? null)}, took_back = ${asDate(ask.tookBack)}`,
    )
  if (gone.length > 0) {
    writes.push(tx`DELETE FROM bank_ask WHERE onboarding_id = ${onboardingId} AND id = ANY (${gone})`)
  }
  return writes
}

/** Returns the statements for the message that moves and for those that are withdrawn. */
function messageWrites(tx: Tx, before: Facts, change: Change, after: Facts, at: Date, columns?: MessageColumns) {
  const writes = []
  if (change.message) {
    const { id, state, reason, cause = null, claims } = change.message
    writes.push(tx`UPDATE message SET state = ${state}, state_at = ${at}, reason = ${reason}, cause = ${cause},
      claimed_at = CASE WHEN ${state} = 'sending' THEN coalesce(claimed_at, clock_timestamp()) ELSE claimed_at END
      ${columns ? tx`, ${columns}` : tx``} WHERE id = ${id}`)
    if (claims && before.invitation) {
      writes.push(tx`UPDATE invitation SET claimed_at = ${at} WHERE id = ${before.invitation.id}`)
    }
  }
  const queued = new Set(before.messages.filter(({ state }) => state === 'queued').map(({ id }) => id))
  const unwanted = after.messages.filter(({ id, state }) => state === 'withdrawn' && queued.has(id)).map(({ id }) => id)
  if (unwanted.length > 0) {
    writes.push(tx`UPDATE message SET state = 'withdrawn', state_at = ${at} WHERE id = ANY (${unwanted})`)
  }
  return writes
}

async function insertInvitation(tx: Tx, practiceId: string, after: Facts, to: Recipient | null, at: Date) {
  const { generation = 0, channels = [], asks = false } = after.invitation ?? {}
  const [row] = await tx<{ id: string }[]>`
    INSERT INTO invitation (practice_id, onboarding_id, generation, name, email, phone, channels, message, inviter_name, existing_user,
      asks, created_at)
    VALUES (${practiceId}, ${after.id}, ${generation}, ${to?.name ?? null}, ${to?.email ?? null},
      ${to?.phone ?? null}, ${channels}, ${to?.message ?? null}, ${to?.inviterName ?? null}, ${to?.existingUser ?? false},
      ${asks}, ${at})
    RETURNING id`
  return row?.id
}

/** Queues the new messages, one row per channel. Returns their ids in order. The first claim fixes their content. */
async function queueMessages(tx: Tx, practiceId: string, change: Change, after: Facts, at: Date): Promise<string[]> {
  const rows = after.messages
    .filter(({ id }) => id === '')
    .map(({ purpose, channel, state, generation, bulk, stateAt }) => {
      const { n = null, isLast = false } = change.messages?.find((one) => one.purpose === purpose) ?? {}
      return {
        practice_id: practiceId,
        onboarding_id: after.id,
        generation,
        run: after.run,
        purpose,
        channel,
        touch_n: n,
        touch_last: isLast,
        state,
        bulk,
        state_at: new Date(stateAt),
        created_at: at,
      }
    })
  if (rows.length === 0) return []
  const inserted = await tx<{ id: string }[]>`INSERT INTO message ${tx(rows)} RETURNING id`
  return inserted.map(({ id }) => id)
}

/** Appends one event to the log. */
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

/**
 * Writes the row once: its facts, next wake-up, situation, and the sequence number that the engine knows. `byWorkflow`:
 * the change comes from its run, so the engine has it. Written again without a change, the row does not count as updated.
 */
export function writeRow(
  tx: Tx,
  after: Facts,
  described: Description,
  wakeAt: Instant | null,
  notifiedSeq: number | null,
  byWorkflow: boolean,
  clockOffsetMs: number,
) {
  const { instants, reminded, run, seq } = after
  const turns = storedTurns(after, described)
  const [also] = described.also
  return tx`
    UPDATE onboarding SET
      ${tx(Object.fromEntries(REACHED.map((name) => [`${columnOf(name)}_at`, asDate(instants[name])])))},
      expires_at = ${asDate(after.expiresAt)},
      snoozed_until = ${asDate(after.snoozedUntil)}, last_act_at = ${new Date(after.lastActAt)},
      sent_at = ${asDate(after.sentAt)}, reopened_at = ${asDate(after.reopenedAt ?? null)}, generation = ${after.invitation?.generation ?? 0},
      client_series = ${reminded.client?.series ?? null}, client_touch_n = ${reminded.client?.n ?? 0},
      staff_series = ${reminded.staff?.series ?? null}, staff_touch_n = ${reminded.staff?.n ?? 0},
      workflow_started_at = CASE WHEN ${run} <> run THEN NULL
        WHEN ${byWorkflow} THEN coalesce(workflow_started_at, clock_timestamp()) ELSE workflow_started_at END,
      last_fact_at = CASE WHEN ${seq} = fact_seq THEN last_fact_at ELSE clock_timestamp() END,
      run = ${run}, fact_seq = ${seq}, notified_seq = coalesce(${notifiedSeq}, notified_seq),
      wake_at = ${asDate(wakeAt)}, blocked_by = ${described.blockedBy}, move = ${described.move},
      since = ${new Date(described.since)}, turns_at = ${asDate(turns && turns.at - clockOffsetMs)},
      turns_blocked_by = ${turns?.blockedBy ?? null}, turns_move = ${turns?.move ?? null},
      also_blocked_by = ${also?.blockedBy ?? null}, also_move = ${also?.move ?? null},
      turns_also_blocked_by = ${turns?.also?.blockedBy ?? null}, turns_also_move = ${turns?.also?.move ?? null},
      needs_staff = ${[described, ...described.also].some(needsStaff)},
      updated_at = CASE WHEN fact_seq = ${seq} AND ROW(blocked_by, move, also_blocked_by, also_move, wake_at)
          IS NOT DISTINCT FROM ROW(${described.blockedBy}::text, ${described.move}::text, ${also?.blockedBy ?? null}::text,
            ${also?.move ?? null}::text, ${asDate(wakeAt)}::timestamptz)
        THEN updated_at ELSE clock_timestamp() END
    WHERE id = ${after.id}`
}

/** Moves to the next run, unless another request did. Returns the present run. */
export async function raiseRun(tx: Tx, onboardingId: string, run: number): Promise<number> {
  const [row] = await tx<{ run: number }[]>`
    UPDATE onboarding SET run = run + 1, workflow_started_at = NULL, last_fact_at = clock_timestamp()
    WHERE id = ${onboardingId} AND run = ${run} RETURNING run`
  return row?.run ?? run
}
