import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Dependencies } from '../activities/dependencies.ts'
import { askBack } from '../commands/connections/askBack.ts'
import { sweepDrafts } from '../commands/drafts/sweepDrafts.ts'
import { measureDueStages } from '../commands/measureStages.ts'
import { clearIdempotencyKeys } from '../db/idempotency.ts'
import { clearNotices } from '../db/notices/notices.ts'
import { clearAccountMails } from '../db/people/accountMails.ts'
import { DAY_MS } from '../domain/situation.ts'
import { askTexts } from '../messages/outbox/askTexts.ts'
import { makeDigests } from '../messages/outbox/digests.ts'
import { readText } from '../messages/outbox/render.ts'
import { sendStaffMails } from '../messages/outbox/staffMails.ts'
import { createComparison } from './compareRuns.ts'
import type { WorkerConfig } from './config.ts'
import type { ChoreMetrics } from './metrics.ts'
import { createReconciler, type Repairs } from './reconcile.ts'

const NOTICES_KEPT_MS = 90 * DAY_MS
const NOTICES_CLEARED_AT_ONCE = 5_000

/** What a worker does besides the engine's work, each by itself and on demand. */
export type Chores = {
  /** One pass of the reconciler; returns the number of onboardings told. */
  reconcileNow(): Promise<number>
  /** Compares open rows with the engine's running list if that is due; returns the number of runs started. */
  compareRunsNow(): Promise<number>
  /** One look for abandoned drafts; answers how many were dealt with. */
  sweepDraftsNow(): Promise<number>
  /** Asks clients back whose bank works again; answers how many. */
  askBackNow(): Promise<number>
  /** Asks the provider about texts whose reports did not come; returns the number of reports. */
  askTextsNow(): Promise<number>
  /** Measures what stages usually take where that is due; answers in how many practices. */
  measureStagesNow(): Promise<number>
  /** Sends the mails to colleagues that are due; answers how many left. */
  sendStaffMailsNow(): Promise<number>
  /** Makes the digests that are due; answers in how many practices. */
  makeDigestsNow(): Promise<number>
  /** Clears old notices, and what became of old mails about sign-ins; answers how many notices. */
  clearNoticesNow(): Promise<number>
  /** Forgets the kept answers of requests that nobody repeats any more; returns how many. */
  clearAnswersNow(): Promise<number>
}

/** Starts them; `stop` waits for those under way. */
export function startChores(
  dependencies: Dependencies,
  config: Pick<WorkerConfig, 'reconcile' | 'sweepEveryMs' | 'staffMailsEveryMs' | 'digestsEveryMs'>,
  logger: Logger,
  metrics: ChoreMetrics,
): Chores & { stop(): Promise<void> } {
  const { commands } = dependencies
  const repairs: Repairs = {
    onRepaired: ({ onboardingId, why }) => {
      metrics.repaired(why)
      logger.info({ onboardingId, why }, 'the reconciler told the engine')
    },
    onError: ({ onboardingId, why }, error) =>
      logger.warn({ onboardingId, why, error }, 'the reconciler could not tell the engine'),
  }
  const parts = { db: commands.db, engine: commands.engine, config: config.reconcile, repairs }
  const chores: Chores = {
    reconcileNow: createReconciler(parts),
    compareRunsNow: createComparison(parts),
    sweepDraftsNow: () =>
      sweepDrafts(commands, dependencies, (draftId, error) =>
        logger.warn({ draftId, error }, 'a draft could not be ended'),
      ),
    askBackNow: () =>
      askBack(commands, (onboardingId, error) =>
        logger.warn({ onboardingId, error }, 'a client could not be asked back to a bank'),
      ),
    askTextsNow: () =>
      askTexts(
        commands,
        dependencies.sms,
        (practiceId, messageId) => readText(dependencies, practiceId, messageId),
        (messageId, error) => logger.warn({ messageId, error }, 'a text could not be asked about'),
      ),
    measureStagesNow: () =>
      measureDueStages(commands, (practiceId, error) =>
        logger.warn({ practiceId, error }, 'the stages of a practice could not be measured'),
      ),
    sendStaffMailsNow: () =>
      sendStaffMails(dependencies, (mailId, error) =>
        logger.warn({ mailId, error }, 'a mail to a colleague was not sent'),
      ),
    makeDigestsNow: () =>
      makeDigests(dependencies, Date.now(), (practiceId, error) =>
        logger.warn({ practiceId, error }, 'the digests of a practice could not be made'),
      ),
    clearNoticesNow: async () => {
      await clearAccountMails(commands.db, NOTICES_KEPT_MS)
      return clearNotices(commands.db, NOTICES_KEPT_MS, NOTICES_CLEARED_AT_ONCE)
    },
    clearAnswersNow: () => clearIdempotencyKeys(commands.db),
  }
  const run = (chore: string, work: () => Promise<unknown>, everyMs: number) =>
    repeat(
      () => work().then(() => metrics.succeeded(chore)),
      everyMs,
      (error) => logger.warn({ chore, error }, 'a chore failed'),
    )
  const stops = [
    run('reconcile', chores.reconcileNow, config.reconcile.everyMs),
    run('compare_runs', chores.compareRunsNow, config.reconcile.everyMs),
    run('sweep_drafts', chores.sweepDraftsNow, config.sweepEveryMs),
    run('ask_back', chores.askBackNow, config.digestsEveryMs),
    run('ask_texts', chores.askTextsNow, config.digestsEveryMs),
    run('measure_stages', chores.measureStagesNow, config.sweepEveryMs),
    run('staff_mails', chores.sendStaffMailsNow, config.staffMailsEveryMs),
    run('digests', chores.makeDigestsNow, config.digestsEveryMs),
    run('clear_notices', chores.clearNoticesNow, config.sweepEveryMs),
    run('clear_answers', chores.clearAnswersNow, config.sweepEveryMs),
  ]
  return {
    ...chores,
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()))
    },
  }
}

/** Runs `work` at once and then `everyMs` after each end. Answers how to stop it, waiting for a pass under way. */
function repeat(work: () => Promise<unknown>, everyMs: number, onError: (error: unknown) => void) {
  const stopping = new AbortController()
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await work().catch(onError)
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const looping = loop()
  return () => {
    stopping.abort()
    return looping
  }
}
