import { ActionBar, Button } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
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
  useEscape(count > 0, onClear)
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

/** Clears the selection on Escape, unless a dialog, menu or field has its own use for the key. */
function useEscape(isOn: boolean, onEscape: () => void): void {
  const present = useRef(onEscape)
  present.current = onEscape
  useEffect(() => {
    if (!isOn) return
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !isElsewhere(event) && !document.querySelector('[role=menu]')) present.current()
    }
    // The capture phase runs before an open menu handles Escape and closes.
    window.addEventListener('keydown', press, true)
    return () => window.removeEventListener('keydown', press, true)
  }, [isOn])
}
