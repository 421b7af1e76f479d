import * as oauth from 'oauth4webapi'
import { ProviderFailure } from '../failure.ts'
import { type Outbound, OutboundFailure } from '../outbound.ts'
import { remembered } from '../remembered.ts'
import { type SignOnConfig, type SignOnProvider, UnknownHosts } from './signOn.ts'

const provider = { name: 'openid', label: 'The sign-in provider' }
const clockToleranceSeconds = 60
/** Time in ms for which a provider's description is cached, and the number of providers cached. */
const DESCRIBED_MS = 10 * 60_000
const MOST_DESCRIBED = 500

/** Creates the OpenID Connect client for any issuer: code flow with PKCE, state and nonce, by guarded fetch. */
export function createOpenId(outbound: Outbound, now: () => number = Date.now): SignOnProvider {
  const describe = remembered(DESCRIBED_MS, MOST_DESCRIBED, now, async (issuer) => {
    const at = new URL(issuer)
    const response = await oauth.discoveryRequest(at, { ...requestOptions(outbound, issuer), algorithm: 'oidc' })
    const server = await oauth.processDiscoveryResponse(at, response)
    return { server, hosts: hostsOf(outbound, server) }
  })
  /** Reads the provider's description. Throws UnknownHosts when it names hosts that the practice has not confirmed. */
  const discover = async ({ issuer, hosts: known }: SignOnConfig) => {
    const described = await describe(issuer)
    if (known && !described.hosts.every((host) => known.includes(host))) {
      throw new UnknownHosts(provider.name, described.hosts)
    }
    return described
  }

  return {
    begin: (config, redirectUrl, isAnew = false) =>
      speaking(async () => {
        const { server } = await discover(config)
        if (!server.authorization_endpoint) throw misconfigured('has no page to sign in at')
        const trip = {
          state: oauth.generateRandomState(),
          nonce: oauth.generateRandomNonce(),
          verifier: oauth.generateRandomCodeVerifier(),
          isAnew,
        }
        const url = new URL(server.authorization_endpoint)
        const asked = {
          response_type: 'code',
          client_id: config.clientId,
          redirect_uri: redirectUrl,
          scope: 'openid email profile',
          state: trip.state,
          nonce: trip.nonce,
          code_challenge: await oauth.calculatePKCECodeChallenge(trip.verifier),
          code_challenge_method: 'S256',
          ...(isAnew && { max_age: '0' }),
        }
        for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
        return { url: url.href, trip }
      }),

    finish: (config, redirectUrl, { state, nonce, verifier, isAnew }, parameters) =>
      speaking(async () => {
        const { server, hosts } = await discover(config)
        const client = { client_id: config.clientId, [oauth.clockTolerance]: clockToleranceSeconds }
        const callback = oauth.validateAuthResponse(server, client, parameters, state)
        const options = requestOptions(outbound, config.issuer)
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          authenticationOf(server, config),
          callback,
          redirectUrl,
          verifier,
          options,
        )
        const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
          expectedNonce: nonce,
          requireIdToken: true,
          // Compares `auth_time`, and refuses an answer without it.
          ...(isAnew && { maxAge: 0 }),
        })
        const claims = oauth.getValidatedIdTokenClaims(tokens)
        if (!claims) throw misconfigured('says nobody is there')
        const { sub: subject } = claims
        if (claims.email !== undefined) return { subject, email: vouchedFor(claims), hosts }
        const info = await oauth.userInfoRequest(server, client, tokens.access_token, options)
        const said = await oauth.processUserInfoResponse(server, client, subject, info)
        return { subject, email: vouchedFor(said), hosts }
      }),
  }
}

/** Allows plain http only for an issuer on plain http, which the guarded fetch refuses unless it is allowed. */
const requestOptions = (outbound: Outbound, issuer: string) => ({
  [oauth.allowInsecureRequests]: new URL(issuer).protocol === 'http:',
  [oauth.customFetch]: (url: string, { method, headers, body }: oauth.CustomFetchOptions<string, BodyOfRequest>) =>
    outbound.fetch(url, { method, headers, body: body?.toString() }).catch((error: unknown) => {
      if (!(error instanceof OutboundFailure)) throw error
      if (error.reason !== 'no_answer') throw misconfigured('is at an address that Embark does not go to')
      throw new ProviderFailure(provider.name, 'unavailable', `${provider.label} is not answering.`)
    }),
})

type BodyOfRequest = URLSearchParams | undefined

/** Returns the hosts of the issuer and all endpoints in its description. Throws if one may not be reached. */
function hostsOf(outbound: Outbound, server: oauth.AuthorizationServer): string[] {
  const named = Object.entries(server).filter(([name]) => name === 'jwks_uri' || name.endsWith('_endpoint'))
  const hosts = [server.issuer, ...named.map(([, address]) => address)].map((address) => {
    const url = typeof address === 'string' ? URL.parse(address) : null
    if (!url || outbound.refuses(url)) throw misconfigured('names an address that Embark does not go to')
    return url.host
  })
  return [...new Set(hosts)].sort()
}

function authenticationOf(server: oauth.AuthorizationServer, { clientSecret }: SignOnConfig): oauth.ClientAuth {
  const offered = server.token_endpoint_auth_methods_supported
  const postOnly = offered !== undefined && !offered.includes('client_secret_basic')
  return postOnly ? oauth.ClientSecretPost(clientSecret) : oauth.ClientSecretBasic(clientSecret)
}

/**
 * Returns the address unless the provider says that it is not verified. Some never say (Microsoft Entra): their
 * addresses count, since the practice chose the provider and only its members are let in. Some say it as text (Amazon
 * Cognito).
 */
const vouchedFor = ({ email, email_verified: verified }: Record<string, unknown>): string | null =>
  typeof email === 'string' && (verified === undefined || verified === true || verified === 'true') ? email : null

const misconfigured = (what: string) =>
  new ProviderFailure(provider.name, 'misconfigured', `${provider.label} ${what}.`)

/** Maps failures on the wire to ProviderFailure. */
async function speaking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      throw new ProviderFailure(provider.name, 'denied', `${provider.label} did not let them in.`)
    }
    if (
      error instanceof oauth.ResponseBodyError ||
      error instanceof oauth.WWWAuthenticateChallengeError ||
      error instanceof oauth.OperationProcessingError ||
      error instanceof oauth.UnsupportedOperationError
    ) {
      throw misconfigured('does not answer as it should; check issuer, client id and secret')
    }
    throw error
  }
}
