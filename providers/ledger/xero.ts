import type { KyInstance } from 'ky'
import * as oauth from 'oauth4webapi'
import { z } from 'zod'
import { ProviderFailure } from '../failure.ts'
import { inSeconds, plainBasic, tokenClient } from '../oauth.ts'
import { exchangeWith, restClient } from '../rest.ts'
import { mostConnections, text, webAddress } from '../variables.ts'
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

/** The environment variables of Xero. */
export const xeroVariables = {
  XERO_CLIENT_ID: text,
  XERO_CLIENT_SECRET: text,
  XERO_LOGIN_URL: webAddress.default('https://login.xero.com'),
  XERO_IDENTITY_URL: webAddress.default('https://identity.xero.com'),
  XERO_API_URL: webAddress.default('https://api.xero.com'),
  XERO_PKCE: z.enum(['on', 'off']).default('on'),
  XERO_MOST_CONNECTIONS: mostConnections,
}
const variables = z.object(xeroVariables)

/** Creates the connector from the variables. */
export const openXero = (env: z.infer<typeof variables>): LedgerConnector =>
  createXero({
    clientId: env.XERO_CLIENT_ID,
    clientSecret: env.XERO_CLIENT_SECRET,
    loginUrl: env.XERO_LOGIN_URL,
    identityUrl: env.XERO_IDENTITY_URL,
    apiUrl: env.XERO_API_URL,
    pkce: env.XERO_PKCE === 'on',
    mostConnections: env.XERO_MOST_CONNECTIONS ?? null,
  })

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
/** The days that a refresh token lives if nobody uses it. Xero's answers do not say it. */
const UNUSED_DAYS = 60
/**
 * Creates the ledger connector Xero. The caller must serialise refreshes of one sign-in (a row lock): the refresh token
 * changes with every use.
 */
export function createXero(config: XeroConfig): LedgerConnector {
  const endpoint = tokenClient({
    provider: xero,
    url: `${config.identityUrl}/connect/token`,
    issuer: config.identityUrl,
    clientId: config.clientId,
    authentication: plainBasic(config.clientSecret),
  })
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
    can: { revoke: true, duringSetup: true },
    note: 'One sign-in can reach several organisations.',
    endNote: 'Only this organisation. Others on the same sign-in keep working.',
    browserOrigins: [new URL(config.loginUrl).origin],
    signInLife: { unusedDays: UNUSED_DAYS },
    mostConnections: config.mostConnections ?? null,

    async authorise({ state, redirectUrl }) {
      const verifier = oauth.generateRandomCodeVerifier()
      const fields = new URLSearchParams({
        response_type: 'code',
        client_id: config.clientId,
        redirect_uri: redirectUrl,
        scope: scopes,
        state,
        ...(pkce && {
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        }),
      })
      return { redirectUrl: `${config.loginUrl}/identity/connect/authorize?${fields}`, verifier }
    },

    async exchange({ code, verifier, redirectUrl }) {
      return tokensOf(await endpoint.exchange(code, redirectUrl, pkce ? verifier : null), null)
    },

    async refresh(tokens) {
      return tokensOf(await endpoint.refresh(tokens.refreshToken), tokens)
    },

    organisations,

    async organisation(tokens, tenantId) {
      const { Organisations } = await inTenant(tokens, tenantId, (xeroApi) =>
        xeroApi.get('api.xro/2.0/Organisation').json(organisationSchema),
      )
      const [{ Name: name, RegistrationNumber }] = Organisations
      return { name, companyNumber: RegistrationNumber || null }
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
    expiresAt: inSeconds(answer.expires_in ?? 0),
    endsIfUnusedAt: inSeconds(UNUSED_DAYS * 24 * 60 * 60),
    subject: claims.subject ?? previous?.subject ?? null,
    authEventId: claims.authEventId ?? previous?.authEventId ?? null,
  }
}
