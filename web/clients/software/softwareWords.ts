import { SOFTWARE_NAME_LENGTH, type Software, softwareLabel } from '../../../domain/ledgers.ts'
import type { Schema } from '../../api/client.ts'
import { Problem } from '../../api/problem.ts'
import type { TypedSoftware } from './SoftwareTiles.tsx'

type Ledger = Schema['Me']['ledgers'][number]

/** Returns the ledger to connect for this software; null if it cannot be connected. */
export const ledgerOf = (software: string, ledgers: readonly Ledger[]): Ledger | null =>
  ledgers.find(({ id }) => id === software) ?? null

/** Returns what can be done with the software. `isNew`: the client is being added. */
export function noteAbout(software: Software, ledgers: readonly Ledger[], isNew: boolean): string {
  if (software === 'none') return 'There are no books to connect.'
  if (software === 'unknown') return 'You’re reminded to find out.'
  const ledger = ledgerOf(software, ledgers)
  const name = software === 'other' ? '' : `${softwareLabel(software)} · `
  if (!ledger) return `${name}We note it. You set it up by hand and mark it done.`
  const when = isNew && !ledger.duringSetup ? 'Connect it after adding the client.' : 'Connect it now or later.'
  return `${name}${when} ${ledger.note}`
}

/** Throws a problem at the field `softwareName` if other software has no name, or one that is too long. */
export function demandName({ software, softwareName }: TypedSoftware): void {
  const { length } = softwareName.trim()
  if (software !== 'other' || (length > 0 && length <= SOFTWARE_NAME_LENGTH)) return
  const message = `Say which software, in ${SOFTWARE_NAME_LENGTH} characters or fewer.`
  const errors = [{ field: 'softwareName', code: 'required', message }]
  throw new Problem(422, { code: 'validation', detail: 'There is a problem with 1 field.', errors })
}

/**
 * Returns who does what about the books of a client being added where that is decided already: they are connected, are
 * set up by hand, or there are none. Null while it is to be chosen.
 */
export function booksWords(
  connected: { label: string } | null,
  { software, softwareName }: TypedSoftware,
  ledgers: readonly Ledger[],
): string | null {
  if (connected) return `${connected.label} is connected`
  if (software === 'none') return 'Not needed'
  if (software === '' || software === 'unknown' || ledgerOf(software, ledgers)) return null
  return `We set up ${software === 'other' ? softwareName.trim() || 'them' : softwareLabel(software)} by hand`
}
