/** What happens later in this process. It is forgotten when the sandbox stops, and holds no process up. */
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
