import type { KyInstance } from 'ky'
import * as oauth from 'oauth4webapi'
import { ProviderFailure } from '../failure.ts'
import { tokenExchange, tokenRequestOptions } from '../oauth.ts'
import { exchangeWith, restClient } from '../rest.ts'
import type { LedgerConnector, LedgerTokens, ReachedOrganisation } from './ledger.ts'
import {
  accountsSchema,
  authEventIdOf,
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
  /** Returns proof of the code challenge with the code. A web application with a secret may have to do without. */
  pkce?: boolean
  /** What the tier allows; null without a limit. */
  mostConnections?: number | null
}

const scopes = 'openid profile email offline_access accounting.settings.read'
/** How far Xero's clock and ours may differ, in seconds. */
const clockToleranceSeconds = 60

/**
 * The ledger connector Xero. The caller keeps refreshes of one connection apart (a row lock): the refresh token
 * changes with every use.
 */
export function createXero(config: XeroConfig): LedgerConnector {
  const tokenEndpoint = `${config.identityUrl}/connect/token`
  const server: oauth.AuthorizationServer = { issuer: config.identityUrl, token_endpoint: tokenEndpoint }
  const client: oauth.Client = { client_id: config.clientId, [oauth.clockTolerance]: clockToleranceSeconds }
  const authentication = plainBasic(config.clientSecret)
  const api = restClient(config.apiUrl)
  const pkce = config.pkce ?? true

  /** A reader of the API for one sign-in, of one organisation where `tenantId` is given. */
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
   * Calls the API of one organisation. A 403 says either that it was disconnected in Xero, or that its plan, our tier or the
   * person's role is in the way: the list of connections tells which.
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
      // The caller found the session by its state, so the state is proven before the code gets here.
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
      // Spaces as %20: Xero does not say that it reads a plus sign as one.
      const where = encodeURIComponent('Type=="BANK" AND Status=="ACTIVE"')
      const answer = await inTenant(tokens, tenantId, (xeroApi) =>
        xeroApi.get(`api.xro/2.0/Accounts?where=${where}`).json(accountsSchema),
      )
      return ledgerAccountsOf(answer)
    },

    /** Never the revocation endpoint: it would end every client that this person ever connected. */
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
 * HTTP Basic over id and secret as they are. The library's own kind escapes them first, even underscores and hyphens,
 * which Xero's secrets hold and its documentation does not escape.
 */
function plainBasic(clientSecret: string): oauth.ClientAuth {
  return (_server, client, _body, headers) => {
    headers.set('authorization', `Basic ${Buffer.from(`${client.client_id}:${clientSecret}`).toString('base64')}`)
  }
}

/** `previous` fills what a refresh need not repeat. */
function tokensOf(answer: oauth.TokenEndpointResponse, previous: LedgerTokens | null): LedgerTokens {
  const refreshToken = answer.refresh_token ?? previous?.refreshToken
  if (!refreshToken) {
    throw new ProviderFailure(xero.name, 'permission', 'Xero gave no lasting access; connect again and allow it.')
  }
  return {
    accessToken: answer.access_token,
    refreshToken,
    expiresAt: new Date(Date.now() + (answer.expires_in ?? 0) * 1000),
    authEventId: authEventIdOf(answer.access_token) ?? previous?.authEventId ?? null,
  }
}
