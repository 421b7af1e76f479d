import type { ComponentProps } from 'react'
import classes from './Check.module.css'

/**
 * A checkbox without words beside it, for what has one in every row: that of the library can do far more, and took a
 * third of the work of drawing a row. `isMixed`: some of what it stands for is chosen.
 */
export function Check({ isMixed = false, ...props }: { isMixed?: boolean } & ComponentProps<'input'>) {
  return (
    <input
      type="checkbox"
      className={`mantine-focus-auto ${classes.check}`}
      ref={(input) => {
        if (input) input.indeterminate = isMixed
      }}
      {...props}
    />
  )
}
