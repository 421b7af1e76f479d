import { randomUUID } from 'node:crypto'
import { credentials } from '../../sandbox/credentials.ts'
import { json, type Running, read } from './running.ts'

const { clientId, clientSecret } = credentials.truelayer
export const registered = 'http://127.0.0.1:3999/bank/return'
export const returnUri = `${registered}?state=opaque`

/** Requests an application token for `client_credentials`, with changes to the form. */
export function askToken(url: string, changes: Record<string, string> = {}) {
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'data',
    ...changes,
  }
  return read(fetch(`${url}/truelayer/auth/connect/token`, { method: 'POST', body: new URLSearchParams(form) }))
}

/** Returns a valid body, with changes. */
export function connectionBody(changes: Record<string, unknown> = {}) {
  return {
    scopes: ['accounts'],
    provider_selection: { type: 'preselected', provider_id: 'ob-northgate' },
    user: { id: randomUUID(), name: 'Harbour Bakery Ltd', email: 'jo@harbour.example' },
    user_consent: { type: 'authorization_flow_captured' },
    hosted_page: { type: 'authorization_flow', return_uri: returnUri },
    data_access_type: 'recurring',
    ...changes,
  }
}

/** Creates a client of the sandbox's TrueLayer, with its own token. */
export async function truelayerClient(sandbox: Running) {
  const token = String((await askToken(sandbox.url)).body.access_token)
  await sandbox.control('POST', '/setup', { truelayer: { returnUris: [registered] } })

  function create(body: unknown, headers: Record<string, string> = {}) {
    const parts = json(body)
    return read(
      fetch(`${sandbox.url}/truelayer/api/v3/data-connections`, {
        ...parts,
        method: 'POST',
        headers: { ...parts.headers, authorization: `Bearer ${token}`, ...headers },
      }),
    )
  }

  function get(path: string, headers: Record<string, string> = {}) {
    return read(
      fetch(`${sandbox.url}/truelayer/api${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } }),
    )
  }

  /** Creates a connection; returns functions that act on it. */
  async function started(changes: Record<string, unknown> = {}) {
    const { status, body } = await create(connectionBody(changes))
    if (status !== 201) throw new Error(`not created: ${JSON.stringify(body)}`)
    const id = String(body.id)
    const page = (body.hosted_page as { uri: string }).uri
    return {
      id,
      page,
      /** Reads accounts for a person who waits, by default. */
      accounts: (cursor = '', ip: string | null = '203.0.113.7') =>
        get(`/v3/connected-accounts${cursor && `?cursor=${cursor}`}`, {
          'connection-id': id,
          ...(ip && { 'tl-user-ip': ip }),
        }),
      act: (action: string, more: object = {}) =>
        sandbox.control('POST', `/truelayer/connections/${id}`, { action, ...more }),
      decide: (fields: Record<string, string> | [string, string][]) =>
        fetch(`${page}/decide`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' }),
    }
  }

  return { create, get, started }
}
