import { randomBytes } from 'node:crypto'
import type { Request, Response } from 'express'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import { countHit } from '../../db/rateLimit.ts'
import {
  askSignIn,
  endPortalSession,
  readPortalSession,
  type SignedInPerson,
  useSignIn,
} from '../../db/users/portal.ts'
import { DAY_MS, MINUTE_MS } from '../../domain/situation.ts'
import { readCookie, writeCookie } from '../client/browser.ts'
import type { Dependencies } from '../dependencies.ts'

const COOKIE = 'home'
const SESSION_MS = 30 * DAY_MS
const LINK_MS = 15 * MINUTE_MS
/** Links mailed to one address in a quarter of an hour. */
const LINKS_PER_ADDRESS = 3
const TOKEN = /^[A-Za-z0-9_-]{43}$/

const newToken = (): string => randomBytes(32).toString('base64url')

/** The hash of what is in a sign-in link; null for what is no token at all. */
export const signInHash = (token: string): Buffer | null => (TOKEN.test(token) ? sha256(token) : null)

/**
 * Mails a link to sign in with, if the address has somewhere to go, at most so often: nobody learns whether it has, the
 * page says the same in any case. `forLinkId` names the invitation to go on with.
 */
export async function askForSignIn(
  { db, identity, publicUrl }: Dependencies,
  email: string,
  forLinkId: string | null,
): Promise<void> {
  const { hits } = await countHit(db, `sign-in-link:${sha256(email).toString('base64url')}`, LINK_MS)
  if (hits > LINKS_PER_ADDRESS) return
  const token = newToken()
  if (!(await askSignIn(db, email, sha256(token), forLinkId, LINK_MS))) return
  const actionUrl = `${publicUrl}/s/${token}`
  const askedAt = Date.now()
  const view = { mail: 'sign-in-link', practice: null, email, actionUrl, askedAt, zone: 'Europe/London' } as const
  identity.mail(view, 'Embark', async () => undefined)
}

/** Uses a mailed link up and signs this browser in; null when the link is used or over. */
export async function signIn({ db, publicUrl }: Dependencies, response: Response, hash: Buffer) {
  const secret = newToken()
  const used = await useSignIn(db, hash, sha256(secret), SESSION_MS)
  if (used) writeCookie(response, COOKIE, publicUrl, secret, SESSION_MS)
  return used
}

/** Who of the clients' people is signed in here. */
export async function signedInPerson(
  { db, publicUrl }: Dependencies,
  request: Request,
): Promise<SignedInPerson | null> {
  const secret = readCookie(request, COOKIE, publicUrl)
  const hash = secret === null ? null : signInHash(secret)
  return hash && readPortalSession(db, hash)
}

/** Returns true if this browser was signed in, whether or not it still is: signing out takes the cookie away. */
export const wasSignedIn = ({ publicUrl }: Dependencies, request: Request): boolean =>
  Boolean(readCookie(request, COOKIE, publicUrl))

export async function signOut({ db, publicUrl }: Dependencies, request: Request, response: Response): Promise<void> {
  const secret = readCookie(request, COOKIE, publicUrl)
  const hash = secret === null ? null : signInHash(secret)
  if (hash) await endPortalSession(db, hash)
  writeCookie(response, COOKIE, publicUrl, null, 0)
}
