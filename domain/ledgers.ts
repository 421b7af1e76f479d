/** The software that clients keep their books in. `duringSetup`: it can be connected while a client is added. */
export const LEDGERS = [
  { id: 'xero', label: 'Xero', duringSetup: true },
  { id: 'sage', label: 'Sage Accounting', duringSetup: false },
  { id: 'quickbooks', label: 'QuickBooks', duringSetup: false },
  { id: 'freeagent', label: 'FreeAgent', duringSetup: false },
  { id: 'kashflow', label: 'KashFlow', duringSetup: false },
] as const

/** What a practice notes of the software that a client uses: one of those, or none of them. */
export const SOFTWARE = [...LEDGERS.map(({ id }) => id), 'other', 'none', 'unknown'] as const
export type Software = (typeof SOFTWARE)[number]

const OTHERS: Record<string, string> = { other: 'Something else', none: 'None', unknown: 'I don’t know yet' }

/** Returns the name that people know the software by. */
export const softwareLabel = (software: string): string =>
  LEDGERS.find(({ id }) => id === software)?.label ?? OTHERS[software] ?? software

const connectable = LEDGERS.filter(({ duringSetup }) => duringSetup)
/** What books are connected to where none was chosen yet; null as soon as there is a choice. */
export const ONLY_LEDGER: string | null = connectable.length === 1 ? (connectable[0]?.label ?? null) : null
