import type { Decision } from '../changes.ts'
import { type Instant, MINUTE_MS } from '../situation.ts'

/**
 * Answers a move of the workflow that comes before its instant. Up to a minute early it waits for the rest, because
 * clocks differ; earlier than that the workflow acted on old progress, so nothing changes and the progress it gets back
 * holds the new instant.
 */
export function early(at: Instant, now: Instant): Decision {
  return at - now <= MINUTE_MS ? { tooEarly: at } : { unchanged: true }
}
