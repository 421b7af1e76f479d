import { isRecord } from '../setup.ts'
import { bankById } from './banks.ts'
import { Problem } from './problem.ts'

const SCOPES = ['info', 'accounts', 'balance', 'transactions']
const EMAIL = /^[^\s@]+@[^\s@]+$/

/** The parts of a create request that the sandbox acts on. */
export type ConnectionRequest = {
  scopes: string[]
  providerId: string | null // null: the person chooses
  user: { id: string | null; name: string; email: string }
  returnUri: string
  dataAccessType: string | null
}

/** Checks the body of `POST /v3/data-connections`. Throws Problem naming every field at once. */
export function readConnectionRequest(body: unknown, returnUris: string[]): ConnectionRequest {
  const errors: Record<string, string[]> = {}
  const complain = (field: string, text: string) => {
    errors[field] = [...(errors[field] ?? []), text]
  }
  if (!isRecord(body)) {
    throw new Problem(400, 'Invalid Parameters', 'The body must be a JSON object.', { body: ['must be an object'] })
  }
  const scopes = body.scopes
  if (!Array.isArray(scopes) || scopes.length === 0) complain('scopes', 'is required')
  else if (scopes.some((scope) => !SCOPES.includes(scope as string)))
    complain('scopes', `must be among ${SCOPES.join(', ')}`)

  const providerId = readSelection(body.provider_selection, complain)
  const user = isRecord(body.user) ? body.user : {}
  if (!isRecord(body.user)) complain('user', 'is required')
  if (typeof user.name !== 'string' || user.name.trim() === '') complain('user.name', 'is required')
  if (typeof user.email !== 'string' || user.email === '') complain('user.email', 'is required')
  else if (!EMAIL.test(user.email)) complain('user.email', 'must be an email address')
  if (user.phone !== undefined && user.phone !== null && !/^\+[1-9]\d{6,14}$/.test(String(user.phone))) {
    complain('user.phone', 'must be in E.164 form')
  }
  if (user.id !== undefined && user.id !== null && typeof user.id !== 'string') complain('user.id', 'must be text')

  const consent = isRecord(body.user_consent) ? body.user_consent.type : undefined
  if (consent === 'precaptured') {
    throw new Problem(403, 'Forbidden', 'Only regulated clients may capture the consent themselves.')
  }
  if (consent !== 'authorization_flow_captured') complain('user_consent.type', 'must be authorization_flow_captured')

  const returnUri = readHostedPage(body, returnUris, complain)
  const access = body.data_access_type
  if (access !== undefined && !['recurring', 'single', 'one_time'].includes(String(access))) {
    complain('data_access_type', 'is not a known value')
  }
  if (body.metadata !== undefined && !isStringMap(body.metadata)) complain('metadata', 'must map text to text')

  if (Object.keys(errors).length > 0) {
    throw new Problem(400, 'Invalid Parameters', 'One or more fields were invalid. See errors for details.', errors)
  }
  return {
    scopes: scopes as string[],
    providerId,
    user: { id: (user.id as string | undefined) ?? null, name: String(user.name), email: String(user.email) },
    returnUri,
    dataAccessType: (access as string | undefined) ?? null,
  }
}

type Complain = (field: string, text: string) => void

function readSelection(selection: unknown, complain: Complain): string | null {
  if (!isRecord(selection)) {
    complain('provider_selection', 'is required')
    return null
  }
  if (selection.type === 'user_selected') return null
  if (selection.type !== 'preselected') {
    complain('provider_selection.type', 'must be user_selected or preselected')
    return null
  }
  const id = typeof selection.provider_id === 'string' ? selection.provider_id : ''
  if (!bankById(id)) complain('provider_selection.provider_id', id === '' ? 'is required' : 'is not a known provider')
  return id
}

function readHostedPage(body: Record<string, unknown>, allowed: string[], complain: Complain): string {
  const page = body.hosted_page
  if (!isRecord(page)) {
    complain('hosted_page', 'is required unless authorization_flow is used, which this environment does not offer')
    return ''
  }
  if (page.type !== 'authorization_flow') complain('hosted_page.type', 'must be authorization_flow')
  if (page.country_code !== undefined && !/^[A-Z]{2}$/.test(String(page.country_code))) {
    complain('hosted_page.country_code', 'must be a two-letter country code')
  }
  if (page.language_code !== undefined && !/^[a-z]{2}$/.test(String(page.language_code))) {
    complain('hosted_page.language_code', 'must be a two-letter language code')
  }
  const returnUri = typeof page.return_uri === 'string' ? page.return_uri : ''
  const problem = returnUriProblem(returnUri, allowed)
  if (problem) complain('hosted_page.return_uri', problem)
  return returnUri
}

function returnUriProblem(uri: string, allowed: string[]): string | null {
  if (uri === '') return 'is required'
  if (!URL.canParse(uri)) return 'must be an absolute address'
  const url = new URL(uri)
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) return 'must use https'
  if (allowed.length > 0 && !allowed.some((entry) => withoutQuery(entry) === withoutQuery(uri))) {
    return 'is not among the registered return addresses'
  }
  return null
}

function withoutQuery(uri: string): string {
  return uri.split(/[?#]/)[0] ?? uri
}

function isStringMap(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string')
}
