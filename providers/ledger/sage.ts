import * as oauth from 'oauth4webapi'
import { z } from 'zod'
import { signInOver } from '../failure.ts'
import { inSeconds, tokenClient } from '../oauth.ts'
import { exchangeWith, type ReadRefusal, restClient, unreadableAnswer } from '../rest.ts'
import { mostConnections, text, webAddress } from '../variables.ts'
import type { LedgerAccount, LedgerConnector, LedgerTokens } from './ledger.ts'

const sage = { name: 'sage', label: 'Sage' }

/** The environment variables of Sage Accounting. Without an id it is not offered. */
export const sageVariables = {
  SAGE_CLIENT_ID: text.optional(),
  SAGE_CLIENT_SECRET: text.optional(),
  SAGE_LOGIN_URL: webAddress.default('https://www.sageone.com'),
  SAGE_TOKEN_URL: webAddress.default('https://oauth.accounting.sage.com'),
  SAGE_API_URL: webAddress.default('https://api.accounting.sage.com/v3.1'),
  SAGE_MOST_CONNECTIONS: mostConnections,
}
const variables = z.object(sageVariables)

const SCOPE = 'readonly'
const ACCOUNTS_PER_PAGE = 200
/** Sage asks for this pause after a 429, which names none. */
const PAUSE_MS = 60_000
/** A lost answer to a refresh ends the sign-in, so its answer is awaited longer than others. */
const TOKEN_TIMEOUT_MS = 35_000
/** The types of accounts that a bank account can be matched with. Others, also new ones, are left out. */
const BANK_TYPES = ['CHECKING', 'SAVINGS', 'CREDIT_CARD']

/**
 * Creates the ledger connector Sage Accounting from the variables; null if it is not configured. A sign-in reaches
 * every business of its person, and only as a whole can it be ended there. Refreshes must be serialised: a refresh
 * token dies with its use.
 */
