/** How long a failed load is not repeated while an older value can be served, in ms. */
const pauseAfterFailureMs = 60 * 1000

/**
 * A value loaded at most once per `lifeMs`. Callers that meet share one load; when a load fails, the last good value
 * is served, and without one the failure is thrown to everybody who waited for it.
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
