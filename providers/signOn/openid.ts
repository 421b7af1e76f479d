import * as oauth from 'oauth4webapi'
import { ProviderFailure } from '../failure.ts'
import { restTimeoutMs } from '../rest.ts'
import type { SignOnConfig, SignOnProvider } from './signOn.ts'

const provider = { name: 'openid', label: 'The sign-in provider' }
const clockToleranceSeconds = 60

/** OpenID Connect at whatever issuer a practice names: code flow with PKCE, state and nonce. */
export function createOpenId(): SignOnProvider {
  return {
    begin: (config, redirectUrl) =>
      speaking(async () => {
        const server = await discover(config)
        if (!server.authorization_endpoint) throw misconfigured('has no page to sign in at')
        const trip = {
          state: oauth.generateRandomState(),
          nonce: oauth.generateRandomNonce(),
          verifier: oauth.generateRandomCodeVerifier(),
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
        }
        for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
        return { url: url.href, trip }
      }),

    finish: (config, redirectUrl, { state, nonce, verifier }, parameters) =>
      speaking(async () => {
        const server = await discover(config)
        const client = { client_id: config.clientId, [oauth.clockTolerance]: clockToleranceSeconds }
        const callback = oauth.validateAuthResponse(server, client, parameters, state)
        const options = requestOptions(config.issuer)
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
        })
        const claims = oauth.getValidatedIdTokenClaims(tokens)
        if (!claims) throw misconfigured('says nobody is there')
        const { sub: subject } = claims
        if (claims.email !== undefined) return { subject, email: vouchedFor(claims) }
        const info = await oauth.userInfoRequest(server, client, tokens.access_token, options)
        return { subject, email: vouchedFor(await oauth.processUserInfoResponse(server, client, subject, info)) }
      }),
  }
}

/** Plain http only where the issuer is plain http; what the network does becomes a ProviderFailure. */
const requestOptions = (issuer: string) => ({
  signal: AbortSignal.timeout(restTimeoutMs),
  [oauth.allowInsecureRequests]: new URL(issuer).protocol === 'http:',
  [oauth.customFetch]: (url: string, options: RequestInit) =>
    fetch(url, options).catch(() => {
      throw new ProviderFailure(provider.name, 'unavailable', `${provider.label} is not answering.`)
    }),
})

async function discover({ issuer }: SignOnConfig): Promise<oauth.AuthorizationServer> {
  const at = new URL(issuer)
  const response = await oauth.discoveryRequest(at, { ...requestOptions(issuer), algorithm: 'oidc' })
  return oauth.processDiscoveryResponse(at, response)
}

function authenticationOf(server: oauth.AuthorizationServer, { clientSecret }: SignOnConfig): oauth.ClientAuth {
  const offered = server.token_endpoint_auth_methods_supported
  const postOnly = offered !== undefined && !offered.includes('client_secret_basic')
  return postOnly ? oauth.ClientSecretPost(clientSecret) : oauth.ClientSecretBasic(clientSecret)
}

/** An address counts only where the provider says that it is its owner's. */
const vouchedFor = ({ email, email_verified: verified }: Record<string, unknown>): string | null =>
  typeof email === 'string' && verified === true ? email : null

const misconfigured = (what: string) =>
  new ProviderFailure(provider.name, 'misconfigured', `${provider.label} ${what}.`)

/** Turns what goes wrong on the wire into a ProviderFailure. */
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
