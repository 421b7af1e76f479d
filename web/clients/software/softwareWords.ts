import { SOFTWARE_NAME_LENGTH, type Software, softwareLabel } from '../../../domain/connections/ledgers.ts'
import type { Schema } from '../../api/client.ts'
import { Problem } from '../../api/problem.ts'
import type { TypedSoftware } from './SoftwareTiles.tsx'

type Ledger = Schema['Me']['ledgers'][number]

/** Returns the ledger of this software; null if it cannot be connected here. */
export const ledgerOf = (software: string, ledgers: readonly Ledger[]): Ledger | null =>
  ledgers.find(({ id }) => id === software) ?? null

/** Returns the ledger to connect now for this software; null without one, and while no more can be connected there. */
export function connectableNow(software: string, ledgers: readonly Ledger[]): Ledger | null {
  const ledger = ledgerOf(software, ledgers)
  return ledger?.left === 0 ? null : ledger
}

/** Says that software which Embark cannot connect is set up by hand. */
export const BY_HAND = 'We note it. You set it up by hand and mark it done.'

/** The number of free places at a ledger from which they are told. */
const FEW = 3

/** Returns the warning that a ledger lets hardly any more organisations be connected, or none; null while it does. */
export function placesWarning({ name, left }: Ledger, writeTo: string): string | null {
  if (left === null || left > FEW) return null
  if (left === 0)
    return `No more ${name} organisations can be connected until Embark raises the limit. Write to ${writeTo}.`
  const more = left === 1 ? '1 more organisation' : `${left} more organisations`
  return `${more} can be connected to ${name}. Tell Embark: ${writeTo}.`
}

/** Returns what can be done with the software. `isNew`: the client is being added. */
export function noteAbout(
  software: Software,
  { ledgers, writeTo }: Pick<Schema['Me'], 'ledgers' | 'writeTo'>,
  isNew: boolean,
): string {
  if (software === 'none') return 'There are no books to connect.'
  if (software === 'unknown') return 'You’re reminded to find out.'
  const ledger = ledgerOf(software, ledgers)
  const name = software === 'other' ? '' : `${softwareLabel(software)} · `
  if (!ledger) return `${name}${BY_HAND}`
  const warning = placesWarning(ledger, writeTo)
  if (ledger.left === 0 && warning) return warning
  const when = isNew && !ledger.duringSetup ? 'Connect it after adding the client.' : 'Connect it now or later.'
  return [`${name}${when} ${ledger.note}`, warning].filter(Boolean).join(' ')
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
