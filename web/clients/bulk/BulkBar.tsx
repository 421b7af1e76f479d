import { ActionBar, Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { isElsewhere } from '../../components/isElsewhere.ts'
import { useMay } from '../../shell/useMe.ts'
import classes from './BulkBar.module.css'
import type { BulkVerb } from './bulk.ts'

/** The bar with the actions for the selected clients. */
export function BulkBar(props: {
  count: number
  /** True if everything that matches is selected, loaded or not. */
  all: boolean
  /** True if more clients match than are loaded. */
  canTakeAll: boolean
  onTakeAll: () => void
  onVerb: (verb: BulkVerb) => void
  onClear: () => void
}) {
  const { count, all, canTakeAll, onTakeAll, onVerb, onClear } = props
  const may = useMay()
  useEscape(count > 0, onClear)
  return (
    <ActionBar
      withinPortal={false}
      opened={count > 0}
      onClose={onClear}
      className={classes.actions}
      aria-label="Selected clients"
    >
      <span role="status" className={classes.count}>
        {all ? 'All that match selected' : `${count} selected`}
      </span>
      {canTakeAll && !all && (
        <Button variant="subtle" size="compact-sm" onClick={onTakeAll}>
          Select all that match (up to 1,000)
        </Button>
      )}
      <ActionBar.Divider className={classes.divider} />
      {may('work_clients') && (
        <>
          <Button variant="default" onClick={() => onVerb('resend')}>
            Resend
          </Button>
          <Button variant="default" onClick={() => onVerb('extend')}>
            Extend
          </Button>
        </>
      )}
      {may('assign_clients') && (
        <Button variant="default" onClick={() => onVerb('assign')}>
          Assign
        </Button>
      )}
      {may('cancel_clients') && (
        <Button variant="default" onClick={() => onVerb('cancel')}>
          Cancel
        </Button>
      )}
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
