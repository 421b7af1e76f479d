import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { askBack, pauseClients, settleAwaited } from '../commands/connections/banks/clientsOfBanks.ts'
import { noteOutages } from '../commands/connections/banks/noteOutages.ts'
import { settleBooks } from '../commands/connections/ledgers/settleBooks.ts'
import { lookAtConnections } from '../commands/connections/lookAtConnections.ts'
import { sweepDrafts } from '../commands/drafts/sweepDrafts.ts'
import { measureDueStages } from '../commands/measureStages.ts'
import { settleTurned } from '../commands/settleTurned.ts'
import { clearIdempotencyKeys } from '../db/idempotency.ts'
import { clearNotices } from '../db/notices/notices.ts'
import { clearAccountMails } from '../db/people/accountMails.ts'
import { DAY_MS } from '../domain/situation.ts'
import { askTexts } from '../messages/outbox/askTexts.ts'
import { makeDigests } from '../messages/outbox/digests.ts'
import { readText } from '../messages/outbox/render.ts'
import { sendStaffMails } from '../messages/outbox/staffMails.ts'
import { ProviderFailure } from '../providers/failure.ts'
import { createComparison } from './compareRuns.ts'
import type { WorkerConfig } from './config.ts'
import type { WorkerDependencies } from './dependencies.ts'
import type { ChoreMetrics } from './metrics.ts'
import { createReconciler, type Repairs } from './reconcile.ts'
import { createConnectionWaker } from './wakeConnections.ts'

const NOTICES_KEPT_MS = 90 * DAY_MS
const NOTICES_CLEARED_AT_ONCE = 5_000

/** The periodic work of a worker beside the engine's, each part also callable on demand. */
export type Chores = {
  /** Runs one pass of the reconciler. Returns the number of onboardings whose progress was sent. */
  reconcileNow(): Promise<number>
  /** Compares open rows with the engine's running list if that is due; returns the number of runs started. */
  compareRunsNow(): Promise<number>
  /** Wakes the workflows of connections and sign-ins that have none or overslept. Returns their number. */
  wakeConnectionsNow(): Promise<number>
  /** Looks at the connections that are due. Returns their number. */
  lookAtConnectionsNow(): Promise<number>
  /** Ends abandoned drafts. Returns the number ended. */
  sweepDraftsNow(): Promise<number>
  /** Records which banks went down and which work again, pauses clients and writes their rows. Returns the number of changes. */
  noteOutagesNow(): Promise<number>
  /** Asks clients back whose bank works again. Returns their number. */
  askBackNow(): Promise<number>
  /** Moves books whose ledger can be connected since it was configured, or no longer can. Returns their number. */
  settleBooksNow(): Promise<number>
  /** Writes completed clients again whose access ended by time. Returns their number. */
  settleTurnedNow(): Promise<number>
  /** Asks the provider about texts without a report. Returns the number of reports. */
  askTextsNow(): Promise<number>
  /** Measures how long stages usually take, if due. Returns the number of practices. */
  measureStagesNow(): Promise<number>
  /** Sends the due mails to colleagues until `signal` aborts. Returns the number sent. */
  sendStaffMailsNow(signal?: AbortSignal): Promise<number>
  /** Creates the due digests. Returns the number of practices. */
  makeDigestsNow(): Promise<number>
  /** Deletes old notices and old records of sign-in mails. Returns the number of notices. */
  clearNoticesNow(): Promise<number>
  /** Deletes stored answers of requests that are too old to be repeated. Returns their number. */
  clearAnswersNow(): Promise<number>
}

