import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { Select } from '../../components/Select.tsx'
import { toast } from '../../components/toast.ts'
import { keep } from './keep.ts'
import { firstOf, firstWithin } from './words.ts'

type Reason = 'not_my_company' | 'not_the_right_person' | 'no_wish' | 'other'

/** The reasons of a decline, in words for staff. */
export const DECLINE_WORDS: Record<Reason, string> = {
  not_my_company: 'It isn’t their company',
  not_the_right_person: 'They aren’t the right person',
  no_wish: 'They don’t want to share',
  other: 'Another reason',
}

/** Declines on the client's behalf, for example after a phone call. */
export function DeclineDialog({ client, onClose }: { client: Schema['OnboardingSummary']; onClose: () => void }) {
  const [reason, setReason] = useState<Reason | null>(null)
  const [note, setNote] = useState('')
  const act = async () => {
    if (!reason) return
    const params = { path: { id: client.id } }
    const body = { reason, note: note.trim() || null }
    keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/decline', { params, body })))
    toast(`Declined for ${firstWithin(client)}`)
  }
  return (
    <ActDialog
      title={`Decline for ${firstWithin(client)}?`}
      says={`${firstOf(client)}’s link stops working and reminders stop. You can invite them again.`}
      label="Decline"
      keep="Keep it"
      isReady={reason !== null}
      act={act}
      onClose={onClose}
    >
      <Select
        label="Reason"
        required
        allowDeselect
        data={Object.entries(DECLINE_WORDS).map(([value, label]) => ({ value, label }))}
        value={reason}
        onChange={(value) => setReason(value as Reason | null)}
        data-autofocus
      />
      <Textarea
        label={reason === 'not_the_right_person' ? 'Who to ask instead' : 'Note'}
        description="Optional"
        maxLength={1000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </ActDialog>
  )
}
