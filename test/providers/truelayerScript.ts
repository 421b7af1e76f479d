import { createTrueLayer } from '../../providers/bank/truelayer.ts'
import { type Asked, type Scripted, scriptedServer } from './scriptedServer.ts'

export const token = (access_token = 't1', expires_in = 3600): Scripted => ({
  json: { access_token, expires_in, token_type: 'Bearer', scope: 'data' },
})

export const problem = (status: number, title: string, more: object = {}): Scripted => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  json: { type: 'https://docs.truelayer.com/docs/error-types', title, status, trace_id: 'trace', ...more },
})

/** A person's address: requests with it are retried when the provider fails. */
export const PERSON = '203.0.113.9'

export const connectorAt = (url: string) =>
  createTrueLayer({
    clientId: 'client',
    clientSecret: 'secret',
    authUrl: `${url}/auth`,
    apiUrl: `${url}/api`,
    hostedOrigin: 'https://app.truelayer.example',
    webhookKeysUrl: `${url}/keys`,
    returnForm: 'query',
    legalName: 'TrueLayer Limited',
    registrationNumber: '901096',
  })

/** Starts a TrueLayer that answers token requests with `tokens` and others with `answer`; records requests. */
export async function scriptedTrueLayer(answer: (asked: Asked, index: number) => Scripted, tokens = () => token()) {
  let others = 0
  const server = await scriptedServer((asked) =>
    asked.url === '/auth/connect/token' ? tokens() : answer(asked, others++),
  )
  return {
    bank: connectorAt(server.url),
    asked: (path: string) => server.asked.filter(({ url }) => url.startsWith(path)),
    close: server.close,
  }
}
