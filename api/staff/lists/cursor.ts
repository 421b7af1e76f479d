import { createHash } from 'node:crypto'
import { z } from 'zod'
import { badCursor } from '../../problem.ts'

export const cursorField = z
  .string()
  .min(1)
  .max(400)
  .optional()
  .meta({ description: 'The `nextCursor` of the page before.' })

/** Returns a hash of the filters and the order, to which a cursor belongs. */
const hashOf = (list: object): string =>
  createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 8)

/** Returns the place that a cursor of this list names; null without one. Throws a problem for a cursor of another list. */
export function readCursor<T>(cursor: string | undefined, list: object, place: z.ZodType<T>): T | null {
  if (cursor === undefined) return null
  try {
    const [of, ...rest] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[]
    if (of === hashOf(list)) return place.parse(rest)
  } catch {
    // Not a cursor of ours.
  }
  throw badCursor()
}

/** Returns the cursor of a place in a list. */
export const writeCursor = (list: object, place: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify([hashOf(list), ...place])).toString('base64url')
