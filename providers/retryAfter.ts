/** The longest wait accepted from a provider's header, so that a nonsense value cannot park a message for days. */
const longestWaitMs = 24 * 60 * 60 * 1000

/**
 * Returns the wait that a provider asks for, in ms from `now`: from `retry-after` (seconds or an HTTP date), else, for
 * a 429 only, from `ratelimit-reset` (seconds). Other answers carry that header without asking for a wait: using it on
 * a refusal repeated the refused mail every second, ahead of all others. Returns null when no header can be read.
 */
export function retryAfterMs(
  status: number | null,
  header: (name: string) => string | null | undefined,
  now = new Date(),
): number | null {
  const reset = status === 429 ? header('ratelimit-reset')?.trim() : undefined
  const asked = header('retry-after')?.trim() || reset
  if (!asked) return null
  const waitMs = /^\d+(\.\d+)?$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - now.getTime()
  if (Number.isNaN(waitMs)) return null
  return Math.min(Math.max(Math.ceil(waitMs), 0), longestWaitMs)
}
