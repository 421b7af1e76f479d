import { findOpenRuns, type OwnedRun } from '../db/onboardings/reconcile.ts'
import { workflowIdOf } from '../workflows/contract.ts'
import { type Parts, type Repair, repairAll, signalIfOpen } from './reconcile.ts'

const RUNS_PER_PAGE = 1_000
/** The most runs started in one pass. The rest follows a minute later, so that due work is not delayed for long. */
const STARTED_AT_MOST = 2_000

/**
 * Creates the comparison of open rows with the engine's running list. It starts the missing runs, also those with
 * nothing due for days. Called each minute, it compares every `compareEveryMs`, and each minute for as long after an
 * outage: the start of this process, an engine that did not answer or lost its data. Returns the number of runs
 * started. Throws while the database or the engine is away.
 */
export function createComparison(parts: Parts, clock = Date.now): () => Promise<number> {
  const { engine, config } = parts
  let engineId: string | null = null
  let [nextAt, outageUntil] = [0, 0]
  const noteOutage = () => {
    outageUntil = clock() + config.compareEveryMs
  }
  return async () => {
    try {
      const id = await engine.identify()
      if (id !== engineId) noteOutage()
      engineId = id
      if (clock() < nextAt && clock() >= outageUntil) return 0
      nextAt = clock() + config.compareEveryMs
      const started = await startMissing(parts)
      if (started >= STARTED_AT_MOST) noteOutage()
      return started
    } catch (error) {
      noteOutage()
      throw error
    }
  }
}

async function startMissing(parts: Parts): Promise<number> {
  const running = new Set<string>()
  for await (const page of parts.engine.listRuns('running')) {
    for (const { onboardingId, run } of page) running.add(workflowIdOf(onboardingId, run))
  }
  let started = 0
  let after: string | null = null
  while (started < STARTED_AT_MOST) {
    const rows: OwnedRun[] = await findOpenRuns(parts.db, after, RUNS_PER_PAGE)
    const missing = rows.filter(({ onboardingId, run }) => !running.has(workflowIdOf(onboardingId, run)))
    const repairs = missing.map((row): Repair => ({ ...row, why: 'missing' }))
    started += await repairAll(parts, repairs, (run) => startIfGone(parts, run))
    after = rows.at(-1)?.onboardingId ?? null
    if (rows.length < RUNS_PER_PAGE) break
  }
  return started
}

/** Starts a run if the engine's own record lacks it too, because the list lags. */
async function startIfGone(parts: Parts, run: Repair): Promise<boolean> {
  const state = await parts.engine.inspect(run.onboardingId, run.run)
  return state.is === 'gone' && signalIfOpen(parts, run)
}
