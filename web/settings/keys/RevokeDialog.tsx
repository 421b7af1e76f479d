import { Text } from '@mantine/core'
import { api, type Schema } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { Time } from '../../components/Time.tsx'
import { toast } from '../../components/toast.ts'

/** Confirms revoking an API key and explains the effect. */
export function RevokeDialog(props: { apiKey: Schema['ApiKey']; onDone: () => Promise<void>; onClose: () => void }) {
  const { id, name, lastUsedAt } = props.apiKey
  const revoke = async () => {
    await api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } })
    await props.onDone()
    toast(`Revoked ${name}`)
  }
  return (
    <ActDialog title={`Revoke ${name}?`} label="Revoke" keep="Keep it" isDanger act={revoke} onClose={props.onClose}>
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
    </ActDialog>
  )
}
