/**
 * Caches answers of `load` by key for `keptMs`, at most `most` of them: the oldest are dropped first. Concurrent calls
 * with the same key share one load; a failed load is not cached.
 */
export function remembered<T>(
  keptMs: number,
  most: number,
  now: () => number,
  load: (key: string) => Promise<T>,
): (key: string) => Promise<T> {
  const kept = new Map<string, { answer: Promise<T>; until: number }>()
  return (key) => {
    const known = kept.get(key)
    if (known && now() < known.until) return known.answer
    const answer = load(key)
    kept.delete(key)
    kept.set(key, { answer, until: now() + keptMs })
    answer.catch(() => {
      if (kept.get(key)?.answer === answer) kept.delete(key)
    })
    const [oldest] = kept.keys()
    if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    return answer
  }
}
