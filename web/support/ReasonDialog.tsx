import { Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../api/client.ts'
import { ActDialog } from '../components/ActDialog.tsx'

/** Asks for the reason of a visit; the server needs one per client and hour. */
export function ReasonDialog({ clientId, onGiven }: { clientId: string; onGiven: () => Promise<unknown> }) {
  const navigate = useNavigate()
  const [reason, setReason] = useState('')
  const open = async () => {
    await api.POST('/api/v1/support/looks', { body: { onboardingId: clientId, reason } })
    await onGiven()
    // The client's page takes the dialog's place.
    return false
  }
  return (
    <ActDialog
      title="Why are you looking?"
      label="Open client"
      keep="Back to Support"
      act={open}
      onClose={() => void navigate({ to: '/support' })}
    >
      {(errorAt) => (
        <>
          <TextInput
            label="Ticket or reason"
            value={reason}
            maxLength={300}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={errorAt('reason')}
            required
            withAsterisk={false}
            data-autofocus
          />
          <Text size="sm" c="dimmed">
            The practice reads it in the client’s timeline. It holds for an hour.
          </Text>
        </>
      )}
    </ActDialog>
  )
}