export function openSage(env: z.infer<typeof variables>): LedgerConnector | null {
  const { SAGE_CLIENT_ID: clientId, SAGE_CLIENT_SECRET: clientSecret } = env
  if (!clientId || !clientSecret) return null
  const { SAGE_LOGIN_URL: loginUrl, SAGE_TOKEN_URL: tokenUrl, SAGE_API_URL: apiUrl } = env
  const endpoint = tokenClient({
    provider: sage,
    url: `${tokenUrl}/token`,
    clientId,
    authentication: oauth.ClientSecretPost(clientSecret),
    timeoutMs: TOKEN_TIMEOUT_MS,
  })
  const api = restClient(apiUrl)
  /** Reads for one business: without the header Sage answers for the person's first one. */
  const reader = ({ accessToken }: LedgerTokens, business?: string) =>
    api.extend({
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${accessToken}`,
        ...(business !== undefined && { 'x-business': business }),
      },
    })

  /** Reads all pages of a list; `first` is the first page's path. */
  const listed = <T>(tokens: LedgerTokens, business: string | undefined, first: string, item: z.ZodType<T>) =>
    exchangeWith(sage, readRefusal, async () => {
      const schema = z.object({ $items: z.array(item), $next: z.string().nullish() })
      const items: T[] = []
      let path: string | null = first
      while (path !== null) {
        const page: z.infer<typeof schema> = await reader(tokens, business).get(path).json(schema)
        items.push(...page.$items)
        path = page.$next ? page.$next.replace(/^\/+/, '') : null
      }
      return items
    })

  return {
    ...sage,
    can: { revoke: false, duringSetup: true },
    note: 'The sign-in needs access to bank accounts in Sage.',
    endNote: 'It can take five minutes to end.',
    browserOrigins: [new URL(loginUrl).origin],
    signInLife: { unusedDays: 31, refreshDays: 7 },
    mostConnections: env.SAGE_MOST_CONNECTIONS ?? null,

    async authorise({ state, redirectUrl }) {
      const verifier = oauth.generateRandomCodeVerifier()
      const fields = new URLSearchParams({
        filter: 'apiv3.1',
        country: 'gb',
        locale: 'en-GB',
        client_id: clientId,
        response_type: 'code',
        scope: SCOPE,
        redirect_uri: redirectUrl,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      return { redirectUrl: `${loginUrl}/oauth2/auth/central?${fields}`, verifier }
    },

    async exchange({ code, verifier, redirectUrl }) {
      return tokensOf(await endpoint.exchange(code, redirectUrl, verifier))
    },

    async refresh(tokens) {
      return { ...tokensOf(await endpoint.refresh(tokens.refreshToken)), subject: tokens.subject }
    },

    async organisations(tokens) {
      const businesses = await listed(tokens, undefined, 'businesses', businessSchema)
      return businesses.map(({ id, displayed_as }) => ({
        connectionId: id,
        tenantId: id,
        name: displayed_as,
        signIn: 'unknown',
        firstConnectedAt: null,
        lastConnectedAt: null,
      }))
    },

    async organisation(tokens, tenantId) {
      const business = await exchangeWith(sage, readRefusal, () =>
        reader(tokens, tenantId)
          .get(`businesses/${encodeURIComponent(tenantId)}`)
          .json(businessSchema),
      )
      return { name: business.name ?? business.displayed_as, companyNumber: null }
    },

    async bankAccounts(tokens, tenantId) {
      const first = `bank_accounts?attributes=all&items_per_page=${ACCOUNTS_PER_PAGE}&page=1`
      const accounts = await listed(tokens, tenantId, first, accountSchema)
      return accounts
        .filter(({ bank_account_type: type, is_active }) => BANK_TYPES.includes(type?.id ?? '') && is_active !== false)
        .map((one): LedgerAccount => {
          const { account_number: number, sort_code } = one.bank_account_details ?? {}
          return {
            externalId: one.id,
            name: one.bank_account_details?.account_name ?? one.displayed_as,
            code: one.nominal_code === null || one.nominal_code === undefined ? null : String(one.nominal_code),
            number: number ? `${sort_code ?? ''}${number}` : null,
            currency: one.currency?.id ?? null,
          }
        })
    },

    async disconnect() {},

    async signOut({ refreshToken }) {
      await exchangeWith(sage, readRefusal, async () => {
        await restClient(tokenUrl).post('revoke', {
          body: new URLSearchParams({
            client_id: clientId,
            client_secret: clientSecret,
            token: refreshToken,
          }),
          throwHttpErrors: (status) => status !== 400,
        })
      })
    },
  }
}

const businessSchema = z.object({
  id: z.string().min(1),
  displayed_as: z.string(),
  name: z.string().min(1).nullish(),
})

const accountSchema = z.object({
  id: z.string().min(1),
  displayed_as: z.string(),
  bank_account_type: z.object({ id: z.string() }).nullish(),
  bank_account_details: z
    .object({
      account_name: z.string().nullish(),
      account_number: z.string().nullish(),
      sort_code: z.string().nullish(),
    })
    .nullish(),
  nominal_code: z.union([z.number(), z.string()]).nullish(),
  currency: z.object({ id: z.string() }).nullish(),
  is_active: z.boolean().nullish(),
})

const grantSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string().min(1),
  expires_in: z.number(),
  refresh_token_expires_in: z.number(),
  requested_by_id: z.string().nullish(),
})

function tokensOf(answer: unknown): LedgerTokens {
  const read = grantSchema.safeParse(answer)
  if (!read.success) throw unreadableAnswer(sage)
  const { access_token, refresh_token, expires_in, refresh_token_expires_in, requested_by_id } = read.data
  return {
    accessToken: access_token,
    refreshToken: refresh_token,
    expiresAt: inSeconds(expires_in),
    endsIfUnusedAt: inSeconds(refresh_token_expires_in),
    subject: requested_by_id ?? null,
    authEventId: null,
  }
}

const errorsSchema = z.array(z.object({ $dataCode: z.string().nullish(), $message: z.string().nullish() }))

/** Maps Sage's refusals. Their bodies are a list of errors, and not always even that. */
const readRefusal: ReadRefusal = ({ status, body }) => {
  const errors = errorsSchema.safeParse(body).data ?? []
  if (status === 401 && errors.some(({ $message }) => $message?.includes('No active subscription'))) {
    return { kind: 'permission', message: 'This Sage business has no active subscription.' }
  }
  if (status === 401) return { kind: 'stale_token', message: signInOver(sage.label) }
  if (status === 403) {
    const message = 'This Sage sign-in may not read bank accounts: its role needs at least Read Only in the area Bank.'
    return { kind: 'permission', message }
  }
  if (status === 404) {
    return { kind: 'ended', message: 'This Sage sign-in does not reach the business any more; connect it again.' }
  }
  if (status === 429) return { kind: 'rate_limited', message: 'Sage asks us to slow down.', waitMs: PAUSE_MS }
  return null
}
