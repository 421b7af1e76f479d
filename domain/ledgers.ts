/** The ledgers that clients use, by full name. Which of them can be connected, and when, their connectors say. */
export const LEDGERS = [
  { id: 'xero', label: 'Xero' },
  { id: 'sage', label: 'Sage Accounting' },
  { id: 'quickbooks', label: 'QuickBooks' },
  { id: 'freeagent', label: 'FreeAgent' },
  { id: 'kashflow', label: 'KashFlow' },
] as const

/** The accounting software that a practice records for a client: a ledger, something else, none or unknown. */
export const SOFTWARE = [...LEDGERS.map(({ id }) => id), 'other', 'none', 'unknown'] as const
export type Software = (typeof SOFTWARE)[number]

const OTHERS: Record<string, string> = { other: 'Something else', none: 'None', unknown: 'I don’t know yet' }

/** Returns the display name of the software; the id itself if it is unknown. */
export const softwareLabel = (software: string): string =>
  LEDGERS.find(({ id }) => id === software)?.label ?? OTHERS[software] ?? software
