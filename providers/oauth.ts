import * as oauth from 'oauth4webapi'
import { ProviderFailure } from './failure.ts'
import type { ProviderName, ReadRefusal } from './rest.ts'
import { refusalFailure, restTimeoutMs } from './rest.ts'

/**
 * Options of one request to a token endpoint. Allows plain http only when the configured address is plain http. Network
 * errors become a ProviderFailure, so that they cannot be taken for a wrong call of the library.
 */
export function tokenRequestOptions(
  { name, label }: ProviderName,
  endpoint: string,
): oauth.TokenEndpointRequestOptions {
  return {
    signal: AbortSignal.timeout(restTimeoutMs),
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
      throw new ProviderFailure(name, 'ended', `${label} no longer accepts this sign-in; connect again.`)
    }
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.WWWAuthenticateChallengeError) {
      throw new ProviderFailure(name, 'misconfigured', `${label} does not accept our credentials.`)
    }
    if (error instanceof oauth.OperationProcessingError) {
      throw new ProviderFailure(name, 'unavailable', `${label} gave an answer that we cannot read.`)
    }
    throw error
  }
}

const noParticularReading: ReadRefusal = () => null
