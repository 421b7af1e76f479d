import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { BulkDialog as Dialog } from '../../components/bulk/BulkDialog.tsx'
import { Select } from '../../components/Select.tsx'
import { useZone } from '../../shell/useMe.ts'
import { daysAhead, endOf } from '../verbs/dates.ts'
import { BULK_WORDS, type BulkVerb, type Choice, previewBulk, runBulk, type Target } from './bulk.ts'

/** Asks what a bulk action on the selected clients needs, and carries it out. */
export function BulkDialog(props: {
  verb: BulkVerb
  target: Target
  names: ReadonlyMap<string, string>
  managers: ReadonlyMap<string, string>
  onClose: (wasDone: boolean) => void
}) {
  const { verb, target, names, managers, onClose } = props
  const zone = useZone()
  const { first, proposed, last } = daysAhead(zone, 7)
  const [date, setDate] = useState(proposed)
  const [reason, setReason] = useState('')
  const [manager, setManager] = useState<string | null>(null)
  const words = BULK_WORDS[verb]
  const choice: Choice = {
    ...(verb === 'extend' && date && { until: endOf(date, zone) }),
    ...(verb === 'cancel' && { reason: reason.trim() || 'No reason yet' }),
    ...(verb === 'assign' && { manager }),
  }
  return (
    <Dialog
      words={words}
      ask={(whom) => `${verb === 'cancel' ? 'Cancel' : words.verb} ${whom}?`}
      ids={'ids' in target ? target.ids : null}
      names={names}
      previewOf={[verb, target, choice.until]}
      preview={() => previewBulk(verb, target, choice)}
      isOpen={verb === 'extend' && date === ''}
      isReady={verb !== 'cancel' || reason.trim() !== ''}
      isDanger={verb === 'cancel'}
      run={(ids, attempt, onProgress) => runBulk(verb, ids, choice, attempt, onProgress)}
      undo={(ids) => runBulk('undo_cancel', ids, {}, crypto.randomUUID())}
      onClose={onClose}
    >
      {verb === 'extend' && (
        <TextInput
          type="date"
          label="Extend until"
          required
          min={first}
          max={last}
          value={date}
          onChange={(event) => setDate(event.currentTarget.value)}
        />
      )}
      {verb === 'assign' && (
        <Select
          label="Account manager"
          data={[...managers].map(([value, label]) => ({ value, label }))}
          value={manager}
          onChange={setManager}
          placeholder="Nobody"
          clearable
        />
      )}
      {verb === 'cancel' && (
        <Textarea
          label="Reason"
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
    </Dialog>
  )
}
