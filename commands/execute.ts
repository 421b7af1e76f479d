import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Tx } from '../db/client.ts'
import { type Locked, lockFacts, readFacts } from '../db/facts.ts'
import { type Recipient, withdraw, writeChange, writeRow } from '../db/writes.ts'
import type { Change, Command, Refusal } from '../domain/commands.ts'
import { decide } from '../domain/decide.ts'
import { describe } from '../domain/describe.ts'
import type { Actor } from '../domain/events.ts'
import { isWanted } from '../domain/messages.ts'
import { isOver, nextMove, situationOf } from '../domain/nextMove.ts'
import { type RowFacts, rowAfter, rowOf } from '../domain/rowAfter.ts'
import type { Facts, Instant, Situation } from '../domain/situation.ts'
import type { Engine } from './engine.ts'
import { tellEngine } from './tellEngine.ts'

/** What every command works with. `onUntold` hears of signals that did not get through (the reconciler repeats them). */
export type Commands = {
  db: Database
  engine: Engine
  onUntold?: (onboardingId: string, error: unknown) => void
}

/**
 * Whose onboarding. `run`: a command of that run of the workflow, ignored when the row is on another. `answersRun`: that
 * run gets the new situation back, so it need not be told.
 */
export type Target = { practiceId: string; onboardingId: string; run?: number; answersRun?: number }

/** How a command ended. `facts` and `now` are as after it. */
export type Outcome =
  | { result: 'changed' | 'unchanged'; facts: Facts; now: Instant }
  | { result: 'refused'; refusal: Refusal; facts: Facts; now: Instant }
  | { result: 'too_early'; at: Instant; facts: Facts; now: Instant }
  | { result: 'not_found' }

/** The rest of what a command writes, in the same transaction. */
export type Alongside = (tx: Tx, written: { change: Change; before: Facts; now: Instant }) => Promise<void>

export type Execution = {
  actor: Actor
  /** Reads what else the command needs, under the lock, and answers it; null leaves all as it is. */
  command: Command | ((tx: Tx, locked: Locked) => Promise<Command | null>)
  recipient?: Recipient | (() => Recipient | null)
  alongside?: Alongside
}

/** The engine is waited for this long at most: no click ever waits for it. */
export const TELL_PATIENCE_MS = 250

/**
 * The four steps of every command and fact: lock, read, decide, write with the event. After the commit the workflow is
 * told, if it matters to it.
 */
export async function execute(commands: Commands, target: Target, execution: Execution): Promise<Outcome> {
  return transact(commands, target, async (tx) => {
    const { outcome, tell } = await executeIn(tx, target, execution)
    return { answer: outcome, tell }
  })
}

/** What the workflow is to hear after the commit: the new situation, and whether its run has been started. */
export type Telling = { situation: Situation; started: boolean }

/** Runs `work` in one transaction of the practice; after the commit the workflow is told what came back as `tell`. */
export async function transact<T>(
  commands: Commands,
  target: Target,
  work: (tx: Tx) => Promise<{ answer: T; tell: Telling | null }>,
): Promise<T> {
  const { answer, tell } = await commands.db.inPractice(target.practiceId, work)
  if (tell) await tellSoon(commands, target, tell)
  return answer
}

/** The same inside a transaction that the caller commits; what is to be told after the commit comes back as `tell`. */
export async function executeIn(
  tx: Tx,
  target: Target,
  execution: Execution,
): Promise<{ outcome: Outcome; tell: Telling | null }> {
  const none = (outcome: Outcome) => ({ outcome, tell: null })
  const locked = await lockFacts(tx, target.onboardingId)
  if (!locked) return none({ result: 'not_found' })
  const { facts, now } = locked
  if (target.run !== undefined && target.run !== facts.run) return none({ result: 'unchanged', facts, now })

  const command = typeof execution.command === 'function' ? await execution.command(tx, locked) : execution.command
  if (!command) return none({ result: 'unchanged', facts, now })
  const decision = decide(facts, command, now)
  if ('refusal' in decision) return none({ result: 'refused', refusal: decision.refusal, facts, now })
  if ('tooEarly' in decision) return none({ result: 'too_early', at: decision.tooEarly, facts, now })
  if ('unchanged' in decision) return none({ result: 'unchanged', facts, now })

  const change = overRunsAgain(facts, decision.change)
  const recipient = typeof execution.recipient === 'function' ? execution.recipient() : (execution.recipient ?? null)
  const row = rowAfter(facts, change, now)
  await writeChange(tx, target.practiceId, facts, change, row, execution.actor, now, recipient)
  await execution.alongside?.(tx, { change, before: facts, now })
  const byWorkflow = target.run !== undefined || target.answersRun === facts.run
  const settled = await settle(tx, locked, target.onboardingId, byWorkflow, row)
  return { outcome: { result: 'changed', facts: settled.facts, now: settled.now }, tell: settled.tell }
}

