/** What a page is waited for to show. */
export type Shown = {
  path: string
  /** Something of the content. */
  content: string
  /** Other rows than the page shows now. */
  otherRows?: boolean
}

/** Frames while something went on. */
export type Frames = { gapsMs: number[]; mostRows: number }

/** A move of something that nobody asked for, and what it was. */
export type Shift = { score: number; what: string[] }

/** What runs in the page beside the app. */
export type Watching = {
  /** Waits from now on; the answer is `seen`. Time counts from the last key or click after this, or from the start. */
  expect: (shown: Shown) => void
  /** Ms until the frame that showed it had been drawn; the question itself changes nothing. */
  seen: Promise<{ ms: number; answeredMs: number | null; askedMs: number | null }>
  beginFrames: () => void
  endFrames: () => Frames
  shifts: Shift[]
}

declare global {
  interface Window {
    watching: Watching
  }
}

/**
 * Runs in every page before the app: measures by the page's own clock from a key to the frame that shows its effect, so
 * that nothing of what drives the browser is in it. `first` is waited for from the start of the page.
 */
export function watch(first: Shown | null): void {
  // Frames within the page are none of it, and have no clock to begin by.
  if (window.top !== window) return
  const PATIENCE_MS = 20_000
  const ROWS = '[data-row], li a[href^="/clients/"]'
  const rowsNow = () => [...document.querySelectorAll('main [data-row] th a')].map((one) => one.textContent).join()
  const isThere = ({ path, content, otherRows }: Shown, before: string): boolean => {
    if (location.pathname !== path) return false
    if (document.querySelector('main [aria-busy=true], main .mantine-Skeleton-root')) return false
    if (!document.querySelector(`main ${content}`) || !document.querySelector('main h1')) return false
    return !otherRows || (rowsNow() !== before && rowsNow() !== '')
  }
  let since = 0
  for (const type of ['keydown', 'pointerdown'] as const) {
    const note = ({ timeStamp }: Event) => {
      since = timeStamp
    }
    window.addEventListener(type, note, true)
  }
  const begin = (shown: Shown) => {
    const before = rowsNow()
    watching.seen = new Promise((resolve, reject) => {
      let isDone = false
      setTimeout(() => reject(new Error(`${JSON.stringify(shown)} was not shown at ${location.href}`)), PATIENCE_MS)
      const look = () => {
        if (isDone || !isThere(shown, before)) return
        isDone = true
        observer.disconnect()
        const answer = performance
          .getEntriesByType('resource')
          .filter(({ name }) => name.includes('/api/v1/onboardings?'))
          .at(-1) as PerformanceResourceTiming | undefined
        const [answeredMs, askedMs] = answer ? [answer.responseEnd - since, answer.startTime - since] : [null, null]
        // The callback of a frame runs before that is drawn; what is posted in it, after.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => resolve({ ms: performance.now() - since, answeredMs, askedMs })
          port2.postMessage(null)
        })
      }
      const observer = new MutationObserver(look)
      observer.observe(document, {
        subtree: true,
        childList: true,
        characterData: true,
        attributeFilter: ['aria-busy'],
      })
    })
  }
  let frame = 0
  let gapsMs: number[] = []
  let mostRows = 0
  const shifts: Shift[] = []
  const watching: Watching = {
    expect: begin,
    seen: Promise.resolve({ ms: 0, answeredMs: null, askedMs: null }),
    beginFrames: () => {
      let last = performance.now()
      gapsMs = []
      mostRows = 0
      const next = (now: number) => {
        gapsMs.push(now - last)
        last = now
        mostRows = Math.max(mostRows, document.querySelectorAll(ROWS).length)
        frame = requestAnimationFrame(next)
      }
      frame = requestAnimationFrame((now) => {
        last = now
        frame = requestAnimationFrame(next)
      })
    },
    endFrames: () => {
      cancelAnimationFrame(frame)
      return { gapsMs, mostRows }
    },
    shifts,
  }
  window.watching = watching
  if (first) begin(first)
  type Entry = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] }
  const nameOf = (node: Node | null) => {
    const element = node instanceof Element ? node : node?.parentElement
    return element ? `${element.tagName.toLowerCase()} ${(element.textContent ?? '').slice(0, 40)}` : 'gone'
  }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as Entry[]) {
      if (entry.hadRecentInput) continue
      shifts.push({ score: entry.value, what: entry.sources.map(({ node }) => nameOf(node)) })
    }
  }).observe({ type: 'layout-shift', buffered: true })
}
