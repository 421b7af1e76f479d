import { startTransition, useEffect, useState } from 'react'

/**
 * Returns true once the first frame with `what` has been painted. Callers draw only visible parts before that, and the
 * rest afterwards. null means that there is nothing to draw yet.
 */
export function useDrawn(what: string | null): boolean {
  const [drawn, setDrawn] = useState<string | null>(null)
  useEffect(() => {
    if (what === null) return
    let posted: ReturnType<typeof setTimeout> | undefined
    // A frame's callback runs before the paint; a timeout set in it runs after.
    const frame = requestAnimationFrame(() => {
      posted = setTimeout(() => startTransition(() => setDrawn(what)))
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(posted)
    }
  }, [what])
  return what !== null && drawn === what
}
