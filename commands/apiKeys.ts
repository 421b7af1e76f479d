import { randomBytes } from 'node:crypto'

/** Returns a new API key: 192 random bits after a prefix by which leak scanners find it. */
export function makeApiKey(): string {
  return `emb_${randomBytes(24).toString('base64url')}`
}
