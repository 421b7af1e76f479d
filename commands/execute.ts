import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Tx } from '../db/client.ts'
import { type Locked, lockFacts, readFacts, readSettleAt } from '../db/onboardings/facts.ts'
import { type Recipient, writeChange, writeRow } from '../db/onboardings/writes.ts'
import type { Change, Command, Refusal } from '../domain/commands.ts'
import { decide } from '../domain/decide/decide.ts'
import { describe } from '../domain/describe.ts'
import type { Actor } from '../domain/events.ts'
import { factsAfter } from '../domain/factsAfter.ts'
import { isOver, progressOf } from '../domain/nextMove.ts'
import type { Progress } from '../domain/progress.ts'
import type { Facts, Instant } from '../domain/situation.ts'
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
 * run gets the new progress back, so it need not be told. `messageId`: a message that the command is about, which may be
 * of an earlier generation of the invitation.
 */
export type Target = {
  practiceId: string
  onboardingId: string
  run?: number
  answersRun?: number
  messageId?: string
}

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
  /** It moves bank sessions by itself, so when to look at them is read anew. */
  movesSessions?: boolean
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

/** What the workflow is to hear after the commit: the new progress, and whether its run has been started. */
export type Telling = { progress: Progress; started: boolean }

/** Runs `work` in one transaction of the practice; after the commit the workflow is told what came back as `tell`. */
export async function transact<T>(
  commands: Commands,
  target: Target,
  work: (tx: Tx) => Promise<{ answer: T; tell: Telling | null }>,
): Promise<T> {
  const { answer, tell } = await commands.db.inPractice(target.practiceId, work, 'one')
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
  const locked = await lockFacts(tx, target.onboardingId, target.messageId)
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
  const after = factsAfter(facts, change, now)
  // All of it is sent at once and answered together: what waits for the row waits that much less.
  const changing = writeChange(tx, target.practiceId, facts, change, after, execution.actor, now, recipient)
  const writing = Promise.all([changing, execution.alongside?.(tx, { change, before: facts, now })])
  if (execution.movesSessions) {
    await writing
    after.settleAt = await readSettleAt(tx, target.onboardingId)
  }
  const byWorkflow = target.run !== undefined || target.answersRun === facts.run
  const [[written], tells] = await Promise.all([writing, settle(tx, locked, after, byWorkflow)])
  const stands = { ...written, settleAt: after.settleAt }
  return { outcome: { result: 'changed', facts: stands, now }, tell: tells ? tellingOf(locked, stands) : null }
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

/** Writes the row with what follows from its facts. Answers whether the workflow must hear of it. */
async function settle(tx: Tx, before: Locked, after: Facts, byWorkflow: boolean): Promise<boolean> {
  const { now } = before
  const { next, due } = progressOf(after, now)
  const wakeAt = next?.at ?? null
  const matters =
    after.run !== before.facts.run ||
    due.some(({ id }) => !isDue(before.facts, id)) ||
    isEnded(before.facts) !== isEnded(after) ||
    (wakeAt !== null && (before.wakeAt === null || wakeAt < before.wakeAt))
  const nothingPending = before.notifiedSeq === before.facts.seq
  const notifiedSeq = byWorkflow || (!matters && nothingPending) ? after.seq : null
  await writeRow(tx, after, describe(after, now), wakeAt, notifiedSeq, byWorkflow, before.clockOffsetMs)
  return !byWorkflow && matters
}

const tellingOf = ({ facts, started, now }: Locked, after: Facts): Telling => ({
  progress: progressOf(after, now),
  started: started && after.run === facts.run,
})

/** Writes the row anew where no fact came in but what it waits for did change; answers what the workflow is to hear. */
export async function resettle(tx: Tx, locked: Locked, byWorkflow: boolean): Promise<Telling | null> {
  const after = { ...locked.facts, settleAt: await readSettleAt(tx, locked.facts.id) }
  return (await settle(tx, locked, after, byWorkflow)) ? tellingOf(locked, after) : null
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
  { progress, started }: Telling,
): Promise<void> {
  await db.afterCommit(async () => {
    const telling = tellEngine(db, engine, practiceId, onboardingId, progress, started).catch((error) =>
      onUntold?.(onboardingId, error),
    )
    await Promise.race([telling, sleep(TELL_PATIENCE_MS, undefined, { ref: false })])
  })
}
