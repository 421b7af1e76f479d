import { isHTTPError, type KyInstance } from 'ky'
import { z } from 'zod'
import { ProviderFailure } from '../failure.ts'
import { exchangeWith, restClient } from '../rest.ts'
import { text, webAddress } from '../variables.ts'
import { accessDaysOf } from './accessDays.ts'
import type { Bank, BankAccess, BankConnector, BankSessionRequest, BankSessionStatus } from './bank.ts'
import { cached } from './cached.ts'
import { createPlaidWebhookReader } from './plaidWebhook.ts'
import {
  authSchema,
  bankAccountsOf,
  banksOf,
  createdSchema,
  exchangedSchema,
  failureOfExit,
  institutionsSchema,
  keySchema,
  linkSchema,
  mayPass,
  NO_ACCOUNTS,
  plaid,
  readRefusal,
  TOO_LATE,
} from './plaidWire.ts'

/** The environment variables of Plaid. Without an id it is not offered. */
export const plaidVariables = {
  PLAID_CLIENT_ID: text.optional(),
  PLAID_CLIENT_SECRET: text.optional(),
  PLAID_API_URL: webAddress.default('https://production.plaid.com'),
  PLAID_HOSTED_ORIGIN: webAddress.default('https://secure.plaid.com'),
  PLAID_LEGAL_NAME: text.optional(),
  PLAID_FRN: text.optional(),
}
const variables = z.object(plaidVariables)

/** Creates the connector from the variables; null if Plaid is not configured. */
export const openPlaid = (env: z.infer<typeof variables>): BankConnector | null =>
  env.PLAID_CLIENT_ID && env.PLAID_CLIENT_SECRET && env.PLAID_LEGAL_NAME && env.PLAID_FRN
    ? createPlaid({
        clientId: env.PLAID_CLIENT_ID,
        secret: env.PLAID_CLIENT_SECRET,
        apiUrl: env.PLAID_API_URL,
        hostedOrigin: env.PLAID_HOSTED_ORIGIN,
        legalName: env.PLAID_LEGAL_NAME,
        registrationNumber: env.PLAID_FRN,
      })
    : null

/** `hostedOrigin` is the origin of Plaid's own pages, the only one to which a browser is sent. */
export type PlaidConfig = {
  clientId: string
  secret: string
  apiUrl: string
  hostedOrigin: string
  legalName: string
  registrationNumber: string
}

const minuteMs = 60 * 1000
const dayMs = 24 * 60 * minuteMs
const VERSION = '2020-09-14'
const INSTITUTIONS_PAGE = 500
const COUNTRY = 'GB'
/** Plaid's page names an application with a longer name "This Application". */
const LONGEST_NAME = 30

