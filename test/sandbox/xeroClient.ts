import { createHash, randomBytes } from 'node:crypto'
import { credentials } from '../../sandbox/credentials.ts'
import { type Running, read } from './running.ts'

export const redirectUri = 'http://127.0.0.1:3999/ledger/return'
export const scope = 'openid profile email offline_access accounting.settings.read'
const { clientId, clientSecret } = credentials.xero

/** Creates a client of the sandbox's Xero, written from Xero's documentation alone. */
export function xeroClient(sandbox: Running) {
  const basic = `Basic ${btoa(`${clientId}:${clientSecret}`)}`

  function authorise(changes: Record<string, string | undefined> = {}) {
    const query = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope,
      state: 'opaque',
      ...changes,
    }
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return read(fetch(`${sandbox.url}/xero/login/identity/connect/authorize?${new URLSearchParams(given)}`))
  }

  /** Decides on the consent page; returns the redirect. */
  async function decide(fields: [string, string][], changes: Record<string, string | undefined> = {}) {
    const page = await authorise(changes)
    const request = /name="request"[^>]*value="([^"]+)"/.exec(page.text)?.[1]
    if (!request) throw new Error(`no consent page: ${page.status} ${page.text}`)
    const response = await fetch(`${sandbox.url}/xero/login/identity/connect/authorize/decide`, {
      method: 'POST',
      body: new URLSearchParams([['request', request], ...fields]),
      redirect: 'manual',
    })
    return { status: response.status, landed: new URL(response.headers.get('location') ?? 'about:blank') }
  }

  function form(path: string, fields: Record<string, string>, authorization: string | undefined = basic) {
    return read(
      fetch(`${sandbox.url}/xero/identity${path}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: authorization ? { authorization } : {},
      }),
    )
  }

  const exchange = (code: string, changes: Record<string, string> = {}) =>
    form('/connect/token', { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...changes })

  const refresh = (token: string) => form('/connect/token', { grant_type: 'refresh_token', refresh_token: token })

  /** Runs a whole consent with PKCE; returns the tokens. */
  async function connect(fields: [string, string][], changes: Record<string, string> = {}) {
    const verifier = randomBytes(32).toString('base64url')
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const { landed } = await decide([['action', 'approve'], ...fields], {
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...changes,
    })
    const { body } = await exchange(landed.searchParams.get('code')!, { code_verifier: verifier })
    return { access: String(body.access_token), refresh: String(body.refresh_token), body }
  }

  function api(method: string, path: string, access: string, headers: Record<string, string> = {}, body?: object) {
    return read(
      fetch(`${sandbox.url}/xero/api${path}`, {
        method,
        headers: {
          authorization: `Bearer ${access}`,
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
  }

  async function organisation(name: string, numbers: string[] = ['04000412345678']): Promise<string> {
    const bankAccounts = numbers.map((number, index) => ({ name: `Account ${index + 1}`, number }))
    return String((await sandbox.control('POST', '/xero/organisations', { name, bankAccounts })).tenantId)
  }

  return { authorise, decide, form, exchange, refresh, connect, api, organisation }
}

export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8')) as Record<string, unknown>
}
