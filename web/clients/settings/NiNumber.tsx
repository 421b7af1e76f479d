import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { api, bodyOf } from '../../api/client.ts'
import { toastFailure } from '../../components/toast.ts'
import { useMay } from '../../shell/useMe.ts'

/** Shows the masked National Insurance number. Showing it in full is recorded. */
export function NiNumber({ organisationId, masked }: { organisationId: string; masked: string }) {
  const [shown, setShown] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const may = useMay()
  const show = async () => {
    setBusy(true)
    try {
      const params = { path: { id: organisationId } }
      setShown((await bodyOf(api.POST('/api/v1/organisations/{id}/ni-number', { params }))).niNumber)
    } catch (error) {
      toastFailure(error)
    } finally {
      setBusy(false)
    }
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
        <Button
          variant="default"
          size="compact-sm"
          loading={isBusy}
          onClick={() => (shown ? setShown(null) : void show())}
          aria-label={shown ? 'Hide the National Insurance number' : 'Show the National Insurance number'}
        >
          {shown ? 'Hide' : 'Show'}
        </Button>
      )}
    </Group>
  )
}
