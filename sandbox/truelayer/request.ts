import { isRecord } from '../setup.ts'
import { type Bank, bankById } from './banks.ts'
import { Problem } from './problem.ts'

const SCOPES = ['info', 'accounts', 'balance', 'transactions']
const COUNTRIES = 'AT BE DE DK ES FI FR GB IE IT LT NL NO PL PT RO'.split(' ')
const SEGMENTS = ['retail', 'business', 'corporate']
const CHANNELS = ['general_availability', 'public_beta', 'private_beta']
const EMAIL = /^[^\s@]+@[^\s@]+$/
const NAME = /^[^()]+$/
const PHONE = /^\+[1-9]\d{6,14}$/
const MOST_METADATA = { pairs: 10, key: 40, value: 500 }

/** The parts of a create request that the sandbox acts on. */
export type ConnectionRequest = {
  scopes: string[]
  providerId: string | null // null: the person chooses
  filter: Filter
  user: { id: string | null; name: string; email: string | null }
  returnUri: string
  dataAccessType: string | null
  metadata: Record<string, string> | null
  /** The address under which the sandbox was reached when the connection was made. */
  origin: string
}

/** The banks that a person may choose from. */
export type Filter = { countries: string[]; segments: string[]; providerIds: string[] | null }

/** The registered return addresses. `withQuery` allows a query added by the customer. */
export type ReturnRule = { uris: string[]; withQuery: boolean }

/** Returns true for a bank that the filter lets a person choose. */
export function isOffered({ countries, segments, providerIds }: Filter, bank: Bank): boolean {
  return (
    countries.includes(bank.country === 'uk' ? 'GB' : 'IE') &&
    bank.serves.some((segment) => segments.includes(segment)) &&
    (providerIds === null || providerIds.includes(bank.id))
  )
}

type Complain = (field: string, text: string) => void

/** Checks the body of `POST /v3/data-connections`. Throws Problem naming every field at once. */
export function readConnectionRequest(body: unknown, returns: ReturnRule): Omit<ConnectionRequest, 'origin'> {
  const errors: Record<string, string[]> = {}
  const complain: Complain = (field, text) => {
    errors[field] = [...(errors[field] ?? []), text]
  }
  if (!isRecord(body)) {
    throw new Problem(400, 'Invalid Parameters', 'The body must be a JSON object.', { body: ['must be an object'] })
  }
  known(complain, '', body, [
    'scopes',
    'provider_selection',
    'user',
    'user_consent',
    'hosted_page',
    'authorization_flow',
    'data_access_type',
    'metadata',
  ])
  const scopes = list(complain, 'scopes', body.scopes, SCOPES) ?? []
  if (body.scopes === undefined) complain('scopes', 'is required')

  const selection = readSelection(complain, body.provider_selection)
  const user = readUser(complain, body.user)

  const consent = isRecord(body.user_consent) ? body.user_consent.type : undefined
  if (consent === 'precaptured') {
    throw new Problem(403, 'Forbidden', 'Only regulated clients may capture the consent themselves.')
  }
  if (consent !== 'authorization_flow_captured') complain('user_consent.type', 'must be authorization_flow_captured')
  if (isRecord(body.user_consent)) known(complain, 'user_consent', body.user_consent, ['type'])

  const returnUri = readHostedPage(complain, body, returns)
  const access = body.data_access_type
  if (access !== undefined && !['recurring', 'one_time'].includes(String(access))) {
    complain('data_access_type', 'must be recurring or one_time')
  }
  const metadata = readMetadata(complain, body.metadata)

  if (Object.keys(errors).length > 0) {
    throw new Problem(400, 'Invalid Parameters', 'One or more fields were invalid. See errors for details.', errors)
  }
  return { scopes, ...selection, user, returnUri, metadata, dataAccessType: (access as string | undefined) ?? null }
}

/** Complains about every field that TrueLayer does not know. */
function known(complain: Complain, at: string, value: Record<string, unknown>, names: string[]): void {
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) complain(at ? `${at}.${name}` : name, 'is not a known field')
  }
}

/** Returns the texts of a list, or undefined without one. Complains about texts that are not allowed. */
function list(complain: Complain, field: string, value: unknown, allowed: string[] | null): string[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.length === 0 || value.some((one) => typeof one !== 'string')) {
    complain(field, 'must be a list of one text or more')
    return undefined
  }
  const texts = value as string[]
  if (allowed && texts.some((one) => !allowed.includes(one))) complain(field, `must be among ${allowed.join(', ')}`)
  if (new Set(texts).size < texts.length) complain(field, 'must not repeat a value')
  return texts
}

const ANY: Filter = { countries: COUNTRIES, segments: ['retail'], providerIds: null }

