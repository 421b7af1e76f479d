import { Button } from '@mantine/core'
import { SelectionBar } from '../../components/bulk/SelectionBar.tsx'
import { useMay } from '../../shell/useMe.ts'
import type { BulkVerb } from './bulk.ts'

/** The bar with the actions for the selected clients. */
export function BulkBar(props: {
  count: number
  all: boolean
  onTakeAll: (() => void) | false
  onVerb: (verb: BulkVerb) => void
  onClear: () => void
}) {
  const { onVerb, ...selection } = props
  const may = useMay()
  const button = (verb: BulkVerb, label: string) => (
    <Button variant="default" onClick={() => onVerb(verb)}>
      {label}
    </Button>
  )
  return (
    <SelectionBar label="Selected clients" {...selection}>
      {may('work_clients') && (
        <>
          {button('resend', 'Resend')}
          {button('extend', 'Extend')}
        </>
      )}
      {may('assign_clients') && button('assign', 'Assign')}
      {may('cancel_clients') && button('cancel', 'Cancel')}
    </SelectionBar>
  )
}
