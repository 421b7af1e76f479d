import { Button } from '@mantine/core'
import { useState } from 'react'
import { api } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import { SnoozeUntil } from '../clients/verbs/SnoozeDialog.tsx'
import { toastUndo } from '../clients/verbs/toastUndo.tsx'
import { Time } from '../components/Time.tsx'
import { attempt } from '../components/toast.ts'
import { useMay } from '../shell/useMe.ts'
import { nameOf } from './consentWords.ts'
import type { Consent } from './queries.ts'

/** Leaves a bank's access alone until a day, or ends that. Absent while nobody has to act. */
export function SnoozeAccess({ consent }: { consent: Consent }) {
  const { id, snoozedUntil: before, situation } = consent
  const may = useMay()
  const [isAsking, setAsking] = useState(false)
  if (!may('work_clients') || (situation.move === null && before === null)) return null
  const write = async (until: string | null) => {
    const params = { path: { id } }
    if (until === null) await api.POST('/api/v1/consents/{id}/resume', { params })
    else await api.POST('/api/v1/consents/{id}/snooze', { params, body: { until } })
    await queries.invalidateQueries({ queryKey: ['consents'] })
  }
  const wake = attempt(async () => {
    await write(null)
    toastUndo('It is to be acted on again.', () => write(before))
  })
  return (
    <>
      <Button variant="default" onClick={before === null ? () => setAsking(true) : wake}>
        {before === null ? 'Snooze' : 'Wake now'}
      </Button>
      {isAsking && (
        <SnoozeUntil
          name={nameOf(consent)}
          says="It leaves Act now until 09:00 on that day. The client is asked to confirm as before."
          snooze={async (until, done) => {
            await write(until)
            done()
          }}
          undo={() => write(before)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}

/** Says until when it is left alone. */
export const Snoozed = ({ consent: { snoozedUntil } }: { consent: Consent }) =>
  snoozedUntil && (
    <p>
      Snoozed until <Time at={snoozedUntil} as="future" />.
    </p>
  )
