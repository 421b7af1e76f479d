import { Title } from '@mantine/core'
import { type ReactNode, useLayoutEffect, useRef } from 'react'
import classes from './PageTitle.module.css'

let isFirst = true

/**
 * The one heading of a page, with what is done there at its right. It names the window `{title} · Embark`, or as `tab`
 * says, and takes the focus when one comes from another page.
 */
export function PageTitle({ title, tab = title, children }: { title: string; tab?: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  // Before anybody sees the page: later it would take the focus from a field that was gone to meanwhile.
  useLayoutEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true })
    isFirst = false
  }, [])
  return (
    <div className={classes.row}>
      <title>{`${tab} · Embark`}</title>
      <Title order={1} ref={heading} tabIndex={-1} className={classes.title}>
        {title}
      </Title>
      {children && <div className={classes.actions}>{children}</div>}
    </div>
  )
}
