import { setTimeout as sleep } from 'node:timers/promises'

/** A started part of the stack. `pid` is null for one that runs elsewhere and is not ours to stop. */
export type Running = { pid: number | null; isRunning: () => boolean; stop: () => Promise<void> }

/**
 * A part of the stack by name. `start` resolves once it is ready and is called again after each death of the part; it
 * aborts when the signal says that the stack stops.
 */
export type Part<R extends Running = Running> = { name: string; start: (signal: AbortSignal) => Promise<R> }

type Kept = { name: string; running: Running | null; loop: Promise<void> }

const backoffMs = [0, 500, 1_000, 2_000, 5_000, 10_000]
const steadyMs = 30_000

/** Keeps the parts of a stack running, and stops them in the reverse order of their start. */
export class Supervisor {
  readonly #kept: Kept[] = []
  readonly #starting = new Set<Promise<unknown>>()
  #stopped: Promise<void> | undefined
  readonly #stopping = new AbortController()
  readonly #say: (name: string, line: string) => void
  readonly #note: (name: string, pid: number | null) => void

  constructor(say: (name: string, line: string) => void, note: (name: string, pid: number | null) => void) {
    this.#say = say
    this.#note = note
  }

  /** Starts a part and keeps it running from then on; rejects when the part's first start fails. */
  async run<R extends Running>(part: Part<R>): Promise<R> {
    this.#stopping.signal.throwIfAborted()
    const begun = this.#begin(part)
    this.#starting.add(begun)
    try {
      return await begun
    } finally {
      this.#starting.delete(begun)
    }
  }

  async #begin<R extends Running>(part: Part<R>): Promise<R> {
    const running = await part.start(this.#stopping.signal)
    this.#note(part.name, running.pid)
    const kept: Kept = { name: part.name, running, loop: Promise.resolve() }
    this.#kept.push(kept)
    kept.loop = this.#keep(part, kept)
    return running
  }

  async #keep(part: Part, kept: Kept): Promise<void> {
    let failures = 0
    let since = Date.now()
    while (!this.#stopping.signal.aborted) {
      await this.#pause(250)
      if (kept.running?.isRunning() || this.#stopping.signal.aborted) continue
      if (kept.running) {
        if (Date.now() - since > steadyMs) failures = 0
        kept.running = null
        this.#note(part.name, null)
        this.#say(part.name, 'died; starting it again')
      }
      await this.#pause(backoffMs[Math.min(failures, backoffMs.length - 1)] ?? 0)
      if (this.#stopping.signal.aborted) return
      failures += 1
      try {
        kept.running = await part.start(this.#stopping.signal)
        since = Date.now()
        this.#note(part.name, kept.running.pid)
        this.#say(part.name, 'is back')
      } catch (problem) {
        if (this.#stopping.signal.aborted) return
        this.#say(part.name, `could not be started again: ${(problem as Error).message}`)
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
  }

  /** Stops everything, the last started first; a repeated call waits for the same stop. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.allSettled(this.#starting)
    await Promise.all(this.#kept.map(({ loop }) => loop))
    for (const { name, running } of this.#kept.toReversed()) {
      await running?.stop()
      this.#note(name, null)
    }
  }
}
