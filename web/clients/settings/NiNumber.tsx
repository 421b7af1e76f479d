import { Group, Text } from '@mantine/core'
import { useState } from 'react'
import { api, bodyOf } from '../../api/client.ts'
import { ActButton } from '../../components/ActButton.tsx'
import { useMay } from '../../shell/useMe.ts'

/** Shows the masked National Insurance number. Showing it in full is recorded. */
export function NiNumber({ organisationId, masked }: { organisationId: string; masked: string }) {
  const [shown, setShown] = useState<string | null>(null)
  const may = useMay()
  const toggle = async () => {
    if (shown) return setShown(null)
    const params = { path: { id: organisationId } }
    setShown((await bodyOf(api.POST('/api/v1/organisations/{id}/ni-number', { params }))).niNumber)
  }
  return (
    <Group gap="sm">
      <Text size="sm" role="status">
        {shown ?? masked}
        {shown && (
          <Text span c="dimmed">
            {' · that you looked is recorded'}
          </Text>
        )}
      </Text>
      {may('work_clients') && (
        <ActButton
          size="compact-sm"
          act={toggle}
          aria-label={shown ? 'Hide the National Insurance number' : 'Show the National Insurance number'}
        >
          {shown ? 'Hide' : 'Show'}
        </ActButton>
      )}
    </Group>
  )
}
