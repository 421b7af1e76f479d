import { isRecord } from '../setup.ts'
import { invalid, missing, Refusal } from './error.ts'
import { institutionById } from './institutions.ts'

const PRODUCTS = ['auth', 'identity', 'transactions', 'assets', 'balance']
const MOST_LIFE_SECONDS = 21 * 24 * 3_600
/** The life of a hosted page that the customer itself gives to the person. */
const LIFE_SECONDS = 30 * 60
const FIELDS = [
  'access_token',
  'account_filters',
  'additional_consented_products',
  'client_id',
  'client_name',
  'country_codes',
  'hosted_link',
  'institution_id',
  'language',
  'optional_products',
  'products',
  'redirect_uri',
  'required_if_supported_products',
  'secret',
  'user',
  'user_id',
  'webhook',
]

/** The parts of a request for a link token that the sandbox acts on. `updates`: the Item of update mode. */
export type LinkRequest = {
  clientName: string
  userId: string
  webhook: string | null
  completionUri: string | null
  lifeSeconds: number
  institutionId: string | null
  updates: string | null
  /** The address under which the sandbox was reached. */
  origin: string
}

/** Checks the body of `/link/token/create`. `itemOf` finds the Item of an access token. Throws Refusal. */
export function readLinkRequest(
  body: Record<string, unknown>,
  origin: string,
  itemOf: (accessToken: unknown) => { id: string; institutionId: string },
): LinkRequest {
  const unknown = Object.keys(body).find((field) => !FIELDS.includes(field))
  if (unknown) {
    throw new Refusal('INVALID_REQUEST', 'UNKNOWN_FIELDS', `the following fields are not recognized: ${unknown}`)
  }
  const { client_name: clientName, language, country_codes: countries, user, user_id: userId } = body
  if (typeof clientName !== 'string' || clientName === '') throw missing('client_name')
  if (typeof language !== 'string') throw missing('language')
  if (!Array.isArray(countries) || countries.length === 0) throw missing('country_codes')
  if (countries.some((one) => one !== 'GB')) throw invalid('country_codes', 'must be enabled for this client')
  const clientUserId = isRecord(user) ? user.client_user_id : userId
  if (typeof clientUserId !== 'string' || clientUserId === '') throw missing('user.client_user_id')

  const updated = body.access_token === undefined ? null : itemOf(body.access_token)
  const products = body.products
  if (updated && products !== undefined) throw invalid('products', 'must not be given in update mode')
  if (!updated && (!Array.isArray(products) || products.length === 0)) throw missing('products')
  if (Array.isArray(products) && products.some((one) => !PRODUCTS.includes(String(one)))) {
    throw invalid('products', 'must be enabled for this client')
  }
  const institutionId = body.institution_id ?? null
  if (institutionId !== null && (typeof institutionId !== 'string' || !institutionById(institutionId))) {
    throw new Refusal('INVALID_INPUT', 'INVALID_INSTITUTION', 'invalid institution_id provided')
  }
  const { completionUri, lifeSeconds } = readHostedLink(body.hosted_link)
  return {
    clientName,
    userId: clientUserId,
    // A webhook has no effect in update mode: the Item keeps its own.
    webhook: updated ? null : address('webhook', body.webhook),
    completionUri,
    lifeSeconds,
    institutionId: updated?.institutionId ?? institutionId,
    updates: updated?.id ?? null,
    origin,
  }
}

function readHostedLink(hosted: unknown): Pick<LinkRequest, 'completionUri' | 'lifeSeconds'> {
  // Without Hosted Link there is no page that the sandbox could play.
  if (!isRecord(hosted)) throw invalid('hosted_link', 'is required: this environment has no embedded Link')
  const life = hosted.url_lifetime_seconds ?? LIFE_SECONDS
  if (typeof life !== 'number' || life <= 0 || life > MOST_LIFE_SECONDS) {
    throw invalid('hosted_link.url_lifetime_seconds', 'must be at most 21 days')
  }
  return {
    completionUri: address('hosted_link.completion_redirect_uri', hosted.completion_redirect_uri),
    lifeSeconds: life,
  }
}

function address(field: string, value: unknown): string | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string' || !URL.canParse(value)) throw invalid(field, 'must be an absolute address')
  return value
}
