import { useEffect, useRef, useState } from 'react'

/** The time in ms for which a change is highlighted. */
export const FADE_MS = 1_200

const NONE: ReadonlySet<string> = new Set()

/**
 * Returns the names of the parts that were added or changed while on screen, for their `data-fresh`. `parts` maps names
 * to the shown values; null while loading. The first values after null, or after another `of`, count as unchanged.
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
