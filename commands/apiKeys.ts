import { randomBytes } from 'node:crypto'

/** A new key: 192 random bits behind a prefix by which leaked ones can be found. */
export function makeApiKey(): string {
  return `emb_${randomBytes(24).toString('base64url')}`
}
