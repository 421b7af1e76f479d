/** The ledgers that clients use. `duringSetup`: it can be connected while the client is added. */
export const LEDGERS = [
  { id: 'xero', label: 'Xero', duringSetup: true },
  { id: 'sage', label: 'Sage Accounting', duringSetup: false },
  { id: 'quickbooks', label: 'QuickBooks', duringSetup: false },
  { id: 'freeagent', label: 'FreeAgent', duringSetup: false },
  { id: 'kashflow', label: 'KashFlow', duringSetup: false },
] as const

/** The accounting software that a practice records for a client: a ledger, something else, none or unknown. */
export const SOFTWARE = [...LEDGERS.map(({ id }) => id), 'other', 'none', 'unknown'] as const
export type Software = (typeof SOFTWARE)[number]

const OTHERS: Record<string, string> = { other: 'Something else', none: 'None', unknown: 'I don’t know yet' }

/** Returns the display name of the software; the id itself if it is unknown. */
export const softwareLabel = (software: string): string =>
  LEDGERS.find(({ id }) => id === software)?.label ?? OTHERS[software] ?? software

const connectable = LEDGERS.filter(({ duringSetup }) => duringSetup)
/** The name of the only connectable ledger, shown while none is chosen; null if there are several. */
export const ONLY_LEDGER: string | null = connectable.length === 1 ? (connectable[0]?.label ?? null) : null
