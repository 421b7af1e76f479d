import type { Way } from '../situation.ts'

/** The ledgers that clients use, by full and by short name. Which of them can be connected, and when, their connectors say. */
export const LEDGERS = [
  { id: 'xero', label: 'Xero', short: 'Xero' },
  { id: 'quickbooks', label: 'QuickBooks', short: 'QuickBooks' },
  { id: 'sage', label: 'Sage Accounting', short: 'Sage' },
  { id: 'freeagent', label: 'FreeAgent', short: 'FreeAgent' },
  { id: 'kashflow', label: 'KashFlow', short: 'KashFlow' },
] as const

/** The accounting software that a client uses: a ledger, something else, none, or not known yet. */
export const SOFTWARE = [...LEDGERS.map(({ id }) => id), 'other', 'none', 'unknown'] as const
export type Software = (typeof SOFTWARE)[number]

/** The greatest length of the name of other software. */
export const SOFTWARE_NAME_LENGTH = 60

/** A client's software as it is stored; `softwareName` is the name of other software, null if it has none. */
export type Used = { software: Software; softwareName: string | null }

const OTHERS: Record<string, string> = { other: 'Something else', none: 'None', unknown: 'Not known yet' }

/** Returns the display name of the software; the id itself if it is unknown. */
export const softwareLabel = (software: string): string =>
  LEDGERS.find(({ id }) => id === software)?.label ?? OTHERS[software] ?? software

/** Returns the name of a client's software within a sentence; null for none, and while it is not known. */
export const nameOfSoftware = ({ software, softwareName }: Used): string | null =>
  LEDGERS.find(({ id }) => id === software)?.short ?? softwareName

/** Returns the way to the books of a client with this software. `connectable`: the ledgers that can be connected here. */
export function wayOf(software: Software, connectable: readonly string[]): Way {
  if (software === 'unknown') return 'find_out'
  if (software === 'none') return 'none'
  return connectable.includes(software) ? 'connect' : 'by_hand'
}
