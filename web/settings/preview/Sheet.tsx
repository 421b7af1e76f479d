import { useEffect, useRef, useState } from 'react'
import classes from './Preview.module.css'

/** Until it is known how long the document is. */
const FIRST_HEIGHT = 640

const DARK = /@media ?\(prefers-color-scheme: ?dark\)/g

/** The document as somebody sees it whose device is light or dark, whatever this one is. */
const inTheme = (html: string, theme: 'light' | 'dark'): string =>
  html
    .replace(DARK, theme === 'dark' ? '@media all' : '@media not all')
    .replace('color-scheme:light dark', `color-scheme:${theme}`)

/**
 * A document of ours as the client sees it, in a frame without script, form or way out. It is as high as what it holds,
 * and nothing in it takes the focus: it is there to be read.
 */
export function Sheet({ html, theme, title }: { html: string; theme: 'light' | 'dark'; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null)
  const [isReady, setReady] = useState(false)
  const [height, setHeight] = useState(FIRST_HEIGHT)
  useEffect(() => {
    const page = frame.current?.contentDocument
    if (!isReady || !page) return
    page.documentElement.innerHTML = inTheme(html, theme)
    for (const link of page.querySelectorAll('a[href]')) link.removeAttribute('href')
    for (const field of page.querySelectorAll<HTMLElement>('button, input, textarea')) field.tabIndex = -1
    const measure = () => setHeight(Math.ceil(page.body.getBoundingClientRect().height))
    const observer = new ResizeObserver(measure)
    observer.observe(page.body)
    measure()
    return () => observer.disconnect()
  }, [isReady, html, theme])
  return (
    <iframe
      ref={frame}
      title={title}
      src="/preview-frame"
      sandbox="allow-same-origin"
      className={classes.sheet}
      style={{ height }}
      onLoad={() => setReady(true)}
    />
  )
}
