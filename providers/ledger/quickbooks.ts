import { z } from 'zod'
import { ProviderFailure, signInOver } from '../failure.ts'
import { inSeconds, plainBasic, tokenClient } from '../oauth.ts'
import { exchangeWith, type ReadRefusal, restClient, unreadableAnswer } from '../rest.ts'
import { mostConnections, text, webAddress } from '../variables.ts'
import type { LedgerConnector, LedgerTokens } from './ledger.ts'

const quickbooks = { name: 'quickbooks', label: 'QuickBooks' }

/** The environment variables of QuickBooks Online. Without an id it is not offered. */
export const quickbooksVariables = {
  QUICKBOOKS_CLIENT_ID: text.optional(),
  QUICKBOOKS_CLIENT_SECRET: text.optional(),
  QUICKBOOKS_LOGIN_URL: webAddress.default('https://appcenter.intuit.com'),
  QUICKBOOKS_TOKEN_URL: webAddress.default('https://oauth.platform.intuit.com'),
  QUICKBOOKS_REVOKE_URL: webAddress.default('https://developer.api.intuit.com'),
  QUICKBOOKS_API_URL: webAddress.default('https://quickbooks.api.intuit.com'),
  QUICKBOOKS_MOST_CONNECTIONS: mostConnections,
}
const variables = z.object(quickbooksVariables)

const SCOPE = 'com.intuit.quickbooks.accounting'
/** The version of the API's answers. */
const MINOR_VERSION = '75'
const MOST_ACCOUNTS = 1_000
const QUERY = `select * from Account where AccountType = 'Bank' and Active = true startposition 1 maxresults ${MOST_ACCOUNTS}`
/** Intuit asks for this pause after a 429, which names none. */
const PAUSE_MS = 60_000

/**
 * Creates the ledger connector QuickBooks Online from the variables; null if it is not configured. One sign-in is one
 * person's access to one company, whose id (the realm) the return alone names. Refreshes must be serialised, because
 * the refresh token changes.
 */
export function openQuickbooks(env: z.infer<typeof variables>): LedgerConnector | null {
  const { QUICKBOOKS_CLIENT_ID: clientId, QUICKBOOKS_CLIENT_SECRET: clientSecret } = env
  if (!clientId || !clientSecret) return null
  const {
    QUICKBOOKS_LOGIN_URL: loginUrl,
    QUICKBOOKS_TOKEN_URL: tokenUrl,
    QUICKBOOKS_REVOKE_URL: revokeUrl,
    QUICKBOOKS_API_URL: apiUrl,
  } = env
  const authentication = plainBasic(clientSecret)
  const endpoint = tokenClient({
    provider: quickbooks,
    url: `${tokenUrl}/oauth2/v1/tokens/bearer`,
    clientId,
    authentication,
    headers: { 'x-include-refresh-token-hard-expires-in': 'true' },
  })
  const api = restClient(apiUrl)

  /** Reads from one company, and refuses an answer of status 200 that carries a fault. */
  const read = async <T>(tokens: LedgerTokens, realm: string, path: string, schema: z.ZodType<T>): Promise<T> => {
    const company = encodeURIComponent(realm)
    const address = `v3/company/${company}/${path}${path.includes('?') ? '&' : '?'}minorversion=${MINOR_VERSION}`
    return exchangeWith(quickbooks, readRefusal, async () => {
      const headers = { accept: 'application/json', authorization: `Bearer ${tokens.accessToken}` }
      const body: unknown = await api.get(address, { headers }).json()
      if (codeOf(body) !== null) {
        throw new ProviderFailure(quickbooks.name, 'unavailable', 'QuickBooks has a problem of its own right now.')
      }
      const answer = schema.safeParse(body)
      if (answer.success) return answer.data
      throw unreadableAnswer(quickbooks)
    })
  }

  const organisation = async (tokens: LedgerTokens, realm: string) => {
    const path = `companyinfo/${encodeURIComponent(realm)}`
    const { CompanyInfo } = await read(tokens, realm, path, companySchema)
    return { name: CompanyInfo.CompanyName, companyNumber: null }
  }

  return {
    ...quickbooks,
    can: { revoke: true, duringSetup: false },
    note: 'An admin of the company has to sign in.',
    endNote: 'Leave the bank feed in QuickBooks as it is: removing it there deletes entries that nobody has reviewed.',
    browserOrigins: [new URL(loginUrl).origin],
    signInLife: { unusedDays: 100 },
    mostConnections: env.QUICKBOOKS_MOST_CONNECTIONS ?? null,

    // Intuit documents no PKCE: the session's verifier is not sent.
    async authorise({ state, redirectUrl }) {
      const fields = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        scope: SCOPE,
        redirect_uri: redirectUrl,
        state,
      })
      return { redirectUrl: `${loginUrl}/connect/oauth2?${fields}`, verifier: '' }
    },

    async exchange({ code, query, redirectUrl }) {
      const realm = query?.realmId
      if (!realm) {
        const message = 'QuickBooks did not say which company was chosen. Start again.'
        throw new ProviderFailure(quickbooks.name, 'refused', message)
      }
      return tokensOf(await endpoint.exchange(code, redirectUrl, null), realm)
    },

    async refresh(tokens) {
      const fresh = await endpoint.refresh(tokens.refreshToken)
      return tokensOf({ refresh_token: tokens.refreshToken, ...fresh }, realmOf(tokens))
    },

    /** Returns the company of the sign-in. A 403 for tokens that are this fresh means that our environment is wrong. */
    async organisations(tokens) {
      const realm = realmOf(tokens)
      const { name } = await organisation(tokens, realm).catch((error: unknown) => {
        throw error instanceof ProviderFailure && error.kind === 'ended' ? refusesUs() : error
      })
      const chosen = { connectionId: realm, tenantId: realm, name, signIn: 'this' as const }
      return [{ ...chosen, firstConnectedAt: null, lastConnectedAt: null }]
    },

    organisation,

    async bankAccounts(tokens, realm) {
      // Encodes spaces as %20: Intuit does not document that it reads a plus sign as a space.
      const { QueryResponse } = await read(tokens, realm, `query?query=${encodeURIComponent(QUERY)}`, accountsSchema)
      return QueryResponse.Account.filter((one) => one.AccountType === 'Bank' && one.Active !== false).map((one) => ({
        externalId: one.Id,
        name: one.Name,
        code: null,
        number: one.AcctNum || null,
        currency: one.CurrencyRef?.value || null,
      }))
    },

    /** Revokes the sign-in, which holds this company alone. A token that Intuit knows no more counts as ended. */
    async disconnect(tokens, connectionId) {
      if (connectionId !== tokens.subject) return
      await exchangeWith(quickbooks, readRefusal, async () => {
        const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
        await restClient(revokeUrl).post('v2/oauth2/tokens/revoke', {
          headers: { accept: 'application/json', authorization: `Basic ${basic}` },
          json: { token: tokens.refreshToken },
          throwHttpErrors: (status) => status !== 400,
        })
      })
    },
  }
}

