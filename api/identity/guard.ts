import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx, isAPIError } from 'better-auth/api'
import { z } from 'zod'
import { noteFailedSignIn, noteSignIn } from '../../db/people/identity.ts'
import { rememberPlaces } from '../../db/people/knownPlaces.ts'
import { stampAuthenticated } from '../../db/people/secondFactor.ts'
import type { AuditKind } from '../../domain/practice/audit.ts'
import type { SignInChange } from '../../messages/templates/view.ts'
import { line } from '../staff/fields.ts'
import type { AuthConfig } from './auth.ts'
import { limitLinks } from './linkLimit.ts'
import { type createLock, hashesOf, type Place } from './lock.ts'
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './passwordLength.ts'
import { newSecret, secret } from './signUp.ts'

/** The header in which our process passes the caller's address to the sign-in; a caller's own is overwritten. */
export const ADDRESS_HEADER = 'x-embark-address'

export const addressOf = (headers: Headers | undefined): string | null => headers?.get(ADDRESS_HEADER) || null

/** Returns the address in a body of the sign-in, in lower case; the endpoint's schema validates it. */
export const emailIn = (body: unknown): string => String(((body ?? {}) as { email?: unknown }).email).toLowerCase()

/** The message for a password in the list of stolen ones. */
export const STOLEN = 'This password is in a list of stolen ones. Choose another.'
export const stolenRefusal = () => new APIError('BAD_REQUEST', { code: 'PASSWORD_STOLEN', message: STOLEN })

/** Paths at which a signed-in person enters the password again: a wrong one counts as at the sign-in. */
const ASKING_AGAIN = new Set([
  '/verify-password',
  '/change-password',
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
  '/two-factor/get-totp-uri',
])

/** Returns true for a change whose new password is refused before the present one is compared. */
function isRefusedUnseen({ path, body }: { path?: string; body?: unknown }): boolean {
  if (path !== '/change-password') return false
  const { newPassword: given } = (body ?? {}) as { newPassword?: unknown }
  return typeof given !== 'string' || given.length < SHORTEST_PASSWORD || given.length > LONGEST_PASSWORD
}

/** The audit entries for changes by a signed-in person, by path. */
const NOTED: Record<string, AuditKind> = {
  '/change-password': 'password_changed',
  '/two-factor/verify-totp': 'second_factor_on',
  '/two-factor/disable': 'second_factor_off',
}

/** Mails to the signed-in person about each path's change. */
const MAILED: Record<string, SignInChange> = {
  '/change-password': 'password',
  '/two-factor/verify-totp': 'second_factor_on',
  '/two-factor/disable': 'second_factor_off',
  '/two-factor/generate-backup-codes': 'recovery_codes',
}

/** People can change only their name here. */
const onlyName = z.strictObject({ name: line(160, 'Enter your name.') })

/** The cookie by which a browser that has signed in is recognised. */
const BROWSER_COOKIE = 'browser'
const BROWSER_LIFE_S = 400 * 24 * 60 * 60

type Guard = Pick<AuthConfig, 'db' | 'database' | 'isStolen'> & {
  lock: ReturnType<typeof createLock>
  /** Mails a person about a change of their sign-in. */
  tellChange: (email: string, what: SignInChange) => void
}

export type WithCookies = {
  headers?: Headers | undefined
  context: { createAuthCookie(name: string): { name: string } }
  getCookie(name: string): string | null
}

/** Returns the secret in one of our cookies; null without one. */
export const secretIn = (ctx: WithCookies, cookie: string): string | null =>
  secret.safeParse(ctx.getCookie(ctx.context.createAuthCookie(cookie).name)).data ?? null

/** Returns the address and browser of a request. */
const placeOf = (ctx: WithCookies): Place => ({
  address: addressOf(ctx.headers),
  browser: secretIn(ctx, BROWSER_COOKIE),
})

/**
 * Counts wrong passwords for the lock; records sign-ins, failed ones, and changes of credentials; remembers browsers
 * and networks of successful sign-ins. Refuses stolen passwords as new ones.
 */
