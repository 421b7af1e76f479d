import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { z } from 'zod'
import { ProviderFailure } from '../failure.ts'
import { exchangeWith, restClient } from '../rest.ts'
import type { BankFailure, BankReport, Webhook } from './bank.ts'
import { truelayer } from './truelayerWire.ts'

/** The largest difference between a webhook's timestamp and now, in ms. The limit is ours; TrueLayer sets none. */
const WITHIN_MS = 5 * 60 * 1000
/** Time in ms for which a key set is kept; it bounds the life of a withdrawn key. */
const KEY_SET_KEPT_MS = 60 * 60 * 1000
/** Pause in ms between two reads of the key set, so that invented key ids do not make us flood TrueLayer. */
const READ_PAUSE_MS = 10_000
const TIMESTAMP = 'x-tl-webhook-timestamp'
/** Length of two coordinates of P-521. */
const SIGNATURE_BYTES = 132

const headerSchema = z.object({
  alg: z.literal('ES512'),
  kid: z.string().min(1),
  tl_version: z.literal('2'),
  tl_headers: z.string(),
  jku: z.string(),
})
const keySetSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())) })
const ecKeySchema = z.object({
  kid: z.string().min(1),
  kty: z.literal('EC'),
  crv: z.literal('P-521'),
  x: z.string(),
  y: z.string(),
})

const about = { event_id: z.string().min(1).max(200), connection_id: z.string().min(1).max(200) }
const metadata = z
  .object({ session: z.uuid().optional().catch(undefined) })
  .nullish()
  .catch(null)
const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connection_authorized'), ...about, metadata }),
  z.object({
    type: z.literal('connection_failed'),
    ...about,
    metadata,
    failure_stage: z.string().catch(''),
    failure_reason: z.string().catch(''),
  }),
])

const refused = (message: string) => new ProviderFailure(truelayer.name, 'refused', message)

/** Creates the reader of TrueLayer's webhooks. Keys are fetched only from `keySetUrl`. */
export function createWebhookReader(keySetUrl: string, now: () => number = Date.now) {
  const keyOf = createKeySet(keySetUrl, now)
  return async (webhook: Webhook): Promise<BankReport | null> => {
    const [encodedHeader = '', detached, encodedSignature = '', ...rest] = (
      webhook.headers['tl-signature'] ?? ''
    ).split('.')
    const header = headerSchema.safeParse(parsed(Buffer.from(encodedHeader, 'base64url')))
    const signature = Buffer.from(encodedSignature, 'base64url')
    if (!header.success || detached !== '' || rest.length > 0 || signature.length !== SIGNATURE_BYTES) {
      throw refused('The webhook has no signature that we accept.')
    }
    // Runs before any key is fetched: a foreign address must not be fetched, and an old webhook must not cost a
    // request.
    if (header.data.jku !== keySetUrl) throw refused('The webhook names keys at an address that is not trusted.')
    const names = header.data.tl_headers.split(',').filter(Boolean)
    if (!names.some((name) => name.toLowerCase() === TIMESTAMP)) throw refused('The webhook does not sign its time.')
    const at = Date.parse(webhook.headers[TIMESTAMP] ?? '')
    if (!(Math.abs(now() - at) <= WITHIN_MS)) throw refused('The webhook is too old.')
    const key = await keyOf(header.data.kid)
    const isSigned =
      key !== null &&
      spellings(webhook.path).some((path) => {
        const text = signedText(path, names, webhook).toString('base64url')
        return verify('sha512', Buffer.from(`${encodedHeader}.${text}`), { key, dsaEncoding: 'ieee-p1363' }, signature)
      })
    if (!isSigned) throw refused('The webhook is not signed by TrueLayer.')
    return reportOf(parsed(webhook.body))
  }
}

/** Returns the path with and without a slash at its end: a webhook does not say which of the two was registered. */
const spellings = (path: string): string[] => [path, path.endsWith('/') ? path.slice(0, -1) : `${path}/`]

