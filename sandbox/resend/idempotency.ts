import { createHash } from 'node:crypto'
import type { World } from '../world.ts'
import { ResendRefusal } from './failure.ts'

const KEPT_MS = 24 * 3_600_000

/**
 * Plays Resend's Idempotency-Key: the same key with the same body returns the first answer and sends nothing. Another
 * body is refused, and so is a key whose first request is still running. Failures are remembered only when a fault asks
 * for it.
 */
export class IdempotencyKeys {
  readonly #world: World
  readonly #running = new Map<string, symbol>()

  constructor(world: World) {
    this.#world = world
    world.store.run('DELETE FROM idempotency WHERE created_at < ?', world.now() - KEPT_MS)
  }

  /** Throws ResendRefusal when `key` is empty or too long. */
  check(key: string): void {
    if (key.length < 1 || key.length > 256) {
      throw new ResendRefusal(
        400,
        'invalid_idempotency_key',
        'The idempotency key must be between 1 and 256 characters.',
      )
    }
  }

  /** Marks a key as in progress until the returned function is called. Throws ResendRefusal when it already is. */
  begin(key: string): () => void {
    if (this.#running.has(key)) {
      this.#world.messages.countRequest(key)
      throw new ResendRefusal(
        409,
        'concurrent_idempotent_requests',
        'Another request with the same idempotency key is still in progress.',
      )
    }
    const mark = Symbol(key)
    this.#running.set(key, mark)
    return () => {
      if (this.#running.get(key) === mark) this.#running.delete(key)
    }
  }

  /** Returns the first answer to `key`, or null for a new key. Throws ResendRefusal when the body differs. */
  earlier(key: string, body: unknown): unknown {
    const row = this.#world.store.row<{ hash: string; status: number; response: string; created_at: number }>(
      "SELECT hash, status, response, created_at FROM idempotency WHERE provider = 'resend' AND key = ?",
      key,
    )
    if (!row || this.#world.now() - row.created_at >= KEPT_MS) return null
    this.#world.messages.countRequest(key)
    if (row.hash !== hashOf(body)) {
      throw new ResendRefusal(
        409,
        'invalid_idempotent_request',
        'This idempotency key was used before with a different payload.',
      )
    }
    if (row.status === 500) throw new ResendRefusal(500, 'application_error', 'An unexpected error occurred.')
    return JSON.parse(row.response) as unknown
  }

  /** Remembers a failed request: the same body gets the same error, another (any, if null) is refused. */
  fail(key: string, body: unknown): void {
    this.#world.store.run(
      "INSERT OR REPLACE INTO idempotency VALUES ('resend', ?, ?, 500, '', ?)",
      key,
      body === null ? 'held' : hashOf(body),
      this.#world.now(),
    )
  }

  /** Stores an answer. Call it in the transaction that does the work. */
  remember(key: string, body: unknown, response: unknown): void {
    this.#world.store.run(
      "INSERT OR REPLACE INTO idempotency VALUES ('resend', ?, ?, 200, ?, ?)",
      key,
      hashOf(body),
      JSON.stringify(response),
      this.#world.now(),
    )
  }
}

function hashOf(body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(body)))
    .digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}
