import { startTransition, useEffect, useState } from 'react'

/**
 * Whether the frame that first shows something has been drawn: what is out of sight is added to it then, so that what is
 * in sight comes at once. `what` is the something; null stands for nothing yet.
 */
export function useDrawn(what: string | null): boolean {
  const [drawn, setDrawn] = useState<string | null>(null)
  useEffect(() => {
    if (what === null) return
    let posted: ReturnType<typeof setTimeout> | undefined
    // The callback of a frame runs before that is drawn; what is posted in it, after.
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
