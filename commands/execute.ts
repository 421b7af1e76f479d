import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Tx } from '../db/client.ts'
import { readConnectionFacts } from '../db/connections/consentParts.ts'
import { type Locked, lockFacts, readFacts, readSettleAt } from '../db/onboardings/facts.ts'
import { type MessageColumns, type Recipient, writeChange, writeRow } from '../db/onboardings/writes.ts'
import type { Change, Decision } from '../domain/changes.ts'
import type { Command } from '../domain/commands.ts'
import { decide } from '../domain/decide/decide.ts'
import { describe } from '../domain/describe.ts'
import type { Actor } from '../domain/events.ts'
import { factsAfter } from '../domain/factsAfter.ts'
import { isOver, progressOf } from '../domain/nextMove.ts'
import type { Progress } from '../domain/progress.ts'
import type { Refusal } from '../domain/refusals.ts'
import { type Facts, type Instant, isEnd, statusOf } from '../domain/situation.ts'
import type { Engine } from './engine.ts'
import { signalWorkflow } from './signalWorkflow.ts'

/** The parts that every command needs. `onSignalFailed` receives failed signals, which the reconciler repeats. */
export type Commands = {
  db: Database
  engine: Engine
  onSignalFailed?: (onboardingId: string, error: unknown) => void
}

/**
 * The onboarding of a command. `run`: the command comes from that run of the workflow, and is ignored if the row is on
 * another. `answersRun`: that run gets the new progress as the answer and needs no signal. `messageId`: a message to
 * include in the facts, which may belong to an earlier generation.
 */
export type Target = {
  practiceId: string
  onboardingId: string
  run?: number
  answersRun?: number
  messageId?: string
}

/** The outcome of a command. `facts` and `now` are those after it; `written` is the result of `alongside` or `filling`. */
export type Outcome<W = unknown> =
  | { result: 'changed'; facts: Facts; now: Instant; written: W }
  | { result: 'unchanged'; facts: Facts; now: Instant }
  | { result: 'refused'; refusal: Refusal; facts: Facts; now: Instant }
  | { result: 'too_early'; at: Instant; facts: Facts; now: Instant }
  | { result: 'not_found' }

/** Writes the other rows of a command in the same transaction. */
export type Alongside<W = unknown> = (tx: Tx, now: Instant) => Promise<W>

/**
 * Returns further columns of the message that the change moves, and the outcome's `written`, which may be a further
 * write. `after`: after the change.
 */
export type Filling<W = unknown> = (
  tx: Tx,
  after: Facts,
  now: Instant,
) => Promise<{ set?: MessageColumns | undefined; written: W | Promise<W> }>

/**
 * A command with its further writes. `recipient`: of the invitation that it creates. `movesSessions`: it moves bank
 * sessions, so the next poll is read again.
 */
export type Prepared<W = unknown> = {
  command: Command
  recipient?: Recipient | null
  alongside?: Alongside<W>
  filling?: Filling<W>
  movesSessions?: true
}

/**
 * Reads under the lock what the command needs, and returns it prepared; or an answer, which decides and writes nothing;
 * or null, which changes nothing. `read`: what the execution's `read` returned.
 */
export type Prepare<A, W, R> = (tx: Tx, locked: Locked, read: R) => Promise<Prepared<W> | { answer: A } | null>

/** `read`: reads under the lock what needs no facts, in one round trip with it. */
export type Execution<A = never, W = unknown, R = undefined> = { actor: Actor } & (
  | Prepared<W>
  | { read?: (tx: Tx) => Promise<R>; prepare: Prepare<A, W, R> }
)

/** One transaction of commands. `signals` are sent after the commit, the last one of each onboarding. */
export type Unit = { tx: Tx; signals: Map<string, Signal> }

/** The new progress of an onboarding. `started`: its run has been started. */
type Signal = { progress: Progress; started: boolean }

/** The longest wait for the engine, so that no request depends on it. */
export const SIGNAL_PATIENCE_MS = 250

/**
 * Executes a command: locks, reads, decides, and writes the change with its event. After the commit the workflow gets
 * one signal, if the change matters to it. Returns the outcome, or the answer of `prepare`.
 */
export async function execute<A = never, W = unknown, R = undefined>(
  commands: Commands,
  target: Target,
  execution: Execution<A, W, R>,
): Promise<Outcome<W> | A> {
  return transact(commands, target.practiceId, (unit) => executeIn(unit, target, execution))
}

/**
 * Runs `work` in one transaction of the practice. After the commit it sends the collected signals, one after the other,
 * and waits at most `patienceMs`; unfinished ones go on, and the reconciler repeats failed ones.
 */
export async function transact<T>(
  commands: Commands,
  practiceId: string,
  work: (unit: Unit) => Promise<T>,
  patienceMs = SIGNAL_PATIENCE_MS,
): Promise<T> {
  const { db, engine, onSignalFailed } = commands
  const signals: Unit['signals'] = new Map()
  const answer = await db.inPractice(practiceId, (tx) => work({ tx, signals }), 'one')
  if (signals.size === 0) return answer
  const send = async () => {
    for (const [onboardingId, { progress, started }] of signals) {
      await signalWorkflow(db, engine, practiceId, onboardingId, progress, started).catch((error) =>
        onSignalFailed?.(onboardingId, error),
      )
    }
  }
  await db.afterCommit(() => Promise.race([send(), sleep(patienceMs, undefined, { ref: false })]))
  return answer
}

