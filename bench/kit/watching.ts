/** The content that a page is expected to show. */
export type Shown = {
  path: string
  /** Selector of an element of the content. */
  content: string
  /** The search words; the rows must be theirs, not the previous ones. */
  words?: string
}

/** The frames of a recording. */
export type Frames = { gapsMs: number[]; mostRows: number }

/** A layout shift, and the elements that moved. */
export type Shift = { score: number; what: string[] }

/** The measuring code in the page beside the app. */
export type Watching = {
  /** Starts waiting; `seen` resolves with the result. Time counts from the next key or click, or from the start. */
  expect: (shown: Shown) => void
  /** The ms until the frame with the content was drawn. Waiting for it does not change the page. */
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
 * that the browser driver's time is excluded. `first` is expected from the start of the page.
 */
export function watch(first: Shown | null): void {
  // Iframes within the page are not measured.
  if (window.top !== window) return
  const PATIENCE_MS = 20_000
  const ROWS = '[data-row], li a[href^="/clients/"]'
  performance.setResourceTimingBufferSize(5_000)
  /** Returns the timing of the list's last answer, or of the last one for these words. */
  const answerOf = (words?: string) =>
    performance
      .getEntriesByType('resource')
      .filter(
        ({ name }) =>
          name.includes('/api/v1/onboardings?') && (!words || new URL(name).searchParams.get('q') === words),
      )
      .at(-1) as PerformanceResourceTiming | undefined
  const isThere = ({ path, content, words }: Shown): boolean => {
    if (location.pathname !== path) return false
    if (document.querySelector('main [aria-busy=true], main .mantine-Skeleton-root')) return false
    if (!document.querySelector(`main ${content}`) || !document.querySelector('main h1')) return false
    return !words || (answerOf(words) !== undefined && !document.querySelector('main [data-old]'))
  }
  let since = 0
  for (const type of ['keydown', 'pointerdown'] as const) {
    const note = ({ timeStamp }: Event) => {
      since = timeStamp
    }
    window.addEventListener(type, note, true)
  }
  const begin = (shown: Shown) => {
    watching.seen = new Promise((resolve, reject) => {
      let isDone = false
      setTimeout(() => reject(new Error(`${JSON.stringify(shown)} was not shown at ${location.href}`)), PATIENCE_MS)
      const look = () => {
        if (isDone || !isThere(shown)) return
        isDone = true
        observer.disconnect()
        const answer = answerOf(shown.words)
        const [answeredMs, askedMs] = answer ? [answer.responseEnd - since, answer.startTime - since] : [null, null]
        // A frame's callback runs before the frame is drawn; a message posted in it arrives afterwards.
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
        attributeFilter: ['aria-busy', 'data-old'],
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
