import { Checkbox, Textarea } from '@mantine/core'
import { useState } from 'react'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { keep } from './keep.ts'
import { toastUndo } from './toastUndo.tsx'
import { firstOf, firstWithin } from './words.ts'

/** Cancels a client's onboarding with a reason, and offers Undo until the server's deadline. */
export function CancelDialog({ client, onClose }: { client: Schema['OnboardingSummary']; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const [tellClient, setTellClient] = useState(false)
  const { name } = client.organisation
  const params = { path: { id: client.id } }
  const act = async () => {
    const body = { reason: reason.trim(), tellClient }
    const cancelled = await bodyOf(api.POST('/api/v1/onboardings/{id}/cancel', { params, body }))
    keep(cancelled)
    const undo = async () => keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/cancel/undo', { params })))
    toastUndo(`Cancelled ${name}.`, undo, cancelled.undoUntil)
  }
  return (
    <ActDialog
      title={`Cancel ${name}’s onboarding?`}
      says={`${firstOf(client)}’s links stop working, reminders stop, open bank sessions close, half-made connections are removed. ${name} stays in your list.`}
      label="Cancel onboarding"
      keep="Keep it"
      isDanger
      isReady={reason.trim() !== ''}
      act={act}
      onClose={onClose}
    >
      <Textarea
        label="Reason"
        required
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
      {client.invitation?.email && (
        <Checkbox
          label={`Tell ${firstWithin(client)} by email`}
          checked={tellClient}
          onChange={(event) => setTellClient(event.currentTarget.checked)}
        />
      )}
    </ActDialog>
  )
}
