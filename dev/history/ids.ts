import { randomBytes } from 'node:crypto'
import type { Instant } from '../../domain/situation.ts'

/** Hex digits drawn in bulk: drawing a few at a time costs more than using them. */
let drawn = ''
const DRAWN_AT_ONCE = 32_768
function hexDigits(count: number): string {
  if (drawn.length < count) drawn = randomBytes(DRAWN_AT_ONCE).toString('hex')
  const taken = drawn.slice(0, count)
  drawn = drawn.slice(count)
  return taken
}

/** Returns a time-ordered id for this instant, in the database's format. */
export function idAt(at: Instant): string {
  const hex = Math.round(at).toString(16).padStart(12, '0')
  const rest = hexDigits(19)
  const variant = '89ab'[Number.parseInt(rest.slice(0, 1), 16) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${rest.slice(1, 4)}-${variant}${rest.slice(4, 7)}-${rest.slice(7)}`
}
