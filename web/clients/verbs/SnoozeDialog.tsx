import { useState } from 'react'
import type { Schema } from '../../api/client.ts'
import { timeIn } from '../../components/Time.tsx'
import { useZone } from '../../shell/useMe.ts'
import { DayField } from './DayField.tsx'
import { daysAhead, instantOf } from './dates.ts'
import { toastUndo } from './toastUndo.tsx'
import { askToSnooze, useSnooze } from './useSnooze.ts'
import { VerbDialog } from './VerbDialog.tsx'

/** Pauses a client's reminders until 09:00 of a day. The change shows at once. */
export function SnoozeDialog({ client, onClose }: { client: Schema['OnboardingSummary']; onClose: () => void }) {
  const zone = useZone()
  const snooze = useSnooze()
  const { first, proposed, last } = daysAhead(zone, 7)
  const [day, setDay] = useState(proposed)
  const act = async () => {
    const until = instantOf(day, '09:00', zone)
    const { id, snoozedUntil: before } = client
    snooze(client, until, () =>
      toastUndo(`Snoozed until ${timeIn('future', until, Date.now(), zone)}.`, () => askToSnooze(id, before)),
    )
  }
  return (
    <VerbDialog
      title={`Snooze ${client.organisation.name} until`}
      says="Nobody is reminded before 09:00 on that day. Links and their dates stay as they are."
      way="Snooze"
      back="Not now"
      isReady={day !== ''}
      act={act}
      onClose={onClose}
    >
      <DayField first={first} last={last} value={day} onChange={setDay} />
    </VerbDialog>
  )
}
