/** The result of counting a request against a limit. */
export type RateAnswer = { allowed: boolean; remaining: number; resetMs: number }

/** Counts requests in fixed windows that open with their first request. Counts are lost at a restart. */
export class Rates {
  readonly #windows = new Map<string, { opensAt: number; count: number }>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Counts one request under `key`; a refused request is not counted. `resetMs` is the time until the window ends. */
  take(key: string, limit: number, windowMs: number): RateAnswer {
    const now = this.#now()
    let window = this.#windows.get(key)
    if (!window || now - window.opensAt >= windowMs) {
      window = { opensAt: now, count: 0 }
      this.#windows.set(key, window)
    }
    const resetMs = window.opensAt + windowMs - now
    if (window.count >= limit) return { allowed: false, remaining: 0, resetMs }
    window.count += 1
    return { allowed: true, remaining: limit - window.count, resetMs }
  }
}
