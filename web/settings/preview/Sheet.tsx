import { useEffect, useRef, useState } from 'react'
import classes from './Preview.module.css'

/** The height in px until the document is measured. */
const FIRST_HEIGHT = 640

const DARK = /@media ?\(prefers-color-scheme: ?dark\)/g

/** Returns the document in a fixed theme, whatever this device uses. */
const inTheme = (html: string, theme: 'light' | 'dark'): string =>
  html
    .replace(DARK, theme === 'dark' ? '@media all' : '@media not all')
    .replace('color-scheme:light dark', `color-scheme:${theme}`)

/** Shows a document of ours in a sandboxed frame of its height, without scripts, forms, links or focus. */
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
