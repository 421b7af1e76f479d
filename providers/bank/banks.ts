import { z } from 'zod'
import { type Connectors, connectors } from '../connectors.ts'
import type { BankConnector } from './bank.ts'
import { openPlaid, plaidVariables } from './plaid.ts'
import { plaid } from './plaidWire.ts'
import { openTrueLayer, truelayerVariables } from './truelayer.ts'
import { truelayer } from './truelayerWire.ts'

/** The environment variables of all bank providers. */
export const bankVariables = { ...truelayerVariables, ...plaidVariables }

const schema = z.object(bankVariables)
export type BankVariables = z.infer<typeof schema>

/** The names of the bank providers that Embark knows, in the order in which they are preferred. */
export const bankProviders = [truelayer.name, plaid.name]

/** Creates the bank providers that are configured, in the order in which they are preferred. */
export const openBanks = (env: BankVariables): Connectors<BankConnector> =>
  connectors(openTrueLayer(env), ...[openPlaid(env)].filter((one) => one !== null))
