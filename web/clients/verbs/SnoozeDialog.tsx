import { useState } from 'react'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { timeIn } from '../../components/Time.tsx'
import { useZone } from '../../shell/useMe.ts'
import { DayField } from './DayField.tsx'
import { daysAhead, instantOf } from './dates.ts'
import { keep } from './keep.ts'
import { tellUndo } from './tellUndo.tsx'
import { VerbDialog } from './VerbDialog.tsx'

/** Stops the chasing of a client until the morning of a day. */
export function SnoozeDialog({ client, onClose }: { client: Schema['OnboardingSummary']; onClose: () => void }) {
  const zone = useZone()
  const { first, proposed, last } = daysAhead(zone, 7)
  const [day, setDay] = useState(proposed)
  const params = { path: { id: client.id } }
  const snooze = async (until: string) =>
    keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/snooze', { params, body: { until } })))
  const act = async () => {
    const until = instantOf(day, '09:00', zone)
    await snooze(until)
    const before = client.snoozedUntil
    const undo = async () =>
      before ? snooze(before) : keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/resume', { params })))
    tellUndo(`Snoozed until ${timeIn('future', until, Date.now(), zone)}.`, undo)
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
