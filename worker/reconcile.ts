import type { Commands } from '../commands/execute.ts'
import { signalWorkflow } from '../commands/signalWorkflow.ts'
import { readFacts } from '../db/onboardings/facts.ts'
import { findStale, lockIfFree, type OwnedRun, type StaleWhy } from '../db/onboardings/reconcile.ts'
import { resolveOnboarding } from '../db/resolve.ts'
import { progressOf } from '../domain/nextMove.ts'
import { isRunOver } from '../domain/progress.ts'
import type { RunId } from '../workflows/contract.ts'
import type { ReconcileConfig } from './config.ts'

/** The number of runs repaired in parallel; each waits for the engine and holds no database connection meanwhile. */
const REPAIRED_AT_ONCE = 8
/** The number of runs in one listing of the engine. */
const LISTED_AT_ONCE = 100
/** The most running runs inspected in one pass, the longest waiting first. */
const INSPECTED_AT_MOST = 100
/** The overlap with the last pass when listing ended runs, because listings lag. */
const LISTING_LAG_MS = 30_000

/** A run to repair: stale by its row, or broken off, failing or missing at the engine. */
export type Repair = OwnedRun & { why: StaleWhy | 'broken_off' | 'failing' | 'missing' }

/** Receives each repaired run, and each that could not be repaired. */
export type Repairs = { onRepaired(repair: Repair): void; onError(repair: Repair, error: unknown): void }

export type Parts = Pick<Commands, 'db' | 'engine'> & { config: ReconcileConfig; repairs: Repairs }

/**
 * Creates the reconciler's pass of each minute. It finds onboardings that the engine lost: stale ones by four queries
 * of the database, and broken-off or failing runs by two listings of the engine. It sends the engine their progress,
 * which starts runs that do not run. A pass returns the number of onboardings sent; a failure stops no other. Throws
 * while the database or the engine is away; the next pass finds the same again.
 */
export function createReconciler(parts: Parts): () => Promise<number> {
  let lastPassAt = Date.now() - parts.config.everyMs
  return async () => {
    const began = Date.now()
    await parts.engine.check()
    const repaired = await sumOfEach([
      () => repairStale(parts),
      () => repairBrokenOff(parts, new Date(lastPassAt - LISTING_LAG_MS)),
      () => restartFailing(parts),
    ])
    lastPassAt = began
    return repaired
  }
}

