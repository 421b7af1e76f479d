import type { Database } from '../../../db/client.ts'
import { countConnections } from '../../../db/connections/connections.ts'
import { ProviderFailure } from '../../../providers/failure.ts'
import type { LedgerConnector } from '../../../providers/ledger/ledger.ts'
import type { Commands } from '../../execute.ts'

/**
 * Refuses to start if the ledger allows no more connections, because it would keep the browser and never send it back.
 * Returns true if at most one more is allowed after this.
 */
export async function claimPlace({ db }: Commands, ledger: LedgerConnector): Promise<boolean> {
  const { name, label } = ledger
  const left = await placesLeft(db, ledger)
  if (left === null) return false
  if (left === 0) {
    const words = `${label} lets Embark connect no more organisations at present. Embark’s operator has been told.`
    throw new ProviderFailure(name, 'misconfigured', words)
  }
  return left === 1
}

/** Returns how many more organisations may be connected at the ledger, over all practices; null without a limit. */
export async function placesLeft(
  db: Database,
  { name, mostConnections }: Pick<LedgerConnector, 'name' | 'mostConnections'>,
): Promise<number | null> {
  return mostConnections === null ? null : Math.max(0, mostConnections - (await countConnections(db, name)))
}
