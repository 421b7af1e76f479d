import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx, isAPIError } from 'better-auth/api'
import { symmetricDecrypt } from 'better-auth/crypto'
import type { IdentityDatabase } from '../../db/people/identity.ts'
import { endOtherSessions, endShortcuts, readSecret, takeStep } from '../../db/people/secondFactor.ts'
import { stepOfCode } from './totp.ts'

/** Changes after which a trusted device is asked for a code again. */
const ENDING_TRUST = new Set(['/change-password', '/two-factor/disable'])

/**
 * Adds rules that the library's second factor lacks: a code of the app works once; turning the factor on ends all other
 * sessions; trusted devices end when the password or the factor changes.
 */
export function secondFactorGuard(database: IdentityDatabase): BetterAuthPlugin {
  return {
    id: 'embark-second-factor',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/two-factor/verify-totp',
          handler: createAuthMiddleware(async (ctx) => {
            const { code } = (ctx.body ?? {}) as { code?: unknown }
            await demandPasswordGiven(ctx)
            const userId = await personAsked(ctx)
            if (typeof code !== 'string' || userId === null) return
            const sealed = await readSecret(database, userId)
            if (sealed === null) return
            const secret = await symmetricDecrypt({ key: ctx.context.secretConfig, data: sealed })
            const step = stepOfCode(secret, code, Date.now())
            // The sign-in itself counts and refuses a wrong code.
            if (step === null || (await takeStep(database, userId, step))) return
            throw new APIError('UNAUTHORIZED', { code: 'CODE_USED', message: CODE_USED })
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => path === '/two-factor/verify-totp',
          handler: createAuthMiddleware(async ({ context: { returned, session, newSession } }) => {
            // Only a code that turns the factor on replaces the session that gave it.
            if (isAPIError(returned) || !session || !newSession) return
            await endShortcuts(database, newSession.user.id)
            await endOtherSessions(database, newSession.user.id, newSession.session.token)
          }),
        },
        {
          matcher: ({ path }) => ENDING_TRUST.has(path ?? ''),
          handler: createAuthMiddleware(async ({ context: { returned, session } }) => {
            if (!isAPIError(returned) && session) await endShortcuts(database, session.user.id)
          }),
        },
      ],
    },
  }
}

const CODE_USED = 'That code was used already. Wait for the next one.'

type Ctx = Parameters<typeof getSessionFromCtx>[0]

/** The age in ms up to which a password counts for starting a second factor in this session. */
const BEGUN_MS = 10 * 60_000

/** Refuses the code that would turn the factor on in a session without a recent password. */
async function demandPasswordGiven(ctx: Ctx): Promise<void> {
  const session = await getSessionFromCtx<{ twoFactorEnabled?: boolean }, { authenticatedAt?: Date }>(ctx)
  if (!session || session.user.twoFactorEnabled) return
  if (Date.now() - (session.session.authenticatedAt?.getTime() ?? 0) <= BEGUN_MS) return
  throw new APIError('FORBIDDEN', { code: 'CONFIRM_SIGN_IN', message: 'That took too long. Start again.' })
}

/** Returns the person whose code is given: the signed-in one, else the one who gave a password a moment ago. */
async function personAsked(ctx: Ctx): Promise<string | null> {
  const session = await getSessionFromCtx(ctx)
  if (session) return session.user.id
  const { createAuthCookie, secret, internalAdapter } = ctx.context
  const asked = await ctx.getSignedCookie(createAuthCookie('two_factor').name, secret)
  return asked ? ((await internalAdapter.findVerificationValue(asked))?.value ?? null) : null
}
