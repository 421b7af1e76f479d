import { DAY_MS, type Instant } from '../../../domain/situation.ts'
import type { BankAsk } from '../../../pages/consent.ts'
import type { BankConnector } from '../../../providers/bank/bank.ts'

/** The part of a connector that the consent names. */
export type AskedConnector = Pick<BankConnector, 'label' | 'legalName' | 'registrationNumber' | 'accessDays'>

/** Returns the consent that is asked for a connection through one of these connectors. */
export const askOf = (connectors: readonly AskedConnector[], now: Instant): BankAsk => ({
  scopes: ['info', 'accounts'],
  transactionMonths: null,
  accessUntil: now + Math.min(...connectors.map(({ accessDays }) => accessDays)) * DAY_MS,
  connectors: connectors.map(({ label: name, legalName, registrationNumber: reference }) => ({
    name,
    legalName,
    reference,
  })),
})
