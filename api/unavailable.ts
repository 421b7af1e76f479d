/** Seconds after which a request may be repeated that met a database which is away. */
export const RETRY_AFTER_SECONDS = 2

/** Codes by which PostgreSQL, or the way to it, says that it cannot serve for a moment. */
const UNAVAILABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
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

/** Returns true if the database could not serve for a moment, so that trying again helps. */
export function isUnavailable(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' && UNAVAILABLE.has(code)
}
