import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/createActivities.ts'
import { isConnectionMove, type Living } from '../domain/connections/connectionLife.ts'
import { connectionDetails, connectionWords } from '../domain/engineWords.ts'
import { DAY_MS, SECOND_MS } from '../domain/situation.ts'
import { CONNECTION_CHANGED } from './contract.ts'

// A local activity: a refresh costs six events of the history and not eleven. It waits as long as the slowest ledger, and
// a ledger that does not answer is no failure: the row says when to try again.
const { keepConnection } = proxyLocalActivities<Activities>({
  startToCloseTimeout: '90s',
  localRetryThreshold: '5s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10m' },
})

const YEAR_MS = 365 * DAY_MS
/** The least pause, in case the database's clock is behind the engine's. */
const LEAST_MS = 10 * SECOND_MS

/**
 * Keeps one bank connection or one ledger sign-in for as long as it lives: makes the row's due move, waits for the next
 * one or a change of the row, and ends with it. The row decides everything, so it can be started at any point, and a
 * cancellation at the engine changes nothing. Each year it continues as new.
 */
export const connection = (living: Living): Promise<void> =>
  CancellationScope.nonCancellable(async () => {
    let isChanged = false
    setHandler(defineSignal(CONNECTION_CHANGED), () => {
      isChanged = true
    })
    const yearEnds = Date.now() + YEAR_MS
    while (Date.now() < yearEnds && !workflowInfo().continueAsNewSuggested) {
      isChanged = false
      const next = await keepConnection(living)
      if (!isConnectionMove(next)) return
      setCurrentDetails(connectionDetails(living.of, next))
      const waitMs = Math.max(Math.min(next.at, yearEnds) - Date.now(), LEAST_MS)
      await condition(() => isChanged, waitMs, { summary: connectionWords(next.what) })
    }
    await continueAsNew<(living: Living) => Promise<void>>(living)
  })
