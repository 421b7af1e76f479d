import type { Decision } from '../commands.ts'
import { type Instant, MINUTE_MS } from '../situation.ts'

/**
 * The answer to a move of the workflow before its instant. A little early, as clocks are, it waits for the rest; long
 * before, the workflow acted on an old situation: nothing changes, and what it reads back tells it the new instant.
 */
export function early(at: Instant, now: Instant): Decision {
  return at - now <= MINUTE_MS ? { tooEarly: at } : { unchanged: true }
}
