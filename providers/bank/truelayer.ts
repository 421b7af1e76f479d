import type { KyInstance } from 'ky'
import { ProviderFailure } from '../failure.ts'
import { exchangeWith, restClient } from '../rest.ts'
import type { Bank, BankAccount, BankConnector, BankSessionRequest } from './bank.ts'
import { cached } from './cached.ts'
import { createAppToken } from './truelayerToken.ts'
import {
  accountsPageSchema,
  bankAccountOf,
  banksOf,
  catalogueSchema,
  connectionSchema,
  createdSchema,
  readRefusal,
  sessionStatus,
  truelayer,
} from './truelayerWire.ts'

/** `hostedOrigin` is where TrueLayer's own pages live: the only place a browser is sent to. */
export type TrueLayerConfig = {
  clientId: string
  clientSecret: string
  authUrl: string
  apiUrl: string
  hostedOrigin: string
  legalName: string
  registrationNumber: string
}

const dayMs = 24 * 60 * 60 * 1000
/** More pages than any person has accounts for; a cursor that never ends must not hold a worker. */
const mostPages = 50

/** The bank connector over TrueLayer Data v3 with its hosted page. */
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

  /** Runs one call with the app token, once more with a fresh one when TrueLayer says the first no longer holds. */
  async function withToken<T>(call: (authorised: KyInstance) => Promise<T>): Promise<T> {
    const attempt = async (bearer: string) =>
      exchangeWith(truelayer, readRefusal, () => call(api.extend({ headers: { authorization: `Bearer ${bearer}` } })))
    const first = await token.current()
    try {
      return await attempt(first)
    } catch (error) {
      if (!(error instanceof ProviderFailure) || error.kind !== 'misconfigured') throw error
      token.drop(first)
      return await attempt(await token.current())
    }
  }

  return {
    ...truelayer,
    legalName: config.legalName,
    registrationNumber: config.registrationNumber,
    // Data v3 documents no way to revoke, to extend, to read an expiry or to be told of changes.
    can: { revoke: false, extend: false, expiry: false, webhook: false, duringSetup: false },
    accessDays: 90,
    browserOrigins: [hostedOrigin],

    banks: (): Promise<Bank[]> => banks(),

    async start(request) {
      const created = await withToken((authorised) =>
        authorised
          .post('v3/data-connections', {
            json: connectionRequest(request),
            headers: {
              'idempotency-key': request.sessionId,
              ...presence(request.userIp),
            },
          })
          .json(createdSchema),
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

    async status(externalId, userIp) {
      const connection = await withToken((authorised) =>
        authorised
          .get(`v3/data-connections/${encodeURIComponent(externalId)}`, { headers: presence(userIp) })
          .json(connectionSchema),
      )
      return sessionStatus(connection)
    },

    async accounts(externalId, userIp) {
      const accounts = new Map<string, BankAccount>()
      let cursor: string | null = null
      for (let page = 0; page < mostPages; page++) {
        const searchParams: Record<string, string> = cursor === null ? {} : { cursor }
        const { items, pagination } = await withToken((authorised) =>
          authorised
            .get('v3/connected-accounts', {
              searchParams,
              headers: { 'connection-id': externalId, ...presence(userIp) },
            })
            .json(accountsPageSchema),
        )
        for (const item of items) if (item.type !== 'card') accounts.set(item.id, bankAccountOf(item))
        cursor = pagination?.next_cursor || null
        if (cursor === null) return [...accounts.values()]
      }
      throw new ProviderFailure(truelayer.name, 'unavailable', "TrueLayer's list of accounts does not end.")
    },
  }
}

/** Tells TrueLayer that a person waits for the answer, which lifts its limit on requests. */
function presence(userIp: string | null | undefined): Record<string, string> {
  return userIp ? { 'tl-user-ip': userIp } : {}
}

function connectionRequest({ sessionId, bankId, returnUrl, user }: BankSessionRequest) {
  return {
    scopes: ['info', 'accounts'],
    data_access_type: 'recurring',
    provider_selection:
      bankId === null
        ? { type: 'user_selected', filter: { countries: ['GB'] } }
        : { type: 'preselected', provider_id: bankId },
    user: {
      id: user.id,
      name: user.name,
      email: user.email,
      ...(user.phone === null ? {} : { phone: user.phone }),
    },
    user_consent: { type: 'authorization_flow_captured' },
    hosted_page: { type: 'authorization_flow', return_uri: returnUrl, country_code: 'GB', language_code: 'en' },
    metadata: { session: sessionId },
  }
}
