import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint, createAuthMiddleware } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { z } from 'zod'
import { linkSubject } from '../../db/people/identity.ts'
import { readColleagues } from '../../db/people/members.ts'
import { lockSignOn, readSignOn, type SignOn, stampSignOn, stopSignOn } from '../../db/people/signOn.ts'
import { countHit } from '../../db/rateLimit.ts'
import { normaliseEmail } from '../../domain/fields/emailAddress.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { type SignOnConfig, UnknownHosts } from '../../providers/signOn/signOn.ts'
import { networkOf } from '../network.ts'
import type { AuthConfig } from './auth.ts'
import { addressOf } from './guard.ts'

const TRIP_S = 10 * 60
/** The most steps of sign-ins by practices' providers from one network; each may make us call a provider. */
const STEPS_PER_WINDOW = 120
const WINDOW_MS = 60_000

/** The page to which a person returns after signing in again: it is beside the page that asked. */
const SIGNED_IN_AGAIN = '/signed-in-again'

const tripSchema = z.object({
  practiceId: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** The page on which it continues. */
  to: z.enum(['/clients', '/settings/sign-on', SIGNED_IN_AGAIN]),
  isAnew: z.boolean().optional(),
})

type SignOnPlugin = Pick<AuthConfig, 'db' | 'database' | 'sealer' | 'signOn' | 'publicUrl'>

/** Returns the seal context of a practice's secret, so that it cannot be opened as another practice's. */
export const signOnContext = (practiceId: string): string => `sign_on.client_secret:${practiceId}`

/** Returns the return address, which is registered at the provider in exactly this form. */
export const signOnReturn = (publicUrl: string): string => `${publicUrl}/api/auth/sign-on/return`

/** The reason for which a person is sent back to the sign-in page. */
type Refused =
  | 'sign_on_busy'
  | 'sign_on_unknown'
  | 'sign_on_failed'
  | 'sign_on_denied'
  | 'sign_on_no_member'
  | 'sign_on_changed'

/** Returns the id of a link between person and subject: subjects are unique only per issuer. */
const tieOf = (practiceId: string, { issuer }: SignOnConfig): string => `sign-on:${practiceId}:${issuer}`

const isSameProvider = (one: SignOnConfig, other: SignOnConfig): boolean =>
  one.issuer === other.issuer && one.clientId === other.clientId && one.clientSecret === other.clientSecret

/**
 * Creates the sign-in at a practice's own OpenID provider. It admits only members of that practice, by an address that
 * the provider has verified, and its session opens only that practice: a provider must not control access to any other.
 */
