import { betterAuth } from 'better-auth'
import { isAPIError } from 'better-auth/api'
import { twoFactor } from 'better-auth/plugins'
import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import { type IdentityDatabase, noteSignIn } from '../../db/people/identity.ts'
import { rememberPlaces } from '../../db/people/knownPlaces.ts'
import { endShortcuts } from '../../db/people/secondFactor.ts'
import { countHit } from '../../db/rateLimit.ts'
import type { SendAccountMail } from '../../messages/outbox/accountMails.ts'
import type { SignInChange } from '../../messages/templates/view.ts'
import type { Sealer } from '../../providers/seal.ts'
import type { SignOnProvider } from '../../providers/signOn/signOn.ts'
import { confirmPlugin } from './confirm.ts'
import { IdentityDialect } from './dialect.ts'
import { ADDRESS_HEADER, addressOf, signInGuard } from './guard.ts'
import { createLock, hashesOf } from './lock.ts'
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './passwordLength.ts'
import { secondFactorGuard } from './secondFactor.ts'
import { signOnPlugin } from './signOn.ts'
import { signOnSessionGuard } from './signOnSession.ts'

const MINUTE_S = 60
const HOUR_S = 60 * MINUTE_S
const DAY_S = 24 * HOUR_S

/** The lifetime of an unused session, and the age after which use renews it, in seconds. */
export const SESSION_S = { lasts: 7 * DAY_S, renewedAfter: HOUR_S }

export type AuthConfig = {
  database: IdentityDatabase
  /** The database that counts hits for rate limits. */
  db: Database
  /** Secrets that sign cookies and seal second factors; the first is used, the others still verify and open. */
  secrets: { version: number; value: string }[]
  /** Our public origin, without a trailing slash. */
  publicUrl: string
  mail: SendAccountMail
  isStolen: (password: string) => Promise<boolean>
  /** Opens practices' client secrets. */
  sealer: Sealer
  signOn: SignOnProvider
  logger: Logger
  /** Receives work that continues after the answer. */
  inBackground: (work: Promise<unknown>) => void
}

/**
 * Returns the prefix of cookies: over https they are bound to exactly this host. On plain http (the embedded stack) the
 * prefix and `Secure` are left out, because not every browser accepts them there.
 */
export const cookiePrefixOf = (publicUrl: string): string =>
  publicUrl.startsWith('https:') ? '__Host-embark' : 'embark'

/** Creates the sign-in of staff. Accounts come only from the sign-up of a practice or an invitation. */
export function createAuth(config: AuthConfig) {
  const { database, db, secrets, publicUrl, mail, isStolen, sealer, signOn, logger, inBackground } = config
  const tellChange = (email: string, what: SignInChange) =>
    inBackground(
      mail({ mail: 'sign-in-changed', practice: null, email, what, at: Date.now(), actionUrl: `${publicUrl}/forgot` }),
    )
  const lock = createLock({ db, database, mail, publicUrl, inBackground })
  return betterAuth({
    appName: 'Embark',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secrets,
    database: { dialect: new IdentityDialect(database), type: 'postgres', schemaName: 'identity' },
    disabledPaths: [
      '/sign-up/email',
      '/sign-in/social',
      '/link-social',
      '/delete-user',
      '/change-email',
      // Every stored address is confirmed, and opening a link confirms none: `confirmPlugin` does.
      '/verify-email',
      '/send-verification-email',
    ],
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      // Other details of its log may name people.
      log: (level, message) => logger[level]({ part: 'sign-in' }, message),
    },
    // Its own refusals are answers; other errors are faults.
    onAPIError: {
      onError: (error) => void (isAPIError(error) || logger.error({ error }, 'the sign-in failed')),
    },
    user: {
      modelName: 'person',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    session: {
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      expiresIn: SESSION_S.lasts,
      updateAge: SESSION_S.renewedAfter,
      additionalFields: {
        // Set when the session began at a practice's own provider: it opens only that practice.
        practiceId: { type: 'string', required: false, input: false, returned: true, fieldName: 'practice_id' },
        // A session that replaces another of the same person keeps both. The database ends it 30 days after the first.
        beganAt: { type: 'date', required: false, input: false, returned: true, fieldName: 'began_at' },
        authenticatedAt: { type: 'date', required: false, input: false, returned: true, fieldName: 'authenticated_at' },
      },
    },
    account: {
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      encryptOAuthTokens: true,
    },
    verification: {
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
      storeIdentifier: 'hashed',
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: 30 * MINUTE_S,
      onPasswordReset: async ({ user }, request) => {
        const place = { address: addressOf(request?.headers), browser: null }
        await lock.forgetTries(user.email, place)
        await rememberPlaces(database, user.id, [hashesOf(place).network])
        await endShortcuts(database, user.id)
        await noteSignIn(database, user.id, 'password_reset', place.address)
        tellChange(user.email, 'password')
      },
      sendResetPassword: async ({ user, token }) => {
        const actionUrl = `${publicUrl}/reset/${encodeURIComponent(token)}`
        await mail({ mail: 'reset-password', practice: null, email: user.email, actionUrl })
      },
    },
    rateLimit: {
      enabled: true,
      window: MINUTE_S,
      max: 300,
      customRules: {
        '/sign-in/*': { window: MINUTE_S, max: 30 },
        // Has its own limit, which a page shows to people.
        '/sign-on/*': false,
        '/two-factor/*': { window: MINUTE_S, max: 30 },
        '/change-password': { window: MINUTE_S, max: 10 },
        '/request-password-reset': { window: MINUTE_S, max: 10 },
        '/reset-password': { window: MINUTE_S, max: 10 },
        '/confirm/*': { window: MINUTE_S, max: 30 },
      },
      customStorage: {
        consume: async (key, { window, max }) => {
          const { hits, resetsAt } = await countHit(db, `auth:${key}`, window * 1000)
          const retryAfter = hits <= max ? null : Math.max(1, Math.ceil((resetsAt - Date.now()) / 1000))
          return { allowed: retryAfter === null, retryAfter }
        },
      },
    },
    advanced: {
      cookiePrefix: cookiePrefixOf(publicUrl),
      useSecureCookies: false,
      defaultCookieAttributes: { secure: publicUrl.startsWith('https:') },
      disableOriginCheck: false,
      disableCSRFCheck: false,
      database: { generateId: false },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      backgroundTasks: { handler: inBackground },
    },
    plugins: [
      signOnSessionGuard(),
      twoFactor({
        issuer: 'Embark',
        schema: {
          user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
          twoFactor: {
            modelName: 'second_factor',
            fields: {
              userId: 'user_id',
              backupCodes: 'backup_codes',
              failedVerificationCount: 'failed_verification_count',
              lockedUntil: 'locked_until',
            },
          },
        },
      }),
      secondFactorGuard(database),
      confirmPlugin({ database, db, mail, publicUrl, isStolen, inBackground }),
      signOnPlugin({ db, database, sealer, signOn, publicUrl }),
      // Last, so that it sees the sign-in's result after the second factor.
      signInGuard({ db, database, lock, isStolen, tellChange }),
    ],
  })
}
