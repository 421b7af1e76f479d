import { randomUUID } from 'node:crypto'
import type { Tx } from '../db/client.ts'
import type { Idempotency } from '../db/idempotency.ts'
import { writeCancelReason } from '../db/onboardings/onboardings.ts'
import { findStrangers } from '../db/people/members.ts'
import { type Planned, previewNextAllowed } from '../db/practiceLimit.ts'
import type { Actor } from '../domain/events.ts'
import { type Instant, undoableUntil } from '../domain/situation.ts'
import {
  type Commands,
  type Execution,
  executeIn,
  type Outcome,
  preview,
  type Target,
  transact,
  type Unit,
} from './execute.ts'
import { invitation } from './invitations/invite.ts'
import { assignment } from './organisations/assignManager.ts'
import { underKey } from './underKey.ts'

/** The actions that can be applied to many clients at once. */
export type BulkAction =
  | { do: 'resend'; inviterName: string | null | undefined }
  | { do: 'extend'; until: number }
  | { do: 'cancel'; reason: string | null }
  | { do: 'undo_cancel' }
  | { do: 'assign'; managerId: string | null }

/**
 * The outcome for one client. `done`: this request did it, or an earlier one with the same key. `undoUntil`: until when
 * a cancellation can be undone; a repeat returns the first request's instant.
 */
export type BulkOutcome = { id: string; outcome: Outcome | { result: 'done' }; undoUntil: Instant | null }

/** The number of clients handled in parallel, so that a bulk action leaves connections for other requests. */
const SIDE_BY_SIDE = 4

/**
 * Returns the rows of a request: its ids, or what `read` finds by its filter. They are stored under the idempotency key,
 * so that a repeat covers the same rows even if the filter matches others now. `conflict`: the key was used for another
 * request.
 */
export async function chooseRows(
  { db }: Commands,
  practiceId: string,
  chosen: { ids: string[] } | { read: (tx: Tx) => Promise<string[]> },
  idempotency: Idempotency | null,
): Promise<{ result: 'chosen'; ids: string[] } | { result: 'conflict' }> {
  const ofRows = idempotency && { ...idempotency, route: `${idempotency.route} rows` }
  const keyed = await db.inPractice(practiceId, (tx) =>
    underKey<string[], never>(tx, practiceId, ofRows, async () => ({
      done: 'ids' in chosen ? [...new Set(chosen.ids)] : await chosen.read(tx),
    })),
  )
  return keyed.result === 'done' ? { result: 'chosen', ids: keyed.answer } : { result: 'conflict' }
}

/**
 * Applies one action to each client through its command, each in its own transaction, so that a refusal affects no
 * other client. With a key, a repeat skips the clients that are done, also after a request that broke off.
 */
export async function actOnRows(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  action: BulkAction,
  ids: string[],
  idempotency: Idempotency | null,
): Promise<BulkOutcome[]> {
  return sideBySide(ids, async (id) => {
    const target = { practiceId, onboardingId: id }
    const ofRow = idempotency && { ...idempotency, route: `${idempotency.route} ${id}` }
    const work = (unit: Unit) =>
      underKey<{ undoUntil: Instant | null }, Outcome>(unit.tx, practiceId, ofRow, async () => {
        // A colleague who was removed after the action began gets no more clients.
        const heir = action.do === 'assign' ? action.managerId : null
        if (heir !== null && (await findStrangers(unit.tx, [heir])).length > 0)
          return { notDone: { result: 'not_found' } }
        const outcome = await executeIn(unit, target, executionOf(action, target, actor, randomUUID()))
        if (outcome.result !== 'changed') return { notDone: outcome }
        return { done: { undoUntil: action.do === 'cancel' ? undoableUntil(outcome.facts.instants) : null } }
      })
    // Does not wait for the engine, because a bulk action would wait once per client.
    const keyed = await transact(commands, practiceId, work, 0)
    if (keyed.result === 'not_done') return { id, outcome: keyed.why, undoUntil: null }
    // An answer stored by an earlier version has no `undoUntil`.
    const undoUntil = keyed.result === 'conflict' ? null : (keyed.answer.undoUntil ?? null)
    return { id, outcome: { result: 'done' }, undoUntil }
  })
}

/** Returns the outcome that the action would have now for each client. Writes nothing. */
export async function previewOnRows(
  { db }: Commands,
  practiceId: string,
  actor: Actor,
  action: BulkAction,
  ids: string[],
): Promise<BulkOutcome[]> {
  // With a limit, each previewed invitation uses up part of it, so the clients are previewed one by one.
  const planned: Planned = { invitations: 0, texts: 0 }
  const isLimited = await db.inPractice(practiceId, async (tx) => (await previewNextAllowed(tx, planned)) !== null)
  const previewRow = async (id: string): Promise<BulkOutcome> => {
    const target = { practiceId, onboardingId: id }
    const execution = executionOf(action, target, actor, '', planned)
    const { outcome, command } = await db.inPractice(practiceId, (tx) => preview(tx, target, execution))
    if (outcome.result === 'changed' && command?.do === 'invite') {
      planned.invitations += 1
      if (command.channels.includes('sms')) planned.texts += 1
    }
    return { id, outcome, undoUntil: null }
  }
  return sideBySide(ids, previewRow, action.do === 'resend' && isLimited ? 1 : SIDE_BY_SIDE)
}

function executionOf(
  action: BulkAction,
  target: Target,
  actor: Actor,
  requestId: string,
  planned: Planned | null = null,
): Execution {
  switch (action.do) {
    case 'resend':
      return invitation(target, actor, requestId, { inviterName: action.inviterName }, 'staff', { planned, bulk: true })
    case 'extend':
      return { actor, command: { do: 'extend', requestId, until: action.until } }
    case 'cancel':
      return {
        actor,
        command: { do: 'cancel', requestId },
        alongside: (tx) => writeCancelReason(tx, target.onboardingId, action.reason),
      }
    case 'undo_cancel':
      return { actor, command: { do: 'undo_cancel', requestId } }
    case 'assign':
      return assignment(target, actor, requestId, action.managerId)
  }
}

/** Runs `work` for each one, a few at a time. Returns the answers in the same order. */
export async function sideBySide<One, T>(
  all: readonly One[],
  work: (one: One) => Promise<T>,
  atOnce = SIDE_BY_SIDE,
): Promise<T[]> {
  const answers: T[] = []
  for (let from = 0; from < all.length; from += atOnce) {
    answers.push(...(await Promise.all(all.slice(from, from + atOnce).map(work))))
  }
  return answers
}
