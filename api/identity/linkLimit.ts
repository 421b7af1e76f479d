import { APIError } from 'better-auth/api'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import type { Database } from '../../db/client.ts'
import { countHit } from '../../db/rateLimit.ts'

const WINDOW_MS = 15 * 60_000
/** Links that one address may be mailed within the window. */
const LINKS_PER_ADDRESS = 3

/**
 * Counts a request for a link to an address, whether or not it is known; throws when there were too many. Mailed links
 * stay valid, so requests by a stranger lock nobody out.
 */
export async function limitLinks(db: Database, email: string): Promise<void> {
  const at = await linksAgainAt(db, email)
  if (at === null) return
  const message = `Too many links were asked for. Use the newest one, or try again at ${at}.`
  throw new APIError('TOO_MANY_REQUESTS', { code: 'TOO_MANY_LINKS', message, at })
}

/** Counts a request. Returns the instant of the next allowed one, as ISO 8601; null when this one is allowed. */
export async function linksAgainAt(db: Database, email: string): Promise<string | null> {
  const key = `link:${sha256(email.trim().toLowerCase()).toString('base64url')}`
  const { hits, resetsAt } = await countHit(db, key, WINDOW_MS)
  return hits <= LINKS_PER_ADDRESS ? null : new Date(resetsAt).toISOString()
}
