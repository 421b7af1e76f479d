import { createHash, createHmac, randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { findLiveLink, insertLink, type Link, type LinkOf } from '../../db/invitations/links.ts'

/** The keys of link tokens, newest first. Old keys stay, so that links made with them keep working. */
export type LinkKeys = { id: string; key: Buffer }[]

/** 128 bits, which are 22 characters in a URL. */
const TOKEN_BYTES = 16

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Returns the token of a link, derived by HMAC: a repeated mail has the same token, and none is stored. */
export function tokenOf(keys: LinkKeys, link: Link): string {
  const key = keys.find((one) => one.id === link.keyId)
  if (!key) throw new Error(`link key ${link.keyId} is not in the ring`)
  return createHmac('sha256', key.key).update(link.id).digest().subarray(0, TOKEN_BYTES).toString('base64url')
}

/** Returns the live link for this channel and purpose, with its token; creates it if there is none. */
export async function ensureLink(tx: Tx, keys: LinkKeys, of: LinkOf, now: number): Promise<Link & { token: string }> {
  const live = await findLiveLink(tx, of)
  if (live) return { ...live, token: tokenOf(keys, live) }
  const keyId = keys[0]?.id
  if (keyId === undefined) throw new Error('there is no link key')
  const id = randomUUID()
  const token = tokenOf(keys, { id, keyId })
  await insertLink(tx, { ...of, id, keyId, tokenSha256: sha256(token), now })
  return { id, keyId, token }
}
