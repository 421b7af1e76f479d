import type { KyInstance } from 'ky'
import { z } from 'zod'
import { ProviderFailure } from '../failure.ts'
import { exchangeWith, restClient } from '../rest.ts'
import { text, webAddress } from '../variables.ts'
import { accessDaysOf } from './accessDays.ts'
import type { Bank, BankAccount, BankConnector, BankSessionRequest } from './bank.ts'
import { cached } from './cached.ts'
import { createAppToken } from './truelayerToken.ts'
import { createWebhookReader } from './truelayerWebhook.ts'
import {
  accountsPageSchema,
  bankAccountOf,
  banksOf,
  catalogueSchema,
  createdSchema,
  isAccount,
  readRefusal,
  truelayer,
} from './truelayerWire.ts'

/** The environment variables of TrueLayer. */
export const truelayerVariables = {
  TRUELAYER_CLIENT_ID: text,
  TRUELAYER_CLIENT_SECRET: text,
  TRUELAYER_AUTH_URL: webAddress.default('https://auth.truelayer.com'),
  TRUELAYER_API_URL: webAddress.default('https://api.truelayer.com'),
  TRUELAYER_HOSTED_ORIGIN: webAddress.default('https://app.truelayer.com'),
  TRUELAYER_WEBHOOK_KEYS_URL: webAddress.default('https://webhooks.truelayer.com/.well-known/jwks'),
  TRUELAYER_RETURN: z.enum(['query', 'plain']).default('query'),
  TRUELAYER_LEGAL_NAME: text,
  TRUELAYER_FRN: text,
}
const variables = z.object(truelayerVariables)

/** Creates the connector from the variables. */
export const openTrueLayer = (env: z.infer<typeof variables>): BankConnector =>
  createTrueLayer({
    clientId: env.TRUELAYER_CLIENT_ID,
    clientSecret: env.TRUELAYER_CLIENT_SECRET,
    authUrl: env.TRUELAYER_AUTH_URL,
    apiUrl: env.TRUELAYER_API_URL,
    hostedOrigin: env.TRUELAYER_HOSTED_ORIGIN,
    webhookKeysUrl: env.TRUELAYER_WEBHOOK_KEYS_URL,
    returnForm: env.TRUELAYER_RETURN,
    legalName: env.TRUELAYER_LEGAL_NAME,
    registrationNumber: env.TRUELAYER_FRN,
  })

/**
 * `hostedOrigin` is the origin of TrueLayer's own pages, the only one to which a browser is sent. `webhookKeysUrl` is
 * the address of the webhooks' keys, as webhooks name it.
 */
export type TrueLayerConfig = {
  clientId: string
  clientSecret: string
  authUrl: string
  apiUrl: string
  hostedOrigin: string
  webhookKeysUrl: string
  returnForm: BankConnector['returnForm']
  legalName: string
  registrationNumber: string
}

const COUNTRY = 'GB'
const minuteMs = 60 * 1000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const FRESH_TOKEN_MAY_HELP = new Set(['misconfigured', 'permission'])

