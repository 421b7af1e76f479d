import type { AskedConsent } from '../../db/connections/renewals.ts'
import { renewalWay } from '../../domain/connections/renewal.ts'
import type { BankConnector } from '../../providers/bank/bank.ts'
import type { Connectors } from '../../providers/connectors.ts'
import type { AskedBanks } from './context.ts'

/** The days between two confirmations where no provider names others. */
const USUAL_DAYS = 90

/** Returns the banks that wait for an answer as a message names them, by what their providers can do. */
export function askedBanks(consents: readonly AskedConsent[], banks: Connectors<BankConnector>): AskedBanks {
  const ending = consents.flatMap(({ provider, name, accounts, until, endsThere, isOver, missing }) => {
    if (isOver || until === null) return []
    const can = banks.find(provider)?.renewal ?? 'new_connection'
    const way = renewalWay(can, { accessUntil: until, endsThere, isCut: false })
    return [{ name, accounts, until, visit: way !== 'confirm', missing }]
  })
  const days = consents.map(({ provider }) => banks.find(provider)?.accessDays ?? USUAL_DAYS)
  const over = consents.filter(({ isOver }) => isOver).map(({ name }) => name)
  return { ending, over, days: Math.min(USUAL_DAYS, ...days), now: consents[0]?.now ?? 0 }
}
