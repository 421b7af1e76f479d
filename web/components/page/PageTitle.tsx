import { Title } from '@mantine/core'
import { type ReactNode, useLayoutEffect, useRef } from 'react'
import classes from './PageTitle.module.css'

let isFirst = true

/**
 * The page's heading, with its buttons to the right. Sets the window title to `{tab} · Embark`, and takes the focus
 * after a navigation within the app.
 */
export function PageTitle({ title, tab = title, children }: { title: string; tab?: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  // A layout effect runs before the page is visible; later it could take the focus from a field in use.
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
