import type { IncomingHttpHeaders } from 'node:http'
import { hashPassword } from 'better-auth/crypto'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import type { RequestHandler } from 'express'
import { hasSignIn, type Joined, joinByInvitation, openIdentity } from '../../db/people/identity.ts'
import { createAccountMails } from '../../messages/outbox/accountMails.ts'
import type { AccountMail } from '../../messages/templates/view.ts'
import type { BreachProvider } from '../../providers/breach/breach.ts'
import type { EmailProvider } from '../../providers/email/email.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { type AuthConfig, cookiePrefixOf, createAuth, SESSION_S } from './auth.ts'
import { ADDRESS_HEADER } from './guard.ts'
import { linksAgainAt } from './linkLimit.ts'
import { type SignUp, signUpPractice } from './signUp.ts'

const DAY_S = 24 * 60 * 60

/** A signed-in person. */
export type SignedIn = {
  userId: string
  name: string
  email: string
  twoFactor: boolean
  /** The last time they gave the password here, or came from the practice's own provider; ms since the epoch. */
  authenticatedAt: number
  /** Set when the session began at a practice's own provider: the only practice it opens. */
  onlyPracticeId: string | null
}

/** The staff's sign-up, sign-in and sessions. */
export type Identity = {
  /** Handles all requests below /api/auth. */
  handler: RequestHandler
  /** Returns the person signed in, with the cookies of a renewed session; 'ended' for an expired session. */
  readSession(headers: IncomingHttpHeaders): Promise<{ person: SignedIn; cookies: string[] } | 'ended' | null>
  /** Returns true for a password in the list of stolen ones; false, logged, when the list does not answer. */
  isStolen(password: string): Promise<boolean>
  /**
   * Stores the sign-up and mails the link that confirms its address; an address that has a sign-in is told so by mail.
   * Returns a cookie (`Set-Cookie`) that identifies the browser, or the instant from which the address may be mailed
   * again (ISO 8601).
   */
  signUp(given: SignUp): Promise<{ cookie: string } | { again: string }>
  /** Sends a mail to a person, after the answer; calls `then` once the provider accepted it. */
  mail(view: AccountMail, from?: string, then?: () => Promise<unknown>): void
  /** Returns true if the address has a sign-in. */
  hasSignIn(email: string): Promise<boolean>
  /** Makes the holder of the invitation a member; creates a new person with the given name and password. */
  join(tokenSha256: Buffer, make: { name: string; password: string } | null, address: string | null): Promise<Joined>
  /** Waits for mails under way. */
  settled(): Promise<void>
  /** Does the same and closes the connections. */
  close(): Promise<void>
}

/** Equal to the limit of the trigger `limit_session`. */
const LONGEST_SESSION_MS = 30 * 24 * 60 * 60_000

export type IdentityConfig = Pick<AuthConfig, 'secrets' | 'db' | 'publicUrl' | 'sealer' | 'signOn' | 'logger'> & {
  /** The address for the role embark_auth. */
  databaseUrl: string
  email: EmailProvider
  emailFrom: string
  breach: BreachProvider
}

/** Returns true after an hour of use, until the session's maximum age: renewing is a write, so it is rare. */
function isToRenew({ expiresAt, beganAt }: { expiresAt: Date; beganAt?: Date | null | undefined }): boolean {
  const renewed = Date.now() + (SESSION_S.lasts - SESSION_S.renewedAfter) * 1000
  const last = beganAt ? beganAt.getTime() + LONGEST_SESSION_MS : Number.POSITIVE_INFINITY
  return expiresAt.getTime() < Math.min(renewed, last)
}

export function createIdentity(config: IdentityConfig): Identity {
  const { databaseUrl, secrets, db, publicUrl, email, emailFrom, breach, sealer, signOn, logger } = config
  const database = openIdentity(databaseUrl)
  const mail = createAccountMails(db, email, emailFrom, logger)
  const pending = new Set<Promise<unknown>>()
  const inBackground = (work: Promise<unknown>) => {
    const done = work
      .catch((error: unknown) => logger.error({ error }, 'what was to follow a sign-in failed'))
      .finally(() => pending.delete(done))
    pending.add(done)
  }
  /** Accepts the password when the list does not answer. */
  const isStolen = (password: string) =>
    breach.isBreached(password).catch((error: unknown) => {
      if (!(error instanceof ProviderFailure)) throw error
      logger.warn(
        { provider: breach.name, kind: error.kind },
        'a new password was not looked up in the list of stolen ones',
      )
      return false
    })
  const auth = createAuth({ isStolen, sealer, signOn, database, db, secrets, publicUrl, mail, logger, inBackground })
  const handle = toNodeHandler(auth)
  const sessionCookie = `${cookiePrefixOf(publicUrl)}.session_token=`

  const settled = async () => void (await Promise.allSettled(pending))

  return {
    settled,
    handler: async (request, response) => {
      response.set('Cache-Control', 'no-store')
      request.headers[ADDRESS_HEADER] = request.ip ?? ''
      await handle(request, response)
    },
    readSession: async (headers) => {
      if (!headers.cookie?.includes(sessionCookie)) return null
      const read = (renews: boolean) =>
        auth.api.getSession({
          headers: fromNodeHeaders(headers),
          returnHeaders: true,
          query: { disableRefresh: !renews },
        })
      let found = await read(false)
      if (found.response && isToRenew(found.response.session)) found = await read(true)
      if (!found.response) return 'ended'
      const { user, session } = found.response
      const person = {
        userId: user.id,
        name: user.name,
        email: user.email,
        twoFactor: user.twoFactorEnabled === true,
        authenticatedAt: session.authenticatedAt?.getTime() ?? 0,
        onlyPracticeId: session.practiceId ?? null,
      }
      return { person, cookies: found.headers.getSetCookie() }
    },
    isStolen,
    signUp: async (given) => {
      const again = await linksAgainAt(db, given.email)
      if (again !== null) return { again }
      const { browserSecret, sendMail } = await signUpPractice({ database, db, mail, publicUrl }, given)
      inBackground(sendMail())
      const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
      const cookie = `${cookiePrefixOf(publicUrl)}.sign_up=${browserSecret}; Max-Age=${DAY_S}; Path=/; HttpOnly${secure}; SameSite=Lax`
      return { cookie }
    },
    mail: (view, from, then) => inBackground(mail(view, from).then((taken) => (taken ? then?.() : undefined))),
    hasSignIn: (address) => hasSignIn(database, address),
    join: async (tokenSha256, make, address) => {
      const person = make && { name: make.name, passwordHash: await hashPassword(make.password) }
      return joinByInvitation(database, tokenSha256, person, address)
    },
    close: async () => {
      await settled()
      await database.close()
    },
  }
}
