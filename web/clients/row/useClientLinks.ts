import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type FocusEvent, type MouseEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react'
import { onboardingQuery, timelineQuery } from '../detail/queries.ts'

/** Where a client's page stands. */
export const clientPath = (id: string): string => `/clients/${id}`

/** How long a pointer, or the focus, rests on a client before its page is read ahead. */
const HOVER_MS = 100
const FOCUS_MS = 150

const LINK = 'a[href^="/clients/"]'

/** The link of the row or card that something stands in. */
const linkAt = (target: EventTarget): Element | null =>
  (target as Element).closest('tr, li')?.querySelector(LINK) ?? null

/** A press that is to open the page here, and nothing else. */
const isPlain = (event: MouseEvent): boolean =>
  !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

/**
 * What the links of many clients do, for the element around them all: a plain press opens the page, that of a row as well
 * as that of a link; where the pointer or the focus rests, the page is read ahead, one at a time. A link of the router's
 * own in every row would listen to it and work out its address for itself.
 */
export function useClientLinks() {
  const router = useRouter()
  const queries = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return useMemo(() => {
    let near: string | null = null
    const readAhead = (path: string) => {
      const id = path.split('/').at(-1) ?? ''
      void router.preloadRoute({ to: path as string })
      void queries.prefetchQuery(onboardingQuery(id))
      void queries.prefetchInfiniteQuery(timelineQuery(id, 'all'))
    }
    const come = (to: Element | null, afterMs: number) => {
      const path = to?.getAttribute('href') ?? null
      if (path === near) return
      near = path
      clearTimeout(timer.current)
      if (path) timer.current = setTimeout(() => readAhead(path), afterMs)
    }
    return {
      onClick: (event: MouseEvent) => {
        const target = event.target as Element
        const link = target.closest(LINK)
        const row = target.closest('a, button, input, label, td[data-select]') ? null : target.closest('tr[data-row]')
        const path = (link ?? row?.querySelector(LINK))?.getAttribute('href')
        if (!path || (link && !isPlain(event))) return
        event.preventDefault()
        router.history.push(path)
      },
      onPointerOver: (event: PointerEvent) => event.pointerType !== 'touch' && come(linkAt(event.target), HOVER_MS),
      onPointerLeave: () => come(null, 0),
      onFocus: (event: FocusEvent) => come(linkAt(event.target), FOCUS_MS),
    }
  }, [router, queries])
}
