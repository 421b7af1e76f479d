import { useEffect, useRef, useState } from 'react'

/** How long something that changed while one looked is marked. */
export const FADE_MS = 1_200

const NONE: ReadonlySet<string> = new Set()

/**
 * Which parts of a page have just changed or come while one looked, for their `data-fresh`; at first none. `parts` is
 * what each of them shows, by name; null while nothing is known, from which it begins anew, as it does with another `of`.
 */
export function useFresh(parts: Record<string, unknown> | null, of = ''): ReadonlySet<string> {
  const written = JSON.stringify(parts && Object.entries(parts).map(([name, shown]) => [name, JSON.stringify(shown)]))
  const known = useRef<{ of: string; parts: Map<string, string> } | null>(null)
  const [fresh, setFresh] = useState(NONE)
  useEffect(() => {
    const before = known.current?.of === of ? known.current.parts : null
    const now = JSON.parse(written) as [name: string, shown: string][] | null
    known.current = now && { of, parts: new Map(now) }
    const changed = before && now ? now.filter(([name, shown]) => before.get(name) !== shown) : []
    if (changed.length > 0) setFresh(new Set(changed.map(([name]) => name)))
  }, [written, of])
  useEffect(() => {
    if (fresh.size === 0) return
    const timer = setTimeout(() => setFresh(NONE), FADE_MS)
    return () => clearTimeout(timer)
  }, [fresh])
  return fresh
}
