import { type Request, Router } from 'express'
import { credentials } from '../credentials.ts'
import { answering, gate } from '../gate.ts'
import { jsonBody, origin, requestText } from '../requests.ts'
import { isRecord } from '../setup.ts'
import type { World } from '../world.ts'
import { answerRefusal, invalid, missing, plaidShapes, Refusal, requestId, wireError } from './error.ts'
import { INSTITUTIONS, institutionById, wireInstitution } from './institutions.ts'
import type { Account, Item, Items } from './items.ts'
import type { Link, Links } from './links.ts'
import { readLinkRequest } from './request.ts'
import type { PlaidWebhooks } from './webhooks.ts'

const MINUTE_MS = 60_000
const PER_ITEM_A_MINUTE = 15
const MOST_INSTITUTIONS = 500
const REMOVAL_REASONS = [
  'FRAUD_FIRST_PARTY',
  'FRAUD_FALSE_IDENTITY',
  'FRAUD_ABUSE',
  'FRAUD_OTHER',
  'CONNECTION_IS_NON_FUNCTIONAL',
  'OTHER',
]

/** Plays Plaid's API: all calls of a client of Hosted Link and Auth. */
export function plaidApiRouter(world: World, links: Links, items: Items, webhooks: PlaidWebhooks): Router {
  const router = Router()

  /** Serves one call: faults, credentials, then its answer with the id of the request. */
  const call = (path: string, operation: string, answer: (body: Record<string, unknown>, request: Request) => object) =>
    router.post(path, gate(world, 'plaid', [operation], plaidShapes), (request, response) => {
      const body = jsonBody(request)
      if (!isRecord(body)) throw invalid('body', 'must be a JSON object')
      authenticate(request, body)
      playFaults(world, operation, request)
      response.json({ ...answer(body, request), request_id: requestId() })
    })
  /** Returns the Item of a call that reads data. Throws its refusal while the consent does not stand. */
  const readable = (body: Record<string, unknown>, code: string): Item => {
    const item = items.ofToken(body.access_token)
    // An Item that has aged begins another minute.
    if (!world.rates.take(`plaid ${code} ${item.id} ${item.aheadMs ?? 0}`, PER_ITEM_A_MINUTE, MINUTE_MS).allowed) {
      throw new Refusal('RATE_LIMIT_EXCEEDED', code, 'rate limit exceeded', { status: 429 })
    }
    if (item.error) throw new Refusal(item.error.type, item.error.code, item.error.message, item.error)
    return item
  }

  call('/institutions/get', 'institutions', (body) => {
    const { count, offset, country_codes: countries } = body
    if (typeof count !== 'number' || count < 1 || count > MOST_INSTITUTIONS) throw invalid('count', 'must be 1 to 500')
    if (typeof offset !== 'number') throw missing('offset')
    if (!Array.isArray(countries)) throw missing('country_codes')
    const all = countries.includes('GB') ? INSTITUTIONS : []
    const withMetadata = isRecord(body.options) && body.options.include_optional_metadata === true
    const institutions = all.slice(offset, offset + count).map((one) => wireInstitution(one, withMetadata))
    return { institutions, total: all.length }
  })

  call('/link/token/create', 'create', (body, request) => {
    const link = links.create(readLinkRequest(body, origin(request), (token) => items.ofToken(token)))
    return {
      link_token: link.token,
      expiration: new Date(link.expiresAt).toISOString(),
      hosted_link_url: `${origin(request)}/plaid/link/${link.opaque}`,
    }
  })

  call('/link/token/get', 'link', (body) => wireLink(links.result(body.link_token), items))

  call('/item/public_token/exchange', 'exchange', (body) => {
    const item = links.exchange(body.public_token)
    return { access_token: item.accessToken, item_id: item.id }
  })

  call('/item/get', 'item', (body) => {
    const item = items.ofToken(body.access_token)
    return { item: wireItem(item), status: null }
  })

  call('/auth/get', 'accounts', (body) => {
    const item = readable(body, 'AUTH_LIMIT')
    const numbered = item.accounts.filter(({ sortCode }) => sortCode !== null)
    if (numbered.length === 0) throw new Refusal('ITEM_ERROR', 'NO_AUTH_ACCOUNTS', 'no accounts support the product')
    return {
      accounts: item.accounts.map(wireAccount),
      item: wireItem(item),
      numbers: {
        ach: [],
        eft: [],
        international: [],
        bacs: numbered.map(({ id, number, sortCode }) => ({ account_id: id, account: number, sort_code: sortCode })),
      },
    }
  })

  call('/item/remove', 'remove', (body) => {
    const item = items.ofToken(body.access_token)
    const { reason_code: reason, reason_note: note } = body
    if (reason !== undefined && !REMOVAL_REASONS.includes(String(reason))) throw invalid('reason_code', 'is unknown')
    if (note !== undefined && String(note).length > 512) throw invalid('reason_note', 'must be at most 512 characters')
    items.remove(item)
    return {}
  })

  call('/webhook_verification_key/get', 'key', (body) => ({ key: webhooks.key(body.key_id) }))

  router.use((_request, response) => {
    response.status(404).json({ ...wireError(new Refusal('INVALID_REQUEST', 'NOT_FOUND', 'not found').error) })
  })
  router.use(answering(Refusal, answerRefusal))
  return router
}

