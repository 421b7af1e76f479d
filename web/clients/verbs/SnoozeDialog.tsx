import { useState } from 'react'
import type { Schema } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { timeIn } from '../../components/Time.tsx'
import { useZone } from '../../shell/useMe.ts'
import { DayField } from './DayField.tsx'
import { daysAhead, instantOf } from './dates.ts'
import { toastUndo } from './toastUndo.tsx'
import { askToSnooze, useSnooze } from './useSnooze.ts'

/** Pauses a client's reminders until 09:00 of a day. The change shows at once. */
export function SnoozeDialog({ client, onClose }: { client: Schema['OnboardingSummary']; onClose: () => void }) {
  const snooze = useSnooze()
  const { id, organisation, snoozedUntil: before } = client
  return (
    <SnoozeUntil
      name={organisation.name}
      says="Nobody is reminded before 09:00 on that day. Links and their dates stay as they are."
      snooze={async (until, done) => snooze(client, until, done)}
      undo={() => askToSnooze(id, before)}
      onClose={onClose}
    />
  )
}

/** Asks until 09:00 of which day something is left alone, and offers Undo afterwards. */
export function SnoozeUntil(props: {
  name: string
  says: string
  snooze: (until: string, done: () => void) => Promise<void>
  undo: () => Promise<unknown>
  onClose: () => void
}) {
  const { name, says, snooze, undo, onClose } = props
  const zone = useZone()
  const { first, proposed, last } = daysAhead(zone, 7)
  const [day, setDay] = useState(proposed)
  const act = () => {
    const until = instantOf(day, '09:00', zone)
    return snooze(until, () => toastUndo(`Snoozed until ${timeIn('future', until, Date.now(), zone)}.`, undo))
  }
  return (
    <ActDialog
      title={`Snooze ${name} until`}
      says={says}
      label="Snooze"
      keep="Not now"
      isReady={day !== ''}
      act={act}
      onClose={onClose}
    >
      <DayField first={first} last={last} value={day} onChange={setDay} />
    </ActDialog>
  )
}
