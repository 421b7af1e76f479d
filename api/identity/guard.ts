import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api'
import { z } from 'zod'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import type { Database } from '../../db/client.ts'
import { type IdentityDatabase, noteFailedSignIn, noteSignIn } from '../../db/people/identity.ts'
import { countHit, forgetHits } from '../../db/rateLimit.ts'
import type { AuditKind } from '../../domain/practice/audit.ts'
import { line } from '../staff/fields.ts'

/** The header by which our own process tells the sign-in where a request came from; a caller's own is overwritten. */
export const ADDRESS_HEADER = 'x-embark-address'

export const addressOf = (headers: Headers | undefined): string | null => headers?.get(ADDRESS_HEADER) || null

/** So many wrong passwords at one address within this time, and it is locked for the rest of it. */
const TRIES = 10
const WINDOW_MS = 15 * 60_000

const keyOf = (email: string): string => `sign_in:${sha256(email.trim().toLowerCase()).toString('base64url')}`
const emailIn = (body: unknown): string => String(((body ?? {}) as { email?: unknown }).email)

/** Lets an address try again at once. */
export const forgetTries = (db: Database, email: string): Promise<void> => forgetHits(db, keyOf(email))

/** What somebody is told who chooses a password that was stolen. */
export const STOLEN = 'This password is in a list of stolen ones. Choose another.'

/** What is recorded when somebody who is signed in already has done this. */
const NOTED: Record<string, AuditKind> = {
  '/change-password': 'password_changed',
  '/two-factor/verify-totp': 'second_factor_on',
  '/two-factor/disable': 'second_factor_off',
}

/** Of oneself, the name alone is changed here. */
const onlyName = z.strictObject({ name: line(160, 'Enter your name.') })

type Guard = { db: Database; database: IdentityDatabase; isStolen: (password: string) => Promise<boolean> }

/**
 * Locks an address after too many wrong passwords, whether or not anybody has it, counted by all processes together; and
 * records sign-ins, failed ones, and changes of what they take. Refuses new passwords that were stolen.
 */
export function signInGuard({ db, database, isStolen }: Guard): BetterAuthPlugin {
  const atSignIn = ({ path }: { path?: string }) => path === '/sign-in/email'
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
            throw new APIError('BAD_REQUEST', { code: 'PASSWORD_STOLEN', message: STOLEN })
          }),
        },
        {
          matcher: atSignIn,
          handler: createAuthMiddleware(async ({ body }) => {
            const { hits, resetsAt } = await countHit(db, keyOf(emailIn(body)), WINDOW_MS)
            if (hits <= TRIES) return
            const at = new Date(resetsAt).toISOString()
            const message = `Too many tries. Wait until ${at}.`
            throw new APIError('TOO_MANY_REQUESTS', { code: 'TOO_MANY_TRIES', message, at })
          }),
        },
      ],
      after: [
        {
          matcher: atSignIn,
          handler: createAuthMiddleware(async ({ body, headers, context }) => {
            const email = emailIn(body)
            const { returned } = context
            if (!isAPIError(returned)) return forgetTries(db, email)
            if (returned.body?.code === 'INVALID_EMAIL_OR_PASSWORD') {
              await noteFailedSignIn(database, email, addressOf(headers))
            }
          }),
        },
        {
          // Reading a session may renew it.
          matcher: ({ path }) => path !== '/get-session',
          handler: createAuthMiddleware(async ({ path, headers, context }) => {
            const address = addressOf(headers)
            const { newSession, session, returned } = context
            const noted = isAPIError(returned) ? undefined : NOTED[path]
            if (session && noted) await noteSignIn(database, session.user.id, noted, address)
            // A session that replaces another of the same person is no sign-in.
            else if (newSession && !session) await noteSignIn(database, newSession.user.id, 'signed_in', address)
          }),
        },
      ],
    },
  }
}
