import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'

/** Paths open to a session of a practice's own sign-in, as to a browser without a session. */
const OPEN = new Set([
  '/get-session',
  '/sign-out',
  '/sign-in/email',
  '/request-password-reset',
  '/reset-password',
  '/confirm/send',
  '/confirm/look',
  '/confirm/finish',
  '/sign-on/begin/:practiceId',
  '/sign-on/return',
])

/**
 * Refuses everything except reading and ending itself to a session that began at a practice's provider. The provider's
 * operator can open such a session for any member, so it must not reach the password, the second factor, the name or
 * the other sessions, which belong to the person in every practice.
 */
export const signOnSessionGuard = (): BetterAuthPlugin => ({
  id: 'embark-sign-on-session',
  hooks: {
    before: [
      {
        matcher: ({ path }) => !OPEN.has(path ?? ''),
        handler: createAuthMiddleware(async (context) => {
          const found = await getSessionFromCtx<Record<string, unknown>, { practiceId?: string | null }>(context, {
            disableRefresh: true,
          })
          if (!found?.session.practiceId) return
          const message = 'You are signed in by your practice’s own sign-in. Sign in with your password to do this.'
          throw new APIError('FORBIDDEN', { code: 'SIGN_ON_SESSION', message })
        }),
      },
    ],
  },
})
