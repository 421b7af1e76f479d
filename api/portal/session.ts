import { randomBytes } from 'node:crypto'
import type { Request, Response } from 'express'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import { countHit } from '../../db/rateLimit.ts'
import {
  askLoginLink,
  endPortalSession,
  readPortalSession,
  type SignedInPerson,
  useLoginLink,
} from '../../db/users/portal.ts'
import { DAY_MS, MINUTE_MS } from '../../domain/situation.ts'
import { readCookie, writeCookie } from '../client/browser.ts'
import type { Dependencies } from '../dependencies.ts'

const COOKIE = 'home'
const SESSION_MS = 30 * DAY_MS
const LINK_MS = 15 * MINUTE_MS
/** The most links mailed to one address in a quarter of an hour. */
const LINKS_PER_ADDRESS = 3
const TOKEN = /^[A-Za-z0-9_-]{43}$/

const newToken = (): string => randomBytes(32).toString('base64url')

/** Returns the hash of a sign-in link's token; null for text that is no token. */
export const signInHash = (token: string): Buffer | null => (TOKEN.test(token) ? sha256(token) : null)

/**
 * Mails a sign-in link, limited in rate, if the address belongs to a user. The answer is the same in every case, so
 * that it reveals nothing. `forLinkId` names the invitation to continue with.
 */
export async function askForSignIn(
  { db, identity, publicUrl }: Dependencies,
  email: string,
  forLinkId: string | null,
): Promise<void> {
  const { hits } = await countHit(db, `sign-in-link:${sha256(email).toString('base64url')}`, LINK_MS)
  if (hits > LINKS_PER_ADDRESS) return
  const token = newToken()
  if (!(await askLoginLink(db, email, sha256(token), forLinkId, LINK_MS))) return
  const actionUrl = `${publicUrl}/s/${token}`
  const askedAt = Date.now()
  const view = { mail: 'sign-in-link', practice: null, email, actionUrl, askedAt, zone: 'Europe/London' } as const
  identity.mail(view)
}

/** Redeems a mailed link and signs this browser in; returns null when the link is used or expired. */
export async function signIn({ db, publicUrl }: Dependencies, response: Response, hash: Buffer) {
  const secret = newToken()
  const used = await useLoginLink(db, hash, sha256(secret), SESSION_MS)
  if (used) writeCookie(response, COOKIE, publicUrl, secret, SESSION_MS)
  return used
}

/** Returns the client user who is signed in here, or null. */
export async function signedInPerson(
  { db, publicUrl }: Dependencies,
  request: Request,
): Promise<SignedInPerson | null> {
  const secret = readCookie(request, COOKIE, publicUrl)
  const hash = secret === null ? null : signInHash(secret)
  return hash && readPortalSession(db, hash)
}

/** Returns true if this browser has a session cookie, even for an ended session: signing out deletes it. */
export const wasSignedIn = ({ publicUrl }: Dependencies, request: Request): boolean =>
  Boolean(readCookie(request, COOKIE, publicUrl))

export async function signOut({ db, publicUrl }: Dependencies, request: Request, response: Response): Promise<void> {
  const secret = readCookie(request, COOKIE, publicUrl)
  const hash = secret === null ? null : signInHash(secret)
  if (hash) await endPortalSession(db, hash)
  writeCookie(response, COOKIE, publicUrl, null, 0)
}
