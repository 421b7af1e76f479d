import { useRouter } from '@tanstack/react-router'
import { type FocusEvent, type MouseEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react'
import { queries } from '../../api/queries.ts'
import { onboardingQuery, timelineQuery } from '../detail/queries.ts'

/** Returns the address of a client's page. */
export const clientPath = (id: string): string => `/clients/${id}`

/** Times of rest, in ms, after which hover or focus on a client reads its page ahead. */
const HOVER_MS = 100
const FOCUS_MS = 150

const LINK = 'a[href^="/clients/"]'

/** Returns the link of the row or card around an element. */
const linkAt = (target: EventTarget): Element | null =>
  (target as Element).closest('tr, li')?.querySelector(LINK) ?? null

/** Returns true for a click without modifier keys. */
const isPlain = (event: MouseEvent): boolean =>
  !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

/**
 * Returns event handlers for the element around many client links. A plain click on a link or row opens the page; hover
 * or focus reads one page ahead. A router link in every row would add its own listeners and compute its own address.
 */
export function useClientLinks() {
  const router = useRouter()
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
  }, [router])
}