function signedText(path: string, names: string[], { headers, body }: Webhook): Buffer {
  const lines = names.map((name) => {
    const value = headers[name.toLowerCase()]
    if (value === undefined) throw refused('The webhook lacks a header that it signs.')
    return `${name}: ${value}\n`
  })
  return Buffer.concat([Buffer.from(`POST ${path}\n${lines.join('')}`), body])
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}

/** Creates a lookup of keys by id, null if unknown. Reads the set again for an unknown id. Throws ProviderFailure. */
function createKeySet(url: string, now: () => number): (kid: string) => Promise<KeyObject | null> {
  const { origin, pathname } = new URL(url)
  const server = restClient(origin)
  let keys = new Map<string, KeyObject>()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null

  async function read(): Promise<void> {
    const set = await exchangeWith(
      truelayer,
      () => null,
      () => server.get(pathname.slice(1)).json(keySetSchema),
    )
    const usable = set.keys.flatMap((one) => ecKeySchema.safeParse(one).data ?? [])
    keys = new Map(usable.map(({ kid, ...jwk }) => [kid, createPublicKey({ key: jwk, format: 'jwk' })]))
    readAt = now()
  }

  return async (kid) => {
    const age = now() - readAt
    if (age > KEY_SET_KEPT_MS || (!keys.has(kid) && age > READ_PAUSE_MS)) {
      reading ??= read().finally(() => {
        reading = null
      })
      await reading
    }
    return keys.get(kid) ?? null
  }
}

function reportOf(body: unknown): BankReport | null {
  const { data: event } = eventSchema.safeParse(body)
  if (!event) return null
  return {
    eventId: event.event_id,
    externalId: event.connection_id,
    sessionId: event.metadata?.session ?? null,
    failure: event.type === 'connection_failed' ? failureOf(event.failure_reason, event.failure_stage) : null,
  }
}

const STOPPED: BankFailure = { family: 'stopped', reason: 'The person stopped at the bank.' }
const TOO_LATE: BankFailure = { family: 'stopped', reason: 'The visit to the bank was not finished in time.' }
const DOWN: BankFailure = { family: 'bank_down', reason: 'The bank had a problem of its own.' }
const DENIED: BankFailure = { family: 'refused', reason: 'Access was denied at the bank.' }
const NO_ACCOUNTS: BankFailure = { family: 'no_accounts', reason: 'The bank found no account that can be shared.' }

/** The known values of `failure_reason`, an open text, for data connections and TrueLayer's other products. */
const FAILURES = new Map<string, BankFailure>([
  ['canceled', STOPPED],
  ['cancelled', STOPPED],
  ['user_canceled', STOPPED],
  ['user_canceled_at_provider', STOPPED],
  ['expired', TOO_LATE],
  ['provider_expired', TOO_LATE],
  ['provider_rejected', { family: 'refused', reason: 'The bank refused.' }],
  ['rejected', { family: 'refused', reason: 'The bank refused.' }],
  ['denied', DENIED],
  ['access_denied', DENIED],
  ['not_authorized', DENIED],
  ['authorization_failed', DENIED],
  ['invalid_credentials', { family: 'refused', reason: 'The bank did not accept the sign-in.' }],
  ['provider_error', DOWN],
  ['provider_unavailable', DOWN],
  ['internal_server_error', DOWN],
  ['no_accounts', NO_ACCOUNTS],
])

/** Returns the failure for a reason. An unknown reason is classified by `stage`; its text is not shown. */
function failureOf(reason: string, stage: string): BankFailure {
  const known = FAILURES.get(reason.toLowerCase())
  if (known) return known
  if (stage === 'authorization_required') return { family: 'stopped', reason: 'The visit to the bank was not begun.' }
  return { family: 'refused', reason: 'It gave no reason that we know.' }
}
