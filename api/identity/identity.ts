import type { IncomingHttpHeaders } from 'node:http'
import { hashPassword } from 'better-auth/crypto'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import { hasSignIn, type Joined, joinByInvitation, openIdentity } from '../../db/people/identity.ts'
import { createAccountMails } from '../../messages/outbox/accountMails.ts'
import type { AccountMail } from '../../messages/templates/view.ts'
import type { BreachProvider } from '../../providers/breach/breach.ts'
import type { EmailProvider } from '../../providers/email/email.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { Sealer } from '../../providers/seal.ts'
import type { SignOnProvider } from '../../providers/signOn/signOn.ts'
import { cookiePrefixOf, createAuth, SESSION_S } from './auth.ts'
import { ADDRESS_HEADER } from './guard.ts'
import { linksAgainAt } from './linkLimit.ts'
import { type SignUp, signUpPractice } from './signUp.ts'

const DAY_S = 24 * 60 * 60

/** Somebody who is signed in. */
export type SignedIn = {
  userId: string
  name: string
  email: string
  twoFactor: boolean
  /** When they last gave the password in this session, or came from the practice's own provider; ms since the epoch. */
  authenticatedAt: number
  /** Where the session began at a practice's own provider: the only practice it opens. */
  onlyPracticeId: string | null
}

/** Who the staff are: sign-up, sign-in and sessions. */
export type Identity = {
  /** Answers everything below /api/auth. */
  handler: RequestHandler
  /** Who is signed in by these headers, with the cookies of a renewed session; 'ended' for a session that is over. */
  readSession(headers: IncomingHttpHeaders): Promise<{ person: SignedIn; cookies: string[] } | 'ended' | null>
  /** Whether a password is in the list of stolen ones; false while the list is away, which the log then says. */
  isStolen(password: string): Promise<boolean>
  /**
   * Keeps the sign-up and mails the link that confirms its address; an address that has a sign-in is told so by mail.
   * Returns a cookie (`Set-Cookie`) by which the browser is known again, or the instant from which the address may be
   * mailed again (ISO 8601).
   */
  signUp(given: SignUp): Promise<{ cookie: string } | { again: string }>
  /** Sends a mail about somebody's sign-in, after the answer; `then` hears of it once the provider took it. */
  mail(view: AccountMail, from: string, then: () => Promise<unknown>): void
  /** Whether the address has a sign-in. */
  hasSignIn(email: string): Promise<boolean>
  /** Makes whoever holds the invitation a member; somebody new with the name and password given. */
  join(tokenSha256: Buffer, make: { name: string; password: string } | null, address: string | null): Promise<Joined>
  /** Waits for mails on their way and closes the connections. */
  close(): Promise<void>
}

/** As the trigger `limit_session` has it. */
const LONGEST_SESSION_MS = 30 * 24 * 60 * 60_000

export type IdentityConfig = {
  /** Of the role embark_auth. */
  databaseUrl: string
  secrets: { version: number; value: string }[]
  db: Database
  publicUrl: string
  email: EmailProvider
  emailFrom: string
  breach: BreachProvider
  sealer: Sealer
  signOn: SignOnProvider
  logger: Logger
}

/** Returns true once an hour of use, until the session cannot last any longer: renewing it is a write. */
function isToRenew({ expiresAt, beganAt }: { expiresAt: Date; beganAt?: Date | null | undefined }): boolean {
  const renewed = Date.now() + (SESSION_S.lasts - SESSION_S.renewedAfter) * 1000
  const last = beganAt ? beganAt.getTime() + LONGEST_SESSION_MS : Number.POSITIVE_INFINITY
  return expiresAt.getTime() < Math.min(renewed, last)
}

export function createIdentity(config: IdentityConfig): Identity {
  const { databaseUrl, secrets, db, publicUrl, email, emailFrom, breach, sealer, signOn, logger } = config
  const database = openIdentity(databaseUrl)
  const mail = createAccountMails(email, emailFrom, logger)
  const pending = new Set<Promise<unknown>>()
  const inBackground = (work: Promise<unknown>) => {
    const done = work
      .catch((error: unknown) => logger.error({ error }, 'what was to follow a sign-in failed'))
      .finally(() => pending.delete(done))
    pending.add(done)
  }
  /** With the list away nobody is held up. */
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

  return {
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
    mail: (view, from, then) => inBackground(mail(view, from).then((taken) => (taken ? then() : undefined))),
    hasSignIn: (address) => hasSignIn(database, address),
    join: async (tokenSha256, make, address) => {
      const person = make && { name: make.name, passwordHash: await hashPassword(make.password) }
      return joinByInvitation(database, tokenSha256, person, address)
    },
    close: async () => {
      await Promise.allSettled(pending)
      await database.close()
    },
  }
}
