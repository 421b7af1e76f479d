import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Dependencies } from '../activities/dependencies.ts'
import { makeDigests } from '../activities/digests.ts'
import { sendStaffMails } from '../activities/staffMails.ts'
import { askBack } from '../commands/connections/askBack.ts'
import { sweepDrafts } from '../commands/drafts/sweepDrafts.ts'
import { measureDueStages } from '../commands/measureStages.ts'
import { clearNotices } from '../db/notices/notices.ts'
import { DAY_MS } from '../domain/situation.ts'
import type { WorkerConfig } from './config.ts'
import { reconcile } from './reconcile.ts'

const NOTICES_KEPT_MS = 90 * DAY_MS
const NOTICES_CLEARED_AT_ONCE = 5_000

/** What a worker does besides the engine's work, each by itself and on demand. */
export type Chores = {
  /** One pass of the reconciler; answers how many onboardings were told. */
  reconcileNow(): Promise<number>
  /** One look for abandoned drafts; answers how many were dealt with. */
  sweepDraftsNow(): Promise<number>
  /** Asks clients back whose bank works again; answers how many. */
  askBackNow(): Promise<number>
  /** Measures what stages usually take where that is due; answers in how many practices. */
  measureStagesNow(): Promise<number>
  /** Sends the mails to colleagues that are due; answers how many left. */
  sendStaffMailsNow(): Promise<number>
  /** Makes the digests that are due; answers in how many practices. */
  makeDigestsNow(): Promise<number>
  /** Clears old notices; answers how many. */
  clearNoticesNow(): Promise<number>
}

/** Starts them; `stop` waits for those under way. */
export function startChores(
  dependencies: Dependencies,
  config: Pick<WorkerConfig, 'reconcile' | 'sweepEveryMs' | 'staffMailsEveryMs' | 'digestsEveryMs'>,
  logger: Logger,
): Chores & { stop(): Promise<void> } {
  const { commands } = dependencies
  const chores: Chores = {
    reconcileNow: () =>
      reconcile(commands, config.reconcile, ({ onboardingId, why }, error) =>
        logger.warn({ onboardingId, why, error }, 'the reconciler could not tell the engine'),
      ),
    sweepDraftsNow: () =>
      sweepDrafts(commands, dependencies, (draftId, error) =>
        logger.warn({ draftId, error }, 'a draft could not be ended'),
      ),
    askBackNow: () =>
      askBack(commands, (onboardingId, error) =>
        logger.warn({ onboardingId, error }, 'a client could not be asked back to a bank'),
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
    clearNoticesNow: () => clearNotices(commands.db, NOTICES_KEPT_MS, NOTICES_CLEARED_AT_ONCE),
  }
  const warn = (message: string) => (error: unknown) => logger.warn({ error }, message)
  const stops = [
    repeat(chores.reconcileNow, config.reconcile.everyMs, warn('the reconciler could not look')),
    repeat(chores.sweepDraftsNow, config.sweepEveryMs, warn('drafts could not be swept')),
    repeat(chores.askBackNow, config.digestsEveryMs, warn('banks that are back could not be looked for')),
    repeat(chores.measureStagesNow, config.sweepEveryMs, warn('stages could not be measured')),
    repeat(chores.sendStaffMailsNow, config.staffMailsEveryMs, warn('mails to colleagues could not be sent')),
    repeat(chores.makeDigestsNow, config.digestsEveryMs, warn('digests could not be made')),
    repeat(chores.clearNoticesNow, config.sweepEveryMs, warn('old notices could not be cleared')),
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
