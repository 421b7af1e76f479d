/** Time in ms for which the old value is served after a failed load, before the next load. */
const pauseAfterFailureMs = 60 * 1000

/**
 * Returns a function that loads a value at most once per `lifeMs`. Concurrent callers share one load. When a load
 * fails, it returns the last good value; without one it rejects for all callers.
 */
export function cached<T>(lifeMs: number, load: () => Promise<T>, now: () => number = Date.now): () => Promise<T> {
  let last: { value: T; until: number } | null = null
  let loading: Promise<T> | null = null

  return () => {
    if (last && now() < last.until) return Promise.resolve(last.value)
    loading ??= load()
      .then((value) => {
        last = { value, until: now() + lifeMs }
        return value
      })
      .catch((error: unknown) => {
        if (!last) throw error
        last = { value: last.value, until: now() + pauseAfterFailureMs }
        return last.value
      })
      .finally(() => {
        loading = null
      })
    return loading
  }
}
