import type { KyInstance } from 'ky'
import * as oauth from 'oauth4webapi'
import { ProviderFailure } from '../failure.ts'
import { tokenExchange, tokenRequestOptions } from '../oauth.ts'
import { exchangeWith, restClient } from '../rest.ts'
import type { LedgerConnector, LedgerTokens, ReachedOrganisation } from './ledger.ts'
import {
  accountsSchema,
  claimsOf,
  connectionsSchema,
  ledgerAccountsOf,
  organisationSchema,
  reachedOf,
  readRefusal,
  refusesUs,
  xero,
} from './xeroWire.ts'

/** The three hosts of Xero, without a trailing slash. */
export type XeroConfig = {
  clientId: string
  clientSecret: string
  loginUrl: string
  identityUrl: string
  apiUrl: string
  /** Sends a PKCE challenge and verifier. A web application with a secret may have to do without. */
  pkce?: boolean
  /** The tier's limit on connected organisations; null without a limit. */
  mostConnections?: number | null
}

const scopes = 'openid profile email offline_access accounting.settings.read'
/** The life of a refresh token that nobody uses: 60 days. Xero's answers do not say it. */
const UNUSED_LIFE_MS = 60 * 24 * 60 * 60 * 1000
/** The largest difference between Xero's clock and ours, in seconds. */
const clockToleranceSeconds = 60

/**
 * Creates the ledger connector Xero. The caller must serialise refreshes of one sign-in (a row lock): the refresh token
 * changes with every use.
 */
export function createXero(config: XeroConfig): LedgerConnector {
  const tokenEndpoint = `${config.identityUrl}/connect/token`
  const server: oauth.AuthorizationServer = { issuer: config.identityUrl, token_endpoint: tokenEndpoint }
  const client: oauth.Client = { client_id: config.clientId, [oauth.clockTolerance]: clockToleranceSeconds }
  const authentication = plainBasic(config.clientSecret)
  const api = restClient(config.apiUrl)
  const pkce = config.pkce ?? true

  /** Returns a client of the API for one sign-in, limited to one organisation when `tenantId` is given. */
  const reader = (tokens: LedgerTokens, tenantId?: string) =>
    api.extend({
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${tokens.accessToken}`,
        ...(tenantId === undefined ? {} : { 'xero-tenant-id': tenantId }),
      },
    })

  /** Reads all connections: Xero's own filter leaves out an organisation that was connected before. */
  const organisations = async (tokens: LedgerTokens): Promise<ReachedOrganisation[]> => {
    const connections = await exchangeWith(xero, readRefusal, () =>
      reader(tokens).get('connections').json(connectionsSchema),
    )
    return reachedOf(connections, tokens.authEventId)
  }

  /**
   * Calls the API of one organisation. After a 403 it reads the list of connections, which tells whether the
   * organisation was disconnected, or its plan, our tier or the person's role forbids the call.
   */
  const inTenant = async <T>(tokens: LedgerTokens, tenantId: string, work: (xeroApi: KyInstance) => Promise<T>) => {
    try {
      return await exchangeWith(xero, readRefusal, () => work(reader(tokens, tenantId)))
    } catch (error) {
      if (!(error instanceof ProviderFailure) || error.kind !== 'ended') throw error
      const standing = await organisations(tokens)
      if (standing.some((one) => one.tenantId === tenantId)) throw refusesUs()
      throw error
    }
  }

  return {
    ...xero,
    can: { revoke: true, extend: false, expiry: false, webhook: false, duringSetup: true },
    browserOrigins: [new URL(config.loginUrl).origin],
    mostConnections: config.mostConnections ?? null,

    async authorise({ state, redirectUrl }) {
      const verifier = oauth.generateRandomCodeVerifier()
      const address = new URL(`${config.loginUrl}/identity/connect/authorize`)
      address.search = new URLSearchParams({
        response_type: 'code',
        client_id: config.clientId,
        redirect_uri: redirectUrl,
        scope: scopes,
        state,
        ...(pkce && {
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        }),
      }).toString()
      return { redirectUrl: address.href, verifier }
    },

    async exchange({ code, verifier, redirectUrl }) {
      // The caller found the session by its state, so the state is already verified here.
      const callback = oauth.validateAuthResponse(server, client, new URLSearchParams({ code }), oauth.expectNoState)
      const answer = await tokenExchange(
        xero,
        () =>
          oauth.authorizationCodeGrantRequest(
            server,
            client,
            authentication,
            callback,
            redirectUrl,
            pkce ? verifier : oauth.nopkce,
            tokenRequestOptions(xero, tokenEndpoint),
          ),
        (response) => oauth.processAuthorizationCodeResponse(server, client, response),
      )
      return tokensOf(answer, null)
    },

    async refresh(tokens) {
      const answer = await tokenExchange(
        xero,
        () =>
          oauth.refreshTokenGrantRequest(
            server,
            client,
            authentication,
            tokens.refreshToken,
            tokenRequestOptions(xero, tokenEndpoint),
          ),
        (response) => oauth.processRefreshTokenResponse(server, client, response),
      )
      return tokensOf(answer, tokens)
    },

    organisations,

    async organisationName(tokens, tenantId) {
      const { Organisations } = await inTenant(tokens, tenantId, (xeroApi) =>
        xeroApi.get('api.xro/2.0/Organisation').json(organisationSchema),
      )
      return Organisations[0].Name
    },

    async bankAccounts(tokens, tenantId) {
      // Encodes spaces as %20: Xero does not document that it reads a plus sign as a space.
      const where = encodeURIComponent('Type=="BANK" AND Status=="ACTIVE"')
      const answer = await inTenant(tokens, tenantId, (xeroApi) =>
        xeroApi.get(`api.xro/2.0/Accounts?where=${where}`).json(accountsSchema),
      )
      return ledgerAccountsOf(answer)
    },

    /** Deletes one connection. The revocation endpoint would end every client that this person ever connected. */
    async disconnect(tokens, connectionId) {
      await exchangeWith(xero, readRefusal, async () => {
        await reader(tokens).delete(`connections/${encodeURIComponent(connectionId)}`, {
          throwHttpErrors: (status) => status !== 404,
        })
      })
    },
  }
}

/**
 * Sends HTTP Basic with id and secret unescaped. The library's own kind escapes them, even underscores and hyphens;
 * Xero's secrets hold those and its documentation does not escape them.
 */
function plainBasic(clientSecret: string): oauth.ClientAuth {
  return (_server, client, _body, headers) => {
    headers.set('authorization', `Basic ${Buffer.from(`${client.client_id}:${clientSecret}`).toString('base64')}`)
  }
}

/** Maps a token answer. `previous` supplies the refresh token when a refresh does not repeat it. */
function tokensOf(answer: oauth.TokenEndpointResponse, previous: LedgerTokens | null): LedgerTokens {
  const refreshToken = answer.refresh_token ?? previous?.refreshToken
  if (!refreshToken) {
    throw new ProviderFailure(xero.name, 'permission', 'Xero gave no lasting access; connect again and allow it.')
  }
  const claims = claimsOf(answer.access_token)
  return {
    accessToken: answer.access_token,
    refreshToken,
    expiresAt: new Date(Date.now() + (answer.expires_in ?? 0) * 1000),
    endsIfUnusedAt: new Date(Date.now() + UNUSED_LIFE_MS),
    subject: claims.subject ?? previous?.subject ?? null,
    authEventId: claims.authEventId ?? previous?.authEventId ?? null,
  }
}