function authenticate(request: Request, body: Record<string, unknown>): void {
  const { clientId, secret } = credentials.plaid
  const given = [request.get('plaid-client-id') ?? body.client_id, request.get('plaid-secret') ?? body.secret]
  if (given[0] !== clientId || given[1] !== secret) {
    throw new Refusal('INVALID_INPUT', 'INVALID_API_KEYS', 'invalid client_id or secret provided')
  }
}

/** Throws the refusal of a fault of the institution that is in force. */
function playFaults(world: World, operation: string, request: Request): void {
  const takes = (kind: string) => world.faults.take('plaid', [operation], [kind], requestText(request)) !== null
  if (takes('bank_down')) throw new Refusal('INSTITUTION_ERROR', 'INSTITUTION_DOWN', 'this institution is down')
  if (takes('bank_not_responding')) {
    throw new Refusal('INSTITUTION_ERROR', 'INSTITUTION_NOT_RESPONDING', 'this institution is not responding')
  }
  if (takes('processing')) throw new Refusal('ITEM_ERROR', 'PRODUCT_NOT_READY', 'the product is not yet ready')
  if (takes('no_accounts')) throw new Refusal('ITEM_ERROR', 'NO_ACCOUNTS', 'no valid accounts were found')
}

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

function wireAccount({ id, name, subtype, number }: Account): object {
  return {
    account_id: id,
    balances: { available: null, current: null, limit: null, iso_currency_code: 'GBP', unofficial_currency_code: null },
    mask: number?.slice(-4) ?? null,
    name,
    official_name: null,
    type: 'depository',
    subtype,
    holder_category: 'business',
  }
}

function wireItem({ id, institutionId, webhook, error, consentExpiresAt, createdAt }: Item): object {
  return {
    item_id: id,
    institution_id: institutionId,
    institution_name: institutionById(institutionId)?.name ?? null,
    webhook,
    error: error && wireError(error),
    available_products: [],
    billed_products: ['auth'],
    products: ['auth'],
    consented_products: ['auth'],
    consent_expiration_time: instant(consentExpiresAt),
    update_type: 'background',
    created_at: instant(createdAt),
  }
}

function wireLink(link: Link, items: Items): object {
  const institution = institutionById(link.institutionId)
  const named = institution && { institution_id: institution.id, name: institution.name }
  return {
    link_token: link.token,
    created_at: instant(link.createdAt),
    expiration: instant(link.expiresAt),
    link_sessions: link.sessions.map(({ id, startedAt, finishedAt, results, exit }) => ({
      link_session_id: id,
      started_at: instant(startedAt),
      finished_at: instant(finishedAt),
      results:
        finishedAt === null || exit
          ? null
          : {
              item_add_results: results.map(({ publicToken, itemId }) => ({
                public_token: publicToken,
                accounts: (items.byId(itemId)?.accounts ?? []).map(({ id: accountId, name }) => ({
                  id: accountId,
                  name,
                })),
                institution: named,
              })),
            },
      exit: exit && {
        error: exit.error && wireError(exit.error),
        metadata: { status: exit.status, institution: named, request_id: requestId() },
      },
      events: [],
    })),
  }
}