/** Starts the chores. `stop` waits for those in progress. */
export function startChores(
  dependencies: WorkerDependencies,
  config: Pick<WorkerConfig, 'reconcile' | 'sweepEveryMs' | 'staffMailsEveryMs' | 'digestsEveryMs'>,
  logger: Logger,
  metrics: ChoreMetrics,
): Chores & { stop(): Promise<void> } {
  const { commands } = dependencies
  const repairs: Repairs = {
    onRepaired: ({ onboardingId, why }) => {
      metrics.repaired(why)
      logger.info({ onboardingId, why }, 'the reconciler signalled the engine')
    },
    onError: ({ onboardingId, why }, error) =>
      logger.warn({ onboardingId, why, error }, 'the reconciler could not signal the engine'),
  }
  /** Returns the receiver of the failures of single rows, whose ids are logged under `name`. */
  const warns = (name: string, what: string) => (id: string, error: unknown) => logger.warn({ [name]: id, error }, what)
  const parts = { db: commands.db, engine: commands.engine, config: config.reconcile, repairs }
  const chores: Chores = {
    reconcileNow: createReconciler(parts),
    compareRunsNow: createComparison(parts),
    wakeConnectionsNow: createConnectionWaker(parts),
    lookAtConnectionsNow: () =>
      lookAtConnections(commands, dependencies, (connectionId, error) =>
        error instanceof ProviderFailure
          ? logger.error({ connectionId, error }, 'a provider refuses us: an operator must act')
          : logger.warn({ connectionId, error }, 'a connection could not be looked at'),
      ),
    sweepDraftsNow: () => sweepDrafts(commands, dependencies, warns('draftId', 'a draft could not be ended')),
    noteOutagesNow: async () =>
      (await noteOutages(commands.db)) +
      (await pauseClients(commands, warns('onboardingId', 'a client could not be paused whose bank is down'))) +
      (await settleAwaited(commands, warns('onboardingId', 'a client of an awaited bank could not be written again'))),
    askBackNow: () => askBack(commands, warns('onboardingId', 'a client could not be asked back to a bank')),
    settleBooksNow: () =>
      settleBooks(
        commands,
        dependencies,
        warns('onboardingId', 'the books of a client could not follow the configured ledgers'),
      ),
    settleTurnedNow: () =>
      settleTurned(commands, warns('onboardingId', 'a completed client whose access ended could not be written again')),
    askTextsNow: () =>
      askTexts(
        commands,
        dependencies.sms,
        (practiceId, messageId) => readText(dependencies, practiceId, messageId),
        warns('messageId', 'a text could not be asked about'),
      ),
    measureStagesNow: () =>
      measureDueStages(commands, warns('practiceId', 'the stages of a practice could not be measured')),
    sendStaffMailsNow: (signal) =>
      sendStaffMails(
        { ...dependencies, ...dependencies.bulk },
        warns('mailId', 'a mail to a colleague was not sent'),
        signal,
      ),
    makeDigestsNow: () =>
      makeDigests(dependencies, Date.now(), warns('practiceId', 'the digests of a practice could not be made')),
    clearNoticesNow: async () => {
      await clearAccountMails(commands.db, NOTICES_KEPT_MS)
      return clearNotices(commands.db, NOTICES_KEPT_MS, NOTICES_CLEARED_AT_ONCE)
    },
    clearAnswersNow: () => clearIdempotencyKeys(commands.db),
  }
  const run = (chore: string, work: (signal: AbortSignal) => Promise<unknown>, everyMs: number) =>
    repeat(
      (signal) => work(signal).then(() => metrics.succeeded(chore)),
      everyMs,
      (error) => logger.warn({ chore, error }, 'a chore failed'),
    )
  const stops = [
    run('reconcile', chores.reconcileNow, config.reconcile.everyMs),
    run('compare_runs', chores.compareRunsNow, config.reconcile.everyMs),
    run('wake_connections', chores.wakeConnectionsNow, config.reconcile.everyMs),
    run('look_at_connections', chores.lookAtConnectionsNow, config.digestsEveryMs),
    run('sweep_drafts', chores.sweepDraftsNow, config.sweepEveryMs),
    run('note_outages', chores.noteOutagesNow, config.digestsEveryMs),
    run('ask_back', chores.askBackNow, config.digestsEveryMs),
    run('settle_books', chores.settleBooksNow, config.sweepEveryMs),
    run('settle_turned', chores.settleTurnedNow, config.reconcile.everyMs),
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

/** Runs `work` at once, then `everyMs` after each end. Returns a function that stops it and waits for its end. */
function repeat(work: (signal: AbortSignal) => Promise<unknown>, everyMs: number, onError: (error: unknown) => void) {
  const stopping = new AbortController()
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await work(stopping.signal).catch(onError)
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const looping = loop()
  return () => {
    stopping.abort()
    return looping
  }
}
