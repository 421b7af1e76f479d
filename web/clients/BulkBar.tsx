import { ActionBar, Button } from '@mantine/core'
import { useMay } from '../shell/useMe.ts'
import classes from './BulkBar.module.css'
import type { BulkVerb } from './bulk.ts'

/** What can be done to the clients chosen. */
export function BulkBar(props: {
  count: number
  /** Everything that matches is chosen, loaded or not. */
  all: boolean
  /** More match than are loaded. */
  canTakeAll: boolean
  onTakeAll: () => void
  onVerb: (verb: BulkVerb) => void
  onClear: () => void
}) {
  const { count, all, canTakeAll, onTakeAll, onVerb, onClear } = props
  const may = useMay()
  return (
    <ActionBar
      withinPortal={false}
      opened={count > 0}
      onClose={onClear}
      closeOnEscape
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
