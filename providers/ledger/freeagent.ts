import type { KyResponse } from 'ky'
import { z } from 'zod'
import { ProviderFailure, signInOver } from '../failure.ts'
import { inSeconds, plainBasic, tokenClient } from '../oauth.ts'
import { exchangeWith, type ReadRefusal, restClient, unreadableAnswer } from '../rest.ts'
import { mostConnections, text, webAddress } from '../variables.ts'
import type { LedgerAccount, LedgerConnector, LedgerTokens } from './ledger.ts'

const freeagent = { name: 'freeagent', label: 'FreeAgent' }

/** The environment variables of FreeAgent. Without an id it is not offered. */
export const freeagentVariables = {
  FREEAGENT_CLIENT_ID: text.optional(),
  FREEAGENT_CLIENT_SECRET: text.optional(),
  FREEAGENT_API_URL: webAddress.default('https://api.freeagent.com/v2'),
  FREEAGENT_MOST_CONNECTIONS: mostConnections,
}
const variables = z.object(freeagentVariables)

/** FreeAgent refuses requests that do not name their application. */
const USER_AGENT = 'Embark'
const ACCOUNTS_PER_PAGE = 100

/**
 * Creates the ledger connector FreeAgent from the variables; null if it is not configured. A sign-in reaches one
 * company. FreeAgent cannot end a sign-in for us: the person removes the application there. Refreshes must be
 * serialised, because the refresh token changes.
 */
export function openFreeagent(env: z.infer<typeof variables>): LedgerConnector | null {
  const { FREEAGENT_CLIENT_ID: clientId, FREEAGENT_CLIENT_SECRET: clientSecret } = env
  if (!clientId || !clientSecret) return null
  const { FREEAGENT_API_URL: apiUrl } = env
  const endpoint = tokenClient({
    provider: freeagent,
    url: `${apiUrl}/token_endpoint`,
    clientId,
    authentication: plainBasic(clientSecret),
    headers: { 'user-agent': USER_AGENT },
  })
  const api = restClient(apiUrl)
  const reader = (accessToken: string) =>
    api.extend({
      headers: { accept: 'application/json', 'user-agent': USER_AGENT, authorization: `Bearer ${accessToken}` },
    })

  const company = async (accessToken: string) => {
    const answer = await exchangeWith(freeagent, readRefusal, () =>
      reader(accessToken).get('company').json(companySchema),
    )
    return answer.company
  }

  /** Reads all pages. A page's address is followed only below our own. */
  const accountsOf = (accessToken: string) =>
    exchangeWith(freeagent, readRefusal, async () => {
      const read: z.infer<typeof accountsSchema>['bank_accounts'] = []
      let path: string | null = `bank_accounts?view=standard_bank_accounts&per_page=${ACCOUNTS_PER_PAGE}`
      while (path !== null) {
        const response: KyResponse = await reader(accessToken).get(path)
        const page = accountsSchema.safeParse(await response.json())
        if (!page.success) throw unreadableAnswer(freeagent)
        read.push(...page.data.bank_accounts)
        path = nextPathOf(response.headers.get('link'), apiUrl)
      }
      return read
    })

  return {
    ...freeagent,
    can: { revoke: false, duringSetup: false },
    note: 'One sign-in reaches one company, unless your practice has a practice account.',
    endNote: 'Also remove Embark in FreeAgent under Connected apps.',
    browserOrigins: [new URL(apiUrl).origin],
    signInLife: { unusedDays: null },
    mostConnections: env.FREEAGENT_MOST_CONNECTIONS ?? null,

    // FreeAgent documents no PKCE: the session's verifier is not sent.
    async authorise({ state, redirectUrl }) {
      const fields = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        redirect_uri: redirectUrl,
        state,
      })
      return { redirectUrl: `${apiUrl}/approve_app?${fields}`, verifier: '' }
    },

    async exchange({ code, redirectUrl }) {
      const answer = tokensOf(await endpoint.exchange(code, redirectUrl, null))
      return { ...answer, subject: String((await company(answer.accessToken)).id) }
    },

    async refresh(tokens) {
      const fresh = await endpoint.refresh(tokens.refreshToken)
      return { ...tokensOf({ refresh_token: tokens.refreshToken, ...fresh }), subject: tokens.subject }
    },

    async organisations(tokens) {
      const { id, name } = await company(tokens.accessToken)
      const chosen = { connectionId: String(id), tenantId: String(id), name, signIn: 'this' as const }
      return [{ ...chosen, firstConnectedAt: null, lastConnectedAt: null }]
    },

    async organisation(tokens, tenantId) {
      const { id, name, company_registration_number: number } = await company(tokens.accessToken)
      if (String(id) !== tenantId) throw anotherCompany()
      return { name, companyNumber: number || null }
    },

    async bankAccounts(tokens, tenantId) {
      if (tokens.subject !== tenantId) throw anotherCompany()
      const accounts = await accountsOf(tokens.accessToken)
      return accounts
        .filter(({ type, status }) => type === 'StandardBankAccount' && status === 'active')
        .map(
          (one): LedgerAccount => ({
            externalId: one.url,
            name: one.name,
            code: null,
            number: one.account_number ? `${one.sort_code ?? ''}${one.account_number}` : null,
            currency: one.currency || null,
          }),
        )
    },

    async disconnect() {},
  }
}

const companySchema = z.object({
  company: z.object({
    id: z.union([z.number(), z.string()]),
    name: z.string().min(1),
    company_registration_number: z.string().nullish(),
  }),
})

const accountsSchema = z.object({
  bank_accounts: z.array(
    z.object({
      url: z.string().min(1),
      type: z.string().default('StandardBankAccount'),
      name: z.string(),
      status: z.string().default('active'),
      sort_code: z.string().nullish(),
      account_number: z.string().nullish(),
      currency: z.string().nullish(),
    }),
  ),
})

const grantSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string().min(1),
  expires_in: z.number(),
  refresh_token_expires_in: z.number().nullish(),
})

function tokensOf(answer: unknown): LedgerTokens {
  const read = grantSchema.safeParse(answer)
  if (!read.success) throw unreadableAnswer(freeagent)
  const { access_token, refresh_token, expires_in, refresh_token_expires_in } = read.data
  return {
    accessToken: access_token,
    refreshToken: refresh_token,
    expiresAt: inSeconds(expires_in),
    endsIfUnusedAt: refresh_token_expires_in ? inSeconds(refresh_token_expires_in) : null,
    subject: null,
    authEventId: null,
  }
}

/** Returns the path of the next page below `apiUrl`; null on the last page, or if the address is another's. */
function nextPathOf(link: string | null, apiUrl: string): string | null {
  const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1]
  return next?.startsWith(`${apiUrl}/`) ? next.slice(apiUrl.length + 1) : null
}

const anotherCompany = () =>
  new ProviderFailure(freeagent.name, 'ended', 'This FreeAgent sign-in reaches another company; connect it again.')

/** Maps FreeAgent's refusals. Its 429 carries plain text and a Retry-After. */
const readRefusal: ReadRefusal = ({ status }) => {
  if (status === 401) return { kind: 'stale_token', message: signInOver(freeagent.label) }
  if (status === 403) {
    const message = 'This FreeAgent sign-in may not read bank accounts: it needs access level 6, Banking.'
    return { kind: 'permission', message }
  }
  return null
}
