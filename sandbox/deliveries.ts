import type { Message, Messages } from './messages.ts'
import type { Store } from './store.ts'

const SENT_AT_ONCE = 8
const LOOK_AGAIN_MS = 500

/** Details of an event besides its name. `eventId` stays the same over retries. */
export type EventDetail = { eventId: string; at: number; reason: string | null; errorCode: number | null }

/** A request to the receiver of webhooks or callbacks. */
export type Post = { url: string; headers: Record<string, string>; body: string; timeoutMs: number }

/** The end of an attempt: a status, no connection, or a connection without an answer. */
export type Ended = number | 'not_connected' | 'no_answer'

/** Builds and schedules the webhooks of one provider. */
export type Courier = {
  /** Returns the request to make, or null when there is no receiver. */
  post(message: Message, event: string, detail: EventDetail): Post | null
  /** Returns the time until the next attempt, in ms, or null to give up. `sinceMs`: time since the event. */
  retryAfterMs(message: Message, ended: Ended, attempts: number, sinceMs: number): number | null
}

/** One event of a message, as the inbox shows it. */
export type DeliveryRow = {
  id: number
  event: string
  detail: string
  due_at: number
  attempts: number
  state: string
  answer: string | null
}

type WaitingRow = DeliveryRow & { provider: string; message: number }

/** The durable queue of message events and of the webhooks that report them. Delivers at least once. */
export class Deliveries {
  readonly #store: Store
  readonly #messages: Messages
  readonly #now: () => number
  readonly #couriers = new Map<string, Courier>()
  readonly #underWay = new Map<number, Promise<number | null>>()
  #timer: NodeJS.Timeout | null = null
  readonly #closing = new AbortController()

  constructor(store: Store, messages: Messages, now: () => number) {
    this.#store = store
    this.#messages = messages
    this.#now = now
  }

  /** Registers the courier of a provider. */
  serve(provider: string, courier: Courier): void {
    this.#couriers.set(provider, courier)
  }

  /** Plans an event; returns the id of its delivery. */
  plan(provider: string, message: number, event: string, detail: Omit<EventDetail, 'at'>, afterMs: number): number {
    const dueAt = this.#now() + afterMs
    const { lastId } = this.#store.run(
      'INSERT INTO deliveries (provider, message, event, detail, due_at) VALUES (?, ?, ?, ?, ?)',
      provider,
      message,
      event,
      JSON.stringify({ ...detail, at: dueAt }),
      dueAt,
    )
    this.#wake(afterMs)
    return lastId
  }

  /** Carries out one planned event now. Returns the receiver's status, or null without an answer or a receiver. */
  async attempt(id: number): Promise<number | null> {
    const row = this.#store.row<WaitingRow>("SELECT * FROM deliveries WHERE id = ? AND state = 'waiting'", id)
    return row ? this.#carry(row) : null
  }

  /** Drops the planned events of a message that were not attempted yet. */
  cancel(message: number): void {
    this.#store.run("DELETE FROM deliveries WHERE message = ? AND state = 'waiting' AND attempts = 0", message)
  }

  /** Returns the events of a message, oldest first. */
  of(message: number): DeliveryRow[] {
    return this.#store.rows<DeliveryRow>('SELECT * FROM deliveries WHERE message = ? ORDER BY due_at, id', message)
  }

  /** Starts working through the queue, including entries that an earlier process left. */
  start(): void {
    this.#wake(0)
  }

  /** Stops the queue. Aborts posts under way; the next process repeats them. */
  async close(): Promise<void> {
    this.#closing.abort()
    if (this.#timer) clearTimeout(this.#timer)
    await Promise.allSettled(this.#underWay.values())
  }

  #wake(afterMs: number): void {
    if (this.#closing.signal.aborted) return
    if (this.#timer) {
      if (afterMs >= LOOK_AGAIN_MS) return
      clearTimeout(this.#timer)
    }
    this.#timer = setTimeout(() => this.#turn(), Math.min(afterMs, LOOK_AGAIN_MS))
    this.#timer.unref()
  }

  #turn(): void {
    this.#timer = null
    const due = this.#store
      .rows<WaitingRow>(
        "SELECT * FROM deliveries WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at LIMIT ?",
        this.#now(),
        SENT_AT_ONCE * 2,
      )
      .filter((row) => !this.#underWay.has(row.id))
    for (const row of due.slice(0, SENT_AT_ONCE - this.#underWay.size)) {
      void this.#carry(row).then(() => this.#wake(0))
    }
    const next = this.#store.row<{ due_at: number }>(
      "SELECT due_at FROM deliveries WHERE state = 'waiting' ORDER BY due_at LIMIT 1",
    )
    if (next) this.#wake(Math.max(20, next.due_at - this.#now()))
  }

  #carry(row: WaitingRow): Promise<number | null> {
    const already = this.#underWay.get(row.id)
    if (already) return already
    const work = this.#carryOnce(row).finally(() => this.#underWay.delete(row.id))
    this.#underWay.set(row.id, work)
    return work
  }

  async #carryOnce(row: WaitingRow): Promise<number | null> {
    const detail = JSON.parse(row.detail) as EventDetail
    if (row.attempts === 0) this.#messages.setState(row.message, row.event, detail.reason, detail.errorCode)
    const message = this.#messages.byId(row.message)
    const courier = this.#couriers.get(row.provider)
    const post = message && courier?.post(message, row.event, detail)
    if (!message || !courier || !post) {
      this.#settle(row, 'done', 'nobody to tell', null)
      return null
    }
    const ended = await send(post, this.#closing.signal)
    const status = typeof ended === 'number' ? ended : null
    if (status === null && this.#closing.signal.aborted) return null
    if (status !== null && status >= 200 && status < 300) {
      this.#settle(row, 'done', `answered ${status}`, null)
      return status
    }
    const answer = status === null ? 'no answer' : `answered ${status}`
    const retryAfterMs = courier.retryAfterMs(message, ended, row.attempts + 1, this.#now() - detail.at)
    this.#settle(row, retryAfterMs === null ? 'given_up' : 'waiting', answer, retryAfterMs)
    return status
  }

  #settle(row: WaitingRow, state: string, answer: string, retryAfterMs: number | null): void {
    this.#store.run(
      'UPDATE deliveries SET state = ?, answer = ?, attempts = attempts + 1, due_at = ? WHERE id = ?',
      state,
      answer,
      retryAfterMs === null ? row.due_at : this.#now() + retryAfterMs,
      row.id,
    )
  }
}

async function send(post: Post, closing: AbortSignal): Promise<Ended> {
  try {
    const response = await fetch(post.url, {
      method: 'POST',
      headers: post.headers,
      body: post.body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(post.timeoutMs)]),
    })
    await response.arrayBuffer()
    return response.status
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'no_answer' : 'not_connected'
  }
}
