import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { type Response, Router } from 'express'
import { sendWebhook } from '../webhookAttempts.ts'
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

  /** Reports the end of a connection as faults and set-up say; a webhook that is not answered with 2xx is repeated. */
  async tell(connection: Connection): Promise<void> {
    const { webhookUrl } = this.#world.setup.get().truelayer
    if (!webhookUrl) return
    const { origin } = connection.request
    const body = JSON.stringify(eventOf(connection, this.#world.now()))
    const webhook = {
      url: webhookUrl,
      body,
      headers: () => this.signed(webhookUrl, origin, body),
      timeoutMs: ATTEMPT_TIMEOUT_MS,
      retriesMs: RETRIES_MS,
      isAccepted: (status: number) => status >= 200 && status < 300,
    }
    await sendWebhook(
      this.#world,
      webhook,
      (fault) => this.#world.faults.take('truelayer', ['webhook'], [fault], body) !== null,
    )
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