/** Executes a command inside a transaction that the caller commits. */
export async function executeIn<A = never, W = unknown, R = undefined>(
  unit: Unit,
  target: Target,
  execution: Execution<A, W, R>,
): Promise<Outcome<W> | A> {
  const { tx, signals } = unit
  const [locked, read] = await Promise.all([
    lockFacts(tx, target.onboardingId, target.messageId),
    'prepare' in execution ? execution.read?.(tx) : undefined,
  ])
  if (!locked) return { result: 'not_found' }
  const { facts, now } = locked
  if (target.run !== undefined && target.run !== facts.run) return { result: 'unchanged', facts, now }

  const prepared = 'prepare' in execution ? await execution.prepare(tx, locked, read as R) : execution
  if (!prepared) return { result: 'unchanged', facts, now }
  if ('answer' in prepared) return prepared.answer
  const decision = decide(facts, prepared.command, now)
  if (!('change' in decision)) return undone(decision, locked)

  const change = overRunsAgain(facts, decision.change)
  const after = factsAfter(facts, change, now)
  const filled = await prepared.filling?.(tx, after, now)
  // All writes are sent together, which shortens the time that the row is locked.
  const beside = { recipient: prepared.recipient ?? null, message: filled?.set }
  const changing = writeChange(tx, target.practiceId, facts, change, after, execution.actor, now, beside)
  const writing = Promise.all([changing, filled ? filled.written : (prepared.alongside?.(tx, now) as Promise<W>)])
  if (prepared.movesSessions) {
    await writing
    after.settleAt = await readSettleAt(tx, target.onboardingId)
  }
  // Whatever was written beside the change may be about a connection, on which a completed client's situation rests.
  if (after.instants.completed !== null) {
    await writing
    after.connections = await readConnectionFacts(tx, target.onboardingId)
  }
  const byWorkflow = target.run !== undefined || target.answersRun === facts.run
  const settling = settle(tx, locked, after, byWorkflow)
  // It fails too when one of the others has failed, whose error says more.
  settling.catch(() => undefined)
  const [changed, written] = await writing
  const matters = await settling
  const stands = { ...changed, settleAt: after.settleAt, ...(after.connections && { connections: after.connections }) }
  if (matters) signals.set(target.onboardingId, signalOf(locked, stands))
  return { result: 'changed', facts: stands, now, written }
}

const undone = (decision: Exclude<Decision, { change: Change }>, { facts, now }: Locked): Outcome<never> => {
  if ('refusal' in decision) return { result: 'refused', refusal: decision.refusal, facts, now }
  if ('tooEarly' in decision) return { result: 'too_early', at: decision.tooEarly, facts, now }
  return { result: 'unchanged', facts, now }
}

/**
 * Returns the command and the outcome it would have now (`changed` if it would change something). Takes no lock and
 * writes nothing.
 */
export async function preview<R>(
  tx: Tx,
  { onboardingId }: Target,
  execution: Execution<unknown, unknown, R>,
): Promise<{ outcome: Outcome; command: Command | null }> {
  const read = await readFacts(tx, onboardingId)
  if (!read) return { outcome: { result: 'not_found' }, command: null }
  const { facts, now } = read
  const prepared =
    'prepare' in execution ? await execution.prepare(tx, read, (await execution.read?.(tx)) as R) : execution
  if (!prepared || 'answer' in prepared) return { outcome: { result: 'unchanged', facts, now }, command: null }
  const { command } = prepared
  const decision = decide(facts, command, now)
  const changes = 'change' in decision
  return { outcome: changes ? { result: 'changed', facts, now, written: null } : undone(decision, read), command }
}

/** Starts the next run if a message becomes due after the run was over, because a message needs a run to send it. */
function overRunsAgain(facts: Facts, change: Change): Change {
  const over = isOver({ ...facts, instants: { ...facts.instants, ...change.instants } }) && isOver(facts)
  return over && change.messages?.length ? { ...change, raiseRun: true } : change
}

/** Writes the row with its derived columns. Returns true if the workflow needs a signal. */
async function settle(tx: Tx, before: Locked, after: Facts, byWorkflow: boolean): Promise<boolean> {
  const { now } = before
  const { next, due } = progressOf(after, now)
  const wakeAt = next?.at ?? null
  const matters =
    after.run !== before.facts.run ||
    due.some(({ id }) => !isDue(before.facts, id)) ||
    isEnd(statusOf(before.facts.instants)) !== isEnd(statusOf(after.instants)) ||
    (wakeAt !== null && (before.wakeAt === null || wakeAt < before.wakeAt))
  const nothingPending = before.notifiedSeq === before.facts.seq
  const notifiedSeq = byWorkflow || (!matters && nothingPending) ? after.seq : null
  await writeRow(tx, after, describe(after, now), wakeAt, notifiedSeq, byWorkflow, before.clockOffsetMs)
  return !byWorkflow && matters
}

const signalOf = ({ facts, started, now }: Locked, after: Facts): Signal => ({
  progress: progressOf(after, now),
  started: started && after.run === facts.run,
})

/** Writes the row's derived columns again after a change without an event, as of the next poll. */
export async function resettle({ tx, signals }: Unit, locked: Locked, byWorkflow = false): Promise<void> {
  const after = { ...locked.facts, settleAt: await readSettleAt(tx, locked.facts.id) }
  if (await settle(tx, locked, after, byWorkflow)) signals.set(after.id, signalOf(locked, after))
}

const isDue = (facts: Facts, messageId: string) =>
  facts.messages.some((m) => m.id === messageId && (m.state === 'queued' || m.state === 'sending'))