export function signInGuard({ db, database, lock, isStolen, tellChange }: Guard): BetterAuthPlugin {
  const atSignIn = ({ path }: { path?: string }) => path === '/sign-in/email'
  const askedAgain = ({ path }: { path?: string }) => ASKING_AGAIN.has(path ?? '')
  const judgeTry = async (email: string, returned: unknown, place: Place) => {
    if (!isAPIError(returned)) return lock.forgetTries(email, place)
    const { code } = returned.body ?? {}
    if (code !== 'INVALID_EMAIL_OR_PASSWORD' && code !== 'INVALID_PASSWORD') return
    await lock.countWrong(email, place)
    await noteFailedSignIn(database, email, place.address)
  }
  return {
    id: 'embark-guard',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/update-user',
          handler: createAuthMiddleware(async ({ body }) => {
            const given = onlyName.safeParse(body)
            if (!given.success) throw new APIError('BAD_REQUEST', { code: 'NO_NAME', message: 'Enter your name.' })
            return { context: { body: given.data } }
          }),
        },
        {
          matcher: ({ path }) => path === '/reset-password' || path === '/change-password',
          handler: createAuthMiddleware(async ({ body }) => {
            const { newPassword } = (body ?? {}) as { newPassword?: unknown }
            if (typeof newPassword !== 'string' || !(await isStolen(newPassword))) return
            throw stolenRefusal()
          }),
        },
        {
          matcher: ({ path }) => path === '/request-password-reset',
          handler: createAuthMiddleware(async ({ body }) => limitLinks(db, emailIn(body))),
        },
        {
          matcher: atSignIn,
          handler: createAuthMiddleware((ctx) => lock.countTry(emailIn(ctx.body), placeOf(ctx))),
        },
        {
          matcher: askedAgain,
          handler: createAuthMiddleware(async (ctx) => {
            const session = await getSessionFromCtx(ctx)
            if (session && !isRefusedUnseen(ctx)) await lock.countTry(session.user.email, placeOf(ctx))
          }),
        },
      ],
      after: [
        {
          matcher: atSignIn,
          handler: createAuthMiddleware((ctx) => judgeTry(emailIn(ctx.body), ctx.context.returned, placeOf(ctx))),
        },
        {
          matcher: askedAgain,
          handler: createAuthMiddleware(async (ctx) => {
            const { returned, session, newSession } = ctx.context
            if (session && !isRefusedUnseen(ctx)) await judgeTry(session.user.email, returned, placeOf(ctx))
            if (session && !isAPIError(returned)) {
              await stampAuthenticated(database, (newSession ?? session).session.token)
            }
          }),
        },
        {
          // Reading a session may renew it, which is no sign-in.
          matcher: ({ path }) => path !== '/get-session',
          handler: createAuthMiddleware(async ({ path, headers, context }) => {
            const address = addressOf(headers)
            const { newSession, session, returned } = context
            // A repeated code turns nothing on.
            const isNews = !isAPIError(returned) && (path !== '/two-factor/verify-totp' || newSession)
            const noted = isNews ? NOTED[path] : undefined
            const mailed = isNews ? MAILED[path] : undefined
            if (session && mailed) tellChange(session.user.email, mailed)
            if (session && noted) await noteSignIn(database, session.user.id, noted, address)
            // A session that replaces another of the same person is no sign-in.
            else if (newSession && !session) await noteSignIn(database, newSession.user.id, 'signed_in', address)
          }),
        },
        {
          // A session of single sign-on proves no password: the provider's operator would become known.
          matcher: ({ context: { newSession } }) => newSession !== null && !newSession?.session.practiceId,
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession, createAuthCookie } = ctx.context
            if (!newSession) return
            const place = placeOf(ctx)
            const browser = place.browser ?? newSecret()
            const cookie = createAuthCookie(BROWSER_COOKIE, { maxAge: BROWSER_LIFE_S })
            ctx.setCookie(cookie.name, browser, cookie.attributes)
            const places = Object.values(hashesOf({ ...place, browser })).filter((hash) => hash !== null)
            await rememberPlaces(database, newSession.user.id, places)
          }),
        },
      ],
    },
  }
}