function readSelection(complain: Complain, selection: unknown): Pick<ConnectionRequest, 'providerId' | 'filter'> {
  const none = { providerId: null, filter: ANY }
  if (!isRecord(selection)) {
    complain('provider_selection', 'is required')
    return none
  }
  if (selection.type === 'user_selected') {
    known(complain, 'provider_selection', selection, ['type', 'filter'])
    return { providerId: null, filter: readFilter(complain, selection.filter) }
  }
  if (selection.type !== 'preselected') {
    complain('provider_selection.type', 'must be user_selected or preselected')
    return none
  }
  known(complain, 'provider_selection', selection, ['type', 'provider_id'])
  const id = typeof selection.provider_id === 'string' ? selection.provider_id : ''
  if (!bankById(id)) complain('provider_selection.provider_id', id === '' ? 'is required' : 'is not a known provider')
  return { providerId: id, filter: ANY }
}

function readFilter(complain: Complain, filter: unknown): Filter {
  if (filter === undefined) return ANY
  const at = 'provider_selection.filter'
  if (!isRecord(filter)) {
    complain(at, 'must be an object')
    return ANY
  }
  known(complain, at, filter, ['countries', 'customer_segments', 'release_channel', 'provider_ids', 'excludes'])
  if (filter.release_channel !== undefined && !CHANNELS.includes(String(filter.release_channel))) {
    complain(`${at}.release_channel`, `must be among ${CHANNELS.join(', ')}`)
  }
  return {
    countries: list(complain, `${at}.countries`, filter.countries, COUNTRIES) ?? ANY.countries,
    // Without segments, TrueLayer offers only the banks of private people.
    segments: list(complain, `${at}.customer_segments`, filter.customer_segments, SEGMENTS) ?? ANY.segments,
    providerIds: list(complain, `${at}.provider_ids`, filter.provider_ids, null) ?? null,
  }
}

function readUser(complain: Complain, value: unknown): ConnectionRequest['user'] {
  if (!isRecord(value)) complain('user', 'is required')
  const user = isRecord(value) ? value : {}
  known(complain, 'user', user, ['id', 'name', 'email', 'phone'])
  const given = (field: string): string | null => {
    const text = user[field]
    if (text !== undefined && typeof text !== 'string') complain(`user.${field}`, 'must be text')
    return typeof text === 'string' ? text : null
  }
  const [id, name, email, phone] = [given('id'), given('name'), given('email'), given('phone')]
  if (name === null) complain('user.name', 'is required')
  else if (!NAME.test(name)) complain('user.name', `must match ${NAME.source}`)
  if (email === null && phone === null) complain('user.email', 'an email or a phone is required')
  if (email !== null && !EMAIL.test(email)) complain('user.email', 'must be an email address')
  if (phone !== null && !PHONE.test(phone)) complain('user.phone', 'must be in E.164 form')
  return { id, name: name ?? '', email }
}

function readHostedPage(complain: Complain, body: Record<string, unknown>, returns: ReturnRule): string {
  const page = body.hosted_page
  if (!isRecord(page)) {
    complain('hosted_page', 'is required unless authorization_flow is used, which this environment does not offer')
    return ''
  }
  if (body.authorization_flow !== undefined) complain('authorization_flow', 'must not be given with a hosted page')
  known(complain, 'hosted_page', page, ['type', 'return_uri', 'country_code', 'language_code'])
  if (page.type !== 'authorization_flow') complain('hosted_page.type', 'must be authorization_flow')
  if (page.country_code !== undefined && !/^[A-Z]{2}$/.test(String(page.country_code))) {
    complain('hosted_page.country_code', 'must be a two-letter country code')
  }
  if (page.language_code !== undefined && !/^[a-z]{2}$/.test(String(page.language_code))) {
    complain('hosted_page.language_code', 'must be a two-letter language code')
  }
  const returnUri = typeof page.return_uri === 'string' ? page.return_uri : ''
  const problem = returnUriProblem(returnUri, returns)
  if (problem) complain('hosted_page.return_uri', problem)
  return returnUri
}

function returnUriProblem(uri: string, { uris, withQuery }: ReturnRule): string | null {
  if (uri === '') return 'is required'
  if (!URL.canParse(uri)) return 'must be an absolute address'
  const compared = withQuery ? (uri.split(/[?#]/)[0] ?? uri) : uri
  return uris.includes(compared) ? null : 'is not among the registered return addresses'
}

function readMetadata(complain: Complain, value: unknown): Record<string, string> | null {
  if (value === undefined) return null
  const pairs = isRecord(value) ? Object.entries(value) : null
  if (
    !pairs ||
    pairs.length > MOST_METADATA.pairs ||
    pairs.some(
      ([key, text]) => key.length > MOST_METADATA.key || typeof text !== 'string' || text.length > MOST_METADATA.value,
    )
  ) {
    complain('metadata', 'must be at most 10 pairs of texts, of at most 40 and 500 characters')
    return null
  }
  return value as Record<string, string>
}
