/** The software that clients keep their books in. `duringSetup`: it can be connected while a client is added. */
export const LEDGERS = [
  { id: 'xero', label: 'Xero', duringSetup: true },
  { id: 'sage', label: 'Sage Accounting', duringSetup: false },
  { id: 'quickbooks', label: 'QuickBooks', duringSetup: false },
  { id: 'freeagent', label: 'FreeAgent', duringSetup: false },
  { id: 'kashflow', label: 'KashFlow', duringSetup: false },
] as const

const connectable = LEDGERS.filter(({ duringSetup }) => duringSetup)
/** What books are connected to where none was chosen yet; null as soon as there is a choice. */
export const ONLY_LEDGER: string | null = connectable.length === 1 ? (connectable[0]?.label ?? null) : null
