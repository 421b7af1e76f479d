import { z } from 'zod'
import { type Connectors, connectors } from '../connectors.ts'
import { freeagentVariables, openFreeagent } from './freeagent.ts'
import type { LedgerConnector } from './ledger.ts'
import { openQuickbooks, quickbooksVariables } from './quickbooks.ts'
import { openSage, sageVariables } from './sage.ts'
import { openXero, xeroVariables } from './xero.ts'

/** The environment variables of all ledgers. */
export const ledgerVariables = { ...xeroVariables, ...quickbooksVariables, ...sageVariables, ...freeagentVariables }

const schema = z.object(ledgerVariables)
export type LedgerVariables = z.infer<typeof schema>

/** Creates the ledgers that are configured, in the order in which they are offered. */
export const openLedgers = (env: LedgerVariables): Connectors<LedgerConnector> =>
  connectors(openXero(env), ...[openQuickbooks(env), openSage(env), openFreeagent(env)].filter((one) => one !== null))
