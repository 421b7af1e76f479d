/** Timers of this process. They are lost when the sandbox stops, and do not keep the process alive. */
export class Timers {
  readonly #timers = new Set<NodeJS.Timeout>()

  later(afterMs: number, act: () => unknown): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, afterMs)
    timer.unref()
    this.#timers.add(timer)
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }
}