/** Creates the bank connector for TrueLayer Data v3 with its hosted page. */
export function createTrueLayer(config: TrueLayerConfig): BankConnector {
  const hostedOrigin = new URL(config.hostedOrigin).origin
  const api = restClient(config.apiUrl)
  const auth = restClient(config.authUrl)
  const token = createAppToken(config)
  const banks = cached(dayMs, () =>
    exchangeWith(truelayer, readRefusal, async () =>
      banksOf(await auth.get('api/providers', { searchParams: { clientId: config.clientId } }).json(catalogueSchema)),
    ),
  )

  /** Runs one call with the app token; retries once with a fresh token when TrueLayer rejects the first. */
  async function withToken<T>(call: (authorised: KyInstance) => Promise<T>): Promise<T> {
    const attempt = async (bearer: string) =>
      exchangeWith(truelayer, readRefusal, () => call(api.extend({ headers: { authorization: `Bearer ${bearer}` } })))
    const first = await token.current()
    try {
      return await attempt(first)
    } catch (error) {
      if (!(error instanceof ProviderFailure) || !FRESH_TOKEN_MAY_HELP.has(error.kind)) throw error
      token.drop(first)
      return await attempt(await token.current())
    }
  }

  /** Reads one page of connected accounts. Throws ProviderFailure (`ended`: the connection is not authorised). */
  function accountsPage(externalId: string, userIp: string | null, cursor: string | null) {
    return withToken((authorised) =>
      authorised
        .get('v3/connected-accounts', {
          ...(cursor !== null && { searchParams: { cursor } }),
          // TrueLayer allows four calls a day without a person, so those are not retried.
          ...(userIp === null && { retry: 0 }),
          headers: { 'connection-id': externalId, ...(userIp !== null && { 'tl-user-ip': userIp }) },
        })
        .json(accountsPageSchema),
    )
  }

  return {
    ...truelayer,
    legalName: config.legalName,
    registrationNumber: config.registrationNumber,
    // Data v3 documents no way to revoke, to extend, or to read an expiry.
    can: { revoke: false, duringSetup: false },
    renewal: 'new_connection',
    country: COUNTRY,
    accessDays: accessDaysOf('truelayer', COUNTRY),
    // TrueLayer allows four calls a day for a connection without its person.
    polling: { afterMs: [15 * minuteMs, 2 * hourMs, 12 * hourMs], most: 4 },
    returnForm: config.returnForm,
    browserOrigins: [hostedOrigin],
    readWebhook: createWebhookReader(config.webhookKeysUrl),

    banks: (): Promise<Bank[]> => banks(),

    async start(request) {
      const created = await withToken((authorised) =>
        authorised.post('v3/data-connections', { json: connectionRequest(request) }).json(createdSchema),
      )
      const { uri } = created.hosted_page
      if (!URL.canParse(uri) || new URL(uri).origin !== hostedOrigin) {
        throw new ProviderFailure(
          truelayer.name,
          'misconfigured',
          'TrueLayer named a page at an address we do not trust.',
        )
      }
      return { externalId: created.id, redirectUrl: uri }
    },

    async status({ externalId }, userIp) {
      const accounts = new Map<string, BankAccount>()
      const seen = new Set<string>()
      let cursor: string | null = null
      try {
        for (;;) {
          const { items, pagination }: z.infer<typeof accountsPageSchema> = await accountsPage(
            externalId,
            userIp,
            cursor,
          )
          const fresh = items.filter(({ id }) => !seen.has(id))
          for (const { id } of fresh) seen.add(id)
          for (const item of fresh.filter(isAccount)) accounts.set(item.id, bankAccountOf(item))
          cursor = pagination?.next_cursor || null
          // TrueLayer's cursor has no effect yet, so paging stops at a page without new accounts.
          if (cursor === null || fresh.length === 0) break
        }
      } catch (error) {
        if (error instanceof ProviderFailure && error.kind === 'ended') return { state: 'pending' }
        throw error
      }
      const isPart = cursor !== null
      return {
        state: 'authorised',
        accounts: [...accounts.values()],
        accessUntil: null,
        institution: null,
        ...(isPart && { isPart }),
      }
    },
  }
}

/** Returns a name that TrueLayer accepts: without brackets, and not empty. */
const withoutBrackets = (name: string): string => name.replace(/[()]/g, ' ').replace(/\s+/g, ' ').trim() || 'Client'

/** Returns the request for a session. It has no idempotency key: TrueLayer opens another connection for each. */
function connectionRequest({ sessionId, bankId, returnUrl, user }: BankSessionRequest) {
  return {
    scopes: ['accounts'],
    data_access_type: 'recurring',
    provider_selection:
      bankId === null
        ? // Without segments TrueLayer hides the banks of businesses.
          { type: 'user_selected', filter: { countries: [COUNTRY], customer_segments: ['retail', 'business'] } }
        : { type: 'preselected', provider_id: bankId },
    user: {
      id: user.id,
      name: withoutBrackets(user.name),
      email: user.email,
      ...(user.phone === null ? {} : { phone: user.phone }),
    },
    user_consent: { type: 'authorization_flow_captured' },
    hosted_page: { type: 'authorization_flow', return_uri: returnUrl, country_code: COUNTRY, language_code: 'en' },
    metadata: { session: sessionId },
  }
}