const companySchema = z.object({ CompanyInfo: z.object({ CompanyName: z.string().min(1) }) })

/** The bank accounts; a company without any answers an empty object. */
const accountsSchema = z.object({
  QueryResponse: z.object({
    Account: z
      .array(
        z.object({
          Id: z.string().min(1),
          Name: z.string(),
          AccountType: z.string(),
          AcctNum: z.string().nullish(),
          Active: z.boolean().nullish(),
          CurrencyRef: z.object({ value: z.string() }).nullish(),
        }),
      )
      .default([]),
  }),
})

const grantSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string().min(1),
  expires_in: z.number(),
  x_refresh_token_expires_in: z.number().nullish(),
  x_refresh_token_hard_expires_in: z.number().nullish(),
})

/** Maps a token answer. The sign-in ends by disuse, or five years after the consent if that is sooner. */
function tokensOf(answer: unknown, realm: string): LedgerTokens {
  const read = grantSchema.safeParse(answer)
  if (!read.success) throw unreadableAnswer(quickbooks)
  const { access_token, refresh_token, expires_in, x_refresh_token_expires_in, x_refresh_token_hard_expires_in } =
    read.data
  const ends = [x_refresh_token_expires_in, x_refresh_token_hard_expires_in].filter((seconds) => !!seconds) as number[]
  return {
    accessToken: access_token,
    refreshToken: refresh_token,
    expiresAt: inSeconds(expires_in),
    endsIfUnusedAt: ends.length === 0 ? null : inSeconds(Math.min(...ends)),
    subject: realm,
    authEventId: null,
  }
}

/** Returns the company of a sign-in, which its tokens always name. */
function realmOf({ subject }: LedgerTokens): string {
  if (subject === null) throw new Error('the sign-in names no company')
  return subject
}

const errorSchema = z.object({ code: z.coerce.string() })
const faultSchema = z.union([
  z.object({ Fault: z.object({ Error: z.tuple([errorSchema]).rest(z.unknown()) }) }),
  z.object({ fault: z.object({ error: z.tuple([errorSchema]).rest(z.unknown()) }) }),
])

/** Returns Intuit's code of a fault in either spelling; null for another body, such as XML. */
function codeOf(body: unknown): string | null {
  const { data } = faultSchema.safeParse(body)
  if (!data) return null
  return ('Fault' in data ? data.Fault.Error : data.fault.error)[0].code
}

/** The code of a plan that lacks the API. */
const NO_PLAN = '120'

const refusesUs = (): ProviderFailure =>
  new ProviderFailure(
    quickbooks.name,
    'misconfigured',
    'QuickBooks refuses Embark this company although it has just allowed it. Embark’s operator has to look at it.',
  )

/** Maps Intuit's refusals. */
const readRefusal: ReadRefusal = ({ status, body }) => {
  if (status === 401 && codeOf(body) === NO_PLAN) {
    return { kind: 'misconfigured', message: 'The QuickBooks plan of this company does not allow connections.' }
  }
  if (status === 401) return { kind: 'stale_token', message: signInOver(quickbooks.label) }
  if (status === 403) {
    return { kind: 'ended', message: 'This company was disconnected in QuickBooks; connect it again.' }
  }
  if (status === 429) return { kind: 'rate_limited', message: 'QuickBooks asks us to slow down.', waitMs: PAUSE_MS }
  return null
}
