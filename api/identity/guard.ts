import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { sha256 } from '../../commands/linkTokens.ts'
import type { Database } from '../../db/client.ts'
import { countHit, forgetHits } from '../../db/rateLimit.ts'

/** So many wrong passwords at one address within this time, and it is locked for the rest of it. */
const TRIES = 10
const WINDOW_MS = 15 * 60_000

const keyOf = (body: unknown): string => {
  const { email } = (body ?? {}) as { email?: unknown }
  return `sign_in:${sha256(String(email).trim().toLowerCase()).toString('base64url')}`
}

/** Locks an address after too many wrong passwords, whether or not anybody has it, counted by all processes together. */
export function signInGuard({ db }: { db: Database }): BetterAuthPlugin {
  const atSignIn = ({ path }: { path?: string }) => path === '/sign-in/email'
  return {
    id: 'embark-guard',
    hooks: {
      before: [
        {
          matcher: atSignIn,
          handler: createAuthMiddleware(async (context) => {
            const { hits, resetsAt } = await countHit(db, keyOf(context.body), WINDOW_MS)
            if (hits <= TRIES) return
            const at = new Date(resetsAt).toISOString()
            throw new APIError('TOO_MANY_REQUESTS', {
              code: 'TOO_MANY_TRIES',
              message: `Too many tries. Wait until ${at}.`,
              at,
            })
          }),
        },
      ],
      after: [
        {
          matcher: atSignIn,
          handler: createAuthMiddleware(async (context) => {
            if (!(context.context.returned instanceof APIError)) await forgetHits(db, keyOf(context.body))
          }),
        },
      ],
    },
  }
}
