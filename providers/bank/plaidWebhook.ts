import { createHash, timingSafeEqual } from 'node:crypto'
import { compactVerify, decodeProtectedHeader, errors, importJWK, type JWK } from 'jose'
import { z } from 'zod'
import { ProviderFailure } from '../failure.ts'
import type { BankReport, Webhook } from './bank.ts'
import { plaid } from './plaidWire.ts'

/** The greatest age of a webhook, and the slack between the clocks, in seconds. */
const WITHIN_SECONDS = 5 * 60
const SLACK_SECONDS = 60
/** Time in ms for which a key is kept; it bounds the life of a withdrawn key. */
const KEY_KEPT_MS = 60 * 60 * 1000
/** Pause in ms between two look-ups of unknown keys, so that invented key ids do not make us flood Plaid. */
const LOOK_UP_PAUSE_MS = 10_000
const MOST_KEYS = 20
const HEADER = 'plaid-verification'

const headerSchema = z.object({ alg: z.literal('ES256'), kid: z.string().min(1).max(100) })
const payloadSchema = z.object({ iat: z.number(), request_body_sha256: z.string().regex(/^[0-9a-f]{64}$/) })
/** The end of a visit. Its status is a hint, as all of a webhook is. */
const finishedSchema = z.object({
  webhook_type: z.literal('LINK'),
  webhook_code: z.literal('SESSION_FINISHED'),
  link_session_id: z.string().min(1).max(150),
  link_token: z.string().min(1).max(200),
})

type Key = JWK & { expired_at?: number | null | undefined }

const refused = (message: string) => new ProviderFailure(plaid.name, 'refused', message)

/** Creates the reader of Plaid's webhooks. `lookUp` asks Plaid for the key with an id. */
export function createPlaidWebhookReader(
  lookUp: (kid: string) => Promise<Key>,
  now: () => number = Date.now,
): (webhook: Webhook) => Promise<BankReport | null> {
  const keyOf = keptKeys(lookUp, now)
  return async ({ headers, body }) => {
    const token = headers[HEADER] ?? ''
    const header = headerSchema.safeParse(headerOf(token))
    // Another algorithm is refused before any key is looked up.
    if (!header.success) throw refused('The webhook has no verification that we accept.')
    const key = await keyOf(header.data.kid)
    const payload = payloadSchema.safeParse(key && (await verified(token, key)))
    if (!payload.success) throw refused('The webhook is not signed by Plaid.')
    const ageSeconds = now() / 1000 - payload.data.iat
    if (!(ageSeconds <= WITHIN_SECONDS && ageSeconds >= -SLACK_SECONDS)) throw refused('The webhook is too old.')
    const hash = createHash('sha256').update(body).digest()
    if (!timingSafeEqual(hash, Buffer.from(payload.data.request_body_sha256, 'hex'))) {
      throw refused('The webhook’s body is not the one that was signed.')
    }
    return reportOf(parsed(body.toString('utf8')))
  }
}

function headerOf(token: string): unknown {
  try {
    return decodeProtectedHeader(token)
  } catch {
    return null
  }
}

/** Returns the payload of a token that this key signed; null for any other. */
async function verified(token: string, key: Key): Promise<unknown> {
  try {
    const { payload } = await compactVerify(token, await importJWK(key, 'ES256'), { algorithms: ['ES256'] })
    return parsed(Buffer.from(payload).toString('utf8'))
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

/** Creates the look-up of keys that are in force, null for others. Throws ProviderFailure if Plaid cannot be asked. */
function keptKeys(lookUp: (kid: string) => Promise<Key>, now: () => number): (kid: string) => Promise<Key | null> {
  const keys = new Map<string, { key: Key; until: number }>()
  let pausedUntil = Number.NEGATIVE_INFINITY
  const inForce = (key: Key) => (key.expired_at && key.expired_at * 1000 <= now() ? null : key)

  return async (kid) => {
    const known = keys.get(kid)
    if (known && now() < known.until) return inForce(known.key)
    if (now() < pausedUntil) return null
    try {
      const key = await lookUp(kid)
      if (keys.size >= MOST_KEYS) keys.clear()
      keys.set(kid, { key, until: now() + KEY_KEPT_MS })
      return inForce(key)
    } catch (error) {
      // Plaid knows no such key.
      if (!(error instanceof ProviderFailure) || error.kind !== 'refused') throw error
      pausedUntil = now() + LOOK_UP_PAUSE_MS
      return null
    }
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

/** The news of an Item: its access ended, ends soon or works again. */
const itemSchema = z.object({
  webhook_type: z.literal('ITEM'),
  webhook_code: z.enum([
    'ERROR',
    'PENDING_EXPIRATION',
    'PENDING_DISCONNECT',
    'USER_PERMISSION_REVOKED',
    'LOGIN_REPAIRED',
  ]),
  item_id: z.string().min(1).max(200),
})

function reportOf(body: unknown): BankReport | null {
  const { data: item } = itemSchema.safeParse(body)
  if (item) {
    const { item_id: externalId, webhook_code: code } = item
    return { eventId: `${code} ${externalId}`, externalId, sessionId: null, failure: null, isOfConnection: true }
  }
  const { data: finished } = finishedSchema.safeParse(body)
  if (!finished) return null
  const { link_session_id: session, link_token: externalId } = finished
  return { eventId: `finished ${session}`, externalId, sessionId: null, failure: null }
}