/** What a command would come to now: `changed` is what it would do. Takes no lock and writes nothing. */
export async function preview(tx: Tx, target: Target, execution: Execution): Promise<Outcome> {
  const read = await readFacts(tx, target.onboardingId)
  if (!read) return { result: 'not_found' }
  const { facts, now } = read
  const command = typeof execution.command === 'function' ? await execution.command(tx, read) : execution.command
  const decision = command && decide(facts, command, now)
  if (!decision || 'unchanged' in decision) return { result: 'unchanged', facts, now }
  if ('refusal' in decision) return { result: 'refused', refusal: decision.refusal, facts, now }
  if ('tooEarly' in decision) return { result: 'too_early', at: decision.tooEarly, facts, now }
  return { result: 'changed', facts, now }
}

/** A message that becomes due after the run was over needs a run to carry it. */
function overRunsAgain(facts: Facts, change: Change): Change {
  const over = isOver({ instants: { ...facts.instants, ...change.instants } }) && isOver(facts)
  return over && change.messages?.length ? { ...change, raiseRun: true } : change
}

/**
 * Reads what now hangs on the row, takes back what is no longer wanted, and writes the row, once, with what follows:
 * when to wake, how it looks, and whether the workflow must hear of it.
 */
export async function settle(
  tx: Tx,
  before: Locked,
  onboardingId: string,
  byWorkflow: boolean,
  row: RowFacts = rowOf(before.facts),
) {
  const read = await readFacts(tx, onboardingId, row.generation)
  if (!read) throw new Error('the locked onboarding is gone')
  const { generation: _, ...ofRow } = row
  const after = { ...read, facts: { ...read.facts, ...ofRow } }
  const { now } = after
  const unwanted = after.facts.messages.filter((m) => m.state === 'queued' && !isWanted(after.facts, m, now))
  await withdraw(
    tx,
    unwanted.map((m) => m.id),
    now,
  )
  for (const message of unwanted) Object.assign(message, { state: 'withdrawn', stateAt: now })

  const situation = situationOf(after.facts, now)
  const wakeAt = nextMove(situation, now)?.at ?? null
  const newRun = after.facts.run !== before.facts.run
  const matters =
    newRun ||
    situation.due.some(({ id }) => !isDue(before.facts, id)) ||
    isEnded(before.facts) !== isEnded(after.facts) ||
    (wakeAt !== null && (before.wakeAt === null || wakeAt < before.wakeAt))
  const nothingPending = before.notifiedSeq === before.facts.seq
  const tells = !byWorkflow && matters
  const notifiedSeq = byWorkflow || (!matters && nothingPending) ? after.facts.seq : null
  await writeRow(tx, onboardingId, row, describe(after.facts, now), wakeAt, notifiedSeq, after.clockOffsetMs)
  return { facts: after.facts, now, tell: tells ? { situation, started: after.started && !newRun } : null }
}

const isDue = (facts: Facts, messageId: string) =>
  facts.messages.some((m) => m.id === messageId && (m.state === 'queued' || m.state === 'sending'))

function isEnded({ instants }: Facts): boolean {
  return instants.cancelled !== null || instants.completed !== null || instants.gaveUp !== null
}

/** Tells the engine and waits a moment at most. With the engine away the call runs on, then the reconciler takes over. */
export async function tellSoon(
  { db, engine, onUntold }: Commands,
  { practiceId, onboardingId }: Target,
  { situation, started }: Telling,
): Promise<void> {
  const telling = tellEngine(db, engine, practiceId, onboardingId, situation, started).catch((error) =>
    onUntold?.(onboardingId, error),
  )
  await Promise.race([telling, sleep(TELL_PATIENCE_MS, undefined, { ref: false })])
}
