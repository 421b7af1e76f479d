import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthEndpoint, createAuthMiddleware, isAPIError } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { z } from 'zod'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import { confirmSignUp, findSignUp, readWaitingHashes } from '../../db/people/signUps.ts'
import type { AuthConfig } from './auth.ts'
import { emailIn, secretIn, stolenRefusal, type WithCookies } from './guard.ts'
import { limitLinks } from './linkLimit.ts'
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './passwordLength.ts'
import { type Confirmations, secret, sendConfirmation } from './signUp.ts'

const linkOver = () =>
  new APIError('GONE', { code: 'LINK_OVER', message: 'This link was used, or it is over. Ask for a new one.' })

type Confirm = Confirmations & Pick<AuthConfig, 'isStolen' | 'inBackground'>

/**
 * Confirms the address of a sign-up by a button on the page behind the mailed link; creates person and practice and
 * signs in. Scanners open links, so reading one changes nothing. Another browser than the one that signed up must
 * choose a password: otherwise the owner of an address could confirm a stranger's password.
 */
export function confirmPlugin(given: Confirm): BetterAuthPlugin {
  const { database, db, isStolen, inBackground } = given
  const sendAgain = (email: string) => inBackground(sendConfirmation(given, email, null))

  return {
    id: 'embark-confirm',
    endpoints: {
      sendConfirmation: createAuthEndpoint(
        '/confirm/send',
        { method: 'POST', body: z.object({ email: z.email() }) },
        async (context) => {
          const email = context.body.email.toLowerCase()
          await limitLinks(db, email)
          inBackground(sendConfirmation(given, email, browserHash(context)))
          return context.json({ status: true })
        },
      ),
      lookAtConfirmation: createAuthEndpoint(
        '/confirm/look',
        { method: 'POST', body: z.object({ token: z.string() }) },
        async (context) => {
          const token = secret.safeParse(context.body.token)
          if (!token.success) return context.json({ state: 'over' as const })
          const looked = await findSignUp(database, sha256(token.data), browserHash(context))
          if (looked.state !== 'open') return context.json(looked)
          const { isSameBrowser, ...shown } = looked
          return context.json({ ...shown, asksPassword: !isSameBrowser })
        },
      ),
      finishConfirmation: createAuthEndpoint(
        '/confirm/finish',
        { method: 'POST', body: z.object({ token: z.string(), password: z.string().optional() }) },
        async (context) => {
          const token = secret.safeParse(context.body.token)
          const looked = token.success
            ? await findSignUp(database, sha256(token.data), browserHash(context))
            : { state: 'over' as const }
          if (!token.success || looked.state !== 'open') throw linkOver()
          const { password } = context.body
          if (password === undefined && !looked.isSameBrowser) {
            throw new APIError('BAD_REQUEST', { code: 'PASSWORD_NEEDED', message: 'Choose a password.' })
          }
          if (password !== undefined) await demandGoodPassword(password)
          const passwordHash = password === undefined ? null : await hashPassword(password)
          const userId = await confirmSignUp(database, sha256(token.data), passwordHash)
          const { internalAdapter, createAuthCookie } = context.context
          const user = userId && (await internalAdapter.findUserById(userId))
          if (!user) throw linkOver()
          const cookie = createAuthCookie('sign_up')
          context.setCookie(cookie.name, '', { ...cookie.attributes, maxAge: 0 })
          const session = await internalAdapter.createSession(user.id)
          await setSessionCookie(context, { session, user })
          return context.json({ state: 'confirmed' as const, email: looked.email })
        },
      ),
    },
    hooks: {
      after: [
        {
          matcher: ({ path }) => path === '/sign-in/email',
          handler: createAuthMiddleware(async ({ body, context: { returned } }) => {
            if (!isAPIError(returned) || returned.body?.code !== 'INVALID_EMAIL_OR_PASSWORD') return
            const email = emailIn(body)
            const { password } = body as { password: string }
            for (const hash of await readWaitingHashes(database, email)) {
              if (!(await verifyPassword({ hash, password }))) continue
              await limitLinks(db, email).then(
                () => sendAgain(email),
                () => undefined,
              )
              const message = 'Confirm your address first. The link is in your mailbox.'
              throw new APIError('FORBIDDEN', { code: 'EMAIL_NOT_VERIFIED', message })
            }
          }),
        },
        {
          // An unconfirmed sign-up has no password to reset: the confirmation is sent again.
          matcher: ({ path }) => path === '/request-password-reset',
          handler: createAuthMiddleware(async ({ body, context: { returned } }) => {
            if (!isAPIError(returned)) sendAgain(emailIn(body))
          }),
        },
      ],
    },
  }

  async function demandGoodPassword(password: string): Promise<void> {
    const length = [...password].length
    if (length < SHORTEST_PASSWORD) {
      throw new APIError('BAD_REQUEST', { code: 'PASSWORD_TOO_SHORT', message: 'Use a longer password.' })
    }
    if (length > LONGEST_PASSWORD) {
      throw new APIError('BAD_REQUEST', { code: 'PASSWORD_TOO_LONG', message: 'Use a shorter password.' })
    }
    if (await isStolen(password)) throw stolenRefusal()
  }
}

/** Returns the hash of the secret that the sign-up stored in this browser; null without one. */
function browserHash(context: WithCookies): Buffer | null {
  const value = secretIn(context, 'sign_up')
  return value === null ? null : sha256(value)
}
