import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { sendWebhook } from '../webhookAttempts.ts'
import type { World } from '../world.ts'
import { Refusal } from './error.ts'

const ATTEMPT_TIMEOUT_MS = 10_000
const SECOND_MS = 1_000
/** The pauses before the second, third … attempt after an answer other than 200; Plaid documents only their 24 hours. */
const RETRIES_MS = [30 * SECOND_MS, 120 * SECOND_MS, 600 * SECOND_MS, 3_600 * SECOND_MS]

/** Parts of a verification that a test may forge. `at` is in ms since 1970; `key` names a key that has expired. */
export type JwtForgery = { alg?: 'ES256' | 'HS256'; kid?: string; key?: 'expired'; at?: number; hash?: string }

type Key = { kid: string; privateKey: KeyObject; publicKey: KeyObject; createdAt: number; expiredAt: number | null }

/** Sends Plaid's webhooks, each verified by a JWT over the hash of its body. */
export class PlaidWebhooks {
  readonly #world: World
  readonly #current: Key
  readonly #expired: Key

  constructor(world: World) {
    this.#world = world
    const now = Math.floor(world.now() / SECOND_MS)
    this.#current = newKey(now, null)
    this.#expired = newKey(now - 7_200, now - 3_600)
  }

  /** Returns the key for `/webhook_verification_key/get`. Throws the refusal of an unknown id. */
  key(kid: unknown): object {
    const found = [this.#current, this.#expired].find((one) => one.kid === kid)
    if (!found) throw new Refusal('INVALID_INPUT', 'INVALID_WEBHOOK_VERIFICATION_KEY_ID', 'invalid key_id provided')
    const { kty, crv, x, y } = found.publicKey.export({ format: 'jwk' })
    const { createdAt, expiredAt } = found
    return { alg: 'ES256', crv, kid: found.kid, kty, use: 'sig', x, y, created_at: createdAt, expired_at: expiredAt }
  }

  /** Returns the headers of a webhook with this body, for Plaid's webhooks and tests' forgeries. */
  signed(body: string, forgery: JwtForgery = {}): Record<string, string> {
    const key = forgery.key === 'expired' ? this.#expired : this.#current
    const { alg = 'ES256', kid = key.kid, at = this.#world.now() } = forgery
    const hash = forgery.hash ?? createHash('sha256').update(body).digest('hex')
    const parts = [
      { alg, kid, typ: 'JWT' },
      { iat: Math.floor(at / SECOND_MS), request_body_sha256: hash },
    ]
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    const signature =
      alg === 'HS256'
        ? createHmac('sha256', key.publicKey.export({ format: 'pem', type: 'spki' }))
            .update(text)
            .digest()
        : sign('sha256', Buffer.from(text), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
    return { 'content-type': 'application/json', 'plaid-verification': `${text}.${signature.toString('base64url')}` }
  }

  /** Sends a webhook as faults and set-up say; one that is not answered with 200 is repeated. */
  async tell(url: string | null, origin: string, fields: object): Promise<void> {
    if (url === null) return
    const body = JSON.stringify({ ...fields, environment: 'sandbox' }, null, 2)
    const webhook = {
      url,
      body,
      headers: () => this.signed(body),
      timeoutMs: ATTEMPT_TIMEOUT_MS,
      retriesMs: RETRIES_MS,
      isAccepted: (status: number) => status === 200,
    }
    await sendWebhook(
      this.#world,
      webhook,
      (fault) => this.#world.faults.take('plaid', ['webhook'], [fault], `${origin}\n${body}`) !== null,
    )
  }
}

function newKey(createdAt: number, expiredAt: number | null): Key {
  return { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }), kid: randomUUID(), createdAt, expiredAt }
}
