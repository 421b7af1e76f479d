import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 20
const PATIENCE_MS = 120_000

/** Waits for many ids with one query at a time, so that the waiting costs almost nothing. */
export class Watch {
  readonly #waiting = new Map<string, { since: number; seen: () => void; fail: (problem: Error) => void }>()
  readonly #ask: (ids: string[]) => Promise<string[]>
  #looks = false

  /** `ask` returns those of the ids whose event has happened. */
  constructor(ask: (ids: string[]) => Promise<string[]>) {
    this.#ask = ask
  }

  /** Resolves once the event of `id` has happened; rejects after two minutes. */
  until(id: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.set(id, { since: Date.now(), seen: resolve, fail: reject })
    if (!this.#looks) void this.#look()
    return promise
  }

  async #look(): Promise<void> {
    this.#looks = true
    while (this.#waiting.size > 0) {
      const seen = await this.#ask([...this.#waiting.keys()]).catch(() => [])
      for (const id of seen) {
        this.#waiting.get(id)?.seen()
        this.#waiting.delete(id)
      }
      for (const [id, { since, fail }] of this.#waiting) {
        if (Date.now() - since < PATIENCE_MS) continue
        this.#waiting.delete(id)
        fail(new Error(`${id} did not come about within ${PATIENCE_MS / 1000} s`))
      }
      await sleep(LOOK_EVERY_MS)
    }
    this.#looks = false
  }
}
