/** Seconds until a request may be retried after the database was unavailable. */
export const RETRY_AFTER_SECONDS = 2

/** Error codes of PostgreSQL, or of the connection to it, for a short unavailability. */
const UNAVAILABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECTION_LOST',
  'COMMIT_UNKNOWN',
  '40P01',
  '53300',
  '55P03',
  '57014',
  '57P01',
  '57P02',
  '57P03',
])

/** Returns true if the database was unavailable for a moment, so that a retry helps. */
export function isUnavailable(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' && UNAVAILABLE.has(code)
}
