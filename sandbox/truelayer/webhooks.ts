import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { type Response, Router } from 'express'
import type { World } from '../world.ts'
import type { Connection } from './connections.ts'

const ATTEMPT_TIMEOUT_MS = 5_000
const SECOND_MS = 1_000
/** The pauses before the second, third … attempt after an answer that is not 2xx. */
const RETRIES_MS = [5 * SECOND_MS, 60 * SECOND_MS, 300 * SECOND_MS, 3_600 * SECOND_MS]
const KEYS_PATH = '/truelayer/webhooks/.well-known/jwks'
const TIMESTAMP = 'X-Tl-Webhook-Timestamp'
const CONTENT_TYPE = 'application/json'

/** Parts of a signature that a test may forge. `at` is in ms since 1970. */
export type Forgery = { jku?: string; kid?: string; at?: number }

/** Sends TrueLayer's webhooks, signed with a key of this process, whose public half is served. */
export class Webhooks {
  readonly #world: World
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-521' })
  readonly #kid = randomUUID()

  constructor(world: World) {
    this.#world = world
  }

  /** Serves the public keys. */
  router(): Router {
    const router = Router()
    router.get('/.well-known/jwks', (_request, response: Response) => {
      const jwk = this.#keys.publicKey.export({ format: 'jwk' })
      response.json({ keys: [{ ...jwk, kid: this.#kid, use: 'sig', alg: 'EC' }] })
    })
    return router
  }

  /** Returns the headers of a webhook with this body to `url`, for TrueLayer's webhooks and tests' forgeries. */
  signed(url: string, origin: string, body: string, forgery: Forgery = {}): Record<string, string> {
    const timestamp = new Date(forgery.at ?? this.#world.now()).toISOString()
    const header = encoded(
      JSON.stringify({
        alg: 'ES512',
        kid: forgery.kid ?? this.#kid,
        tl_version: '2',
        tl_headers: `${TIMESTAMP},Content-Type`,
        jku: forgery.jku ?? `${origin}${KEYS_PATH}`,
      }),
    )
    const { pathname } = new URL(url)
    const text = `POST ${pathname}\n${TIMESTAMP}: ${timestamp}\nContent-Type: ${CONTENT_TYPE}\n${body}`
    const key = { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' } as const
    const signature = sign('sha512', Buffer.from(`${header}.${encoded(text)}`), key).toString('base64url')
    return { 'Content-Type': CONTENT_TYPE, [TIMESTAMP]: timestamp, 'Tl-Signature': `${header}..${signature}` }
  }

  /**
   * Reports the end of a connection. With `webhookAfterMs` 0 it resolves after the first attempt, so that the webhook
   * comes before the browser; otherwise the attempt follows that much later. Refused webhooks are repeated with growing
   * pauses.
   */
  async tell(connection: Connection): Promise<void> {
    const { webhookUrl, webhookAfterMs } = this.#world.setup.get().truelayer
    if (!webhookUrl) return
    const body = JSON.stringify(eventOf(connection, this.#world.now()))
    const takes = (kind: string) => this.#world.faults.take('truelayer', ['webhook'], [kind], body) !== null
    if (takes('webhook_lost')) return
    const times = takes('webhook_twice') ? 2 : 1
    for (let time = 0; time < times; time++) {
      if (webhookAfterMs === 0) await this.#attempt(webhookUrl, connection.request.origin, body, 0)
      else this.#world.timers.later(webhookAfterMs, () => this.#attempt(webhookUrl, connection.request.origin, body, 0))
    }
  }

  async #attempt(url: string, origin: string, body: string, earlier: number): Promise<void> {
    const status = await fetch(url, {
      method: 'POST',
      headers: this.signed(url, origin, body),
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
    }).then(
      (response) => response.status,
      () => 0,
    )
    const pauseMs = RETRIES_MS[earlier]
    if (status >= 200 && status < 300) return
    if (pauseMs !== undefined) this.#world.timers.later(pauseMs, () => this.#attempt(url, origin, body, earlier + 1))
  }
}

function eventOf({ id, request, status, failureReason, failureStage }: Connection, now: number): object {
  const at = new Date(now).toISOString()
  return {
    ...(status === 'failed'
      ? { type: 'connection_failed', failed_at: at, failure_stage: failureStage, failure_reason: failureReason }
      : { type: 'connection_authorized', authorized_at: at }),
    event_version: 1,
    event_id: randomUUID(),
    connection_id: id,
    ...(request.metadata && { metadata: request.metadata }),
  }
}

const encoded = (text: string): string => Buffer.from(text).toString('base64url')