/** Creates the bank connector for Plaid: Hosted Link, and sort codes and numbers from Auth. */
export function createPlaid(config: PlaidConfig): BankConnector {
  const hostedOrigin = new URL(config.hostedOrigin).origin
  const api = restClient(config.apiUrl).extend({
    headers: { 'plaid-client-id': config.clientId, 'plaid-secret': config.secret, 'plaid-version': VERSION },
  })
  // Every call is a POST, so a client of their own repeats those that only read.
  const reading = api.extend({
    retry: { methods: ['post'], shouldRetry: ({ error }) => (isHTTPError(error) ? mayPass(error.data) : undefined) },
  })
  const call = <T>(client: KyInstance, path: string, json: object, schema: z.ZodType<T>): Promise<T> =>
    exchangeWith(plaid, readRefusal, () => client.post(path, { json }).json(schema))

  const banks = cached(dayMs, async () => {
    const found: z.infer<typeof institutionsSchema>['institutions'] = []
    for (;;) {
      const wanted = { country_codes: [COUNTRY], count: INSTITUTIONS_PAGE, offset: found.length }
      const options = { products: ['auth'] }
      const page = await call(reading, 'institutions/get', { ...wanted, options }, institutionsSchema)
      found.push(...page.institutions)
      if (page.institutions.length === 0 || found.length >= page.total) return banksOf(found)
    }
  })

  /** Returns the sessions of a link token; null if Plaid does not know it any more. */
  const sessionsOf = async (linkToken: string) => {
    const link = await unlessEnded(call(reading, 'link/token/get', { link_token: linkToken }, linkSchema))
    return link && (link.link_sessions ?? [])
  }

  /** Returns how a visit stands. In update mode one that ended well has no result. */
  async function visitStatus(linkToken: string, mode: 'connect' | 'update' = 'connect'): Promise<BankSessionStatus> {
    const sessions = await sessionsOf(linkToken)
    if (!sessions) return { state: 'failed', failure: TOO_LATE }
    if (publicTokensOf(sessions).length > 0) return { state: 'approved' }
    const last = sessions.at(-1)
    const isOver = last && sessions.every(({ finished_at: at, exit }) => at || exit)
    if (mode === 'update' && sessions.some(({ finished_at: at, exit }) => at && !exit)) return { state: 'approved' }
    return isOver ? { state: 'failed', failure: failureOfExit(last.exit?.error) } : { state: 'pending' }
  }

  async function accountsStatus(accessToken: string): Promise<BankSessionStatus> {
    try {
      const answer = await call(reading, 'auth/get', { access_token: accessToken }, authSchema)
      const { institution_name: institution, consent_expiration_time: until } = answer.item
      const accessUntil = until ? new Date(until) : null
      return { state: 'authorised', accounts: bankAccountsOf(answer), accessUntil, institution: institution ?? null }
    } catch (error) {
      if (error instanceof ProviderFailure && error.kind === 'denied') return { state: 'failed', failure: NO_ACCOUNTS }
      throw error
    }
  }

  /** Exchanges a public token; null if it was used or is too old. Never repeated: it works once. */
  const exchange = (publicToken: string) =>
    unlessEnded(call(api, 'item/public_token/exchange', { public_token: publicToken }, exchangedSchema))

  const remove = (accessToken: string) =>
    unlessEnded(call(reading, 'item/remove', { access_token: accessToken, reason_code: 'OTHER' }, z.object({})))

  async function openLink(request: object): Promise<{ externalId: string; redirectUrl: string }> {
    const { link_token: externalId, hosted_link_url: url } = await call(
      api,
      'link/token/create',
      request,
      createdSchema,
    )
    if (!URL.canParse(url) || new URL(url).origin !== hostedOrigin) {
      throw new ProviderFailure(plaid.name, 'misconfigured', 'Plaid named a page at an address we do not trust.')
    }
    return { externalId, redirectUrl: url }
  }

  async function takeAccess(linkToken: string): Promise<BankAccess | null> {
    // A person may have been at several banks with one token: the last one counts, and the others are ended.
    const [last, ...earlier] = publicTokensOf((await sessionsOf(linkToken)) ?? []).reverse()
    const taken = last === undefined ? null : await exchange(last)
    for (const one of earlier) {
      const other = await exchange(one).catch(() => null)
      if (other) await remove(other.access_token).catch(() => null)
    }
    return taken && { externalId: taken.item_id, secret: taken.access_token }
  }

  return {
    ...plaid,
    legalName: config.legalName,
    registrationNumber: config.registrationNumber,
    can: { revoke: true, duringSetup: false },
    country: COUNTRY,
    accessDays: accessDaysOf('plaid', COUNTRY),
    renewal: 'update',
    // A visit begins within the 30 minutes of its page, and what it brings can be taken for 30 minutes.
    polling: { afterMs: [10, 35, 60, 85].map((minutes) => minutes * minuteMs), most: 6 },
    returnForm: 'query',
    browserOrigins: [hostedOrigin],
    readWebhook: createPlaidWebhookReader((kid) =>
      call(reading, 'webhook_verification_key/get', { key_id: kid }, keySchema).then(({ key }) => key),
    ),

    banks: (): Promise<Bank[]> => banks(),

    start: (request) => openLink(linkRequest(request)),
    update: {
      // The webhook and the products of an Item stay as they are: Plaid refuses them here.
      start: (request, { secret }) => {
        const { products: _, webhook: __, institution_id: ___, ...asked } = linkRequest(request)
        return openLink({ ...asked, access_token: secret })
      },
      async outcome(linkToken) {
        const status = await visitStatus(linkToken, 'update')
        return status.state === 'failed' ? status.failure : status.state === 'approved' ? 'done' : 'pending'
      },
    },

    status: ({ externalId, secret }) => (secret === null ? visitStatus(externalId) : accountsStatus(secret)),
    takeAccess,

    async revoke({ externalId, secret }) {
      const accessToken = secret ?? (await takeAccess(externalId))?.secret
      if (accessToken) await remove(accessToken)
    },
  }
}

/** Returns the answer; null if the provider says that the thing has ended. */
async function unlessEnded<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ProviderFailure && error.kind === 'ended') return null
    throw error
  }
}

/** Returns the public tokens of a link token's sessions, in their order. */
const publicTokensOf = (sessions: NonNullable<z.infer<typeof linkSchema>['link_sessions']>): string[] =>
  sessions.flatMap(({ results }) => (results?.item_add_results ?? []).map(({ public_token: token }) => token))

/** Returns the request for a link token. A person is named by our id alone. */
function linkRequest({ bankId, returnUrl, hookUrl, practiceName, user }: BankSessionRequest) {
  return {
    client_name: shortened(practiceName),
    language: 'en',
    country_codes: [COUNTRY],
    user: { client_user_id: user.id },
    products: ['auth'],
    webhook: hookUrl,
    hosted_link: { completion_redirect_uri: returnUrl },
    ...(bankId !== null && { institution_id: bankId }),
  }
}

/** Returns a name of at most 30 characters, cut at a word where there is one. */
function shortened(name: string): string {
  if (name.length <= LONGEST_NAME) return name
  const cut = name.slice(0, LONGEST_NAME)
  return (cut.includes(' ') ? cut.slice(0, cut.lastIndexOf(' ')) : cut).replace(/[\s,&-]+$/, '')
}
