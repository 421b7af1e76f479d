import * as oauth from 'oauth4webapi'
import { tokenExchange, tokenRequestOptions } from '../oauth.ts'
import { truelayer } from './truelayerWire.ts'

/** Time in ms before its expiry from which a token is no longer used, so that it does not expire on the way. */
const marginMs = 60 * 1000

/** The token of our application, shared by all calls until it expires. */
interface AppToken {
  /** Returns the token; fetches one if needed. Concurrent callers share one request. Throws ProviderFailure. */
  current(): Promise<string>
  /** Drops `token` if it is still the one in use. */
  drop(token: string): void
}

/** Creates a holder for the token of the client credentials grant. A failed request is not cached. */
export function createAppToken(config: { clientId: string; clientSecret: string; authUrl: string }): AppToken {
  const endpoint = `${config.authUrl}/connect/token`
  const server: oauth.AuthorizationServer = { issuer: config.authUrl, token_endpoint: endpoint }
  const client: oauth.Client = { client_id: config.clientId }
  const authentication = oauth.ClientSecretPost(config.clientSecret)
  let held: { token: string; until: number } | null = null
  let fetching: Promise<string> | null = null

  async function fetchToken(): Promise<string> {
    const answer = await tokenExchange(
      truelayer,
      () =>
        oauth.clientCredentialsGrantRequest(
          server,
          client,
          authentication,
          { scope: 'data' },
          tokenRequestOptions(truelayer, endpoint),
        ),
      (response) => oauth.processClientCredentialsResponse(server, client, response),
    )
    held = { token: answer.access_token, until: Date.now() + (answer.expires_in ?? 0) * 1000 - marginMs }
    return held.token
  }

  return {
    current() {
      if (held && Date.now() < held.until) return Promise.resolve(held.token)
      fetching ??= fetchToken().finally(() => {
        fetching = null
      })
      return fetching
    },
    drop(token) {
      if (held?.token === token) held = null
    },
  }
}
