import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { api, type Schema } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { Time } from '../../components/Time.tsx'
import { sentenceOf } from '../../words/problems.ts'

/** Says what revoking a key does before it is done. */
export function RevokeDialog(props: { apiKey: Schema['ApiKey']; onDone: () => Promise<void>; onClose: () => void }) {
  const { id, name, lastUsedAt } = props.apiKey
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const revoke = async () => {
    setBusy(true)
    try {
      await api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } })
      await props.onDone()
      notifications.show({ message: `Revoked ${name}`, role: 'status' })
      props.onClose()
    } catch (error) {
      setRefusal(sentenceOf(asProblem(error)))
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={props.onClose} title={`Revoke ${name}?`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="lg">
        <Text size="sm">
          Calls with it fail from now on.{' '}
          {lastUsedAt ? (
            <>
              Last used <Time at={lastUsedAt} />.
            </>
          ) : (
            'It was never used.'
          )}
        </Text>
        {refusal && (
          <Text size="sm" c="danger" role="alert">
            {refusal}
          </Text>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            Keep it
          </Button>
          <Button color="danger" loading={isBusy} onClick={revoke}>
            Revoke
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
