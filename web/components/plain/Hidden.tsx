import type { ReactNode } from 'react'
import classes from './Hidden.module.css'

/** What only those hear who do not see the page. A list has hundreds of it, and the part of the library takes far longer. */
export const Hidden = ({ children }: { children: ReactNode }) => <span className={classes.hidden}>{children}</span>
