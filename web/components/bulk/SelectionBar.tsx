import { ActionBar, Button } from '@mantine/core'
import { useWindowEvent } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { isElsewhere } from '../isElsewhere.ts'
import classes from './SelectionBar.module.css'

/** The bar with the actions for the selected rows, which are its children. */
export function SelectionBar(props: {
  /** Says what is selected: `Selected clients`. */
  label: string
  count: number
  /** True if everything that matches is selected, loaded or not. */
  all?: boolean
  /** Selects everything that matches; absent if all of it is loaded. */
  onTakeAll?: (() => void) | false | undefined
  onClear: () => void
  children: ReactNode
}) {
  const { label, count, all, onTakeAll, onClear, children } = props
  // Escape clears, unless a dialog, menu or field has its own use for it. The capture phase runs before an open menu
  // handles the key and closes.
  const clear = (event: KeyboardEvent) => {
    if (count === 0 || event.key !== 'Escape' || isElsewhere(event)) return
    if (!document.querySelector('[role=menu]')) onClear()
  }
  useWindowEvent('keydown', clear, true)
  return (
    <ActionBar withinPortal={false} opened={count > 0} onClose={onClear} className={classes.actions} aria-label={label}>
      <span role="status" className={classes.count}>
        {all ? 'All that match selected' : `${count} selected`}
      </span>
      {onTakeAll && !all && (
        <Button variant="subtle" size="compact-sm" onClick={onTakeAll}>
          Select all that match (up to 1,000)
        </Button>
      )}
      <ActionBar.Divider className={classes.divider} />
      {children}
      <ActionBar.CloseButton className={classes.clear} aria-label="Clear selection" />
    </ActionBar>
  )
}
