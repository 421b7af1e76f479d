import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx, isAPIError } from 'better-auth/api'
import { z } from 'zod'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import type { Database } from '../../db/client.ts'
import { type IdentityDatabase, noteFailedSignIn, noteSignIn } from '../../db/people/identity.ts'
import { stampAuthenticated } from '../../db/people/secondFactor.ts'
import { countHit, forgetHits } from '../../db/rateLimit.ts'
import type { AuditKind } from '../../domain/practice/audit.ts'
import type { SignInChange } from '../../pages/mails/view.ts'
import { line } from '../staff/fields.ts'
import { limitLinks } from './linkLimit.ts'
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './passwordLength.ts'

/** The header by which our own process tells the sign-in where a request came from; a caller's own is overwritten. */
export const ADDRESS_HEADER = 'x-embark-address'

export const addressOf = (headers: Headers | undefined): string | null => headers?.get(ADDRESS_HEADER) || null

/** So many wrong passwords at one address within this time, and it is locked for the rest of it. */
const TRIES = 10
const WINDOW_MS = 15 * 60_000

const keyOf = (email: string): string => `sign_in:${sha256(email.trim().toLowerCase()).toString('base64url')}`
/** Returns the address in a body of the sign-in, in lower case; the schema of the endpoint decides what an address is. */
export const emailIn = (body: unknown): string => String(((body ?? {}) as { email?: unknown }).email).toLowerCase()

/** Lets an address try again at once. */
export const forgetTries = (db: Database, email: string): Promise<void> => forgetHits(db, keyOf(email))

/** What somebody is told who chooses a password that was stolen. */
export const STOLEN = 'This password is in a list of stolen ones. Choose another.'
export const stolenRefusal = () => new APIError('BAD_REQUEST', { code: 'PASSWORD_STOLEN', message: STOLEN })

/** Where whoever is signed in gives the password again: a wrong one counts as one at the sign-in does. */
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

/** What is recorded when somebody who is signed in already has done this. */
const NOTED: Record<string, AuditKind> = {
  '/change-password': 'password_changed',
  '/two-factor/verify-totp': 'second_factor_on',
  '/two-factor/disable': 'second_factor_off',
}

/** What whoever is signed in is told by mail after this. */
const MAILED: Record<string, SignInChange> = {
  '/change-password': 'password',
  '/two-factor/verify-totp': 'second_factor_on',
  '/two-factor/disable': 'second_factor_off',
  '/two-factor/generate-backup-codes': 'recovery_codes',
}

/** Of oneself, the name alone is changed here. */
const onlyName = z.strictObject({ name: line(160, 'Enter your name.') })

type Guard = {
  db: Database
  database: IdentityDatabase
  isStolen: (password: string) => Promise<boolean>
  /** Mails somebody what was changed of their sign-in. */
  tellChange: (email: string, what: SignInChange) => void
}

/**
 * Locks an address after too many wrong passwords, whether or not anybody has it, counted by all processes together; and
 * records sign-ins, failed ones, and changes of what they take. Refuses new passwords that were stolen.
 */
export function signInGuard({ db, database, isStolen, tellChange }: Guard): BetterAuthPlugin {
  const atSignIn = ({ path }: { path?: string }) => path === '/sign-in/email'
  const askedAgain = ({ path }: { path?: string }) => ASKING_AGAIN.has(path ?? '')
  const countTry = async (email: string) => {
    const { hits, resetsAt } = await countHit(db, keyOf(email), WINDOW_MS)
    if (hits <= TRIES) return
    const at = new Date(resetsAt).toISOString()
    throw new APIError('TOO_MANY_REQUESTS', {
      code: 'TOO_MANY_TRIES',
      message: `Too many tries. Wait until ${at}.`,
      at,
    })
  }
  const judgeTry = async (email: string, returned: unknown, headers: Headers | undefined) => {
    if (!isAPIError(returned)) return forgetTries(db, email)
    const { code } = returned.body ?? {}
    if (code === 'INVALID_EMAIL_OR_PASSWORD' || code === 'INVALID_PASSWORD') {
      await noteFailedSignIn(database, email, addressOf(headers))
    }
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
          handler: createAuthMiddleware(({ body }) => countTry(emailIn(body))),
        },
        {
          matcher: askedAgain,
          handler: createAuthMiddleware(async (ctx) => {
            const session = await getSessionFromCtx(ctx)
            if (session && !isRefusedUnseen(ctx)) await countTry(session.user.email)
          }),
        },
      ],
      after: [
        {
          matcher: atSignIn,
          handler: createAuthMiddleware(({ body, headers, context: { returned } }) =>
            judgeTry(emailIn(body), returned, headers),
          ),
        },
        {
          matcher: askedAgain,
          handler: createAuthMiddleware(async ({ path, body, headers, context }) => {
            const { returned, session, newSession } = context
            if (session && !isRefusedUnseen({ path, body })) await judgeTry(session.user.email, returned, headers)
            if (session && !isAPIError(returned)) {
              await stampAuthenticated(database, (newSession ?? session).session.token)
            }
          }),
        },
        {
          // Reading a session may renew it.
          matcher: ({ path }) => path !== '/get-session',
          handler: createAuthMiddleware(async ({ path, headers, context }) => {
            const address = addressOf(headers)
            const { newSession, session, returned } = context
            // A code that is given once more turns nothing on.
            const isNews = !isAPIError(returned) && (path !== '/two-factor/verify-totp' || newSession)
            const noted = isNews ? NOTED[path] : undefined
            const mailed = isNews ? MAILED[path] : undefined
            if (session && mailed) tellChange(session.user.email, mailed)
            if (session && noted) await noteSignIn(database, session.user.id, noted, address)
            // A session that replaces another of the same person is no sign-in.
            else if (newSession && !session) await noteSignIn(database, newSession.user.id, 'signed_in', address)
          }),
        },
      ],
    },
  }
}
