import { Checkbox, Stack } from '@mantine/core'
import { useState } from 'react'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { toast } from '../../components/toast.ts'
import { keep } from './keep.ts'
import { firstOf, STEP_NAMES, type StepKind } from './words.ts'

type Client = Schema['OnboardingSummary']

const SAYS: Partial<Record<Client['status'], (client: Client) => string>> = {
  completed: () => 'Choose what is to be done again. Connections stay until they are replaced.',
  cancelled: (client) =>
    `It goes on where it was. ${firstOf(client)}’s old links stay off: send a new one when you are ready.`,
  gave_up: () => 'It goes back to where it waited for an answer. Nothing is sent until you do.',
}

/** Reopens an onboarding that has ended; for a completed one, asks which steps. */
export function ReopenDialog({ client, onClose }: { client: Client; onClose: () => void }) {
  const [steps, setSteps] = useState<StepKind[]>([])
  const { name } = client.organisation
  const isCompleted = client.status === 'completed'
  const act = async () => {
    const params = { path: { id: client.id } }
    keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/reopen', { params, body: { steps } })))
    toast(`Reopened ${name}`)
  }
  return (
    <ActDialog
      title={`Reopen ${name}?`}
      says={SAYS[client.status]?.(client)}
      label="Reopen"
      keep="Not now"
      isReady={!isCompleted || steps.length > 0}
      act={act}
      onClose={onClose}
    >
      {isCompleted && (
        <Checkbox.Group label="Steps" value={steps} onChange={(chosen) => setSteps(chosen as StepKind[])}>
          <Stack gap="sm" mt="xs">
            {client.steps.map(({ kind }) => (
              <Checkbox key={kind} value={kind} label={STEP_NAMES[kind]} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
    </ActDialog>
  )
}
