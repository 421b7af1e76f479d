import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api } from '../api/client.ts'
import { asProblem, type Problem } from '../api/problem.ts'
import { problemSentence } from '../words/problems.ts'

/** Asks for the reason of a visit; the server needs one per client and hour. */
export function ReasonDialog({ clientId, onGiven }: { clientId: string; onGiven: () => Promise<unknown> }) {
  const navigate = useNavigate()
  const [reason, setReason] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const leave = () => void navigate({ to: '/support' })
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      await api.POST('/api/v1/support/looks', { body: { onboardingId: clientId, reason } })
      await onGiven()
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setBusy(false)
    }
  }
  const wrong =
    problem?.fields.find(({ field }) => field === 'reason')?.message ?? (problem && problemSentence(problem))
  return (
    <Modal opened centered onClose={leave} title="Why are you looking?" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          <TextInput
            label="Ticket or reason"
            value={reason}
            maxLength={300}
            onChange={(event) => {
              setReason(event.currentTarget.value)
              setProblem(null)
            }}
            error={wrong}
            required
            withAsterisk={false}
            data-autofocus
          />
          <Text size="sm" c="dimmed">
            The practice reads it in the client’s timeline. It holds for an hour.
          </Text>
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={leave}>
              Back to Support
            </Button>
            <Button type="submit" loading={isBusy}>
              Open client
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
