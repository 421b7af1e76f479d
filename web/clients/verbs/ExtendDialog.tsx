import { useState } from 'react'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { timeIn } from '../../components/Time.tsx'
import { toast } from '../../components/toast.ts'
import { useZone } from '../../shell/useMe.ts'
import { DayField } from './DayField.tsx'
import { daysAhead, endOf } from './dates.ts'
import { keep } from './keep.ts'
import { firstWithin } from './words.ts'

/** Extends the same link to the end of a later day. */
export function ExtendDialog({ client, onClose }: { client: Schema['OnboardingSummary']; onClose: () => void }) {
  const zone = useZone()
  const { first, proposed, last } = daysAhead(zone, 7)
  const [day, setDay] = useState(proposed)
  const act = async () => {
    const until = endOf(day, zone)
    const params = { path: { id: client.id } }
    keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/extend', { params, body: { until } })))
    toast(`The link works until ${timeIn('end', until, Date.now(), zone)}`)
  }
  return (
    <ActDialog
      title="Extend until"
      says={`Same link, new date; ${firstWithin(client)} is not told.`}
      label="Extend"
      keep="Not now"
      isReady={day !== ''}
      act={act}
      onClose={onClose}
    >
      <DayField first={first} last={last} value={day} onChange={setDay} />
    </ActDialog>
  )
}
