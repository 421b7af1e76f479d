import type { ReactNode } from 'react'
import classes from './Hidden.module.css'

/** Text for screen readers only. Lists have hundreds, and Mantine's component takes far longer to draw. */
export const Hidden = ({ children }: { children: ReactNode }) => <span className={classes.hidden}>{children}</span>