/** Runs all works one after the other and returns the sum. A failure stops no other and is thrown at the end. */
async function sumOfEach(works: (() => Promise<number>)[]): Promise<number> {
  let sum = 0
  const errors: unknown[] = []
  for (const work of works) {
    try {
      sum += await work()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
  return sum
}

async function repairStale(parts: Parts): Promise<number> {
  const { db, config } = parts
  const seen = new Set<string>()
  let [repaired, inspected] = [0, 0]
  for (;;) {
    const batch = await findStale(db, config, config.atMost)
    const fresh = batch
      .filter(({ onboardingId }) => !seen.has(onboardingId))
      .sort((one, other) => one.since - other.since)
    // Onboardings that are still stale were repaired already, or cannot be; they wait for the next pass.
    if (fresh.length === 0) return repaired
    for (const { onboardingId } of fresh) seen.add(onboardingId)
    const unsignalled = onePerOnboarding(fresh.filter(({ why }) => why === 'not_started' || why === 'not_told'))
    const late = onePerOnboarding(fresh.filter(({ onboardingId }) => !unsignalled.has(onboardingId)))

    repaired += await sumOfEach([
      async () => {
        // The engine knows all facts of late onboardings; those that run are usually busy or wait for a provider.
        const running = await listRunning(parts, [...late.values()])
        const lost = [...late.values()].filter(({ onboardingId }) => !running.has(onboardingId))
        const living = [...late.values()].filter(({ onboardingId }) => running.has(onboardingId))
        const inspecting = living.slice(0, INSPECTED_AT_MOST - inspected)
        inspected += inspecting.length
        return repairAll(parts, [...lost, ...inspecting], (run) => wake(parts, run))
      },
      () => repairAll(parts, [...unsignalled.values()], (run) => signal(parts, run)),
    ])
    if (batch.length < config.atMost) return repaired
  }
}

/** Returns one entry per onboarding, the first of several reasons. */
function onePerOnboarding<T extends OwnedRun>(runs: T[]): Map<string, T> {
  const found = new Map<string, T>()
  for (const run of runs) if (!found.has(run.onboardingId)) found.set(run.onboardingId, run)
  return found
}

async function listRunning({ engine }: Parts, runs: OwnedRun[]): Promise<Set<string>> {
  const running = new Set<string>()
  for (let from = 0; from < runs.length; from += LISTED_AT_ONCE) {
    const among = runs.slice(from, from + LISTED_AT_ONCE)
    for await (const page of engine.listRuns({ among })) for (const run of page) running.add(run.onboardingId)
  }
  return running
}

/**
 * Sends a late run its progress unless it is busy, because an activity that waits for its provider must not cost a
 * signal a minute. Restarts a run that keeps failing.
 */
async function wake(parts: Parts, run: Repair): Promise<boolean> {
  const state = await parts.engine.inspect(run.onboardingId, run.run)
  if (state.is === 'gone' || !state.isBusy) return signal(parts, run)
  return restartIfFailing(parts, run)
}

/** Repairs runs that ended without completing since `since`. A reset run is running again and gets the progress. */
async function repairBrokenOff(parts: Parts, since: Date): Promise<number> {
  let repaired = 0
  for await (const page of parts.engine.listRuns({ endedSince: since })) {
    repaired += await repairAll(parts, await ownedBy(parts, page, 'broken_off'), (run) => signalIfOpen(parts, run))
  }
  return repaired
}

async function restartFailing(parts: Parts): Promise<number> {
  let repaired = 0
  for await (const page of parts.engine.listRuns('failing')) {
    repaired += await repairAll(parts, await ownedBy(parts, page, 'failing'), (run) => restartIfFailing(parts, run))
  }
  return repaired
}

/** Terminates a run whose code cannot continue from its history, and starts it again from the row. */
async function restartIfFailing(parts: Parts, run: Repair): Promise<boolean> {
  const state = await parts.engine.inspect(run.onboardingId, run.run)
  if (state.is === 'gone' || state.failedAttempts < parts.config.failedAttempts) return false
  await parts.engine.terminate(run.onboardingId, run.run, state.executionId)
  return signal(parts, run)
}

/** Adds the practices to runs; leaves out runs whose onboarding no longer exists. */
async function ownedBy({ db }: Parts, runs: RunId[], why: Repair['why']): Promise<Repair[]> {
  const owned: Repair[] = []
  for (const run of runs) {
    const practiceId = await resolveOnboarding(db, run.onboardingId)
    if (practiceId) owned.push({ ...run, practiceId, why })
  }
  return owned
}

/** Repairs several runs in parallel; a failure stops no other. Returns the number repaired. */
export async function repairAll(
  { repairs }: Parts,
  runs: Repair[],
  repair: (run: Repair) => Promise<boolean>,
): Promise<number> {
  const waiting = runs.values()
  let repaired = 0
  const work = async () => {
    for (const run of waiting) {
      try {
        if (!(await repair(run))) continue
        repaired += 1
        repairs.onRepaired(run)
      } catch (error) {
        repairs.onError(run, error)
      }
    }
  }
  await Promise.all(Array.from({ length: REPAIRED_AT_ONCE }, work))
  return repaired
}

/** Does the same as `signal` unless the onboarding is over and has nothing to send. */
export const signalIfOpen = (parts: Parts, run: Repair): Promise<boolean> => signal(parts, run, 'open')

/** Sends the engine the row's present progress. Returns false if the row is locked or on another run. */
async function signal({ db, engine }: Parts, run: Repair, which: 'any' | 'open' = 'any'): Promise<boolean> {
  const { practiceId, onboardingId } = run
  const read = await db.inPractice(practiceId, async (tx) =>
    (await lockIfFree(tx, onboardingId)) ? readFacts(tx, onboardingId) : null,
  )
  if (!read || read.facts.run !== run.run) return false
  const progress = progressOf(read.facts, read.now)
  if (which === 'open' && isRunOver(progress) && progress.due.length === 0) return false
  await signalWorkflow(db, engine, practiceId, onboardingId, progress, read.started)
  return true
}
