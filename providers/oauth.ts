import * as oauth from 'oauth4webapi'
import { ProviderFailure, signInOver } from './failure.ts'
import type { ProviderName, ReadRefusal } from './rest.ts'
import { refusalFailure, restTimeoutMs, unreadableAnswer } from './rest.ts'

/**
 * Options of one request to a token endpoint. Allows plain http only when the configured address is plain http. Network
 * errors become a ProviderFailure, so that they cannot be taken for a wrong call of the library.
 */
export function tokenRequestOptions(
  { name, label }: ProviderName,
  endpoint: string,
  timeoutMs = restTimeoutMs,
): oauth.TokenEndpointRequestOptions {
  return {
    signal: AbortSignal.timeout(timeoutMs),
    [oauth.allowInsecureRequests]: new URL(endpoint).protocol === 'http:',
    [oauth.customFetch]: (url, options) =>
      fetch(url, options).catch(() => {
        throw new ProviderFailure(name, 'unavailable', `${label} is not answering.`)
      }),
  }
}

/**
 * Runs one exchange with a token endpoint and maps its failures to ProviderFailure: `ended` for a grant that is no
 * longer valid, `misconfigured` for an unknown client, and the common mapping for the rest.
 */
export async function tokenExchange(
  provider: ProviderName,
  request: () => Promise<Response>,
  read: (response: Response) => Promise<oauth.TokenEndpointResponse>,
): Promise<oauth.TokenEndpointResponse> {
  const { name, label } = provider
  const response = await request()
  if (response.status === 429 || response.status >= 500) {
    const { status, headers } = response
    await response.body?.cancel()
    throw refusalFailure(provider, noParticularReading, { status, body: undefined, headers })
  }
  try {
    return await read(response)
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') {
      throw new ProviderFailure(name, 'ended', signInOver(label))
    }
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.WWWAuthenticateChallengeError) {
      throw new ProviderFailure(name, 'misconfigured', `${label} does not accept our credentials.`)
    }
    if (error instanceof oauth.OperationProcessingError) {
      throw unreadableAnswer(provider)
    }
    throw error
  }
}

const noParticularReading: ReadRefusal = () => null

/** The errors with which a sign-in page refuses our application, and those of a provider that is in trouble (RFC 6749). */
const OURS = new Set(['invalid_request', 'unauthorized_client', 'unsupported_response_type', 'invalid_scope'])
const THEIRS = new Set(['server_error', 'temporarily_unavailable'])

/** Returns the failure of a return with an error instead of a code. An error that is not in the standard is a person's no. */
export function returnedFailure({ name, label }: ProviderName, error: string): ProviderFailure {
  if (OURS.has(error)) {
    const message = `${label} refuses Embark’s application. Embark’s operator has to look at it.`
    return new ProviderFailure(name, 'misconfigured', message)
  }
  if (THEIRS.has(error)) {
    return new ProviderFailure(name, 'unavailable', `${label} has a problem of its own right now.`)
  }
  return new ProviderFailure(name, 'denied', 'The sign-in was stopped before the end.')
}

/** A ledger's token endpoint, as one client of it. */
export type TokenEndpoint = {
  provider: ProviderName
  url: string
  clientId: string
  authentication: oauth.ClientAuth
  /** The issuer of the id tokens; by default the endpoint's origin. */
  issuer?: string
  headers?: Record<string, string>
  timeoutMs?: number
}

/**
 * Creates the two exchanges of a sign-in with a token endpoint. Both throw ProviderFailure: `ended` for a code or
 * refresh token that is used, old or revoked.
 */
export function tokenClient({ provider, url, clientId, authentication, issuer, headers, timeoutMs }: TokenEndpoint) {
  const server: oauth.AuthorizationServer = { issuer: issuer ?? new URL(url).origin, token_endpoint: url }
  const client: oauth.Client = { client_id: clientId, [oauth.clockTolerance]: CLOCK_TOLERANCE_SECONDS }
  const options = () => ({ ...tokenRequestOptions(provider, url, timeoutMs), ...(headers && { headers }) })
  return {
    /** Exchanges the code of a return. The caller found the session by its state, so the state is verified already. */
    exchange: (code: string, redirectUrl: string, verifier: string | null): Promise<oauth.TokenEndpointResponse> => {
      const callback = oauth.validateAuthResponse(server, client, new URLSearchParams({ code }), oauth.expectNoState)
      return tokenExchange(
        provider,
        () =>
          oauth.authorizationCodeGrantRequest(
            server,
            client,
            authentication,
            callback,
            redirectUrl,
            verifier ?? oauth.nopkce,
            options(),
          ),
        (response) => oauth.processAuthorizationCodeResponse(server, client, response),
      )
    },
    refresh: (refreshToken: string): Promise<oauth.TokenEndpointResponse> =>
      tokenExchange(
        provider,
        () => oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options()),
        (response) => oauth.processRefreshTokenResponse(server, client, response),
      ),
  }
}

/** The largest difference between a provider's clock and ours, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 60

/**
 * Sends HTTP Basic with id and secret unescaped. The library's own kind escapes them, even underscores and hyphens;
 * ledgers' secrets hold those and no ledger's documentation escapes them.
 */
export function plainBasic(clientSecret: string): oauth.ClientAuth {
  return (_server, client, _body, headers) => {
    headers.set('authorization', `Basic ${Buffer.from(`${client.client_id}:${clientSecret}`).toString('base64')}`)
  }
}

/** Returns the instant in `seconds` from now, as token answers give their lives. */
export const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1_000)