export function signOnPlugin({ db, database, sealer, signOn, publicUrl }: SignOnPlugin): BetterAuthPlugin {
  const redirectUrl = signOnReturn(publicUrl)
  /** Returns the practice's provider, or the reason for refusing. */
  const openConfig = (practiceId: string, found: SignOn | null): SignOnConfig | Refused => {
    if (!found) return 'sign_on_unknown'
    if (found.unconfirmedHosts.length > 0) return 'sign_on_changed'
    const { issuer, clientId, clientSecretSealed, hosts } = found
    const clientSecret = sealer.open(clientSecretSealed, signOnContext(practiceId))
    return { issuer, clientId, clientSecret, hosts: hosts.length > 0 ? hosts : null }
  }
  const configOf = async (practiceId: string): Promise<SignOnConfig | Refused> =>
    openConfig(practiceId, await db.inPractice(practiceId, readSignOn))
  /** Returns the reason for a failed trip; stops a provider that uses other hosts. Rethrows our own faults. */
  const endedBy = async (practiceId: string, error: unknown): Promise<Refused> => {
    if (error instanceof UnknownHosts) {
      await db.inPractice(practiceId, (tx) => stopSignOn(tx, error.hosts))
      return 'sign_on_changed'
    }
    if (error instanceof ProviderFailure) return error.kind === 'denied' ? 'sign_on_denied' : 'sign_on_failed'
    throw error
  }
  const back = (why: Refused) => `${publicUrl}/sign-in?error=${why}`

  return {
    id: 'embark-sign-on',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path?.startsWith('/sign-on/') === true,
          handler: createAuthMiddleware(async (context) => {
            const { hits } = await countHit(db, `sign_on:${networkOf(addressOf(context.headers))}`, WINDOW_MS)
            if (hits > STEPS_PER_WINDOW) throw context.redirect(back('sign_on_busy'))
          }),
        },
      ],
    },
    endpoints: {
      beginSignOn: createAuthEndpoint(
        '/sign-on/begin/:practiceId',
        {
          method: 'GET',
          params: z.object({ practiceId: z.uuid() }),
          query: z.object({ to: tripSchema.shape.to.catch('/clients') }),
        },
        async (context) => {
          const { practiceId } = context.params
          const config = await configOf(practiceId)
          if (typeof config === 'string') throw context.redirect(back(config))
          const begun = await signOn
            .begin(config, redirectUrl, context.query.to === SIGNED_IN_AGAIN)
            .catch((error: unknown) => endedBy(practiceId, error))
          if (typeof begun === 'string') throw context.redirect(back(begun))
          const { internalAdapter, secret, createAuthCookie } = context.context
          await internalAdapter.createVerificationValue({
            identifier: identifierOf(begun.trip.state),
            value: JSON.stringify({ practiceId, to: context.query.to, ...begun.trip }),
            expiresAt: new Date(Date.now() + TRIP_S * 1000),
          })
          // The cookie proves that the browser that returns is the one that left.
          const cookie = createAuthCookie('sign_on', { maxAge: TRIP_S })
          await context.setSignedCookie(cookie.name, begun.trip.state, secret, cookie.attributes)
          throw context.redirect(begun.url)
        },
      ),
      finishSignOn: createAuthEndpoint('/sign-on/return', { method: 'GET' }, async (context) => {
        const { internalAdapter, secret, createAuthCookie } = context.context
        const cookie = createAuthCookie('sign_on', { maxAge: TRIP_S })
        const state = await context.getSignedCookie(cookie.name, secret)
        context.setCookie(cookie.name, '', { ...cookie.attributes, maxAge: 0 })
        const kept = state ? await internalAdapter.consumeVerificationValue(identifierOf(state)) : null
        if (!kept || kept.expiresAt < new Date()) throw context.redirect(back('sign_on_failed'))
        const { practiceId, to, ...trip } = tripSchema.parse(JSON.parse(kept.value))
        const config = await configOf(practiceId)
        if (typeof config === 'string') throw context.redirect(back(config))
        const parameters = new URL(context.request?.url ?? redirectUrl).searchParams
        const came = await signOn
          .finish(config, redirectUrl, trip, parameters)
          .catch((error: unknown) => endedBy(practiceId, error))
        if (typeof came === 'string') throw context.redirect(back(came))
        const email = came.email === null ? null : normaliseEmail(came.email)
        const team = await db.inPractice(practiceId, readColleagues)
        const member = email?.ok ? team.find((one) => one.email === email.email) : undefined
        const linked = member && (await linkSubject(database, member.userId, tieOf(practiceId, config), came.subject))
        const user = linked ? await internalAdapter.findUserById(member.userId) : null
        if (!user) throw context.redirect(back('sign_on_no_member'))
        const session = await internalAdapter.createSession(user.id, false, { practiceId })
        // A change ends existing sessions. This check, after the change, finds a session that began meanwhile.
        const isUnchanged = await db.inPractice(practiceId, async (tx) => {
          const now = openConfig(practiceId, await lockSignOn(tx))
          if (typeof now === 'string' || !isSameProvider(now, config)) return false
          await stampSignOn(tx, came.hosts)
          return true
        })
        if (!isUnchanged) {
          await internalAdapter.deleteSession(session.token)
          throw context.redirect(back('sign_on_failed'))
        }
        await setSessionCookie(context, { session, user })
        throw context.redirect(`${publicUrl}${to}`)
      }),
    },
  }
}

const identifierOf = (state: string): string => `sign-on-${state}`
