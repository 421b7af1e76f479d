import { retryAfterMs } from '../retryAfter.ts'
import type { SendOutcome, Trouble } from './email.ts'

/** The answer to a send: an id or an error; neither when the answer could not be read. */
export type Answered = {
  id: string | null
  error: { name: string; statusCode: number | null; message: string } | null
  headers: Record<string, string> | null
}

const hourMs = 60 * 60_000
const dayMs = 24 * hourMs

/**
 * Maps an answer to an outcome by its status and `name`, never by its English text; the one exception is the text that
 * says that a 400 is about the key. `key_is_held`: an earlier body holds the idempotency key, with an unknown result.
 */
export function outcomeOf({ id, error, headers }: Answered, now = new Date()): SendOutcome | 'key_is_held' {
  if (!error) {
    return id
      ? { outcome: 'accepted', providerId: id }
      : { outcome: 'unknown', reason: 'The mail provider gave an answer that we cannot read.', answered: true }
  }
  const { name: code, statusCode: status, message } = error
  if (status === null || status === undefined) {
    return { outcome: 'unknown', reason: 'The mail provider did not answer.' }
  }
  const askedMs = retryAfterMs(status, (header) => headers?.[header])
  const later = (reason: string, waitMs: number | null, trouble?: Omit<Trouble, 'code' | 'reason'>): SendOutcome => ({
    outcome: 'later',
    reason,
    retryAfterMs: askedMs ?? waitMs,
    ...(trouble && { trouble: { code, reason, ...trouble } }),
  })
  const ours = () =>
    // No pause: each mail is retried by itself, so that the operator's fix takes effect at once.
    later('The mail provider does not accept our account; an operator must repair it.', null, { restMs: null })

  if (code === 'invalid_idempotent_request') return 'key_is_held'
  switch (status) {
    case 400:
    case 422:
      if (code === 'invalid_idempotency_key' || (status === 400 && /API key is invalid/i.test(message))) return ours()
      return refusalOf(code, askedMs)
    case 409:
      return later('An earlier attempt is still being handled.', 2_000)
    case 429: {
      if (code === 'daily_quota_exceeded') {
        // The answer's `retry-after` is about the per-second limit, so it is not used.
        const restMs = untilTomorrowMs(now)
        const reason = "The mail provider's daily allowance is used up."
        return { outcome: 'later', reason, retryAfterMs: restMs, trouble: { code, reason, restMs } }
      }
      if (code === 'monthly_quota_exceeded') {
        return later("The mail provider's monthly allowance is used up.", hourMs, { restMs: hourMs })
      }
      return later('The mail provider asks us to slow down.', null)
    }
    case 451: {
      const reason = 'The mail provider has stopped our mails for a security reason; an operator must look at it.'
      return later(reason, hourMs, { restMs: hourMs })
    }
  }
  if (status >= 500) {
    return { outcome: 'unknown', reason: 'The mail provider has a problem of its own right now.', answered: true }
  }
  return ours()
}

/** Maps a refusal that is about this mail. Returns `later` when the provider names a delay. */
function refusalOf(code: string, askedMs: number | null): SendOutcome {
  if (askedMs !== null) {
    return {
      outcome: 'later',
      reason: 'The mail provider asks us to try this mail again later.',
      retryAfterMs: askedMs,
    }
  }
  const refused = (reason: string) => ({ outcome: 'refused', state: 'failed', reason }) as const
  if (code !== 'invalid_from_address') return refused('The mail provider refused this mail; check the address.')
  const reason = 'The mail provider does not accept our sender address.'
  return { ...refused(reason), retryable: true, trouble: { code, reason, restMs: null } }
}

/** Returns the time until the next UTC day, in ms: the provider's quota counts UTC days. */
const untilTomorrowMs = (now: Date): number => dayMs - (now.getTime() % dayMs)
