/** The longest wait we take from a provider's header, so that a nonsense value cannot park a message for days. */
const longestWaitMs = 24 * 60 * 60 * 1000

/**
 * How long a provider asks us to wait, in ms from `now`: from `retry-after` (seconds or an HTTP date), else from
 * `ratelimit-reset` (seconds). Null when it says nothing that can be read.
 */
export function retryAfterMs(header: (name: string) => string | null | undefined, now = new Date()): number | null {
  const asked = header('retry-after')?.trim() || header('ratelimit-reset')?.trim()
  if (!asked) return null
  const waitMs = /^\d+(\.\d+)?$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - now.getTime()
  if (Number.isNaN(waitMs)) return null
  return Math.min(Math.max(Math.ceil(waitMs), 0), longestWaitMs)
}
